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
import java.util.TreeSet;

/**
 * Finds the queues in which jobs wait, without reading the jobs.
 */
final class Queues {

	private static final String NEXT = "SELECT queue FROM {ready} WHERE queue > ? ORDER BY queue LIMIT 1";

	private Queues() {
	}

	static Set<String> waitingIn(Connection connection, Statements statements, Dialect dialect) throws SQLException {
		Set<String> queues = new TreeSet<>();
		String next = dialect.sql(NEXT);
		List<String> found = statements.query(connection, next, (row) -> row.getString(1), "");
		while (!found.isEmpty()) {
			queues.add(found.get(0));
			found = statements.query(connection, next, (row) -> row.getString(1), found.get(0));
		}
		return queues;
	}

}
