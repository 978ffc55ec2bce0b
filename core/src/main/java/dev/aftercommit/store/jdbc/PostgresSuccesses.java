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

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.Outcome;

/**
 * Completes any number of jobs in one statement. Each step hands on what the next one
 * needs. The rows are found by all ids at once, in one index scan, and joined by a hash.
 */
final class PostgresSuccesses {

	// Usually it is all of them, which needn't be said one by one.
	private static final String RECORD = """
			, recorded AS (
				INSERT INTO {history} (node, token, enqueued_at, started_at, ended_at, id, attempts, priority, state, queue, name, result)
				SELECT g.node, g.token, g.enqueued_at, g.claimed_at, (SELECT now FROM clock), g.id, g.attempt, g.priority, 'SUCCEEDED',
					g.queue, g.name, g.result
				FROM gone g
				RETURNING id
			)
			SELECT CASE WHEN count(*) < (SELECT cardinality(i.ids) FROM input i) THEN array_agg(r.id) END,
				count(*) = 0 FROM recorded r""";

	private static final String SUCCEED = """
			WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now),
			input AS MATERIALIZED (SELECT CAST(? AS uuid[]) AS ids),
			fenced AS (
				DELETE FROM {lease} l
				USING unnest((SELECT ids FROM input), CAST(? AS bigint[]), CAST(? AS bigint[]), CAST(? AS text[]))
					AS e(id, node, token, result)
				WHERE l.id = ANY(CAST((SELECT ids FROM input) AS uuid[]))
				AND l.id = e.id AND l.node = e.node AND l.token = e.token
				RETURNING l.id, l.node, l.token, l.claimed_at, l.attempt, e.result
			),
			gone AS (
				DELETE FROM {job} j USING fenced f
				WHERE j.id = ANY(CAST((SELECT ids FROM input) AS uuid[])) AND j.id = f.id
				RETURNING j.id, j.enqueued_at, j.priority, j.queue, j.name,
					f.node, f.token, f.claimed_at, f.attempt, f.result
			)
			""" + RECORD;

	// What a bundle has is not looked up in it: whoever has its token has got its jobs
	// from it, and one that has left it since is among those that were taken.
	private static final String SUCCEED_BUNDLED = """
			WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now),
			input AS MATERIALIZED (
				SELECT CAST(? AS uuid[]) AS ids, CAST(? AS bigint[]) AS nodes, CAST(? AS bigint[]) AS tokens),
			bundle AS MATERIALIZED (
				SELECT b.node, b.token, b.claimed_at, b.taken FROM {bundle} b
				WHERE b.token = ANY(ARRAY(SELECT DISTINCT unnest(i.tokens) FROM input i))
				AND b.node = ANY(ARRAY(SELECT DISTINCT unnest(i.nodes) FROM input i)) FOR UPDATE
			),
			gone AS (
				DELETE FROM {job} j
				USING unnest((SELECT ids FROM input), (SELECT nodes FROM input), (SELECT tokens FROM input),
					CAST(? AS text[]), CAST(? AS integer[])) AS e(id, node, token, result, attempt)
					JOIN bundle b ON b.node = e.node AND b.token = e.token AND e.id <> ALL(b.taken)
				WHERE j.id = ANY(CAST((SELECT ids FROM input) AS uuid[])) AND j.id = e.id
				RETURNING j.id, j.enqueued_at, j.priority, j.queue, j.name,
					e.node, e.token, b.claimed_at, e.attempt, e.result
			),
			counted AS MATERIALIZED (SELECT g.node, g.token, count(*) AS jobs FROM gone g GROUP BY g.node, g.token),
			emptied AS (
				DELETE FROM {bundle} b USING counted c WHERE b.token = c.token AND b.node = c.node AND b.open <= c.jobs
			),
			opened AS (
				UPDATE {bundle} b SET open = b.open - c.jobs
				FROM counted c WHERE b.token = c.token AND b.node = c.node AND b.open > c.jobs
			)
			""" + RECORD;

	// By keys only, so that it needs no settings of the planner: they would stay for the
	// application's next statements.
	private static final String SUCCEED_ONE = """
			WITH fenced AS (
				DELETE FROM {lease} WHERE id = ? AND node = ? AND token = ?
				RETURNING id, node, token, claimed_at, attempt
			),
			gone AS (
				DELETE FROM {job} j USING fenced f WHERE j.id = f.id
				RETURNING j.id, j.enqueued_at, j.priority, j.queue, j.name, f.node, f.token, f.claimed_at, f.attempt
			)
			INSERT INTO {history} (node, token, enqueued_at, started_at, ended_at, id, attempts, priority, state, queue, name, result)
			SELECT g.node, g.token, g.enqueued_at, g.claimed_at, clock_timestamp(), g.id, g.attempt, g.priority, 'SUCCEEDED',
				g.queue, g.name, CAST(? AS text)
			FROM gone g
			RETURNING id""";

