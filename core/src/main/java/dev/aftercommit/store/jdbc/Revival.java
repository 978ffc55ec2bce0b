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

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobState;
import dev.aftercommit.OrderResult;
import dev.aftercommit.store.JobTerms;

/**
 * Has dead jobs tried again, with the keys that they had.
 */
final class Revival {

	private final Statements statements;

	private final Dialect dialect;

	private final UniqueKeys uniqueKeys;

	private final Gates gates;

	Revival(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
		this.uniqueKeys = new UniqueKeys(statements, dialect, new Marks(statements, dialect));
		this.gates = new Gates(statements, dialect);
	}

	/**
	 * Revive a job.
	 * @return what became of the order; {@code null} if the job is not dead
	 */
	@Nullable OrderResult revive(Connection connection, UUID id) throws SQLException {
		List<JobTerms> terms = this.statements.query(connection,
				this.dialect.sql("SELECT headers FROM {dead} WHERE id = ? FOR UPDATE"),
				(row) -> Marks.terms(row.getString(1)), id);
		if (terms.isEmpty()) {
			return null;
		}
		UUID holder = this.uniqueKeys.retake(connection, id, terms.get(0));
		if (holder != null) {
			return OrderResult.held(holder);
		}
		move(connection, id, Gate.of(terms.get(0), false));
		return OrderResult.done(JobState.DEAD);
	}

	private void move(Connection connection, UUID id, @Nullable Gate gate) throws SQLException {
		update(connection,
				"""
						INSERT INTO {job} (seq, enqueued_at, id, forgiven, priority, queue, name, headers, arguments)
						SELECT seq, enqueued_at, id, attempts, priority, queue, name, headers, arguments FROM {dead} WHERE id = ?""",
				id);
		if (gate != null) {
			this.gates.blockDead(connection, id, gate);
		}
		else {
			update(connection, """
					INSERT INTO {ready} (seq, due_at, id, attempt, priority, queue, name)
					SELECT seq, {now}, id, attempts, priority, queue, name FROM {dead} WHERE id = ?""", id);
		}
		update(connection, "DELETE FROM {dead} WHERE id = ?", id);
	}

	private void update(Connection connection, String template, UUID id) throws SQLException {
		this.statements.update(connection, this.dialect.sql(template), id);
	}

}
