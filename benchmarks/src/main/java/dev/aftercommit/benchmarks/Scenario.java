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
	B1("B1: a transaction with one business row and k enqueues", 2),

	/** A preloaded backlog, one node. */
	B2("B2: drain of a preloaded backlog, one node", 5),

	/** Random arrivals. */
	B3("B3: jobs arrive at random, the highest rate that is held, and latency at half of it", 1),

	/** Several JVMs on one database. */
	B4("B4: 1, 2 and 4 nodes on one database", 1),

	/** Single jobs on an idle system. */
	B5("B5: pickup of single jobs on an idle system, commit to start of body", 2),

	/** Nothing to do. */
	B6("B6: idle nodes", 1),

	/** Much in all tables. */
	B7("B7: big backlog, big future, big history", 1),

	/** An old snapshot. */
	B8("B8: vacuum horizon pinned by an idle transaction", 1),

	/** Statistics of empty tables. */
	B9("B9: tables analyzed when they were empty", 1),

	/** Bodies that take a moment. */
	B10_1MS("B10: bodies of 1 ms", 1, Body.ONE_MILLI, Payload.USUAL),

	/** Bodies that take long. */
	B10_50MS("B10: bodies of 50 ms", 1, Body.FIFTY_MILLIS, Payload.USUAL),

	/** Both. */
	B10_MIXED("B10: bodies of 1 ms, each tenth of 50 ms", 1, Body.MIXED, Payload.USUAL),

	/** Larger payloads. */
	B11_2KB("B11: drain, payloads of 2 KB", 1, Body.NO_OP, 2000),

	/** Large payloads. */
	B11_20KB("B11: drain, payloads of 20 KB", 1, Body.NO_OP, 20_000),

	/** B5, while very many wait elsewhere. */
	B13("B13: pickup in one queue while a crowd waits in another", 1),

	/** Waiting for results. */
	B14("B14: results of jobs that another node runs", 1),

	/** Deleting what has ended. */
	B15("B15: history pruned beside a drain", 1),

	/** The starter itself. */
	B16("B16: the same application with and without the starter", 1);

	private static final int FEWER = 3;

	private final String title;

	private final int rotations;

	private final Body body;

	private final int payload;

	Scenario(String title, int rotations) {
		this(title, rotations, Body.NO_OP, Payload.USUAL);
	}

	Scenario(String title, int rotations, Body body, int payload) {
		this.title = title;
		this.rotations = rotations;
		this.body = body;
		this.payload = payload;
	}

	String title() {
		return this.title;
	}

	/**
	 * How often a system gets its turn in a full run: the longer a turn, and the farther
	 * from what the goals are about, the fewer.
	 */
	int rotations(Subject subject) {
		return switch (subject) {
			case AFTERCOMMIT_REDIS, AFTERCOMMIT_REDIS_OUTBOX, AFTERCOMMIT_H2 -> Math.min(this.rotations, FEWER);
			case DB_SCHEDULER_DEFAULT, JOBRUNR, QUARTZ_DEFAULT -> (this == B5) ? 1 : this.rotations;
			default -> this.rotations;
		};
	}

	Body body() {
		return this.body;
	}

	/**
	 * What part of the usual backlog is enough, or as much as fits.
	 */
	int part() {
		return switch (this) {
			case B4, B9 -> 2;
			case B11_2KB -> 4;
			case B11_20KB -> 20;
			default -> 1;
		};
	}

	/** Options of the JVM. */
	List<String> jvm() {
		return List.of("-D" + Payload.PROPERTY + "=" + this.payload);
	}

	/**
	 * Whether it is meant by a word.
	 * @param word such as {@code B10}
	 */
	boolean isCalled(String word) {
		return name().equals(word) || name().startsWith(word + "_");
	}

	List<Subject> subjects() {
		return switch (this) {
			case B3 -> List.of(Subject.AFTERCOMMIT, Subject.AFTERCOMMIT_REDIS, Subject.AFTERCOMMIT_REDIS_OUTBOX,
					Subject.DB_SCHEDULER, Subject.QUARTZ);
			case B4 -> List.of(Subject.AFTERCOMMIT, Subject.DB_SCHEDULER);
			case B6 -> List.of(Subject.AFTERCOMMIT, Subject.AFTERCOMMIT_DASHBOARD, Subject.AFTERCOMMIT_DASHBOARD_OPEN,
					Subject.DB_SCHEDULER, Subject.JOBRUNR, Subject.QUARTZ);
			case B7, B14, B15, B16 -> List.of(Subject.AFTERCOMMIT);
			case B8, B9 -> List.of(Subject.AFTERCOMMIT, Subject.DB_SCHEDULER, Subject.LIMIT);
			case B10_1MS, B10_50MS, B10_MIXED ->
				List.of(Subject.AFTERCOMMIT_32, Subject.AFTERCOMMIT_VIRTUAL, Subject.DB_SCHEDULER);
			case B11_2KB, B11_20KB -> List.of(Subject.AFTERCOMMIT, Subject.DB_SCHEDULER, Subject.LIMIT);
			case B1 -> List.of(Subject.AFTERCOMMIT, Subject.AFTERCOMMIT_H2, Subject.DB_SCHEDULER,
					Subject.DB_SCHEDULER_BATCH, Subject.JOBRUNR, Subject.JOBRUNR_BATCH, Subject.QUARTZ, Subject.LIMIT);
			case B2 -> List.of(Subject.AFTERCOMMIT, Subject.AFTERCOMMIT_32, Subject.AFTERCOMMIT_REDIS,
					Subject.AFTERCOMMIT_REDIS_OUTBOX, Subject.AFTERCOMMIT_H2, Subject.DB_SCHEDULER_DEFAULT,
					Subject.DB_SCHEDULER, Subject.JOBRUNR, Subject.QUARTZ_DEFAULT, Subject.QUARTZ, Subject.LIMIT);
			case B5 ->
				List.of(Subject.AFTERCOMMIT, Subject.AFTERCOMMIT_OTHER_NODE, Subject.AFTERCOMMIT_OTHER_NODE_POLLS,
						Subject.AFTERCOMMIT_REDIS, Subject.AFTERCOMMIT_REDIS_OUTBOX, Subject.AFTERCOMMIT_H2,
						Subject.DB_SCHEDULER_DEFAULT, Subject.DB_SCHEDULER, Subject.DB_SCHEDULER_TRIGGERED,
						Subject.JOBRUNR, Subject.QUARTZ_DEFAULT, Subject.QUARTZ, Subject.EXECUTOR);
			case B13 -> List.of(Subject.AFTERCOMMIT, Subject.AFTERCOMMIT_REDIS, Subject.AFTERCOMMIT_REDIS_OUTBOX);
		};
	}

}