	private final Statements statements;

	private final PostgresBundles bundles;

	private final String succeed;

	private final String succeedBundled;

	private final String succeedOne;

	PostgresSuccesses(Statements statements, Tables tables, PostgresBundles bundles) {
		this.statements = statements;
		this.bundles = bundles;
		this.succeed = tables.sql(PostgresDialect.PREFER_INDEXES_ALWAYS + SUCCEED);
		this.succeedBundled = tables.sql(PostgresDialect.PREFER_INDEXES_ALWAYS + SUCCEED_BUNDLED);
		this.succeedOne = tables.sql(SUCCEED_ONE);
	}

	boolean succeedAmongOthers(Connection connection, Ending ending) throws SQLException {
		if (succeedOne(connection, ending)) {
			return true;
		}
		this.bundles.takeOut(connection, List.of(ending.job().id()), List.of(ending.job().lease()));
		return succeedOne(connection, ending);
	}

	private boolean succeedOne(Connection connection, Ending ending) throws SQLException {
		Lease lease = ending.job().lease();
		return !this.statements
			.query(connection, this.succeedOne, (row) -> row.getObject(1, UUID.class), ending.job().id(), lease.node(),
					lease.token(), result(ending))
			.isEmpty();
	}

	/**
	 * Jobs whose lease is that of others, too, are looked for in bundles first, the rest
	 * last. After each look into bundles comes one for leases: a job that somebody takes
	 * out of its bundle at this very moment has a lease once the bundle can be locked.
	 */
	Set<UUID> succeed(Connection connection, List<Ending> endings) throws SQLException {
		Set<UUID> accepted = new HashSet<>(endings.size() * 2);
		List<Ending> shared = shared(endings);
		if (!shared.isEmpty()) {
			succeedBundled(connection, shared, accepted);
		}
		if (accepted.size() < endings.size()) {
			succeedAlone(connection, without(endings, accepted), accepted);
		}
		if (accepted.size() < endings.size() && shared.size() < endings.size()) {
			succeedBundled(connection, without(endings, accepted), accepted);
			if (accepted.size() < endings.size()) {
				succeedAlone(connection, without(endings, accepted), accepted);
			}
		}
		return accepted;
	}

	private static List<Ending> shared(List<Ending> endings) {
		Map<Lease, Integer> jobs = new HashMap<>();
		endings.forEach((ending) -> jobs.merge(ending.job().lease(), 1, Integer::sum));
		return jobs.values().stream().allMatch((count) -> count > 1) ? endings
				: endings.stream().filter((ending) -> jobs.getOrDefault(ending.job().lease(), 0) > 1).toList();
	}

	private static List<Ending> without(List<Ending> endings, Set<UUID> accepted) {
		return accepted.isEmpty() ? endings
				: endings.stream().filter((ending) -> !accepted.contains(ending.job().id())).toList();
	}

	private void succeedAlone(Connection connection, List<Ending> endings, Set<UUID> accepted) throws SQLException {
		succeed(connection, this.succeed, endings, accepted, ids(endings), nodes(endings), tokens(endings),
				results(endings));
	}

	private void succeedBundled(Connection connection, List<Ending> endings, Set<UUID> accepted) throws SQLException {
		succeed(connection, this.succeedBundled, endings, accepted, ids(endings), nodes(endings), tokens(endings),
				results(endings), endings.stream().map((ending) -> ending.job().attempt()).toArray(Integer[]::new));
	}

	private void succeed(Connection connection, String sql, List<Ending> endings, Set<UUID> accepted, Object... values)
			throws SQLException {
		this.statements.query(connection, sql, (row) -> {
			Array some = row.getArray(1);
			if (some != null) {
				accepted.addAll(List.of((UUID[]) some.getArray()));
			}
			else if (!row.getBoolean(2)) {
				endings.forEach((ending) -> accepted.add(ending.job().id()));
			}
			return row;
		}, values);
	}

	private static Object[] ids(List<Ending> endings) {
		return endings.stream().map((ending) -> ending.job().id()).toArray(UUID[]::new);
	}

	private static Object[] nodes(List<Ending> endings) {
		return endings.stream().map((ending) -> ending.job().lease().node()).toArray(Long[]::new);
	}

	private static Object[] tokens(List<Ending> endings) {
		return endings.stream().map((ending) -> ending.job().lease().token()).toArray(Long[]::new);
	}

	private static Object[] results(List<Ending> endings) {
		return endings.stream().map(PostgresSuccesses::result).toArray(String[]::new);
	}

	private static @Nullable String result(Ending ending) {
		return ((Outcome.Succeeded) ending.outcome()).result();
	}

}
