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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import dev.aftercommit.store.Headers;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.StagedJob;

/**
 * Writes any number of new jobs in one statement.
 */
final class PostgresInserts {

	private static final String INPUT = """
			WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now),
			input AS MATERIALIZED (
				SELECT nextval('{seq}') AS seq, c.now, i.id, i.name, i.queue, i.priority, i.headers, i.arguments, i.node, i.token,
					i.delay, i.at,
					GREATEST(c.now, c.now + i.delay * interval '1 microsecond',
						timestamptz 'epoch' + i.at * interval '1 microsecond') AS due_at
				FROM clock c CROSS JOIN unnest(CAST(? AS uuid[]), CAST(? AS text[]), CAST(? AS text[]), CAST(? AS integer[]),
					CAST(? AS text[]), CAST(? AS text[]), CAST(? AS bigint[]), CAST(? AS bigint[]), CAST(? AS bigint[]),
					CAST(? AS bigint[])) AS i(id, name, queue, priority, headers, arguments, delay, at, node, token)
			)""";

	private static final String GATED_INPUT = INPUT
		.replace("i.delay, i.at,", "i.delay, i.at, i.line, i.places, i.mark,")
		.replace("CAST(? AS bigint[])) AS",
				"CAST(? AS bigint[]), CAST(? AS text[]), CAST(? AS integer[]), CAST(? AS text[])) AS")
		.replace("node, token)\n", "node, token, line, places, mark)\n");

	private static final String JOBS = """
			, jobs AS (
				INSERT INTO {job} (seq, enqueued_at, id, priority, queue, name, headers, arguments)
				SELECT i.seq, i.now, i.id, i.priority, i.queue, i.name, i.headers, i.arguments FROM input i
			)""";

	// Everywhere, as the job may have gone on, or ended, before it is enqueued again.
	private static final String MISSING = """
			, known AS MATERIALIZED (
				SELECT j.id FROM {job} j WHERE j.id = ANY(ARRAY(SELECT i.id FROM input i))
				UNION ALL SELECT h.id FROM {history} h WHERE h.id = ANY(ARRAY(SELECT i.id FROM input i))
				UNION ALL SELECT d.id FROM {dead} d WHERE d.id = ANY(ARRAY(SELECT i.id FROM input i))
			),
			missing AS MATERIALIZED (SELECT i.* FROM input i WHERE i.id NOT IN (SELECT k.id FROM known k))""";

	private static final String READY = """
			, ready AS (
				INSERT INTO {ready} (seq, due_at, id, attempt, priority, queue, name)
				SELECT i.seq, i.due_at, i.id, 0, i.priority, i.queue, i.name FROM input i
				WHERE i.node IS NULL AND i.due_at <= i.now
			)""";

	private static final String SCHEDULED = """
			, scheduled AS (
				INSERT INTO {scheduled} (run_at, id, attempt, retrying)
				SELECT i.due_at, i.id, 0, false FROM input i
				WHERE i.node IS NULL AND i.due_at > i.now
			)""";

	private static final String GATED_READY = READY.replace("i.due_at <= i.now",
			"i.due_at <= i.now AND i.mark IS NULL");

	private static final String GATED_SCHEDULED = SCHEDULED.replace("attempt, retrying)", "attempt, retrying, gated)")
		.replace("0, false", "0, false, i.mark IS NOT NULL");

	private static final String BLOCKED = """
			, blocked AS (
				INSERT INTO {blocked} (seq, due_at, id, attempt, places, concurrency_key)
				SELECT i.seq, i.due_at, i.id, 0, i.places, i.line FROM input i
				WHERE i.mark IS NOT NULL AND i.due_at <= i.now
			),
			marks AS (
				INSERT INTO {unsettled} (key_text)
				SELECT DISTINCT i.mark FROM input i
				WHERE i.mark IS NOT NULL AND i.due_at <= i.now
			)""";

	private static final String LEASED = """
			, leased AS (
				INSERT INTO {lease} (node, token, claimed_at, id, attempt)
				SELECT i.node, i.token, i.now, i.id, 1 FROM input i
				WHERE i.node IS NOT NULL
			)""";

	// What most transactions enqueue, as plainly as it can be said: half the work for the
	// server if it is one job, five sixths if there are many.
	private static final String ONE = """
			WITH job AS (
				INSERT INTO {job} (seq, enqueued_at, id, priority, queue, name, headers, arguments)
				VALUES (nextval('{seq}'), clock_timestamp(), ?, ?, ?, ?, ?, ?)
				RETURNING seq, enqueued_at, id, priority, queue, name
			)
			""";

	private static final String ONE_READY = ONE + """
			INSERT INTO {ready} (seq, due_at, id, attempt, priority, queue, name)
			SELECT j.seq, j.enqueued_at, j.id, 0, j.priority, j.queue, j.name FROM job j""";

	private static final String ONE_LEASED = ONE + """
			INSERT INTO {lease} (node, token, claimed_at, id, attempt)
			SELECT CAST(? AS bigint), CAST(? AS bigint), j.enqueued_at, j.id, 1 FROM job j""";

	private static final String MANY_READY = """
			WITH jobs AS (
				INSERT INTO {job} (seq, enqueued_at, id, priority, queue, name, headers, arguments)
				SELECT nextval('{seq}'), (SELECT clock_timestamp()), i.id, %s, i.headers, i.arguments
				FROM unnest(%s) AS i(%s)
				RETURNING seq, enqueued_at, id, priority, queue, name
			)
			INSERT INTO {ready} (seq, due_at, id, attempt, priority, queue, name)
			SELECT j.seq, j.enqueued_at, j.id, 0, j.priority, j.queue, j.name FROM jobs j""";

