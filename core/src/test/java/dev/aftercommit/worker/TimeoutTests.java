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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobState;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.NewJob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An attempt that takes too long.
 */
class TimeoutTests {

	private static final Duration SHORT = Duration.ofMillis(50);

	private final WorkersHarness harness = new WorkersHarness();

	private final CountDownLatch release = new CountDownLatch(1);

	@AfterEach
	void stop() {
		this.release.countDown();
		this.harness.close();
	}

	@Test
	void aBodyIsInterruptedAndTriedAgain() {
		this.harness.handlers.add("slow", (argument, context) -> {
			if (context.attempt() == 1) {
				new CountDownLatch(1).await();
			}
			return "second";
		}).timeout(Duration.ofSeconds(1));
		this.harness.start();
		JobStatus status = this.harness.awaitState(this.harness.enqueue("slow"), JobState.SUCCEEDED);
		assertThat(status.attempts()).isEqualTo(2);
		assertThat(status.result()).isEqualTo("second");
	}

	@Test
	void aBodyThatReturnsAfterItsTimeoutHasTimedOut() {
		this.harness.handlers.add("late", (argument, context) -> {
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				// Swallowed, as many do.
			}
			return "too late";
		}).timeout(SHORT).maxAttempts(1);
		this.harness.start();
		JobStatus status = this.harness.awaitState(this.harness.enqueue("late"), JobState.DEAD);
		assertThat(status.failure().outcome()).isEqualTo(AttemptOutcome.TIMED_OUT);
		assertThat(status.failure().type()).isEqualTo(TimeoutException.class.getName());
		assertThat(status.failure().text()).contains("PT0.05S");
	}

	@Test
	void theHandlerDecidesAboutATimeoutAsAboutAnyFailure() {
		this.harness.handlers.add("slow", (argument, context) -> {
			new CountDownLatch(1).await();
			return null;
		}).timeout(SHORT).retryable((failure) -> !(failure instanceof TimeoutException));
		this.harness.start();
		JobStatus status = this.harness.awaitState(this.harness.enqueue("slow"), JobState.DEAD);
		assertThat(status.reason()).isEqualTo(DeadReason.DISCARDED);
	}

	@Test
	void aFutureThatNeverCompletesIsCancelled() {
		CompletableFuture<String> future = new CompletableFuture<>();
		this.harness.handlers.add("future", (argument, context) -> future).timeout(SHORT).maxAttempts(1);
		this.harness.start();
		JobStatus status = this.harness.awaitState(this.harness.enqueue("future"), JobState.DEAD);
		assertThat(status.failure().outcome()).isEqualTo(AttemptOutcome.TIMED_OUT);
		assertThat(future).isCancelled();
	}

	@Test
	void aBodyThatIgnoresInterruptionKeepsItsSlotAndIsSeen() {
		CountDownLatch started = new CountDownLatch(1);
		this.harness.handlers.add("deaf", (argument, context) -> {
			started.countDown();
			WaitFor.uninterruptibly(this.release);
			return null;
		}).timeout(SHORT).maxAttempts(1);
		Workers workers = this.harness.start((settings) -> settings.concurrency(1));
		UUID id = this.harness.enqueue("deaf");
		WaitFor.latch(started);
		await().atMost(WorkersHarness.PATIENCE)
			.untilAsserted(() -> assertThat(workers.status().interrupted()).singleElement().satisfies((body) -> {
				assertThat(body.jobId()).isEqualTo(id);
				assertThat(body.name()).isEqualTo("deaf");
				assertThat(body.since()).isBeforeOrEqualTo(this.harness.storeClock.instant());
			}));
		assertThat(this.harness.status(id).state()).isEqualTo(JobState.RUNNING);
		this.release.countDown();
		assertThat(this.harness.awaitState(id, JobState.DEAD).failure().outcome()).isEqualTo(AttemptOutcome.TIMED_OUT);
		assertThat(workers.status().interrupted()).isEmpty();
	}

	@Test
	void noInterruptReachesTheNextJobOnTheThread() {
		AtomicInteger leaked = new AtomicInteger();
		AtomicInteger ran = new AtomicInteger();
		this.harness.handlers.add("edge", (argument, context) -> {
			// Ends at about the moment of its timeout.
			long end = System.nanoTime() + Duration.ofMillis(2).toNanos();
			while (System.nanoTime() < end) {
				Thread.onSpinWait();
			}
			return null;
		}).timeout(Duration.ofMillis(2)).maxAttempts(1);
		this.harness.handlers.add("clean", (argument, context) -> {
			ran.incrementAndGet();
			if (Thread.currentThread().isInterrupted()) {
				leaked.incrementAndGet();
			}
			return null;
		});
		List<NewJob> jobs = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			jobs.add(WorkersHarness.job("default", "edge", "argument", null));
			jobs.add(WorkersHarness.job("default", "clean", "argument", null));
		}
		this.harness.store.intake().enqueue(jobs);
		this.harness.start((settings) -> settings.concurrency(2));
		await().atMost(WorkersHarness.PATIENCE).until(() -> ran.get() == 300);
		assertThat(leaked).hasValue(0);
	}

}
