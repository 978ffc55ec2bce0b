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
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobTime;
import dev.aftercommit.store.Headers;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.StagedJob;

/**
 * Writes new jobs in batches of one statement for each table.
 */
final class H2Inserts {

	private static final String READY = """
			INSERT INTO {ready} (seq, due_at, id, attempt, priority, queue, name)
			SELECT seq, ?, id, 0, priority, queue, name FROM {job} WHERE id = ?""";

	private static final String SCHEDULED = """
			INSERT INTO {scheduled} (run_at, attempt, retrying, gated, id) VALUES (?, 0, FALSE, ?, ?)""";

	private static final String BLOCKED = """
			INSERT INTO {blocked} (seq, due_at, id, attempt, places, concurrency_key)
			SELECT seq, ?, id, 0, ?, CAST(? AS CHARACTER VARYING) FROM {job} WHERE id = ?""";

	private static final String LEASED = """
			INSERT INTO {lease} (node, token, claimed_at, id, attempt) VALUES (?, ?, ?, ?, 1)""";

	private final Statements statements;

	private final Dialect dialect;

	private final Marks marks;

	H2Inserts(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
		this.marks = new Marks(statements, dialect);
	}

	void insertMissing(Connection connection, Inserted jobs) throws SQLException {
		String known = this.dialect.sql("""
				SELECT 1 FROM {job} WHERE id = ? UNION ALL SELECT 1 FROM {history} WHERE id = ?
				UNION ALL SELECT 1 FROM {dead} WHERE id = ?""");
		List<StagedJob> missing = new ArrayList<>();
		for (StagedJob job : jobs.jobs()) {
			UUID id = job.job().id();
			if (this.statements.query(connection, known, (row) -> 1, id, id, id).isEmpty()) {
				missing.add(job);
			}
		}
		if (!missing.isEmpty()) {
			insert(connection, new Inserted(missing, jobs.gates()));
		}
	}

	void insert(Connection connection, Inserted jobs) throws SQLException {
		insertJobs(connection, jobs.jobs());
		insertPlaces(connection, jobs);
	}

	void insertIntoOutbox(Connection connection, List<NewJob> jobs, long takeOverMicros) throws SQLException {
		String sql = this.dialect
			.sql("""
					INSERT INTO {outbox} (seq, written_at, due_at, id, priority, taken, delay, run_at, queue, name, headers, arguments)
					VALUES (NEXT VALUE FOR {seq}, {now}, {now+?}, ?, ?, 0, ?, ?, ?, ?, ?, ?)""");
		try (PreparedStatement insert = this.statements.prepare(connection, sql)) {
			for (NewJob job : jobs) {
				Statements.batch(insert, takeOverMicros, job.id(), job.priority(), Inserted.delay(job.time()),
						Inserted.time(job.time()), job.queue(), job.name(), Headers.write(job.headers()),
						job.arguments());
			}
			insert.executeBatch();
		}
	}

	private void insertJobs(Connection connection, List<StagedJob> jobs) throws SQLException {
		String sql = this.dialect.sql("""
				INSERT INTO {job} (seq, enqueued_at, id, priority, queue, name, headers, arguments)
				VALUES (NEXT VALUE FOR {seq}, {now}, ?, ?, ?, ?, ?, ?)""");
		try (PreparedStatement insert = this.statements.prepare(connection, sql)) {
			for (StagedJob staged : jobs) {
				NewJob job = staged.job();
				Statements.batch(insert, job.id(), job.priority(), job.queue(), job.name(),
						Headers.write(job.headers()), job.arguments());
			}
			insert.executeBatch();
		}
	}

	private void insertPlaces(Connection connection, Inserted jobs) throws SQLException {
		OffsetDateTime now = this.statements
			.query(connection, this.dialect.sql("SELECT {now}"), (row) -> row.getObject(1, OffsetDateTime.class))
			.get(0);
		Set<String> marks = new TreeSet<>();
		for (StagedJob staged : jobs.jobs()) {
			UUID id = staged.job().id();
			Lease lease = staged.lease();
			Gate gate = jobs.gates().get(id);
			OffsetDateTime due = due(staged.job().time(), now);
			if (lease != null) {
				update(connection, LEASED, lease.node(), lease.token(), now, id);
			}
			else if (due.isAfter(now)) {
				update(connection, SCHEDULED, due, gate != null, id);
			}
			else if (gate != null) {
				update(connection, BLOCKED, due, gate.places(), gate.line(), id);
				marks.add(gate.mark());
			}
			else {
				update(connection, READY, due, id);
			}
		}
		this.marks.leave(connection, marks);
	}

	private void update(Connection connection, String template, @Nullable Object... values) throws SQLException {
		this.statements.update(connection, this.dialect.sql(template), values);
	}

	private static OffsetDateTime due(@Nullable JobTime time, OffsetDateTime now) {
		if (time instanceof JobTime.In in) {
			return now.plus(Micros.of(in.delay()), ChronoUnit.MICROS);
		}
		OffsetDateTime due = (time instanceof JobTime.At at) ? Micros.offset(at.time()) : now;
		return due.isAfter(now) ? due : now;
	}

}
