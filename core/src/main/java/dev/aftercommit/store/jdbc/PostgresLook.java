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

import org.jspecify.annotations.Nullable;

import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;

/**
 * Looks whether there is anything to claim, for less than a claim costs that finds
 * nothing.
 */
final class PostgresLook {

	// Lanes by which a rate or a queue's limit lets nothing start count, too: what holds
	// them up is the claim's to say.
	private static final String NOTHING = """

			SELECT %s
			FROM (SELECT clock_timestamp() AS now) c
			WHERE NOT EXISTS (SELECT FROM lane l WHERE l.name = ANY(CAST(? AS text[]))
				AND l.queue <> ALL(ARRAY(SELECT p.queue FROM {paused_queue} p)))""".formatted(ClaimedRows.WHOLE);

	private final PostgresQuestion question;

	private final String inAllQueues;

	private final String inSomeQueues;

	PostgresLook(Statements statements, Tables tables) {
		this.question = new PostgresQuestion(statements);
		this.inAllQueues = tables.sql(PostgresClaims.ALL_LANES + NOTHING);
		this.inSomeQueues = tables.sql(PostgresClaims.LANES_OF_SOME_QUEUES + NOTHING);
	}

	/**
	 * A claim of nothing.
	 * @return {@code null} if there may be something to claim
	 */
	@Nullable Claim nothing(Connection connection, ClaimRequest request) throws SQLException {
		String[] names = request.names().toArray(String[]::new);
		if (request.queues() == null) {
			return this.question.nothing(connection, this.inAllQueues, (row) -> ClaimedRows.whole(row, 1),
					(Object) names);
		}
		return this.question.nothing(connection, this.inSomeQueues, (row) -> ClaimedRows.whole(row, 1),
				request.queues().toArray(String[]::new), names);
	}

}
