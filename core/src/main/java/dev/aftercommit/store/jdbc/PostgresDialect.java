/*
 * Copyright 2026 the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.aftercommit.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;

/**
 * PostgreSQL: one statement for many jobs, by arrays and data-modifying common table
 * expressions.
 */
final class PostgresDialect implements Dialect {

	// An ANALYZE of empty tables, or a plan that was made and kept while they were empty,
	// makes PostgreSQL read and sort all of a full one, or read it once for each key. So
	// statements give all keys to one index scan of each table, and what comes back is
	// joined
	// by a hash, which is right for empty and for full tables; loops without a choice
	// stay.
	// JIT is what PostgreSQL does about the price of plans that it was told not to take.
	static final String PREFER_INDEXES = """
			SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
				set_config('enable_sort', 'off', true), set_config('enable_nestloop', 'off', true),
				set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true);
			""";

	/**
	 * The same for what runs all the time, and is planned once for each connection: a
	 * plan for each set of values would be no other, and costs up to four times what it
	 * takes to run it.
	 */
	static final String PREFER_INDEXES_ALWAYS = PREFER_INDEXES.replace(";",
			", set_config('plan_cache_mode', 'force_generic_plan', true);");

	static final String NEVER_IDLE = """
			SELECT set_config('idle_in_transaction_session_timeout', '5000', true);
			""";

	/** From how many jobs of a claim on they share a lease, as long as they succeed. */
	static final int BUNDLE_FROM = 16;

	private final Map<String, String> texts = new ConcurrentHashMap<>();

	private final Statements statements;

	private final Tables tables;

	private final PostgresInserts inserts;

	private final PostgresKeys keys;

	private final PostgresClaims claims;

	private final PostgresDepths depths;

	private final PostgresSuccesses successes;

	private final PostgresBundles bundles;

	private final PostgresQuestion question;

	PostgresDialect(Statements statements, Tables tables, int bundleFrom) {
		this.statements = statements;
		this.tables = tables;
		this.inserts = new PostgresInserts(statements, tables);
		this.keys = new PostgresKeys(statements, this);
		this.claims = new PostgresClaims(statements, tables, this, bundleFrom);
		this.depths = new PostgresDepths(statements, this);
		this.bundles = new PostgresBundles(statements, tables);
		this.question = new PostgresQuestion(statements);
		this.successes = new PostgresSuccesses(statements, tables, this.bundles);
	}

	@Override
	public String scripts() {
		return "postgresql";
	}

	// As a subquery, the volatile function is called once for the statement, and what is
	// compared with it can use an index.
	@Override
	public String sql(String template) {
		return this.texts.computeIfAbsent(template,
				(text) -> this.tables.sql(text.replace("{now}", "(SELECT clock_timestamp())")
					.replace("{now+?}", "(SELECT clock_timestamp() + CAST(? AS bigint) * interval '1 microsecond')")));
	}

	@Override
	public String sqlByIndex(String template) {
		return PREFER_INDEXES + sql(template);
	}

	@Override
	public String sqlNeverIdle(String template) {
		return NEVER_IDLE + sql(template);
	}

	// CREATE TABLE IF NOT EXISTS fails if somebody creates the same one at the same
	// moment.
	@Override
	public void lockSchema(Connection connection) throws SQLException {
		this.statements.query(connection, "SELECT pg_advisory_xact_lock(hashtext(?))", (row) -> 1,
				sql("{schema_version}"));
	}

	@Override
	public void preferIndexes(Connection connection) throws SQLException {
		this.statements.query(connection, PREFER_INDEXES.replace(";", ""), (row) -> row.getString(1));
	}

	@Override
	public boolean isNothing(Connection connection, String template, Object... values) throws SQLException {
		return this.question.nothing(connection, sql(template), (row) -> true, values) != null;
	}

	@Override
	public boolean insertNew(Connection connection, String template, Object... values) throws SQLException {
		return this.statements.update(connection, sql(template) + " ON CONFLICT DO NOTHING", values) > 0;
	}

	@Override
	public void insert(Connection connection, Inserted jobs) throws SQLException {
		this.inserts.insert(connection, jobs);
	}

	@Override
	public void insertMissing(Connection connection, Inserted jobs) throws SQLException {
		this.inserts.insertMissing(connection, jobs);
	}

	@Override
	public void insertIntoOutbox(Connection connection, List<NewJob> jobs, long takeOverMicros) throws SQLException {
		this.inserts.insertIntoOutbox(connection, jobs, takeOverMicros);
	}

	@Override
	public String skipLocked() {
		return " FOR UPDATE SKIP LOCKED";
	}

	@Override
	public List<UniqueRow> takeUniqueKeys(Connection connection, List<UniqueRow> wanted) throws SQLException {
		return this.keys.take(connection, wanted);
	}

	@Override
	public List<Head> heads(Connection connection, String[] lines, int most) throws SQLException {
		return this.keys.heads(connection, lines, most);
	}

	@Override
	public String removal() {
		return "DELETE FROM {job} WHERE id = ANY(?) RETURNING headers";
	}

	@Override
	public void takeOut(Connection connection, Collection<UUID> ids, Collection<Lease> leases) throws SQLException {
		this.bundles.takeOut(connection, ids, leases);
	}

	@Override
	public void takeOut(Connection connection, UUID id) throws SQLException {
		this.bundles.takeOut(connection, id);
	}

	@Override
	public void untieOrphansAndOld(Connection connection, long age, int limit) throws SQLException {
		this.bundles.untieOrphansAndOld(connection, age, limit);
	}

	@Override
	public void untieUnknown(Connection connection, long node, Set<Long> held, long below) throws SQLException {
		this.bundles.untieUnknown(connection, node, held, below);
	}

	@Override
	public String flowAddition() {
		return """
				INSERT INTO {flow} AS f (epoch_minute, writer, enqueued, succeeded, retried, dead, cancelled, queue)
				SELECT CAST(floor(extract(epoch FROM {now}) / 60) AS bigint), CAST(? AS uuid), c.*
				FROM unnest(CAST(? AS bigint[]), CAST(? AS bigint[]), CAST(? AS bigint[]), CAST(? AS bigint[]),
					CAST(? AS bigint[]), CAST(? AS text[])) AS c
				ON CONFLICT (epoch_minute, writer, queue) DO UPDATE SET enqueued = f.enqueued + EXCLUDED.enqueued,
					succeeded = f.succeeded + EXCLUDED.succeeded, retried = f.retried + EXCLUDED.retried,
					dead = f.dead + EXCLUDED.dead, cancelled = f.cancelled + EXCLUDED.cancelled""";
	}

	@Override
	public List<LaneDepth> depthsOfQueues(Connection connection) throws SQLException {
		return this.depths.ofQueues(connection);
	}

	@Override
	public List<LaneDepth> depthsOfLanes(Connection connection, Set<String> names) throws SQLException {
		return this.depths.ofLanes(connection, names);
	}

	@Override
	public Claim claim(Connection connection, ClaimRequest request) throws SQLException {
		return this.claims.claim(connection, request);
	}

	@Override
	public Set<UUID> succeed(Connection connection, List<Ending> endings) throws SQLException {
		return this.successes.succeed(connection, endings);
	}

	@Override
	public boolean succeedAmongOthers(Connection connection, Ending ending) throws SQLException {
		return this.successes.succeedAmongOthers(connection, ending);
	}

}
