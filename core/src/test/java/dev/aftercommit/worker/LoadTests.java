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
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobState;
import dev.aftercommit.store.NewJob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Many jobs: nothing is lost, nothing leaks, no limit is passed.
 */
class LoadTests {

	private final WorkersHarness harness = new WorkersHarness();

	private final CountDownLatch release = new CountDownLatch(1);

	@AfterEach
	void stop() {
		this.release.countDown();
		this.harness.close();
	}

	@Test
	void noSlotLeaksAfterTenThousandJobsThatFailInAllWays() {
		Map<UUID, AtomicInteger> runs = new ConcurrentHashMap<>();
		Map<String, AtomicInteger> told = new ConcurrentHashMap<>();
		this.harness.listeners.add(new JobListener() {

			@Override
			public void started(Attempt attempt) {
				told.computeIfAbsent("started", (key) -> new AtomicInteger()).incrementAndGet();
				throw new IllegalStateException("planted: a listener fails");
			}

			@Override
			public void ended(Attempt attempt, AttemptOutcome outcome, @Nullable Throwable failure) {
				told.computeIfAbsent("ended", (key) -> new AtomicInteger()).incrementAndGet();
			}

			@Override
			public void applied(Attempt attempt, AttemptOutcome outcome, @Nullable JobState state) {
				told.computeIfAbsent("applied", (key) -> new AtomicInteger()).incrementAndGet();
			}

		});
		Quiet.logs(() -> {
			this.harness.handlers.add("wild", (argument, context) -> {
				runs.computeIfAbsent(context.jobId(), (id) -> new AtomicInteger()).incrementAndGet();
				return switch (ThreadLocalRandom.current().nextInt(8)) {
					case 0 -> throw new IllegalStateException("planted");
					case 1 -> throw new StackOverflowError("planted");
					case 2 -> throw new InterruptedException("planted");
					case 3 -> new Object();
					default -> null;
				};
			}).maxAttempts(2);
			Workers workers = this.harness
				.start((settings) -> settings.retry(new RetrySettings(2, Duration.ZERO, 1, Duration.ZERO, 0)));
			awaitEnded(enqueue("wild", 10_000));
			await().atMost(WorkersHarness.PATIENCE).until(() -> workers.status().inHand() == 0);
			assertThat(runs).hasSize(10_000);
			assertThat(runs.values()).allSatisfy((count) -> assertThat(count.get()).isBetween(1, 2));
			int sum = runs.values().stream().mapToInt(AtomicInteger::get).sum();
			await().atMost(WorkersHarness.PATIENCE)
				.untilAsserted(() -> assertThat(told).allSatisfy((event, count) -> assertThat(count).hasValue(sum)));
			assertThat(workers.status().bodies()).isZero();
			assertThat(workers.status().unstored()).isZero();
			assertThat(workers.status().stale()).isZero();
		});
	}

