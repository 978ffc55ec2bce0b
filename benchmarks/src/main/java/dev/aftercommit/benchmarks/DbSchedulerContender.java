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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * db-scheduler as it comes, or as its documentation tunes it for speed. The payload is
 * text, not Java serialization.
 */
final class DbSchedulerContender implements Contender {

	private static final String JOBS = "scheduled_tasks";

	/**
	 * The table of db-scheduler's documentation for PostgreSQL.
	 */
	private static final List<String> TABLES = List.of("""
			CREATE TABLE scheduled_tasks (task_name text NOT NULL, task_instance text NOT NULL, task_data bytea,
			execution_time timestamp with time zone, picked boolean NOT NULL, picked_by text,
			last_success timestamp with time zone, last_failure timestamp with time zone, consecutive_failures int,
			last_heartbeat timestamp with time zone, version bigint NOT NULL, priority smallint, state text,
			PRIMARY KEY (task_name, task_instance))""",
			"CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time)",
			"CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat)",
			"CREATE INDEX priority_execution_time_idx ON scheduled_tasks (priority DESC, execution_time ASC)");

	/**
	 * How jobs are handed over.
	 */
	enum Calls {

		/** One call per job, as the annotated method is called. */
		SINGLE,

		/** One batch call per transaction. */
		BATCH,

		/** One call per job, and a check for due executions after the commit. */
		SINGLE_AND_TRIGGER

	}

	/**
	 * Which of its settings are changed.
	 */
	enum Tuning {

		/** None: 10 threads, fetch, a poll every 10 seconds. */
		DEFAULT,

		/**
		 * Lock-and-fetch with limits of its documentation, a poll every 100 ms, immediate
		 * execution, as many threads as connections.
		 */
		TUNED

	}

	private final Database database;

	private final OneTimeTask<String> task;

	private final DataSource dataSource;

	private final SchedulerClient client;

	private final Tuning tuning;

	private final Calls calls;

	private @Nullable Scheduler scheduler;

	DbSchedulerContender(Database database, Ledger ledger, Tuning tuning, Calls calls) {
		this.database = database;
		this.tuning = tuning;
		this.calls = calls;
		this.dataSource = new TransactionAwareDataSourceProxy(database.pool());
		this.task = Tasks.oneTime("no-op", String.class)
			.execute((instance, context) -> ledger.ran(Integer.parseInt(instance.getId())));
		this.client = SchedulerClient.Builder.create(this.dataSource, this.task).serializer(new Text()).build();
	}

	@Override
	public void prepare() {
		TABLES.forEach(this.database.admin()::execute);
	}

	/** It needs nothing but its tables. */
	@Override
	public void join() {
	}

	@Override
	public TransactionTemplate transactions() {
		return this.database.transactions();
	}

	@Override
	public void enqueue(int first, int count) {
		SchedulerClient target = (this.scheduler != null) ? this.scheduler : this.client;
		Instant now = Instant.now();
		if (this.calls == Calls.BATCH) {
			List<TaskInstance<?>> batch = new ArrayList<>(count);
			for (int job = first; job < first + count; job++) {
				batch.add(this.task.instance(Integer.toString(job), Payload.TEXT));
			}
			if (!batch.isEmpty()) {
				target.scheduleBatch(batch, now);
			}
			return;
		}
		for (int job = first; job < first + count; job++) {
			target.scheduleIfNotExists(this.task.instance(Integer.toString(job), Payload.TEXT), now);
		}
		if (this.calls == Calls.SINGLE_AND_TRIGGER && this.scheduler != null) {
			triggerAfterCommit(this.scheduler);
		}
	}

	private static void triggerAfterCommit(Scheduler scheduler) {
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				scheduler.triggerCheckForDueExecutions();
			}

		});
	}

	@Override
	public void start(Runnable workersStart) {
		SchedulerBuilder builder = Scheduler.create(this.dataSource, this.task).serializer(new Text());
		if (this.tuning == Tuning.TUNED) {
			builder.threads(Database.POOL_SIZE)
				.pollUsingLockAndFetch(1.0, 4.0)
				.pollingInterval(Duration.ofMillis(100))
				.enableImmediateExecution();
		}
		Scheduler started = builder.build();
		workersStart.run();
		started.start();
		this.scheduler = started;
	}

	@Override
	public void stop() {
		if (this.scheduler != null) {
			this.scheduler.stop();
			this.scheduler = null;
		}
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

	/**
	 * Text as it is: the cheapest that there is.
	 */
	private static final class Text implements Serializer {

		@Override
		public byte[] serialize(Object data) {
			return data.toString().getBytes(StandardCharsets.UTF_8);
		}

		@Override
		public <T> T deserialize(Class<T> type, byte[] data) {
			return type.cast(new String(data, StandardCharsets.UTF_8));
		}

	}

}
