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

package dev.aftercommit.store;

import java.util.Optional;

import dev.aftercommit.JobStoreException;

/**
 * A place where jobs are kept. Nothing outside this room and its implementations asks
 * which one it is.
 */
public interface JobStore {

	/**
	 * What it is, for the start-up log and the actuator.
	 * @return for example {@code PostgreSQL 17.11}
	 */
	String description();

	/**
	 * Whether jobs themselves can be part of a caller's transaction: not only their
	 * enqueue, but also their cancellation, and their completion in the transaction of
	 * their body.
	 * @return whether they are in the database of such transactions
	 */
	boolean canJoinTransactions();

	/**
	 * How an enqueue meets the caller's transaction, where it can.
	 * @return the best that this store can do
	 */
	default Mode mode() {
		return canJoinTransactions() ? Mode.JOINED : Mode.BEST_EFFORT;
	}

	/**
	 * How much waits in an outbox, or is kept there a while longer.
	 * @return how much; empty if this store has no outbox
	 * @throws JobStoreException if its database can't answer
	 */
	default Optional<OutboxDepth> outbox() {
		return Optional.empty();
	}

	/**
	 * For those who enqueue.
	 * @return the intake
	 */
	JobIntake intake();

	/**
	 * For the workers.
	 * @return the leases
	 */
	JobLeases leases();

	/**
	 * For the workers' signs of life.
	 * @return the nodes
	 */
	Nodes nodes();

	/**
	 * For those who wait and those who look after jobs.
	 * @return the directory
	 */
	JobDirectory directory();

	/**
	 * For operators who look at many things at once.
	 * @return the overview
	 */
	Overview overview();

	/**
	 * For those who count what comes and goes, and those who look at it.
	 * @return the flow
	 */
	Flow flow();

	/**
	 * For those who fire recurring jobs.
	 * @return the recurrences
	 */
	Recurrences recurrences();

	/**
	 * For operators.
	 * @return the orders
	 */
	JobOrders orders();

	/**
	 * For those who ask which orders operators gave, and for those who took them.
	 * @return the trail
	 */
	AuditTrail auditTrail();

	/**
	 * For hints between nodes.
	 * @return the wake-ups
	 */
	WakeUps wakeUps();

	/**
	 * Ways in which an enqueue meets the caller's transaction.
	 */
	enum Mode {

		/** The job is written in the transaction. */
		JOINED,

		/** It is kept in the transaction's database, and pushed from there. */
		OUTBOX,

		/** It is written after the commit, and lost if the JVM dies in between. */
		BEST_EFFORT

	}

}
