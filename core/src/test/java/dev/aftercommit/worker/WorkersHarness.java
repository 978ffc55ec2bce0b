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

package dev.aftercommit.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobListener;
import dev.aftercommit.JobState;
import dev.aftercommit.JobTime;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Retention;
import dev.aftercommit.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Workers over a memory store that can fail, with a store clock and a monotonic time that
 * a test can move on.
 */
class WorkersHarness implements AutoCloseable {

	static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final AtomicLong IDS = new AtomicLong();

	final MovableClock storeClock = new MovableClock();

	final AtomicLong nanoOffset = new AtomicLong();

	final FaultyJobStore store;

	final TestHandlers handlers = new TestHandlers();

	final List<JobListener> listeners = new ArrayList<>();

	private final List<Workers> started = new ArrayList<>();

	WorkersHarness() {
		this.store = new FaultyJobStore(new MemoryJobStore(this.storeClock));
	}

	WorkersHarness(WorkersHarness other) {
		this(other.store.real);
	}

	WorkersHarness(JobStore real) {
		this.store = new FaultyJobStore(real);
	}

	static Settings settings() {
		return new Settings();
	}

	Workers workers(UnaryOperator<Settings> change) {
		Workers workers = new Workers(this.store, this.handlers, new TestSerializer(), change.apply(settings()).build(),
				this.listeners, this.storeClock, () -> System.nanoTime() + this.nanoOffset.get());
		this.started.add(workers);
		return workers;
	}

	Workers start(UnaryOperator<Settings> change) {
		Workers workers = workers(change);
		workers.start();
		await().atMost(PATIENCE).until(() -> workers.status().node() != null);
		return workers;
	}

	Workers start() {
		return start(UnaryOperator.identity());
	}

	UUID enqueue(String name) {
		return enqueue(name, "argument");
	}

	UUID enqueue(String name, String argument) {
		return enqueue(job("default", name, argument, null));
	}

	UUID enqueue(NewJob job) {
		this.store.intake().enqueue(List.of(job));
		return job.id();
	}

	static NewJob job(String queue, String name, String argument, @Nullable JobTime time) {
		return new NewJob(new UUID(7, IDS.incrementAndGet()), name, queue, 0, time, argument, Map.of());
	}

	JobStatus status(UUID id) {
		return this.store.directory().find(Set.of(id)).get(id);
	}

	JobStatus awaitState(UUID id, JobState state) {
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(status(id).state()).isEqualTo(state));
		return status(id);
	}

	@Override
	public void close() {
		this.started.forEach(Workers::stop);
	}

	/**
	 * Settings to change.
	 */
	static final class Settings {

		int concurrency = 4;

		boolean virtualThreads;

		@Nullable Set<String> queues;

		final Map<String, QueueSettings> queueSettings = new HashMap<>();

		Duration pollInterval = Duration.ofMillis(100);

		Duration lease = Duration.ofSeconds(30);

		Duration heartbeat = Duration.ofSeconds(10);

		Duration shutdownTimeout = Duration.ofSeconds(20);

		boolean localDispatch = true;

		int maxCrashes = 3;

		RetrySettings retry = new RetrySettings(3, Duration.ofMillis(10), 2, Duration.ofSeconds(1), 0.2);

		Settings concurrency(int concurrency) {
			this.concurrency = concurrency;
			return this;
		}

		Settings virtualThreads() {
			this.virtualThreads = true;
			return this;
		}

		Settings queues(String... queues) {
			this.queues = Set.of(queues);
			return this;
		}

		Settings queueConcurrency(String queue, int limit) {
			return queueSettings(queue, new QueueSettings(limit, 1, null));
		}

		Settings queueSettings(String queue, QueueSettings settings) {
			this.queueSettings.put(queue, settings);
			return this;
		}

		Settings pollInterval(Duration pollInterval) {
			this.pollInterval = pollInterval;
			return this;
		}

		Settings lease(Duration lease, Duration heartbeat) {
			this.lease = lease;
			this.heartbeat = heartbeat;
			return this;
		}

		Settings shutdownTimeout(Duration shutdownTimeout) {
			this.shutdownTimeout = shutdownTimeout;
			return this;
		}

		Settings noLocalDispatch() {
			this.localDispatch = false;
			return this;
		}

		Settings retry(RetrySettings retry) {
			this.retry = retry;
			return this;
		}

		WorkerSettings build() {
			return new WorkerSettings("test", "1.0", this.concurrency, this.virtualThreads, this.queues,
					this.queueSettings, this.pollInterval, this.lease, this.heartbeat, this.shutdownTimeout,
					this.localDispatch, this.maxCrashes, this.retry,
					new Retention(Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(30)));
		}

	}

}
