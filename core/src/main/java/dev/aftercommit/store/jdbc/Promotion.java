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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Moves jobs whose time has come to where workers look.
 */
final class Promotion {

	private final Statements statements;

	private final Dialect dialect;

	private final Gates gates;

	Promotion(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
		this.gates = new Gates(statements, dialect);
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
		List<UUID> gated = new ArrayList<>();
		List<UUID> locked = this.statements.query(connection,
				this.dialect.sql("SELECT id, gated FROM {scheduled} WHERE id = ANY(?) FOR UPDATE SKIP LOCKED"),
				(row) -> noted(row.getObject(1, UUID.class), row.getBoolean(2), gated),
				(Object) due.toArray(UUID[]::new));
		Map<UUID, Gate> gates = gated.isEmpty() ? Map.of() : this.gates.of(connection, gated);
		this.gates.blockScheduled(connection, gates);
		Object free = locked.stream().filter((id) -> !gates.containsKey(id)).toArray(UUID[]::new);
		this.statements.update(connection, this.dialect.sql("""
				INSERT INTO {ready} (seq, due_at, id, attempt, priority, queue, name)
				SELECT j.seq, s.run_at, j.id, s.attempt, j.priority, j.queue, j.name
				FROM {scheduled} s JOIN {job} j ON j.id = s.id WHERE s.id = ANY(?) AND j.id = ANY(?)"""), free, free);
		return this.statements.update(connection, this.dialect.sql("DELETE FROM {scheduled} WHERE id = ANY(?)"),
				(Object) locked.toArray(UUID[]::new));
	}

	private static UUID noted(UUID id, boolean isGated, List<UUID> gated) {
		if (isGated) {
			gated.add(id);
		}
		return id;
	}

	private List<UUID> ids(Connection connection, String sql, Object value) throws SQLException {
		return this.statements.query(connection, this.dialect.sql(sql), (row) -> row.getObject(1, UUID.class), value);
	}

}
