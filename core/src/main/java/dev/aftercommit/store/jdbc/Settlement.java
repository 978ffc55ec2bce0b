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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Gives what is free of keys to those whose turn it is. One settles at a time, whoever
 * comes first; the others go on with something else. Skips every row that somebody holds,
 * so that it waits for nobody, and leaves a mark for another time.
 */
final class Settlement {

	private final Statements statements;

	private final Dialect dialect;

	private final Marks marks;

	private final Places places;

	private final Successions successions;

	Settlement(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
		this.marks = new Marks(statements, dialect);
		this.places = new Places(statements, dialect);
		this.successions = new Successions(statements, dialect, this.places);
	}

	int settle(Connection connection, int limit) throws SQLException {
		if (this.statements
			.query(connection, this.dialect.sqlNeverIdle("SELECT id FROM {settler} FOR UPDATE SKIP LOCKED"), (row) -> 1)
			.isEmpty()) {
			return 0;
		}
		this.dialect.preferIndexes(connection);
		// Whatever a mark that is seen here tells of is seen by the statements that
		// follow.
		Set<String> keys = new HashSet<>();
		List<Long> taken = this.statements.query(connection,
				this.dialect.sql("SELECT seq, key_text FROM {unsettled} ORDER BY seq LIMIT ?"), (row) -> {
					keys.add(row.getString(2));
					return row.getLong(1);
				}, limit);
		return taken.isEmpty() ? 0 : settle(connection, keys, taken);
	}

	private int settle(Connection connection, Set<String> keys, List<Long> taken) throws SQLException {
		Set<String> unsettled = new TreeSet<>();
		Set<String> lines = new TreeSet<>(keys);
		int passed = this.successions.settle(connection, keys, lines, unsettled);
		passed += this.places.settle(connection, lines, unsettled);
		this.statements.update(connection, this.dialect.sql("DELETE FROM {unsettled} WHERE seq = ANY(?)"),
				(Object) taken.toArray(Long[]::new));
		this.marks.leave(connection, unsettled);
		return passed;
	}

}
