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
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Outcome;

/**
 * H2: what PostgreSQL does in one statement, in several, row by row.
 */
final class H2Dialect implements Dialect {

	private static final String DUPLICATE = JdbcIntake.DUPLICATE;

	private final Map<String, String> texts = new ConcurrentHashMap<>();

	private final Statements statements;

	private final Tables tables;

	private final H2Inserts inserts;

	private final H2Keys keys;

	private final H2Claims claims;

	private final H2Depths depths;

	H2Dialect(Statements statements, Tables tables) {
		this.statements = statements;
		this.tables = tables;
		this.inserts = new H2Inserts(statements, this);
		this.keys = new H2Keys(statements, this);
		this.claims = new H2Claims(statements, this);
		this.depths = new H2Depths(statements, this);
	}

	@Override
	public String scripts() {
		return "h2";
	}

	// Each job has a lease of its own, and a table is read faster than a view.
	@Override
	public String sql(String template) {
		return this.texts.computeIfAbsent(template,
				(text) -> this.tables.sql(text.replace("{running}", "{lease}")
					.replace("{leased}", "{lease}")
					.replace("{now}", "CURRENT_TIMESTAMP(6)")
					.replace("{now+?}", "DATEADD(MICROSECOND, CAST(? AS BIGINT), CURRENT_TIMESTAMP(6))")));
	}

	@Override
	public String sqlByIndex(String template) {
		return sql(template);
	}

	@Override
	public String sqlNeverIdle(String template) {
		return sql(template);
	}

	@Override
	public void lockSchema(Connection connection) {
		// CREATE TABLE locks the whole schema.
	}

	@Override
	public void preferIndexes(Connection connection) {
		// H2 has no statistics of its own that it would have to be saved from.
	}

	// A statement that fails leaves the transaction as it was.
	@Override
	public boolean insertNew(Connection connection, String template, Object... values) throws SQLException {
		try {
			return this.statements.update(connection, sql(template), values) > 0;
		}
		catch (SQLException ex) {
			if (DUPLICATE.equals(ex.getSQLState())) {
				return false;
			}
			throw ex;
		}
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

	// With an order, H2 would lock every row that it looks at.
	@Override
	public String skipLocked() {
		return "";
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
		return "SELECT headers FROM OLD TABLE (DELETE FROM {job} WHERE id = ANY(?))";
	}

	@Override
	public String flowAddition() {
		return """
				MERGE INTO {flow} f USING (
					SELECT CAST(FLOOR(EXTRACT(EPOCH FROM {now}) / 60) AS bigint) AS epoch_minute, CAST(? AS uuid) AS writer, c.*
					FROM UNNEST(CAST(? AS bigint ARRAY), CAST(? AS bigint ARRAY), CAST(? AS bigint ARRAY),
						CAST(? AS bigint ARRAY), CAST(? AS bigint ARRAY), CAST(? AS character varying ARRAY))
						AS c (enqueued, succeeded, retried, dead, cancelled, queue)
				) a ON f.epoch_minute = a.epoch_minute AND f.writer = a.writer AND f.queue = a.queue
				WHEN MATCHED THEN UPDATE SET enqueued = f.enqueued + a.enqueued, succeeded = f.succeeded + a.succeeded,
					retried = f.retried + a.retried, dead = f.dead + a.dead, cancelled = f.cancelled + a.cancelled
				WHEN NOT MATCHED THEN INSERT (epoch_minute, writer, enqueued, succeeded, retried, dead, cancelled, queue)
				VALUES (a.epoch_minute, a.writer, a.enqueued, a.succeeded, a.retried, a.dead, a.cancelled, a.queue)""";
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
	public boolean succeedAmongOthers(Connection connection, Ending ending) throws SQLException {
		return !succeed(connection, List.of(ending)).isEmpty();
	}

	@Override
	public Set<UUID> succeed(Connection connection, List<Ending> endings) throws SQLException {
		String record = sql(
				"""
						INSERT INTO {history} (node, token, enqueued_at, started_at, ended_at, id, attempts, priority, state, queue, name,
							result)
						SELECT l.node, l.token, j.enqueued_at, l.claimed_at, {now}, j.id, l.attempt, j.priority, 'SUCCEEDED', j.queue,
							j.name, CAST(? AS CHARACTER VARYING)
						FROM {lease} l JOIN {job} j ON j.id = l.id WHERE l.id = ?""");
		Set<UUID> fenced = new LinkedHashSet<>();
		String lock = sql("SELECT 1 FROM {lease} WHERE id = ? AND node = ? AND token = ? FOR UPDATE");
		try (PreparedStatement history = this.statements.prepare(connection, record);
				PreparedStatement lease = this.statements.prepare(connection, sql("DELETE FROM {lease} WHERE id = ?"));
				PreparedStatement job = this.statements.prepare(connection, sql("DELETE FROM {job} WHERE id = ?"))) {
			for (Ending ending : endings) {
				UUID id = ending.job().id();
				if (!this.statements
					.query(connection, lock, (row) -> 1, id, ending.job().lease().node(), ending.job().lease().token())
					.isEmpty()) {
					fenced.add(id);
					Statements.batch(history, ((Outcome.Succeeded) ending.outcome()).result(), id);
					Statements.batch(lease, id);
					Statements.batch(job, id);
				}
			}
			if (!fenced.isEmpty()) {
				history.executeBatch();
				lease.executeBatch();
				job.executeBatch();
			}
		}
		return fenced;
	}

}
