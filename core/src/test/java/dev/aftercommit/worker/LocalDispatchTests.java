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
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.JobState;
import dev.aftercommit.JobTime;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Rate;
import dev.aftercommit.store.RateLimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The node that enqueues runs the job at once, when it may.
 */
class LocalDispatchTests {

	private static final String NAME = "ok";

	private final WorkersHarness harness = new WorkersHarness();

	private final CountDownLatch release = new CountDownLatch(1);

	@AfterEach
	void stop() {
		this.release.countDown();
		this.harness.close();
	}

	@Test
	void noMoreSlotsAreReservedThanThereAreAndFreedOnesCanBeReservedAgain() {
		this.harness.handlers.add(NAME, (argument, context) -> null);
		Workers workers = this.harness.start((settings) -> settings.concurrency(2));
		Lease first = reserve(workers);
		Lease second = reserve(workers);
		assertThat(first).isNotEqualTo(second);
		assertThat(workers.reserve(job(NAME))).isEmpty();
		workers.free(first);
		workers.free(first);
		Lease third = reserve(workers);
		assertThat(third).isNotEqualTo(first);
		assertThat(workers.reserve(job(NAME))).isEmpty();
		workers.free(second);
		workers.free(third);
		assertThat(workers.status().inHand()).isZero();
	}

	@Test
	void aReservedJobRunsWithItsLease() {
		CountDownLatch ran = new CountDownLatch(1);
		this.harness.handlers.add(NAME, (argument, context) -> {
			assertThat(context.stillOwned()).isTrue();
			ran.countDown();
			return null;
		});
		Workers workers = this.harness.start();
		NewJob job = job(NAME);
		Lease lease = reserve(workers);
		workers.run(LocalCaller.claimed(job, lease));
		WaitFor.latch(ran);
		// It was never staged here, so the store refuses the outcome: the fence is asked.
		await().atMost(WorkersHarness.PATIENCE).until(() -> workers.status().stale() == 1);
		assertThat(workers.status().inHand()).isZero();
	}

	@Test
	void aRunWithoutAReservationIsRefused() {
		this.harness.handlers.add(NAME, (argument, context) -> null);
		Workers workers = this.harness.start();
		workers.run(LocalCaller.claimed(job(NAME), new Lease(99, 99)));
		assertThat(workers.status().inHand()).isZero();
	}

	@Test
	void whatThisNodeMustNotRunAtOnceIsNotReserved() {
		this.harness.handlers.add(NAME, (argument, context) -> null);
		Workers workers = this.harness.start((settings) -> settings.queues("default"));
		workers.free(reserve(workers));
		assertThat(workers.reserve(WorkersHarness.job("other", NAME, "argument", null))).isEmpty();
		assertThat(workers.reserve(job("unknown"))).isEmpty();
		assertThat(workers.reserve(keyed(NAME))).isEmpty();
		assertThat(
				workers.reserve(WorkersHarness.job("default", NAME, "argument", new JobTime.In(Duration.ofMinutes(5)))))
			.isEmpty();
	}

	@Test
	void noJobOfAPausedQueueIsReservedOnceAClaimHasSaidSo() {
		this.harness.handlers.add(NAME, (argument, context) -> null);
		Workers workers = this.harness.start();
		workers.free(reserve(workers));
		this.harness.store.orders().pause("default");
		await().atMost(WorkersHarness.PATIENCE).until(() -> {
			Optional<Lease> reserved = workers.reserve(job(NAME));
			reserved.ifPresent(workers::free);
			return reserved.isEmpty();
		});
		workers.free(workers.reserve(WorkersHarness.job("other", NAME, "argument", null)).orElseThrow());
		this.harness.store.orders().resume("default");
		await().atMost(WorkersHarness.PATIENCE).until(() -> {
			Optional<Lease> reserved = workers.reserve(job(NAME));
			reserved.ifPresent(workers::free);
			return reserved.isPresent();
		});
	}