	private static final String ALL_READY = MANY_READY.formatted("i.priority, i.queue, i.name",
			"CAST(? AS uuid[]), CAST(? AS text[]), CAST(? AS text[]), CAST(? AS integer[]), CAST(? AS text[]), CAST(? AS text[])",
			"id, name, queue, priority, headers, arguments");

	// A loop's calls of one method: what all of them have is said once.
	private static final String ALIKE_READY = MANY_READY.formatted(
			"CAST(? AS integer), CAST(? AS text), CAST(? AS text)",
			"CAST(? AS uuid[]), CAST(? AS text[]), CAST(? AS text[])", "id, headers, arguments");

	private static final String OUTBOX = INPUT
			+ """
					, kept AS (
						INSERT INTO {outbox} (seq, written_at, due_at, id, priority, taken, delay, run_at, queue, name, headers, arguments)
						SELECT i.seq, i.now, i.now + CAST(? AS bigint) * interval '1 microsecond', i.id, i.priority, 0, i.delay, i.at, i.queue,
							i.name, i.headers, i.arguments FROM input i
					)
					SELECT 1""";

	private final Statements statements;

	private final Tables tables;

	private final String outbox;

	private final String oneReady;

	private final String allReady;

	private final String alikeReady;

	private final String oneLeased;

	/** The caller's transaction waits for these: each text is put together once. */
	private final Map<Places, String> texts = new ConcurrentHashMap<>();

	private final Map<Places, String> missingTexts = new ConcurrentHashMap<>();

	PostgresInserts(Statements statements, Tables tables) {
		this.statements = statements;
		this.tables = tables;
		this.outbox = tables.sql(OUTBOX);
		this.oneReady = tables.sql(ONE_READY);
		this.allReady = tables.sql(ALL_READY);
		this.alikeReady = tables.sql(ALIKE_READY);
		this.oneLeased = tables.sql(ONE_LEASED);
	}

	void insertIntoOutbox(Connection connection, List<NewJob> jobs, long takeOverMicros) throws SQLException {
		Object[] columns = Inserted.of(jobs).columns();
		Object[] values = Arrays.copyOf(columns, columns.length + 1);
		values[columns.length] = takeOverMicros;
		this.statements.query(connection, this.outbox, (row) -> 1, values);
	}

	void insert(Connection connection, Inserted inserted) throws SQLException {
		if (inserted.anyGated() || inserted.anyTimed()) {
			insertAnywhere(connection, inserted);
		}
		else if (inserted.jobs().size() == 1) {
			insertOne(connection, inserted.jobs().get(0));
		}
		else if (inserted.anyLeased()) {
			insertAnywhere(connection, inserted);
		}
		else if (inserted.areAlike()) {
			this.statements.update(connection, this.alikeReady, inserted.alikeColumns());
		}
		else {
			this.statements.update(connection, this.allReady, inserted.jobColumns());
		}
	}

	private void insertAnywhere(Connection connection, Inserted inserted) throws SQLException {
		String sql = this.texts.computeIfAbsent(Places.of(inserted),
				(places) -> this.tables.sql(places.input() + places.text()));
		this.statements.query(connection, sql, (row) -> 1, columns(inserted));
	}

	private void insertOne(Connection connection, StagedJob staged) throws SQLException {
		NewJob job = staged.job();
		String headers = Headers.write(job.headers());
		Lease lease = staged.lease();
		if (lease == null) {
			this.statements.update(connection, this.oneReady, job.id(), job.priority(), job.queue(), job.name(),
					headers, job.arguments());
			return;
		}
		this.statements.update(connection, this.oneLeased, job.id(), job.priority(), job.queue(), job.name(), headers,
				job.arguments(), lease.node(), lease.token());
	}

	void insertMissing(Connection connection, Inserted inserted) throws SQLException {
		String sql = this.missingTexts.computeIfAbsent(Places.of(inserted),
				(places) -> this.tables.sql(PostgresDialect.PREFER_INDEXES + places.input() + MISSING
						+ places.text().replace("FROM input i", "FROM missing i")));
		this.statements.query(connection, sql, (row) -> 1, columns(inserted));
	}

	private static Object[] columns(Inserted inserted) {
		return inserted.anyGated()
				? Stream.concat(Arrays.stream(inserted.columns()), Arrays.stream(inserted.gateColumns())).toArray()
				: inserted.columns();
	}

	/**
	 * The places that there is something to write to. One text for every number of jobs,
	 * without the branches that have nothing to write.
	 *
	 * @param ready whether any job waits for a worker, or may do so by the store's clock
	 * @param scheduled whether any job has a time
	 * @param leased whether any job is leased
	 * @param gated whether any job needs a key
	 */
	private record Places(boolean ready, boolean scheduled, boolean leased, boolean gated) {

		static Places of(Inserted inserted) {
			return new Places(inserted.anyDueAtOnce() || inserted.anyTimed(), inserted.anyTimed(), inserted.anyLeased(),
					inserted.anyGated());
		}

		String input() {
			return this.gated ? GATED_INPUT : INPUT;
		}

		String text() {
			return JOBS + (this.ready ? (this.gated ? GATED_READY : READY) : "")
					+ (this.scheduled ? (this.gated ? GATED_SCHEDULED : SCHEDULED) : "") + (this.leased ? LEASED : "")
					+ (this.gated ? BLOCKED : "") + "\nSELECT 1";
		}

	}

}
