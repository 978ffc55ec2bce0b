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

import java.util.List;

/**
 * What is measured, and of whom.
 */
enum Scenario {

	/** Enqueueing in the caller's transaction. */
	B1("B1: a transaction with one business row and k enqueues"),

	/** A preloaded backlog, one node. */
	B2("B2: drain of a preloaded backlog, one node"),

	/** Single jobs on an idle system. */
	B5("B5: pickup of single jobs on an idle system, commit to start of body"),

	/** The same, while very many wait elsewhere. */
	B13("B13: pickup in one queue while a crowd waits in another");

	private final String title;

	Scenario(String title) {
		this.title = title;
	}

	String title() {
		return this.title;
	}

	List<Subject> subjects() {
		return switch (this) {
			case B1 -> List.of(Subject.AFTERCOMMIT, Subject.DB_SCHEDULER, Subject.DB_SCHEDULER_BATCH, Subject.JOBRUNR,
					Subject.JOBRUNR_BATCH, Subject.QUARTZ, Subject.LIMIT);
			case B2 -> List.of(Subject.AFTERCOMMIT, Subject.AFTERCOMMIT_32, Subject.AFTERCOMMIT_REDIS,
					Subject.AFTERCOMMIT_REDIS_OUTBOX, Subject.DB_SCHEDULER_DEFAULT, Subject.DB_SCHEDULER,
					Subject.JOBRUNR, Subject.QUARTZ_DEFAULT, Subject.QUARTZ, Subject.LIMIT);
			case B5 -> List.of(Subject.AFTERCOMMIT, Subject.AFTERCOMMIT_OTHER_NODE,
					Subject.AFTERCOMMIT_OTHER_NODE_POLLS, Subject.AFTERCOMMIT_REDIS, Subject.AFTERCOMMIT_REDIS_OUTBOX,
					Subject.DB_SCHEDULER_DEFAULT, Subject.DB_SCHEDULER, Subject.DB_SCHEDULER_TRIGGERED, Subject.JOBRUNR,
					Subject.QUARTZ_DEFAULT, Subject.QUARTZ, Subject.EXECUTOR);
			case B13 -> List.of(Subject.AFTERCOMMIT, Subject.AFTERCOMMIT_REDIS, Subject.AFTERCOMMIT_REDIS_OUTBOX);
		};
	}

}