	@Test
	void aQuietNodeStartsNothingUntilItIsResumed() {
		AtomicInteger ran = new AtomicInteger();
		this.harness.handlers.add(NAME, (argument, context) -> ran.incrementAndGet());
		Workers workers = this.harness
			.start((settings) -> settings.lease(Duration.ofSeconds(3), Duration.ofMillis(50)));
		workers.free(reserve(workers));
		long node = Objects.requireNonNull(workers.status().node());
		this.harness.store.nodes().quiet(node);
		await().atMost(WorkersHarness.PATIENCE).until(() -> workers.status().quiet());
		assertThat(workers.reserve(job(NAME))).isEmpty();
		this.harness.store.intake().enqueue(List.of(job(NAME)));
		workers.wakeUp();
		await().during(Duration.ofMillis(300)).atMost(WorkersHarness.PATIENCE).until(() -> ran.get() == 0);
		this.harness.store.nodes().resume(node);
		await().atMost(WorkersHarness.PATIENCE).until(() -> ran.get() == 1);
		assertThat(workers.status().quiet()).isFalse();
		await().atMost(WorkersHarness.PATIENCE).until(() -> {
			Optional<Lease> reserved = workers.reserve(job(NAME));
			reserved.ifPresent(workers::free);
			return reserved.isPresent();
		});
	}

	@Test
	void noJobThatARateHoldsForIsReserved() {
		this.harness.handlers.add(NAME, (argument, context) -> null);
		this.harness.handlers.add("rated", (argument, context) -> null).rateLimit(RateLimit.parse("100/1s"));
		Workers workers = this.harness
			.start((settings) -> settings.queueSettings("slow", new QueueSettings(null, 1, RateLimit.parse("100/1s"))));
		workers.free(reserve(workers));
		assertThat(workers.rates()).extracting(Rate::key).containsExactlyInAnyOrder("job:rated", "queue:slow");
		assertThat(workers.reserve(job("rated"))).isEmpty();
		assertThat(workers.reserve(WorkersHarness.job("slow", NAME, "argument", null))).isEmpty();
	}

	@Test
	void itCanBeTurnedOff() {
		this.harness.handlers.add(NAME, (argument, context) -> null);
		Workers workers = this.harness.start(WorkersHarness.Settings::noLocalDispatch);
		this.harness.awaitState(this.harness.enqueue(NAME), JobState.SUCCEEDED);
		assertThat(workers.reserve(job(NAME))).isEmpty();
	}

	@Test
	void workersThatAreNotStartedReserveNothing() {
		Workers workers = this.harness.workers((settings) -> settings);
		assertThat(workers.reserve(job(NAME))).isEmpty();
		workers.wakeUp();
		workers.free(new Lease(1, 1));
		assertThat(workers.status().running()).isFalse();
	}

	@Test
	void nobodyJumpsAQueueThatHasABacklog() {
		this.harness.handlers.add(NAME, (argument, context) -> {
			WaitFor.latch(this.release);
			return null;
		});
		List<UUID> jobs = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			jobs.add(this.harness.enqueue(NAME));
		}
		Workers workers = this.harness.start((settings) -> settings.concurrency(2));
		await().atMost(WorkersHarness.PATIENCE).until(() -> workers.status().bodies() == 2);
		assertThat(workers.reserve(job(NAME))).isEmpty();
		this.release.countDown();
		jobs.forEach((id) -> this.harness.awaitState(id, JobState.SUCCEEDED));
		workers.free(reserve(workers));
	}

	@Test
	void theLimitOfAQueueHoldsForReservationsToo() {
		this.harness.handlers.add(NAME, (argument, context) -> null);
		Workers workers = this.harness.start((settings) -> settings.queueConcurrency("default", 1));
		Lease lease = reserve(workers);
		assertThat(workers.reserve(job(NAME))).isEmpty();
		workers.free(lease);
		workers.free(reserve(workers));
	}

	private static NewJob keyed(String name) {
		NewJob job = job(name);
		return new NewJob(job.id(), name, job.queue(), job.priority(), null, job.arguments(),
				new JobTerms("key", 1, null, UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of()).toHeaders());
	}

	private static NewJob job(String name) {
		return WorkersHarness.job("default", name, "argument", null);
	}

	/** A claim that is under way holds all slots for its moment. */
	private static Lease reserve(Workers workers) {
		return await().atMost(WorkersHarness.PATIENCE)
			.until(() -> workers.reserve(job(NAME)), Optional::isPresent)
			.orElseThrow();
	}

}
