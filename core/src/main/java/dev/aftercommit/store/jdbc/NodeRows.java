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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.store.Headers;

/**
 * Reads nodes.
 */
final class NodeRows {

	private static final String READ = """
			SELECT id, name, version, started_at, heartbeat_at, ended_at, concurrency, names, queues, limits, {now}, quiet
			FROM {node} ORDER BY id DESC LIMIT 1000""";

	private final Statements statements;

	private final Dialect dialect;

	NodeRows(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	/**
	 * Read nodes, those that started last first.
	 * @param running how many jobs run on each
	 */
	List<NodeSnapshot> read(Connection connection, Map<Long, Long> running) throws SQLException {
		return this.statements.query(connection, this.dialect.sqlByIndex(READ),
				(row) -> node(row, running.getOrDefault(row.getLong(1), 0L)));
	}

	private static NodeSnapshot node(ResultSet row, long running) throws SQLException {
		Instant heartbeatAt = time(row, 5);
		OffsetDateTime endedAt = row.getObject(6, OffsetDateTime.class);
		Duration silent = Duration.between(heartbeatAt, time(row, 11));
		return new NodeSnapshot(row.getLong(1), row.getString(2), row.getString(3), time(row, 4), heartbeatAt,
				silent.isNegative() ? Duration.ZERO : silent, (endedAt != null) ? endedAt.toInstant() : null, running,
				row.getInt(7), words(row.getArray(8)), (row.getArray(9) != null) ? words(row.getArray(9)) : null,
				limits(row.getString(10)), row.getBoolean(12));
	}

	private static Instant time(ResultSet row, int column) throws SQLException {
		return row.getObject(column, OffsetDateTime.class).toInstant();
	}

	private static Set<String> words(@Nullable Array array) throws SQLException {
		return (array != null)
				? Arrays.stream((Object[]) array.getArray()).map(String::valueOf).collect(Collectors.toSet())
				: Set.of();
	}

	private static Map<String, Integer> limits(String text) {
		Map<String, Integer> limits = new HashMap<>();
		Headers.read(text).forEach((queue, limit) -> limits.put(queue, Integer.valueOf(limit)));
		return limits;
	}

}
