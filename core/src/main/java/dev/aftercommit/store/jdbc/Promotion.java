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
import java.util.UUID;

/**
 * Moves jobs whose time has come to where workers look.
 */
final class Promotion {

	private final Statements statements;

	private final Dialect dialect;

	Promotion(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	int promote(Connection connection, int limit) throws SQLException {
		this.dialect.preferIndexes(connection);
		// Chosen in order without locks, then locked by id: in one step, H2 would lock
		// all that are due.
		List<UUID> due = ids(connection, "SELECT id FROM {scheduled} WHERE run_at <= {now} ORDER BY run_at LIMIT ?",
				limit);
		if (due.isEmpty()) {
			return 0;
		}
		Object locked = ids(connection, "SELECT id FROM {scheduled} WHERE id = ANY(?) FOR UPDATE SKIP LOCKED",
				due.toArray(UUID[]::new))
			.toArray(UUID[]::new);
		this.statements.update(connection, this.dialect.sql("""
				INSERT INTO {ready} (seq, due_at, id, attempt, priority, queue, name)
				SELECT j.seq, s.run_at, j.id, s.attempt, j.priority, j.queue, j.name
				FROM {scheduled} s JOIN {job} j ON j.id = s.id WHERE s.id = ANY(?) AND j.id = ANY(?)"""), locked,
				locked);
		return this.statements.update(connection, this.dialect.sql("DELETE FROM {scheduled} WHERE id = ANY(?)"),
				locked);
	}

	private List<UUID> ids(Connection connection, String sql, Object value) throws SQLException {
		return this.statements.query(connection, this.dialect.sql(sql), (row) -> row.getObject(1, UUID.class), value);
	}

}
