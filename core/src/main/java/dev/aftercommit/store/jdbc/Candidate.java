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

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.UUID;

/**
 * A job that waits, as read without a lock.
 *
 * @param queue its queue
 * @param name its name
 * @param priority its priority
 * @param seq its place within them
 * @param id its id
 * @param attempt attempts counted so far
 * @param dueAt since when it waits
 * @param turn 1 for the first one of its queue
 */
record Candidate(String queue, String name, int priority, long seq, UUID id, int attempt, OffsetDateTime dueAt,
		int turn) {

	/** Within one queue. */
	static final Comparator<Candidate> IN_ORDER = Comparator.comparingInt(Candidate::priority)
		.thenComparingLong(Candidate::seq);

	/** The first ones of all queues, then the second ones. */
	static final Comparator<Candidate> IN_TURN = Comparator.comparingInt(Candidate::turn)
		.thenComparing(Candidate::queue);

	/** A row of queue, name, priority, seq, id, attempt and due time, in its turn. */
	static Candidate read(ResultSet row) throws SQLException {
		return new Candidate(row.getString(1), row.getString(2), row.getInt(3), row.getLong(4),
				row.getObject(5, UUID.class), row.getInt(6), row.getObject(7, OffsetDateTime.class), row.getRow());
	}

	Candidate inTurn(int turn) {
		return new Candidate(this.queue, this.name, this.priority, this.seq, this.id, this.attempt, this.dueAt, turn);
	}

}
