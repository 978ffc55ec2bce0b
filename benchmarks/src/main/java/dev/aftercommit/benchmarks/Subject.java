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

import java.util.Map;

/**
 * The systems, each with its settings.
 */
enum Subject {

	/** What a user gets who sets nothing. */
	AFTERCOMMIT("Aftercommit, default"),

	/** As many workers as the others have threads. */
	AFTERCOMMIT_32("Aftercommit, concurrency 32"),

	/** The same on virtual threads. */
	AFTERCOMMIT_VIRTUAL("Aftercommit, concurrency 32, virtual threads"),

	/** A second node runs the jobs. */
	AFTERCOMMIT_OTHER_NODE("Aftercommit, other node"),

	/** A second node runs the jobs and is not told of them. */
	AFTERCOMMIT_OTHER_NODE_POLLS("Aftercommit, other node, NOTIFY off"),

	/** With its dashboard, at which nobody looks. */
	AFTERCOMMIT_DASHBOARD("Aftercommit, dashboard, closed"),

	/** With its dashboard, and somebody at each node's. */
	AFTERCOMMIT_DASHBOARD_OPEN("Aftercommit, dashboard, open at each node"),

	/** Redis, without an outbox: best-effort. */
	AFTERCOMMIT_REDIS("Aftercommit, Redis, best-effort"),

	/** Redis, with the outbox in PostgreSQL. */
	AFTERCOMMIT_REDIS_OUTBOX("Aftercommit, Redis, outbox"),

	/** H2 in a file, inside the JVM. */
	AFTERCOMMIT_H2("Aftercommit, H2 file"),

	/** As it comes. */
	DB_SCHEDULER_DEFAULT("db-scheduler, default"),

	/** Tuned, one call per job. */
	DB_SCHEDULER("db-scheduler, tuned"),

	/** Tuned, one call per transaction. */
	DB_SCHEDULER_BATCH("db-scheduler, tuned, batch call"),

	/** Tuned, and asked to look after each commit. */
	DB_SCHEDULER_TRIGGERED("db-scheduler, tuned, triggered in afterCommit"),

	/** Tuned, one call per job. */
	JOBRUNR("JobRunr OSS"),

	/** Tuned, one call per transaction. */
	JOBRUNR_BATCH("JobRunr OSS, batch call"),

	/** Clustered, everything else as it comes. */
	QUARTZ_DEFAULT("Quartz, default"),

	/** Clustered, tuned. */
	QUARTZ("Quartz, tuned"),

	/** What plain JDBC can do. */
	LIMIT("hand-written JDBC (the limit)"),

	/** No store at all. */
	EXECUTOR("Spring's executor in afterCommit");

	private static final int AFTERCOMMIT_POLL_MILLIS = 1000;

	private static final int JOBRUNR_POLL_MILLIS = 5000;

	private static final int DB_SCHEDULER_POLL_MILLIS = 10_000;

	private static final int VIRTUAL_THREADS = 21;

	private final String title;

	Subject(String title) {
		this.title = title;
	}

	String title() {
		return this.title;
	}

	/**
	 * How much slower than the quickest it is, in whole powers of ten or nearly: its
	 * backlog is so much smaller.
	 */
	int slowness() {
		return switch (this) {
			case DB_SCHEDULER, DB_SCHEDULER_BATCH, DB_SCHEDULER_TRIGGERED -> 5;
			case DB_SCHEDULER_DEFAULT, JOBRUNR, JOBRUNR_BATCH -> 10;
			case QUARTZ, QUARTZ_DEFAULT -> 100;
			default -> 1;
		};
	}

	/**
	 * The longest time between two looks at an idle store, where nothing else tells it of
	 * a job.
	 * @return milliseconds; 0 where that is no more than some milliseconds, or where a
	 * job is run without a look
	 */
	int pollMillis() {
		return switch (this) {
			case AFTERCOMMIT_OTHER_NODE, AFTERCOMMIT_OTHER_NODE_POLLS -> AFTERCOMMIT_POLL_MILLIS;
			case JOBRUNR, JOBRUNR_BATCH -> JOBRUNR_POLL_MILLIS;
			case DB_SCHEDULER_DEFAULT -> DB_SCHEDULER_POLL_MILLIS;
			default -> 0;
		};
	}

	/**
	 * Whether it looks less and less often while there is nothing, so that it is idle
	 * only after a while.
	 */
	boolean backsOff() {
		return this == AFTERCOMMIT_OTHER_NODE || this == AFTERCOMMIT_OTHER_NODE_POLLS;
	}

	/**
	 * Whether this JDK has what it needs.
	 */
	boolean available() {
		return this != AFTERCOMMIT_VIRTUAL || Runtime.version().feature() >= VIRTUAL_THREADS;
	}

	Contender on(Database database, Ledger ledger) {
		return switch (this) {
			case AFTERCOMMIT, AFTERCOMMIT_H2 -> new AftercommitContender(database, ledger, Map.of());
			case AFTERCOMMIT_32 -> new AftercommitContender(database, ledger,
					Map.of("aftercommit.worker.concurrency", Database.POOL_SIZE));
			case AFTERCOMMIT_VIRTUAL -> new AftercommitContender(database, ledger, Map
				.of("aftercommit.worker.concurrency", Database.POOL_SIZE, "spring.threads.virtual.enabled", true));
			case AFTERCOMMIT_OTHER_NODE -> new OtherNode(database, ledger, true);
			case AFTERCOMMIT_OTHER_NODE_POLLS -> new OtherNode(database, ledger, false);
			case AFTERCOMMIT_DASHBOARD -> new DashboardContender(database, ledger, DashboardContender.Page.CLOSED);
			case AFTERCOMMIT_DASHBOARD_OPEN -> new DashboardContender(database, ledger, DashboardContender.Page.OPEN);
			case AFTERCOMMIT_REDIS -> new RedisContender(database, ledger, false, Map.of());
			case AFTERCOMMIT_REDIS_OUTBOX -> new RedisContender(database, ledger, true, Map.of());
			case DB_SCHEDULER_DEFAULT -> new DbSchedulerContender(database, ledger, DbSchedulerContender.Tuning.DEFAULT,
					DbSchedulerContender.Calls.SINGLE);
			case DB_SCHEDULER -> tuned(database, ledger, DbSchedulerContender.Calls.SINGLE);
			case DB_SCHEDULER_BATCH -> tuned(database, ledger, DbSchedulerContender.Calls.BATCH);
			case DB_SCHEDULER_TRIGGERED -> tuned(database, ledger, DbSchedulerContender.Calls.SINGLE_AND_TRIGGER);
			case JOBRUNR -> new JobRunrContender(database, ledger, JobRunrContender.Calls.SINGLE);
			case JOBRUNR_BATCH -> new JobRunrContender(database, ledger, JobRunrContender.Calls.BATCH);
			case QUARTZ_DEFAULT -> new QuartzContender(database, ledger, QuartzContender.Tuning.DEFAULT);
			case QUARTZ -> new QuartzContender(database, ledger, QuartzContender.Tuning.TUNED);
			case LIMIT -> new HandWrittenContender(database, ledger);
			case EXECUTOR -> new ExecutorContender(database, ledger);
		};
	}

	private static Contender tuned(Database database, Ledger ledger, DbSchedulerContender.Calls calls) {
		return new DbSchedulerContender(database, ledger, DbSchedulerContender.Tuning.TUNED, calls);
	}

}
