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
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.aftercommit.store.LastKnown;

/**
 * What nodes knew whose rows are deleted: for each name the version that knew it last.
 * Written when such a row is deleted, and never before: while it is there, it says that
 * itself.
 */
final class KnownNames {

	private static final String FORGOTTEN = """
			SELECT id, names, version, heartbeat_at FROM {node} WHERE ended_at < {now+?} LIMIT 1000 FOR UPDATE SKIP LOCKED""";

	private static final String READ = "SELECT name, version, heard_at FROM {known_name} WHERE name = ANY(?)";

	private static final String UPDATE = """
			UPDATE {known_name} SET version = ?, heard_at = ? WHERE name = ? AND heard_at < ?""";

	private static final String INSERT = "INSERT INTO {known_name} (version, heard_at, name) VALUES (?, ?, ?)";

	private final Statements statements;

	private final Dialect dialect;

	KnownNames(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	Map<String, LastKnown> read(Connection connection, Collection<String> names) throws SQLException {
		Map<String, LastKnown> known = new HashMap<>();
		this.statements.query(connection, this.dialect.sql(READ),
				(row) -> Map.entry(row.getString(1),
						new LastKnown(row.getString(2), row.getObject(3, OffsetDateTime.class).toInstant())),
				(Object) names.toArray(String[]::new))
			.forEach((each) -> known.put(each.getKey(), each.getValue()));
		return known;
	}

	/** Delete the rows of nodes, and keep what is to be kept of them. */
	int inherit(Connection connection, Duration endedFor) throws SQLException {
		Map<String, LastKnown> known = new TreeMap<>();
		List<Long> nodes = this.statements.query(connection, this.dialect.sql(FORGOTTEN), (row) -> {
			LastKnown last = new LastKnown(row.getString(3), row.getObject(4, OffsetDateTime.class).toInstant());
			names(row.getArray(2)).forEach((name) -> known.merge(name, last, LastKnown::orLater));
			return row.getLong(1);
		}, -Micros.of(endedFor));
		if (!nodes.isEmpty()) {
			// In the order of the names: two nodes that prune don't wait for one another.
			for (Map.Entry<String, LastKnown> each : known.entrySet()) {
				keep(connection, each.getKey(), each.getValue());
			}
			this.statements.update(connection, this.dialect.sql("DELETE FROM {node} WHERE id = ANY(?)"),
					(Object) nodes.toArray(Long[]::new));
		}
		return nodes.size();
	}

	private void keep(Connection connection, String name, LastKnown last) throws SQLException {
		OffsetDateTime heardAt = last.heardAt().atOffset(ZoneOffset.UTC);
		int updated = this.statements.update(connection, this.dialect.sql(UPDATE), last.version(), heardAt, name,
				heardAt);
		if (updated == 0) {
			this.dialect.insertNew(connection, INSERT, last.version(), heardAt, name);
		}
	}

	int forget(Connection connection, Duration heardBefore) throws SQLException {
		return this.statements.update(connection, this.dialect.sql("DELETE FROM {known_name} WHERE heard_at < {now+?}"),
				-Micros.of(heardBefore));
	}

	private static List<String> names(Array array) throws SQLException {
		return Arrays.stream((Object[]) array.getArray()).map(String::valueOf).toList();
	}

}
