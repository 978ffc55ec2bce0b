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

	/** A second node runs the jobs. */
	AFTERCOMMIT_OTHER_NODE("Aftercommit, other node"),

	/** A second node runs the jobs and is not told of them. */
	AFTERCOMMIT_OTHER_NODE_POLLS("Aftercommit, other node, NOTIFY off"),

	/** Redis, without an outbox: best-effort. */
	AFTERCOMMIT_REDIS("Aftercommit, Redis, best-effort"),

	/** Redis, with the outbox in PostgreSQL. */
	AFTERCOMMIT_REDIS_OUTBOX("Aftercommit, Redis, outbox"),

	/** Tuned, one call per job. */
	DB_SCHEDULER("db-scheduler, tuned"),

	/** Tuned, one call per transaction. */
	DB_SCHEDULER_BATCH("db-scheduler, tuned, batch call"),

	/** Tuned, and asked to look after each commit. */
	DB_SCHEDULER_TRIGGERED("db-scheduler, tuned, triggered in afterCommit"),

	/** What plain JDBC can do. */
	LIMIT("hand-written JDBC (the limit)"),

	/** No store at all. */
	EXECUTOR("Spring's executor in afterCommit");

	private final String title;

	Subject(String title) {
		this.title = title;
	}

	String title() {
		return this.title;
	}

	/**
	 * Whether it looks for jobs less and less often while there are none, so that it is
	 * idle only after a while.
	 */
	boolean polls() {
		return this == AFTERCOMMIT_OTHER_NODE || this == AFTERCOMMIT_OTHER_NODE_POLLS;
	}

	Contender on(Database database, Ledger ledger) {
		return switch (this) {
			case AFTERCOMMIT -> new AftercommitContender(database, ledger, Map.of());
			case AFTERCOMMIT_32 -> new AftercommitContender(database, ledger,
					Map.of("aftercommit.worker.concurrency", Database.POOL_SIZE));
			case AFTERCOMMIT_OTHER_NODE -> new OtherNode(database, ledger, true);
			case AFTERCOMMIT_OTHER_NODE_POLLS -> new OtherNode(database, ledger, false);
			case AFTERCOMMIT_REDIS -> new RedisContender(database, ledger, false, Map.of());
			case AFTERCOMMIT_REDIS_OUTBOX -> new RedisContender(database, ledger, true, Map.of());
			case DB_SCHEDULER -> new DbSchedulerContender(database, ledger, DbSchedulerContender.Calls.SINGLE);
			case DB_SCHEDULER_BATCH -> new DbSchedulerContender(database, ledger, DbSchedulerContender.Calls.BATCH);
			case DB_SCHEDULER_TRIGGERED ->
				new DbSchedulerContender(database, ledger, DbSchedulerContender.Calls.SINGLE_AND_TRIGGER);
			case LIMIT -> new HandWrittenContender(database, ledger);
			case EXECUTOR -> new ExecutorContender(database, ledger);
		};
	}

}
