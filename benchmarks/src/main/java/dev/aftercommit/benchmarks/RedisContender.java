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

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import dev.aftercommit.JobOperations;
import dev.aftercommit.JobState;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.JobStore;

import org.springframework.transaction.support.TransactionTemplate;

/**
 * Aftercommit with its Redis store, on a Redis of its own. With the outbox, a job is a
 * row in the caller's transaction first, and pushed after the commit.
 */
final class RedisContender implements Ours {

	private static final Set<JobState> LIVE = Set.of(JobState.SCHEDULED, JobState.ENQUEUED, JobState.RUNNING,
			JobState.RETRYING);

	private final Redis redis = new Redis();

	private final AftercommitContender application;

	RedisContender(Database database, Ledger ledger, boolean outbox, Map<String, Object> settings) {
		Map<String, Object> all = new HashMap<>(settings);
		all.put("aftercommit.store", "redis");
		all.put("aftercommit.redis.outbox", outbox);
		all.put("spring.data.redis.port", this.redis.port());
		this.application = new AftercommitContender(database, ledger, all);
	}

	@Override
	public void prepare() {
		this.application.prepare();
	}

	@Override
	public TransactionTemplate transactions() {
		return this.application.transactions();
	}

	@Override
	public void enqueue(int first, int count) {
		this.application.enqueue(first, count);
	}

	/** Pushed, known to be durable, and removed from the outbox. */
	@Override
	public void settle() throws InterruptedException {
		while (store().outbox().filter((outbox) -> outbox.jobs().value() > 0).isPresent()) {
			TimeUnit.MILLISECONDS.sleep(10);
		}
	}

	@Override
	public void start(Runnable workersStart) {
		this.application.start(workersStart);
	}

	@Override
	public void stop() {
		this.application.stop();
	}

	@Override
	public <T> T bean(Class<T> type) {
		return this.application.bean(type);
	}

	@Override
	public JobStore store() {
		return this.application.store();
	}

	@Override
	public JobOperations operations() {
		return this.application.operations();
	}

	@Override
	public boolean hasJobs() {
		return jobs() > 0;
	}

	@Override
	public long jobs() {
		Map<JobState, Count> counts = store().directory().count();
		return counts.entrySet()
			.stream()
			.filter((count) -> LIVE.contains(count.getKey()))
			.mapToLong((count) -> count.getValue().value())
			.sum();
	}

	@Override
	public void close() {
		this.application.close();
		this.redis.close();
	}

}
