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

import dev.aftercommit.store.JobTerms;

/**
 * Finds how jobs stand, and keeps them there: one that waits can't be claimed, promoted
 * or cancelled by others until the transaction is over. By keys only, as this is done in
 * the caller's transaction.
 */
final class Standings {

	// A job that moves at this very moment is looked for again.
	private static final int TRIES = 10;

	private static final String JOB = "SELECT queue, name, priority, seq, forgiven, headers FROM {job} WHERE id = ?";

	private static final String READY = """
			SELECT attempt FROM {ready} WHERE queue = ? AND name = ? AND priority = ? AND seq = ? FOR UPDATE""";

	private static final String SCHEDULED = "SELECT attempt FROM {scheduled} WHERE id = ? FOR UPDATE";

	private static final String BLOCKED = "SELECT attempt FROM {blocked} WHERE id = ? FOR UPDATE";

	private static final String LEASED = "SELECT attempt FROM {running} WHERE id = ?";

	private final Statements statements;

	private final Dialect dialect;

	Standings(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	Standing lock(Connection connection, UUID id) throws SQLException {
		for (int i = 0; i < TRIES; i++) {
			List<Row> rows = this.statements.query(connection, this.dialect.sql(JOB), (row) -> new Row(row.getString(1),
					row.getString(2), row.getInt(3), row.getLong(4), row.getInt(5), Marks.terms(row.getString(6))), id);
			if (rows.isEmpty()) {
				return Standing.ENDED;
			}
			Row job = rows.get(0);
			List<Integer> waiting = lock(connection, id, job);
			if (!waiting.isEmpty()) {
				return new Standing(Standing.Phase.WAITING, waiting.get(0) > job.forgiven(), job.terms());
			}
			if (!attempts(connection, LEASED, id).isEmpty()) {
				return new Standing(Standing.Phase.RUNNING, true, job.terms());
			}
		}
		throw new SQLException("Job " + id + " moved " + TRIES + " times while its unique key was asked for",
				JdbcIntake.TRY_AGAIN);
	}

	private List<Integer> lock(Connection connection, UUID id, Row job) throws SQLException {
		List<Integer> attempts = attempts(connection, READY, job.queue(), job.name(), job.priority(), job.seq());
		if (attempts.isEmpty()) {
			attempts = attempts(connection, SCHEDULED, id);
		}
		return attempts.isEmpty() ? attempts(connection, BLOCKED, id) : attempts;
	}

	private List<Integer> attempts(Connection connection, String template, Object... values) throws SQLException {
		return this.statements.query(connection, this.dialect.sql(template), (row) -> row.getInt(1), values);
	}

	private record Row(String queue, String name, int priority, long seq, int forgiven, JobTerms terms) {

	}

}
