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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.store.Lease;

/**
 * A bundle is one row that leases all jobs of one claim. Successes are counted off it;
 * whatever else is to happen to one of its jobs takes that job out first, so that it has
 * a lease of its own, as everybody else knows it.
 * <p>
 * Whoever changes a bundle locks its row first and looks again: of a success and
 * something else at the same moment, the second one finds what the first one has left.
 */
final class PostgresBundles {

	/** Bundles are large. */
	private static final int UNTIED_AT_ONCE = 5;

	// A bundle that all have left who are meant is nobody's business: bodies end in long
	// transactions.
	private static final String LOCK = """
			SELECT b.node, b.token FROM {bundle} b WHERE b.token = ANY(CAST(? AS bigint[])) AND b.node = ANY(CAST(? AS bigint[]))
			AND NOT b.taken @> CAST(? AS uuid[]) ORDER BY b.token, b.node FOR UPDATE""";

	private static final String LOCK_OF = """
			SELECT b.node, b.token FROM {bundle} b WHERE CAST(? AS uuid) = ANY(b.ids) ORDER BY b.token, b.node FOR UPDATE""";

	private static final String LOCK_ORPHANS = """
			SELECT b.node, b.token FROM {bundle} b
			WHERE NOT EXISTS (SELECT 1 FROM {node} n WHERE n.id = b.node AND n.ended_at IS NULL)
			LIMIT ? FOR UPDATE SKIP LOCKED""";

	private static final String LOCK_OLD = """
			SELECT b.node, b.token FROM {bundle} b
			WHERE b.claimed_at < (SELECT clock_timestamp()) - CAST(? AS bigint) * interval '1 microsecond'
			LIMIT ? FOR UPDATE SKIP LOCKED""";

	private static final String LOCK_UNKNOWN = """
			SELECT b.node, b.token FROM {bundle} b WHERE b.node = ? AND b.token < ? AND b.token <> ALL(CAST(? AS bigint[]))
			FOR UPDATE SKIP LOCKED""";

	// Those that have ended are no longer counted, and get no lease.
	private static final String TAKE_OUT = """
			WITH wanted AS MATERIALIZED (
				SELECT b.node, b.token, b.claimed_at, u.id, u.attempt
				FROM {bundle} b CROSS JOIN LATERAL unnest(b.ids, b.attempts) AS u(id, attempt)
					JOIN (SELECT DISTINCT i.id FROM unnest(CAST(? AS uuid[])) AS i(id)) w ON w.id = u.id
				WHERE b.token = ANY(CAST(? AS bigint[])) AND b.node = ANY(CAST(? AS bigint[])) AND u.id <> ALL(b.taken)
			),
			alive AS MATERIALIZED (
				SELECT j.id FROM {job} j WHERE j.id = ANY(ARRAY(SELECT w.id FROM wanted w)) FOR KEY SHARE
			),
			leased AS (
				INSERT INTO {lease} (node, token, claimed_at, id, attempt)
				SELECT w.node, w.token, w.claimed_at, w.id, w.attempt FROM wanted w JOIN alive a ON a.id = w.id
				RETURNING node, token, id
			),
			counted AS MATERIALIZED (
				SELECT l.node, l.token, count(*) AS jobs, array_agg(l.id) AS ids FROM leased l GROUP BY l.node, l.token
			),
			emptied AS (
				DELETE FROM {bundle} b USING counted c WHERE b.token = c.token AND b.node = c.node AND b.open <= c.jobs
			)
			UPDATE {bundle} b SET taken = b.taken || c.ids, open = b.open - c.jobs
			FROM counted c WHERE b.token = c.token AND b.node = c.node AND b.open > c.jobs""";

