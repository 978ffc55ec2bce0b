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

import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Spring's executor, handed a task in {@code afterCommit}: nothing is stored, a crash
 * loses the job. The lowest latency that there is.
 */
final class ExecutorContender implements Contender {

	private final Database database;

	private final Ledger ledger;

	private final ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();

	ExecutorContender(Database database, Ledger ledger) {
		this.database = database;
		this.ledger = ledger;
	}

	@Override
	public void prepare() {
		this.executor.setCorePoolSize(Database.POOL_SIZE);
		this.executor.initialize();
	}

	@Override
	public TransactionTemplate transactions() {
		return this.database.transactions();
	}

	@Override
	public void enqueue(int first, int count) {
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				for (int job = first; job < first + count; job++) {
					int started = job;
					ExecutorContender.this.executor.execute(() -> ExecutorContender.this.ledger.ran(started));
				}
			}

		});
	}

	@Override
	public void start(Runnable workersStart) {
		workersStart.run();
	}

	@Override
	public void stop() {
	}

	@Override
	public boolean hasJobs() {
		throw new UnsupportedOperationException("An executor stores nothing");
	}

	@Override
	public long jobs() {
		throw new UnsupportedOperationException("An executor stores nothing");
	}

	@Override
	public void close() {
		this.executor.shutdown();
	}

}
