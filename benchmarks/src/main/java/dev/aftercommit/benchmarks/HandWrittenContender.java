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

package dev.aftercommit.benchmarks;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * How fast it goes with nothing of what a product needs: one row per job with a number
 * for a key, claimed and completed 500 at a time, one commit each, a narrow history row;
 * two threads. No fence, no heartbeat, no rescue, no retries, no queues, no names.
 */
final class HandWrittenContender implements Contender {

	private static final String JOBS = "job";

	private static final int BATCH = 500;

	private static final int THREADS = 2;

	private static final long PAUSE_NANOS = 1_000_000;

	private static final String CLAIM = """
			UPDATE job SET claimed = true WHERE id = ANY(ARRAY(
			SELECT id FROM job WHERE NOT claimed ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED)) RETURNING id, payload""";

	private static final String COMPLETE = """
			WITH done AS (DELETE FROM job WHERE id = ANY(?) RETURNING id)
			INSERT INTO history (id, finished_at) SELECT id, now() FROM done""";

	private static final String ENQUEUE = "INSERT INTO job (id, payload) SELECT * FROM unnest(?, ?)";

	private final Database database;

	private final Ledger ledger;

	private final JdbcTemplate jdbc;

	private final List<Thread> workers = new ArrayList<>();

	private volatile boolean stopped = true;

	HandWrittenContender(Database database, Ledger ledger) {
		this.database = database;
		this.ledger = ledger;
		this.jdbc = new JdbcTemplate(database.pool());
	}

	@Override
	public void prepare() {
		this.database.admin()
			.execute(
					"CREATE TABLE job (id bigint PRIMARY KEY, payload text NOT NULL, claimed boolean NOT NULL DEFAULT false)"
							+ " WITH (fillfactor = 45)");
		this.database.admin()
			.execute("CREATE TABLE history (id bigint PRIMARY KEY, finished_at timestamp with time zone NOT NULL)");
	}

	@Override
	public TransactionTemplate transactions() {
		return this.database.transactions();
	}

	@Override
	public void enqueue(int first, int count) {
		if (count == 0) {
			return;
		}
		Long[] ids = new Long[count];
		Arrays.setAll(ids, (i) -> (long) first + i);
		String[] payloads = Collections.nCopies(count, Payload.TEXT).toArray(String[]::new);
		this.jdbc.update((connection) -> {
			PreparedStatement statement = connection.prepareStatement(ENQUEUE);
			statement.setArray(1, connection.createArrayOf("bigint", ids));
			statement.setArray(2, connection.createArrayOf("text", payloads));
			return statement;
		});
	}

	@Override
	public void start(Runnable workersStart) {
		this.stopped = false;
		for (int i = 0; i < THREADS; i++) {
			this.workers.add(new Thread(this::work, "hand-written-" + i));
		}
		workersStart.run();
		this.workers.forEach(Thread::start);
	}

	private void work() {
		try (Connection connection = this.database.pool().getConnection()) {
			connection.setAutoCommit(false);
			while (!this.stopped) {
				List<Long> jobs = claim(connection);
				if (jobs.isEmpty()) {
					LockSupport.parkNanos(PAUSE_NANOS);
					continue;
				}
				jobs.forEach((job) -> this.ledger.ran(job.intValue()));
				complete(connection, jobs);
			}
			connection.setAutoCommit(true);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The hand-written worker failed", ex);
		}
	}

	private static List<Long> claim(Connection connection) throws SQLException {
		List<Long> jobs = new ArrayList<>(BATCH);
		int bytes = 0;
		try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
			statement.setInt(1, BATCH);
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					jobs.add(rows.getLong(1));
					bytes += rows.getString(2).length();
				}
			}
		}
		if (bytes != jobs.size() * Payload.TEXT.length()) {
			throw new IllegalStateException("A payload came back changed");
		}
		connection.commit();
		return jobs;
	}

	private static void complete(Connection connection, List<Long> jobs) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(COMPLETE)) {
			Array ids = connection.createArrayOf("bigint", jobs.toArray());
			statement.setArray(1, ids);
			statement.executeUpdate();
		}
		connection.commit();
	}

	@Override
	public void stop() {
		this.stopped = true;
		for (Thread worker : this.workers) {
			try {
				worker.join();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException("Interrupted while the workers were stopping", ex);
			}
		}
		this.workers.clear();
	}

	@Override
	public boolean hasJobs() {
		return this.database.hasRows(JOBS);
	}

	@Override
	public long jobs() {
		return this.database.rows(JOBS);
	}

	@Override
	public void close() {
		stop();
	}

}
