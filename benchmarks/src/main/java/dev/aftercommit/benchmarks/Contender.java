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

import org.springframework.transaction.support.TransactionTemplate;

/**
 * A system that is measured. Enqueues with {@link #transactions()} and
 * {@link #enqueue(int, int)} at any time, runs jobs only between {@link #start} and
 * {@link #stop}. A body does nothing but tell the {@link Ledger} its number.
 */
interface Contender extends AutoCloseable {

	/**
	 * Create the tables, once, in an empty database.
	 */
	void prepare();

	/**
	 * Use tables that another node has created.
	 */
	default void join() {
		prepare();
	}

	/**
	 * The caller's transactions, as this system wants them.
	 * @return a template on the present transaction manager; ask again after start and
	 * stop
	 */
	TransactionTemplate transactions();

	/**
	 * Enqueue jobs in the transaction of this thread, the way that the system documents.
	 * @param first number of the first job
	 * @param count how many, 0 or more
	 */
	void enqueue(int first, int count);

	/**
	 * Wait until what was enqueued has reached the place from which it is run.
	 */
	default void settle() throws InterruptedException {
	}

	/**
	 * Begin to run jobs.
	 * @param workersStart run after everything else is set up, right before the workers
	 * start
	 */
	void start(Runnable workersStart);

	/**
	 * Run no more jobs and wait for those that run.
	 */
	void stop();

	/**
	 * What the store says: a job counts when it says that it has ended.
	 * @return whether there are jobs that have not ended
	 */
	boolean hasJobs();

	/**
	 * What the store says.
	 * @return how many jobs have not ended
	 */
	long jobs();

	@Override
	void close();

}
