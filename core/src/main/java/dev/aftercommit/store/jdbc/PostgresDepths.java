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
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;

/**
 * Measures all lanes in one statement: where there are a hundred, a round trip for each
 * would be most of it.
 */
final class PostgresDepths {

	private static final String HEADS = """
			SELECT h.queue, h.name, h.priority, h.seq, h.id, h.attempt, h.due_at, c.waiting, (SELECT clock_timestamp())
			FROM lane l CROSS JOIN LATERAL (
				SELECT r.* FROM {ready} r WHERE r.queue = l.queue AND r.name = l.name ORDER BY r.priority, r.seq LIMIT 1) h
			""";

	private static final String OF_QUEUES = PostgresClaims.ALL_LANES
			+ """
					, depth AS MATERIALIZED (
						SELECT q.queue, (SELECT count(*) FROM (SELECT FROM {ready} w WHERE w.queue = q.queue LIMIT 10001) w) AS waiting
						FROM (SELECT DISTINCT l.queue FROM lane l) q
					)
					"""
			+ HEADS + " JOIN depth c ON c.queue = l.queue ORDER BY h.queue";

	private static final String OF_LANES = PostgresClaims.ALL_LANES + HEADS + """
			 CROSS JOIN LATERAL (SELECT count(*) AS waiting FROM (
				SELECT FROM {ready} w WHERE w.queue = l.queue AND w.name = l.name LIMIT 1001) w) c
			WHERE l.name <> ALL(CAST(? AS text[])) ORDER BY h.queue, h.name""";

	private final Statements statements;

	private final Dialect dialect;

	PostgresDepths(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	List<LaneDepth> ofQueues(Connection connection) throws SQLException {
		return this.statements.query(connection, this.dialect.sqlByIndex(OF_QUEUES), PostgresDepths::depth);
	}

	List<LaneDepth> ofLanes(Connection connection, Set<String> names) throws SQLException {
		return this.statements.query(connection, this.dialect.sqlByIndex(OF_LANES), PostgresDepths::depth,
				(Object) names.toArray(String[]::new));
	}

	private static LaneDepth depth(ResultSet row) throws SQLException {
		return new LaneDepth(Candidate.read(row), row.getLong(8), row.getObject(9, OffsetDateTime.class));
	}

}