	private static final String UNTIE = """
			WITH gone AS (
				DELETE FROM {bundle} b WHERE b.token = ? AND b.node = ?
				RETURNING b.node, b.token, b.claimed_at, b.ids, b.attempts, b.taken
			),
			member AS MATERIALIZED (
				SELECT g.node, g.token, g.claimed_at, u.id, u.attempt
				FROM gone g CROSS JOIN LATERAL unnest(g.ids, g.attempts) AS u(id, attempt)
				WHERE u.id <> ALL(g.taken)
			),
			alive AS MATERIALIZED (
				SELECT j.id FROM {job} j WHERE j.id = ANY(ARRAY(SELECT m.id FROM member m)) FOR KEY SHARE
			)
			INSERT INTO {lease} (node, token, claimed_at, id, attempt)
			SELECT m.node, m.token, m.claimed_at, m.id, m.attempt FROM member m JOIN alive a ON a.id = m.id
			RETURNING id""";

	private final Statements statements;

	private final Tables tables;

	PostgresBundles(Statements statements, Tables tables) {
		this.statements = statements;
		this.tables = tables;
	}

	/**
	 * Give jobs leases of their own, as far as they are in a bundle of the lease that
	 * they are said to have.
	 */
	void takeOut(Connection connection, Collection<UUID> ids, Collection<Lease> leases) throws SQLException {
		Long[] tokens = leases.stream().map(Lease::token).distinct().toArray(Long[]::new);
		Long[] nodes = leases.stream().map(Lease::node).distinct().toArray(Long[]::new);
		takeOut(connection, ids, lock(connection, LOCK, tokens, nodes, ids.toArray(UUID[]::new)));
	}

	/** The same for a job of which nobody says who has it. */
	void takeOut(Connection connection, UUID id) throws SQLException {
		takeOut(connection, List.of(id), lock(connection, LOCK_OF, id));
	}

	private void takeOut(Connection connection, Collection<UUID> ids, List<Lease> locked) throws SQLException {
		if (!locked.isEmpty()) {
			this.statements.update(connection, this.tables.sql(TAKE_OUT), ids.toArray(UUID[]::new), tokens(locked),
					nodes(locked));
		}
	}

	/**
	 * Give jobs of nodes that have ended leases of their own, so many of them if there
	 * are. And those that take long: they would keep the row of all that were claimed
	 * with them.
	 * @param age microseconds from which on a bundle is old
	 */
	void untieOrphansAndOld(Connection connection, long age, int limit) throws SQLException {
		untie(connection, limit, LOCK_ORPHANS, UNTIED_AT_ONCE);
		untie(connection, limit, LOCK_OLD, age, UNTIED_AT_ONCE);
	}

	/** Bundles of which little is left are many. */
	private void untie(Connection connection, int limit, String template, Object... values) throws SQLException {
		List<Lease> locked;
		int untied = 0;
		do {
			locked = lock(connection, template, values);
			untied += untie(connection, locked);
		}
		while (locked.size() == UNTIED_AT_ONCE && untied < limit);
	}

	/** The same for what a node has under tokens that it doesn't know. */
	void untieUnknown(Connection connection, long node, Set<Long> held, long below) throws SQLException {
		untie(connection, lock(connection, LOCK_UNKNOWN, node, below, held.toArray(Long[]::new)));
	}

	private int untie(Connection connection, List<Lease> locked) throws SQLException {
		int untied = 0;
		for (Lease lease : locked) {
			untied += this.statements
				.query(connection, this.tables.sql(PostgresDialect.PREFER_INDEXES + UNTIE), (row) -> 1, lease.token(),
						lease.node())
				.size();
		}
		return untied;
	}

	private List<Lease> lock(Connection connection, String template, Object... values) throws SQLException {
		return this.statements.query(connection, this.tables.sql(template), PostgresBundles::lease, values);
	}

	private static Lease lease(ResultSet row) throws SQLException {
		return new Lease(row.getLong(1), row.getLong(2));
	}

	private static Object[] tokens(List<Lease> leases) {
		return leases.stream().map(Lease::token).toArray(Long[]::new);
	}

	private static Object[] nodes(List<Lease> leases) {
		return leases.stream().map(Lease::node).distinct().toArray(Long[]::new);
	}

}
