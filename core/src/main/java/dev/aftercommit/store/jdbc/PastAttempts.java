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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobAttempt;

/**
 * What is recorded of attempts that have ended: tells it, and keeps it from growing
 * without end.
 */
final class PastAttempts {

	/** Of those that count. */
	static final int MOST_COUNTED = 50;

	// The latest ones are also how an outcome that comes again is recognised. Losses are
	// few, as a job is given up for them, and are counted for that.
	private static final String TRIM = """
			DELETE FROM {attempt} WHERE job_id = ANY(?) AND (job_id, node, token) IN (
				SELECT job_id, node, token FROM (
					SELECT a.job_id, a.node, a.token, a.outcome IN ('SNOOZED', 'INTERRUPTED') AS given_back,
						ROW_NUMBER() OVER (PARTITION BY a.job_id, a.outcome IN ('SNOOZED', 'INTERRUPTED')
							ORDER BY a.ended_at DESC, a.token DESC) AS place
					FROM {attempt} a WHERE a.job_id = ANY(?) AND a.outcome <> 'LOST'
				) x WHERE place > CASE WHEN given_back THEN 30 ELSE 50 END)""";

	private static final String LIST = """
			SELECT a.attempt, a.node, a.started_at, a.ended_at, a.outcome, a.error_type, a.error_text
			FROM {attempt} a WHERE a.job_id = ?
			UNION ALL
			SELECT h.attempts, h.node, h.started_at, h.ended_at, h.state, NULL, NULL
			FROM {history} h WHERE h.id = ? AND h.state = 'SUCCEEDED'""";

	private static final Set<AttemptOutcome> GIVEN_BACK = Set.of(AttemptOutcome.SNOOZED, AttemptOutcome.INTERRUPTED);

	private final Statements statements;

	private final Dialect dialect;

	PastAttempts(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	List<JobAttempt> list(Connection connection, UUID id) throws SQLException {
		return this.statements.query(connection, this.dialect.sqlByIndex(LIST), PastAttempts::attempt, id, id)
			.stream()
			.sorted(JobAttempt.BY_NUMBER)
			.toList();
	}

	private static JobAttempt attempt(ResultSet row) throws SQLException {
		AttemptOutcome outcome = AttemptOutcome.valueOf(row.getString(5));
		boolean failed = !GIVEN_BACK.contains(outcome);
		return new JobAttempt(row.getInt(1), row.getLong(2), row.getObject(3, OffsetDateTime.class).toInstant(),
				row.getObject(4, OffsetDateTime.class).toInstant(), outcome, failed ? row.getString(6) : null,
				failed ? row.getString(7) : null);
	}

	/**
	 * Forget the oldest attempts of jobs that have more than are kept.
	 */
	void trim(Connection connection, Collection<UUID> ids) throws SQLException {
		if (!ids.isEmpty()) {
			UUID[] array = ids.toArray(UUID[]::new);
			this.statements.update(connection, this.dialect.sql(TRIM), array, array);
		}
	}

}
