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
	 * Whether an enqueue can be part of a transaction: if not, all of them are
	 * best-effort.
	 * @return whether {@link JobIntake#joinsTransaction()} can ever be {@code true}
	 */
	boolean canJoinTransactions();

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
	 * For hints between nodes.
	 * @return the wake-ups
	 */
	WakeUps wakeUps();

}
