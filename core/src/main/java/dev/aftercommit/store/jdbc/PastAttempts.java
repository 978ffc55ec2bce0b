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
import java.util.UUID;

/**
 * Keeps what is recorded of a job's attempts from growing without end.
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

	private final Statements statements;

	private final Dialect dialect;

	PastAttempts(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
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
