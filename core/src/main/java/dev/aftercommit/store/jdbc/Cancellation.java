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
 * Moves a job that has not started to history.
 */
final class Cancellation {

	// A job that is promoted, or comes back from a lease, at this very moment is looked
	// for again.
	private static final int TRIES = 5;

	private static final String RECORD = """
			INSERT INTO {history} (enqueued_at, ended_at, id, attempts, priority, state, queue, name)
			SELECT j.enqueued_at, {now}, j.id, CAST(? AS integer), j.priority, 'CANCELLED', j.queue, j.name
			FROM {job} j WHERE j.id = ?""";

	private final Statements statements;

	private final Dialect dialect;

	private final Marks marks;

	Cancellation(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
		this.marks = new Marks(statements, dialect);
	}

	boolean cancel(Connection connection, UUID id) throws SQLException {
		for (int i = 0; i < TRIES && isWaiting(connection, id); i++) {
			List<Integer> attempts = take(connection, id);
			if (!attempts.isEmpty()) {
				this.statements.update(connection, this.dialect.sql(RECORD), attempts.get(0), id);
				this.marks.remove(connection, List.of(id));
				return true;
			}
		}
		return false;
	}

	private boolean isWaiting(Connection connection, UUID id) throws SQLException {
		return !this.statements.query(connection, this.dialect.sql("""
				SELECT 1 FROM {job} j WHERE j.id = ? AND NOT EXISTS (SELECT 1 FROM {running} l WHERE l.id = j.id)"""),
				(row) -> 1, id)
			.isEmpty();
	}

	/**
	 * The attempts of the job, which is then nowhere any more; empty if it was not found.
	 */
	private List<Integer> take(Connection connection, UUID id) throws SQLException {
		List<Place> places = this.statements.query(connection,
				this.dialect.sql("SELECT queue, name, priority, seq FROM {job} WHERE id = ?"),
				(row) -> new Place(row.getString(1), row.getString(2), row.getInt(3), row.getLong(4)), id);
		for (Place place : places) {
			List<Integer> attempts = attempts(connection, """
					SELECT attempt FROM {ready} WHERE queue = ? AND name = ? AND priority = ? AND seq = ? FOR UPDATE""",
					place.queue(), place.name(), place.priority(), place.seq());
			if (!attempts.isEmpty()) {
				this.statements.update(connection,
						this.dialect
							.sql("DELETE FROM {ready} WHERE queue = ? AND name = ? AND priority = ? AND seq = ?"),
						place.queue(), place.name(), place.priority(), place.seq());
				return attempts;
			}
		}
		List<Integer> attempts = take(connection, "scheduled", id);
		return attempts.isEmpty() ? take(connection, "blocked", id) : attempts;
	}

	private List<Integer> take(Connection connection, String table, UUID id) throws SQLException {
		List<Integer> attempts = attempts(connection, "SELECT attempt FROM {" + table + "} WHERE id = ? FOR UPDATE",
				id);
		if (!attempts.isEmpty()) {
			this.statements.update(connection, this.dialect.sql("DELETE FROM {" + table + "} WHERE id = ?"), id);
		}
		return attempts;
	}

	private List<Integer> attempts(Connection connection, String sql, Object... values) throws SQLException {
		return this.statements.query(connection, this.dialect.sql(sql), (row) -> row.getInt(1), values);
	}

	/** Where a job waits in its queue. */
	private record Place(String queue, String name, int priority, long seq) {

	}

}
