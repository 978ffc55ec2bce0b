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
import java.util.List;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.Outcome;

/**
 * Completes any number of jobs in one statement. Each step hands on what the next one
 * needs. The rows are found by all ids at once, in one index scan, and joined by a hash.
 */
final class PostgresSuccesses {

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
			INSERT INTO {history} (node, token, enqueued_at, started_at, ended_at, id, attempts, priority, state, queue, name, result)
			SELECT g.node, g.token, g.enqueued_at, g.claimed_at, (SELECT now FROM clock), g.id, g.attempt, g.priority, 'SUCCEEDED',
				g.queue, g.name, g.result
			FROM gone g
			RETURNING id""";

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

	private final String succeed;

	private final String succeedOne;

	PostgresSuccesses(Statements statements, Tables tables) {
		this.statements = statements;
		this.succeed = tables.sql(PostgresDialect.PREFER_INDEXES + SUCCEED);
		this.succeedOne = tables.sql(SUCCEED_ONE);
	}

	boolean succeedAmongOthers(Connection connection, Ending ending) throws SQLException {
		Lease lease = ending.job().lease();
		return !this.statements
			.query(connection, this.succeedOne, (row) -> row.getObject(1, UUID.class), ending.job().id(), lease.node(),
					lease.token(), ((Outcome.Succeeded) ending.outcome()).result())
			.isEmpty();
	}

	Set<UUID> succeed(Connection connection, List<Ending> endings) throws SQLException {
		Object[] ids = endings.stream().map((ending) -> ending.job().id()).toArray(UUID[]::new);
		Object[] nodes = endings.stream().map((ending) -> ending.job().lease().node()).toArray(Long[]::new);
		Object[] tokens = endings.stream().map((ending) -> ending.job().lease().token()).toArray(Long[]::new);
		Object[] results = endings.stream()
			.map((ending) -> ((Outcome.Succeeded) ending.outcome()).result())
			.toArray(String[]::new);
		return Set.copyOf(this.statements.query(connection, this.succeed, (row) -> row.getObject(1, UUID.class), ids,
				nodes, tokens, results));
	}

}
