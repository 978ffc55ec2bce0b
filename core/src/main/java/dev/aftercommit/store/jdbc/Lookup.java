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
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobState;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.StoredArguments;

/**
 * Finds jobs wherever they are, all in one statement.
 */
final class Lookup {

	private static final String FIND = """
			SELECT x.*, a.outcome, a.error_type, a.error_text FROM (
				SELECT j.id, j.name, j.queue, j.priority, j.enqueued_at,
					CASE WHEN l.id IS NOT NULL THEN 'RUNNING' WHEN s.retrying THEN 'RETRYING' WHEN s.id IS NOT NULL THEN 'SCHEDULED'
						WHEN b.id IS NOT NULL THEN 'BLOCKED' ELSE 'ENQUEUED' END AS state,
					COALESCE(l.attempt, s.attempt, b.attempt, (SELECT r.attempt FROM {ready} r
						WHERE r.queue = j.queue AND r.name = j.name AND r.priority = j.priority AND r.seq = j.seq), 0) AS attempts,
					s.run_at, CAST(NULL AS timestamp with time zone) AS ended_at, CAST(NULL AS varchar) AS result,
					CAST(NULL AS varchar) AS reason
				FROM {job} j LEFT JOIN {running} l ON l.id = j.id AND l.id = ANY(?)
					LEFT JOIN {scheduled} s ON s.id = j.id AND s.id = ANY(?)
					LEFT JOIN {blocked} b ON b.id = j.id AND b.id = ANY(?)
				WHERE j.id = ANY(?)
				UNION ALL
				SELECT h.id, h.name, h.queue, h.priority, h.enqueued_at, h.state, h.attempts, NULL, h.ended_at, h.result, NULL
				FROM {history} h WHERE h.id = ANY(?)
				UNION ALL
				SELECT d.id, d.name, d.queue, d.priority, d.enqueued_at, 'DEAD', d.attempts, NULL, d.ended_at, NULL, d.reason
				FROM {dead} d WHERE d.id = ANY(?)
			) x
			LEFT JOIN {attempt} a ON a.job_id = x.id AND a.job_id = ANY(?) AND a.outcome IN ('FAILED', 'TIMED_OUT', 'LOST')
				AND a.attempt = (SELECT MAX(m.attempt) FROM {attempt} m
					WHERE m.job_id = x.id AND m.outcome IN ('FAILED', 'TIMED_OUT', 'LOST'))""";

	private static final String FIND_WITHOUT_RESULTS = FIND.replace("h.result", "NULL");

	private static final String ARGUMENTS = """
			SELECT j.name, j.arguments FROM {job} j WHERE j.id = ?
			UNION ALL
			SELECT d.name, d.arguments FROM {dead} d WHERE d.id = ?""";

	private final Statements statements;

	private final Dialect dialect;

	Lookup(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	Map<UUID, JobStatus> find(Connection connection, Collection<UUID> ids) throws SQLException {
		return find(connection, FIND, ids);
	}

	Map<UUID, JobStatus> findWithoutResults(Connection connection, Collection<UUID> ids) throws SQLException {
		return find(connection, FIND_WITHOUT_RESULTS, ids);
	}

	private Map<UUID, JobStatus> find(Connection connection, String sql, Collection<UUID> ids) throws SQLException {
		UUID[] array = ids.toArray(UUID[]::new);
		Map<UUID, JobStatus> found = new HashMap<>();
		this.statements.query(connection, this.dialect.sqlByIndex(sql),
				(row) -> found.put(row.getObject(1, UUID.class), status(row)), array, array, array, array, array, array,
				array);
		return found;
	}

	Optional<StoredArguments> arguments(Connection connection, UUID id) throws SQLException {
		return this.statements
			.query(connection, this.dialect.sqlByIndex(ARGUMENTS),
					(row) -> new StoredArguments(row.getString(1), row.getString(2)), id, id)
			.stream()
			.findFirst();
	}

	private static JobStatus status(ResultSet row) throws SQLException {
		return new JobStatus(row.getString(2), row.getString(3), row.getInt(4), state(row.getString(6)), row.getInt(7),
				row.getObject(5, OffsetDateTime.class).toInstant(), instant(row, 8), instant(row, 9), row.getString(10),
				known(DeadReason.class, row.getString(11)).orElse(null), failure(row));
	}

	static JobState state(String name) {
		return known(JobState.class, name).orElse(JobState.CANCELLED);
	}

	// A later version of this software, which works in the same tables during a deploy,
	// may end jobs in ways that this one has no word for: they have ended without a
	// result that it knows how to read.
	private static <E extends Enum<E>> Optional<E> known(Class<E> type, @Nullable String name) {
		return Arrays.stream(type.getEnumConstants()).filter((each) -> each.name().equals(name)).findFirst();
	}

	private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
		OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant() : null;
	}

	private static @Nullable Failure failure(ResultSet row) throws SQLException {
		String outcome = row.getString(12);
		return (outcome != null) ? new Failure(AttemptOutcome.valueOf(outcome), row.getString(13), row.getString(14))
				: null;
	}

}
