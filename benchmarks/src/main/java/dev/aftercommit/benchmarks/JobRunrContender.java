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

import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.jobs.mappers.JobMapper;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.JobActivator;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.utils.mapper.jackson3.Jackson3JsonMapper;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionTemplate;

/**
 * JobRunr's open source edition with what its documentation has for speed: 32 workers and
 * the shortest poll that it accepts with a database, 5 seconds (its default is 15);
 * request and handler instead of lambdas, which it would have to analyse. JobRunr Pro is
 * another product, and is not measured.
 * <p>
 * Its calls commit by themselves, on a connection of their own: joining the caller's
 * transaction is a feature of JobRunr Pro. What is rolled back by the caller runs all the
 * same.
 */
final class JobRunrContender implements Contender {

	private static final String LIVE = "jobrunr_jobs WHERE state IN ('AWAITING', 'SCHEDULED', 'ENQUEUED', 'PROCESSING', 'FAILED')";

	private static final Duration SHORTEST_POLL = Duration.ofSeconds(5);

	/**
	 * How jobs are handed over.
	 */
	enum Calls {

		/** One call per job. */
		SINGLE,

		/** One call per transaction, with a stream of jobs. */
		BATCH

	}

	private final Database database;

	private final Calls calls;

	private final JobActivator bodies;

	private @Nullable PostgresStorageProvider storage;

	private @Nullable JobRequestScheduler scheduler;

	private @Nullable BackgroundJobServer server;

	JobRunrContender(Database database, Ledger ledger, Calls calls) {
		this.database = database;
		this.calls = calls;
		NoOpHandler handler = new NoOpHandler(ledger);
		this.bodies = new JobActivator() {

			@Override
			public <T> T activateJob(Class<T> type) {
				return type.cast(handler);
			}

		};
	}

	@Override
	public void prepare() {
		PostgresStorageProvider created = new PostgresStorageProvider(this.database.pool());
		created.setJobMapper(new JobMapper(new Jackson3JsonMapper()));
		this.scheduler = new JobRequestScheduler(created);
		this.storage = created;
	}

	@Override
	public TransactionTemplate transactions() {
		return this.database.transactions();
	}

	@Override
	public void enqueue(int first, int count) {
		JobRequestScheduler target = prepared(this.scheduler);
		Stream<NoOp> requests = IntStream.range(first, first + count).mapToObj((job) -> new NoOp(job, Payload.TEXT));
		if (this.calls == Calls.BATCH) {
			target.enqueue(requests);
		}
		else {
			requests.forEach(target::enqueue);
		}
	}

	@Override
	public void start(Runnable workersStart) {
		BackgroundJobServer started = new BackgroundJobServer(prepared(this.storage), new Jackson3JsonMapper(),
				this.bodies,
				BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
					.andPollInterval(SHORTEST_POLL)
					.andWorkerCount(Database.POOL_SIZE));
		this.server = started;
		workersStart.run();
		started.start();
	}

	@Override
	public void stop() {
		if (this.server != null) {
			this.server.stop();
			this.server = null;
		}
	}

	@Override
	public boolean hasJobs() {
		return this.database.hasRows(LIVE);
	}

	@Override
	public long jobs() {
		return this.database.rows(LIVE);
	}

	@Override
	public void close() {
		stop();
		if (this.storage != null) {
			this.storage.close();
			this.storage = null;
		}
	}

	private static <T> T prepared(@Nullable T part) {
		if (part == null) {
			throw new IllegalStateException("There are no tables yet: call prepare() first");
		}
		return part;
	}

	/**
	 * A job as JobRunr stores it.
	 *
	 * @param number the job's number
	 * @param payload what it carries
	 */
	public record NoOp(int number, String payload) implements JobRequest {

		@Override
		public Class<NoOpHandler> getJobRequestHandler() {
			return NoOpHandler.class;
		}

	}

	/**
	 * Tells that a job runs, and nothing else.
	 */
	public static final class NoOpHandler implements JobRequestHandler<NoOp> {

		private final Ledger ledger;

		NoOpHandler(Ledger ledger) {
			this.ledger = ledger;
		}

		@Override
		public void run(NoOp request) {
			this.ledger.ran(request.number());
		}

	}

}
