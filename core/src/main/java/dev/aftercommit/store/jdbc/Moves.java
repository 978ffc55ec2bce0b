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
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.Lease;

/**
 * Moves of leased jobs to where they are then. Whoever calls one has locked the leases,
 * and removes them afterwards.
 */
final class Moves {

	private final Statements statements;

	private final Dialect dialect;

	private final Marks marks;

	Moves(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
		this.marks = new Marks(statements, dialect);
	}

	/**
	 * Lock the leases of jobs, each its own from now on, waiting for whoever holds their
	 * rows.
	 * @param leases who is said to have the jobs
	 * @return those that there are, whoever has them
	 */
	List<Held> lock(Connection connection, Collection<UUID> ids, Collection<Lease> leases) throws SQLException {
		this.dialect.takeOut(connection, ids, leases);
		return this.statements.query(connection,
				this.dialect.sql("SELECT id, node, token, cancel_requested FROM {lease} WHERE id = ANY(?) FOR UPDATE"),
				Moves::held, (Object) ids.toArray(UUID[]::new));
	}

	static Held held(ResultSet row) throws SQLException {
		return new Held(row.getObject(1, UUID.class), new Lease(row.getLong(2), row.getLong(3)), row.getBoolean(4));
	}

	/**
	 * Let jobs wait for a worker, in the place that they had.
	 * @param givenBack attempts that are given back, 0 or 1
	 */
	void toReady(Connection connection, Collection<UUID> ids, int givenBack) throws SQLException {
		if (!ids.isEmpty()) {
			this.statements.update(connection, this.dialect.sql("""
					INSERT INTO {ready} (seq, due_at, id, attempt, priority, queue, name)
					SELECT j.seq, l.claimed_at, j.id, l.attempt - CAST(? AS integer), j.priority, j.queue, j.name
					FROM {lease} l JOIN {job} j ON j.id = l.id WHERE l.id = ANY(?) AND j.id = ANY(?)"""), givenBack,
					ids.toArray(UUID[]::new), ids.toArray(UUID[]::new));
		}
	}

	PreparedStatement toScheduled(Connection connection) throws SQLException {
		return this.statements.prepare(connection, this.dialect
			.sql("""
					INSERT INTO {scheduled} (run_at, id, attempt, retrying)
					SELECT {now+?}, l.id, l.attempt - CAST(? AS integer), CAST(? AS boolean) FROM {lease} l WHERE l.id = ?"""));
	}

	static void toRetrying(PreparedStatement scheduled, UUID id, Duration delay) throws SQLException {
		Statements.batch(scheduled, Micros.of(delay), 0, true, id);
	}

	static void toSnoozed(PreparedStatement scheduled, UUID id, Duration delay) throws SQLException {
		Statements.batch(scheduled, Micros.of(delay), 1, false, id);
	}

	/**
	 * Give jobs up.
	 */
	void toDead(Connection connection, Collection<UUID> ids, DeadReason reason) throws SQLException {
		if (ids.isEmpty()) {
			return;
		}
		UUID[] array = ids.toArray(UUID[]::new);
		this.statements.update(connection,
				this.dialect
					.sql("""
							INSERT INTO {dead} (node, token, seq, enqueued_at, started_at, ended_at, id, attempts, priority, queue, name,
								reason, headers, arguments)
							SELECT l.node, l.token, j.seq, j.enqueued_at, l.claimed_at, {now}, j.id, l.attempt, j.priority, j.queue, j.name,
								CAST(? AS varchar(30)), j.headers, j.arguments
							FROM {lease} l JOIN {job} j ON j.id = l.id WHERE l.id = ANY(?) AND j.id = ANY(?)"""),
				reason.name(), array, array);
		this.marks.remove(connection, ids);
	}

	/**
	 * Cancel jobs that were ended by their leases.
	 * @param givenBack attempts that are given back, 0 or 1
	 */
	void toCancelled(Connection connection, Collection<UUID> ids, int givenBack) throws SQLException {
		cancel(connection, ids, givenBack, "l.node, l.token");
	}

	/**
	 * Cancel jobs that their leases have not ended: what comes under those is refused.
	 * @param givenBack attempts that are given back, 0 or 1
	 */
	void toCancelledFromLost(Connection connection, Collection<UUID> ids, int givenBack) throws SQLException {
		cancel(connection, ids, givenBack, "CAST(NULL AS bigint), CAST(NULL AS bigint)");
	}

	private void cancel(Connection connection, Collection<UUID> ids, int givenBack, String endedBy)
			throws SQLException {
		if (ids.isEmpty()) {
			return;
		}
		UUID[] array = ids.toArray(UUID[]::new);
		this.statements.update(connection,
				this.dialect.sql("INSERT INTO {history} (node, token, enqueued_at, started_at, ended_at, id, attempts,"
						+ " priority, state, queue, name) SELECT " + endedBy + """
								, j.enqueued_at, l.claimed_at, {now}, j.id, l.attempt - CAST(? AS integer), j.priority,
									'CANCELLED', j.queue, j.name
								FROM {lease} l JOIN {job} j ON j.id = l.id WHERE l.id = ANY(?) AND j.id = ANY(?)"""),
				givenBack, array, array);
		this.marks.remove(connection, ids);
	}

	/**
	 * Record attempts that did not succeed.
	 */
	void note(Connection connection, List<Noted> attempts) throws SQLException {
		if (attempts.isEmpty()) {
			return;
		}
		try (PreparedStatement insert = this.statements.prepare(connection, this.dialect
			.sql("""
					INSERT INTO {attempt} (node, token, started_at, ended_at, job_id, attempt, outcome, error_type, error_text)
					SELECT l.node, l.token, l.claimed_at, {now}, l.id, l.attempt, CAST(? AS varchar(30)), CAST(? AS varchar(1000)),
						CAST(? AS varchar(10000))
					FROM {lease} l WHERE l.id = ?"""))) {
			for (Noted attempt : attempts) {
				Failure failure = attempt.failure();
				Statements.batch(insert, failure.outcome().name(), storable(failure.type()), storable(failure.text()),
						attempt.id());
			}
			insert.executeBatch();
		}
	}

	void removeLeases(Connection connection, Collection<UUID> ids) throws SQLException {
		if (!ids.isEmpty()) {
			this.statements.update(connection, this.dialect.sql("DELETE FROM {lease} WHERE id = ANY(?)"),
					(Object) ids.toArray(UUID[]::new));
		}
	}

	// An exception's text is anybody's: what PostgreSQL refuses in a text must not keep
	// the outcome from being stored.
	static String storable(String text) {
		return text.replace('\0', '\uFFFD');
	}

	/**
	 * A lease that is locked.
	 *
	 * @param id the job
	 * @param lease who has it
	 * @param cancelRequested whether somebody asked to cancel the job
	 */
	record Held(UUID id, Lease lease, boolean cancelRequested) {

	}

	/**
	 * An attempt to record.
	 *
	 * @param id the job
	 * @param failure how the attempt ended
	 */
	record Noted(UUID id, Failure failure) {

		static Noted released(UUID id) {
			return new Noted(id, new Failure(AttemptOutcome.INTERRUPTED, "Released", "The attempt was given back."));
		}

		static Noted snoozed(UUID id) {
			return new Noted(id,
					new Failure(AttemptOutcome.SNOOZED, "Snoozed", "The body asked to be run again later."));
		}

	}

}