	@Test
	void noMoreJobsAreClaimedThanThereAreFreeSlotsWhenTheyAreSlow() {
		CountDownLatch started = new CountDownLatch(3);
		this.harness.handlers.add("slow", (argument, context) -> {
			started.countDown();
			WaitFor.latch(this.release);
			return null;
		});
		enqueue("slow", 50);
		Workers workers = this.harness.start((settings) -> settings.concurrency(3));
		WaitFor.latch(started);
		int beats = this.harness.store.calls.get();
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.harness.store.calls.get() > beats + 5);
		assertThat(workers.status().inHand()).isEqualTo(3);
		assertThat(this.harness.store.directory().count().get(JobState.RUNNING).value()).isEqualTo(3);
	}

	@Test
	void quickJobsAreClaimedByTheHundred() {
		AtomicInteger ran = new AtomicInteger();
		this.harness.handlers.add("quick", (argument, context) -> ran.incrementAndGet() < 0 ? "never" : null);
		List<NewJob> jobs = enqueue("quick", 20_000);
		this.harness.start((settings) -> settings.concurrency(2));
		awaitEnded(jobs);
		assertThat(ran).hasValue(20_000);
		assertThat(this.harness.store.largestClaim).isGreaterThan(100);
		assertThat(this.harness.store.claims.get()).isLessThan(5000);
	}

	@Test
	void whatWasClaimedForQuickBodiesDoesNotWaitBehindSlowOnes() {
		this.harness.handlers.add("quick", (argument, context) -> null);
		this.harness.handlers.add("slow", (argument, context) -> {
			WaitFor.latch(this.release);
			return null;
		});
		enqueue("quick", 20_000);
		enqueue("slow", 2);
		List<NewJob> behind = enqueue("quick", 2000);
		this.harness.start((settings) -> settings.concurrency(2));
		await().atMost(WorkersHarness.PATIENCE)
			.untilAsserted(() -> assertThat(this.harness.store.directory().count().get(JobState.RUNNING).value())
				.isEqualTo(2));
		assertThat(behind).allSatisfy((job) -> {
			assertThat(this.harness.status(job.id()).state()).isEqualTo(JobState.ENQUEUED);
			assertThat(this.harness.status(job.id()).attempts()).isZero();
		});
	}

	@Test
	void theLimitOfAQueueIsNeverPassed() {
		AtomicInteger limited = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		AtomicInteger ran = new AtomicInteger();
		this.harness.handlers.add("limited", (argument, context) -> {
			most.accumulateAndGet(limited.incrementAndGet(), Math::max);
			Thread.yield();
			limited.decrementAndGet();
			ran.incrementAndGet();
			return null;
		});
		this.harness.handlers.add("free", (argument, context) -> {
			ran.incrementAndGet();
			return null;
		});
		Quiet.logs(() -> {
			Workers workers = this.harness.start((settings) -> settings.concurrency(8).queueConcurrency("narrow", 2));
			int locally = 0;
			for (int i = 0; i < 2000; i++) {
				NewJob job = WorkersHarness.job("narrow", "limited", "argument", null);
				locally += LocalCaller.enqueue(workers, this.harness.store, job) ? 1 : 0;
				this.harness.enqueue("free");
			}
			await().atMost(WorkersHarness.PATIENCE).until(() -> ran.get() == 4000);
			assertThat(most.get()).isBetween(1, 2);
			assertThat(locally).isGreaterThan(0);
			await().atMost(WorkersHarness.PATIENCE).until(() -> workers.status().inHand() == 0);
			int expected = locally;
			await().atMost(WorkersHarness.PATIENCE).until(() -> workers.status().stale() == expected);
		});
	}

	@Test
	void twoNodesRunEachJobOnce() {
		Map<UUID, AtomicInteger> runs = new ConcurrentHashMap<>();
		try (WorkersHarness other = new WorkersHarness(this.harness)) {
			for (WorkersHarness node : List.of(this.harness, other)) {
				node.handlers.add("once", (argument, context) -> {
					runs.computeIfAbsent(context.jobId(), (id) -> new AtomicInteger()).incrementAndGet();
					return null;
				});
				node.start();
			}
			awaitEnded(enqueue("once", 10_000));
		}
		assertThat(runs).hasSize(10_000);
		assertThat(runs.values()).allSatisfy((count) -> assertThat(count).hasValue(1));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void slotsCanBeVirtualThreads() {
		Set<Boolean> virtual = ConcurrentHashMap.newKeySet();
		CountDownLatch together = new CountDownLatch(200);
		this.harness.handlers.add("virtual", (argument, context) -> {
			virtual.add((Boolean) Thread.class.getMethod("isVirtual").invoke(Thread.currentThread()));
			together.countDown();
			WaitFor.latch(together);
			return null;
		});
		List<NewJob> jobs = enqueue("virtual", 200);
		this.harness.start((settings) -> settings.concurrency(200).virtualThreads());
		awaitEnded(jobs);
		assertThat(virtual).containsExactly(true);
	}

	@Test
	void slotThreadsInheritNothingFromWhoeverEnqueues() {
		InheritableThreadLocal<String> identity = new InheritableThreadLocal<>();
		Set<String> seen = ConcurrentHashMap.newKeySet();
		this.harness.handlers.add("look", (argument, context) -> {
			seen.add(String.valueOf(identity.get()));
			return null;
		});
		Workers workers = this.harness.start();
		identity.set("a user");
		NewJob job = WorkersHarness.job("default", "look", "argument", null);
		await().atMost(WorkersHarness.PATIENCE).until(() -> LocalCaller.enqueue(workers, this.harness.store, job));
		await().atMost(WorkersHarness.PATIENCE).until(() -> !seen.isEmpty());
		identity.remove();
		assertThat(seen).containsExactly("null");
	}

	private List<NewJob> enqueue(String name, int count) {
		List<NewJob> jobs = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			jobs.add(WorkersHarness.job("default", name, "argument", null));
		}
		this.harness.store.intake().enqueue(jobs);
		return jobs;
	}

	private void awaitEnded(List<NewJob> jobs) {
		await().atMost(WorkersHarness.PATIENCE.multipliedBy(2))
			.pollInterval(Duration.ofMillis(20))
			.until(() -> jobs.stream().allMatch((job) -> this.harness.status(job.id()).state().isEnded()));
	}

}
