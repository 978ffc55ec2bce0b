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
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobTime;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.Headers;
import dev.aftercommit.store.KeptJob;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.OutboxDepth;

/**
 * Reads the table of the outbox.
 */
final class OutboxRows {

	private static final String COLUMNS = """
			SELECT id, name, queue, priority, delay, run_at, arguments, headers, written_at, taken, {now} FROM {outbox}""";

	private static final String DEPTH = """
			SELECT COUNT(*), MIN(written_at), {now}
			FROM (SELECT written_at FROM {outbox} ORDER BY due_at, seq LIMIT 10001) oldest""";

	private final Statements statements;

	private final Dialect dialect;

	OutboxRows(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	List<KeptJob> read(Connection connection, String where, Object... values) throws SQLException {
		return this.statements.query(connection, this.dialect.sql(COLUMNS + "\n" + where), OutboxRows::row, values);
	}

	OutboxDepth depth(Connection connection) throws SQLException {
		return this.statements.query(connection, this.dialect.sql(DEPTH), OutboxRows::depth).get(0);
	}

	private static OutboxDepth depth(ResultSet row) throws SQLException {
		long counted = row.getLong(1);
		Count jobs = new Count(Math.min(counted, Count.LIMIT), counted <= Count.LIMIT);
		OffsetDateTime oldest = row.getObject(2, OffsetDateTime.class);
		return new OutboxDepth(jobs,
				(oldest != null) ? between(oldest, row.getObject(3, OffsetDateTime.class)) : Duration.ZERO);
	}

	private static KeptJob row(ResultSet row) throws SQLException {
		OffsetDateTime written = row.getObject(9, OffsetDateTime.class);
		OffsetDateTime now = row.getObject(11, OffsetDateTime.class);
		Long delay = number(row, 5);
		Long at = number(row, 6);
		Instant due = due(written, delay, at);
		NewJob job = new NewJob(row.getObject(1, UUID.class), row.getString(2), row.getString(3), row.getInt(4),
				time(delay, due, now), row.getString(7), Headers.read(row.getString(8)));
		return new KeptJob(job, written.toInstant(), due, row.getInt(10));
	}

	private static @Nullable Instant due(OffsetDateTime written, @Nullable Long delay, @Nullable Long at) {
		if (at != null) {
			return Instant.EPOCH.plus(at, ChronoUnit.MICROS);
		}
		return (delay != null) ? written.toInstant().plus(delay, ChronoUnit.MICROS) : null;
	}

	private static @Nullable JobTime time(@Nullable Long delay, @Nullable Instant due, OffsetDateTime now) {
		if (due == null) {
			return null;
		}
		if (delay == null) {
			return JobTime.at(due);
		}
		Duration left = Duration.between(now.toInstant(), due);
		return (left.compareTo(Duration.ZERO) > 0) ? JobTime.in(left) : null;
	}

	private static @Nullable Long number(ResultSet row, int column) throws SQLException {
		long number = row.getLong(column);
		return row.wasNull() ? null : number;
	}

	private static Duration between(OffsetDateTime from, OffsetDateTime to) {
		return Micros.duration(ChronoUnit.MICROS.between(from, to));
	}

}
