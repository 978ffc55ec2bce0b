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
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds the lanes in which jobs wait, by name and queue, without reading the jobs.
 */
final class Lanes {

	private static final String NEXT_QUEUE = "SELECT queue FROM {ready} WHERE queue >= ? ORDER BY queue LIMIT 1";

	private static final String NEXT_NAME = "SELECT name FROM {ready} WHERE queue = ? AND name >= ? ORDER BY queue, name LIMIT 1";

	// Of all texts that follow another one, the first. With a 'greater than', H2 would
	// read
	// all that equal it.
	private static final String FIRST_AFTER = "\u0001";

	private final Statements statements;

	private final Dialect dialect;

	Lanes(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	/**
	 * All queues in which jobs wait.
	 * @return the names of their lanes, by queue
	 */
	Map<String, SortedSet<String>> waiting(Connection connection) throws SQLException {
		SortedSet<String> queues = new TreeSet<>();
		for (String next = next(connection, NEXT_QUEUE, FIRST_AFTER); !next.isEmpty();) {
			queues.add(next);
			next = next(connection, NEXT_QUEUE, next + FIRST_AFTER);
		}
		return waitingIn(connection, queues);
	}

	/**
	 * Those of these queues in which jobs wait.
	 * @return the names of their lanes, by queue
	 */
	Map<String, SortedSet<String>> waitingIn(Connection connection, Collection<String> queues) throws SQLException {
		Map<String, SortedSet<String>> lanes = new TreeMap<>();
		for (String queue : queues) {
			for (String next = next(connection, NEXT_NAME, queue, FIRST_AFTER); !next.isEmpty();) {
				lanes.computeIfAbsent(queue, (key) -> new TreeSet<>()).add(next);
				next = next(connection, NEXT_NAME, queue, next + FIRST_AFTER);
			}
		}
		return lanes;
	}

	private String next(Connection connection, String template, Object... from) throws SQLException {
		List<String> found = this.statements.query(connection, this.dialect.sql(template), (row) -> row.getString(1),
				from);
		return found.isEmpty() ? "" : found.get(0);
	}

}
