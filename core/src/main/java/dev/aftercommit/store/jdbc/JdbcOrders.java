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
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobState;
import dev.aftercommit.OrderResult;
import dev.aftercommit.store.JobOrders;

/**
 * Carries orders out: looks where the job is, and changes it if it is still there. Both
 * databases understand every statement, and the caller's transaction is told nothing.
 */
final class JdbcOrders implements JobOrders {

	// A job that goes somewhere else between the look and the change is looked for again.
	private static final int TRIES = 10;

	private static final String STATE = """
			SELECT CASE WHEN l.id IS NOT NULL THEN 'RUNNING' WHEN s.retrying THEN 'RETRYING'
				WHEN s.id IS NOT NULL THEN 'SCHEDULED' WHEN b.id IS NOT NULL THEN 'BLOCKED' ELSE 'ENQUEUED' END
			FROM {job} j LEFT JOIN {running} l ON l.id = j.id LEFT JOIN {scheduled} s ON s.id = j.id
				LEFT JOIN {blocked} b ON b.id = j.id WHERE j.id = ?
			UNION ALL SELECT h.state FROM {history} h WHERE h.id = ?
			UNION ALL SELECT 'DEAD' FROM {dead} d WHERE d.id = ?""";

	private static final Set<JobState> WAITS_FOR_ITS_TIME = Set.of(JobState.SCHEDULED, JobState.RETRYING);

	private static final Set<JobState> WAITS = Set.of(JobState.SCHEDULED, JobState.RETRYING, JobState.ENQUEUED,
			JobState.BLOCKED);

	private static final Set<JobState> ENDED = Set.of(JobState.SUCCEEDED, JobState.CANCELLED, JobState.DEAD);

	private final CallersTransaction transaction;

	private final Statements statements;

	private final Dialect dialect;

	private final Cancellation cancellation;

	private final PausedQueues pausedQueues;

	private final Gates gates;

	private final Revival revival;

	JdbcOrders(CallersTransaction transaction, Statements statements, Dialect dialect) {
		this.transaction = transaction;
		this.statements = statements;
		this.dialect = dialect;
		this.cancellation = new Cancellation(statements, dialect);
		this.pausedQueues = new PausedQueues(statements, dialect);
		this.gates = new Gates(statements, dialect);
		this.revival = new Revival(statements, dialect);
	}

	@Override
	public OrderResult retry(UUID id) {
		return this.transaction.run("retry job " + id, (connection) -> {
			OrderResult result = this.revival.revive(connection, id);
			for (int i = 1; result == null && i < TRIES; i++) {
				JobState found = state(connection, id);
				if (found != JobState.DEAD) {
					return (found != null) ? OrderResult.refused(found) : OrderResult.unknown();
				}
				result = this.revival.revive(connection, id);
			}
			return (result != null) ? result : OrderResult.refused(JobState.DEAD);
		});
	}

	@Override
	public OrderResult cancel(UUID id) {
		return this.transaction.run("cancel job " + id, (connection) -> {
			OrderResult result = OrderResult.unknown();
			for (int i = 0; i < TRIES; i++) {
				if (result.found() == JobState.RUNNING) {
					this.dialect.takeOut(connection, id);
				}
				if (update(connection, "UPDATE {lease} SET cancel_requested = TRUE WHERE id = ?", id)) {
					return OrderResult.requested();
				}
				result = order(connection, id, WAITS, this.cancellation::cancel);
				if (result.kind() != OrderResult.Kind.REFUSED || result.found() != JobState.RUNNING) {
					return result;
				}
			}
			return result;
		});
	}

	@Override
	public OrderResult runNow(UUID id) {
		return order("run now", id, WAITS_FOR_ITS_TIME, this::makeReady);
	}

	@Override
	public OrderResult delete(UUID id) {
		return order("delete", id, ENDED, this::forget);
	}

	@Override
	public boolean pause(String queue) {
		return this.transaction.run("pause queue '" + queue + "'",
				(connection) -> this.pausedQueues.pause(connection, queue));
	}

	@Override
	public boolean resume(String queue) {
		return this.transaction.run("resume queue '" + queue + "'",
				(connection) -> this.pausedQueues.resume(connection, queue));
	}

	private OrderResult order(String what, UUID id, Set<JobState> from, Change change) {
		return this.transaction.run(what + " job " + id, (connection) -> order(connection, id, from, change));
	}

	private OrderResult order(Connection connection, UUID id, Set<JobState> from, Change change) throws SQLException {
		JobState found = state(connection, id);
		for (int i = 1; found != null && from.contains(found); i++) {
			if (change.make(connection, id)) {
				return OrderResult.done(found);
			}
			found = state(connection, id);
			if (i == TRIES) {
				break;
			}
		}
		return (found != null) ? OrderResult.refused(found) : OrderResult.unknown();
	}

	private @Nullable JobState state(Connection connection, UUID id) throws SQLException {
		return this.statements
			.query(connection, this.dialect.sql(STATE), (row) -> Lookup.state(row.getString(1)), id, id, id)
			.stream()
			.findFirst()
			.orElse(null);
	}

	private boolean makeReady(Connection connection, UUID id) throws SQLException {
		List<Boolean> gated = this.statements.query(connection,
				this.dialect.sql("SELECT gated FROM {scheduled} WHERE id = ? FOR UPDATE"), (row) -> row.getBoolean(1),
				id);
		if (gated.isEmpty()) {
			return false;
		}
		Map<UUID, Gate> gates = gated.get(0) ? this.gates.of(connection, List.of(id)) : Map.of();
		this.gates.blockScheduled(connection, gates);
		if (gates.isEmpty()) {
			update(connection, """
					INSERT INTO {ready} (seq, due_at, id, attempt, priority, queue, name)
					SELECT j.seq, {now}, j.id, s.attempt, j.priority, j.queue, j.name
					FROM {scheduled} s JOIN {job} j ON j.id = s.id WHERE s.id = ?""", id);
		}
		return update(connection, "DELETE FROM {scheduled} WHERE id = ?", id);
	}

	private boolean forget(Connection connection, UUID id) throws SQLException {
		boolean forgotten = update(connection, "DELETE FROM {history} WHERE id = ?", id)
				|| update(connection, "DELETE FROM {dead} WHERE id = ?", id);
		if (forgotten) {
			update(connection, "DELETE FROM {attempt} WHERE job_id = ?", id);
			update(connection, "DELETE FROM {tag} WHERE id = ?", id);
			update(connection, "DELETE FROM {words} WHERE job_id = ?", id);
		}
		return forgotten;
	}

	private boolean update(Connection connection, String template, UUID id) throws SQLException {
		return this.statements.update(connection, this.dialect.sql(template), id) > 0;
	}

	/**
	 * What an order does to a job that it found in the right state.
	 */
	@FunctionalInterface
	private interface Change {

		/**
		 * Make the change.
		 * @return whether the job was still there
		 */
		boolean make(Connection connection, UUID id) throws SQLException;

	}

}
