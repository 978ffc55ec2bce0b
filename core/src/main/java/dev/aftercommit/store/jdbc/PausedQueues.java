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
import java.util.Set;
import java.util.TreeSet;

/**
 * The queues of which no job starts. What a claim leaves out is what the table says at
 * its moment.
 */
final class PausedQueues {

	private static final String PAUSE = "INSERT INTO {paused_queue} (queue, paused_at) VALUES (?, {now})";

	private final Statements statements;

	private final Dialect dialect;

	PausedQueues(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	boolean pause(Connection connection, String queue) throws SQLException {
		return this.dialect.insertNew(connection, PAUSE, queue);
	}

	boolean resume(Connection connection, String queue) throws SQLException {
		return this.statements.update(connection, this.dialect.sql("DELETE FROM {paused_queue} WHERE queue = ?"),
				queue) > 0;
	}

	Set<String> read(Connection connection) throws SQLException {
		return new TreeSet<>(this.statements.query(connection, this.dialect.sql("SELECT queue FROM {paused_queue}"),
				(row) -> row.getString(1)));
	}

}
