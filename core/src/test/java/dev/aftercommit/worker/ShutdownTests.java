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
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.SmartLifecycle;

import dev.aftercommit.JobState;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Stopping spends no attempt and loses nothing.
 */
class ShutdownTests {

	private final WorkersHarness harness = new WorkersHarness();

	private final CountDownLatch release = new CountDownLatch(1);

	@AfterEach
	void stop() {
		this.release.countDown();
		this.harness.close();
	}

	@Test
	void theyDrainInTheWebServersGracefulPhase() {
		assertThat(this.harness.workers((settings) -> settings).getPhase())
			.isEqualTo(SmartLifecycle.DEFAULT_PHASE - 1024);
	}

	@Test
	void aBodyThatEndsInTimeIsWaitedForAndToldThatTheNodeStops() {
		AtomicBoolean stoppingSeen = new AtomicBoolean();
		CountDownLatch started = new CountDownLatch(1);
		this.harness.handlers.add("wait", (argument, context) -> {
			started.countDown();
			await().atMost(WorkersHarness.PATIENCE).until(context::isStopping);
			stoppingSeen.set(true);
			return null;
		});
		Workers workers = this.harness.start();
		UUID id = this.harness.enqueue("wait");
		WaitFor.latch(started);
		workers.stop();
		assertThat(workers.isRunning()).isFalse();
		assertThat(stoppingSeen).isTrue();
		assertThat(this.harness.status(id).state()).isEqualTo(JobState.SUCCEEDED);
		assertThat(this.harness.store.ended).hasSize(1);
	}

	@Test
	void stopReturnsAtOnceAndCallsBackWhenAllHasEnded() {
		CountDownLatch started = new CountDownLatch(1);
		this.harness.handlers.add("wait", (argument, context) -> {
			started.countDown();
			WaitFor.latch(this.release);
			return null;
		});
		Workers workers = this.harness.start();
		UUID id = this.harness.enqueue("wait");
		WaitFor.latch(started);
		CountDownLatch called = new CountDownLatch(1);
		workers.stop(called::countDown);
		await().atMost(WorkersHarness.PATIENCE).until(() -> workers.status().draining());
		assertThat(called.getCount()).isEqualTo(1);
		this.release.countDown();
		WaitFor.latch(called);
		assertThat(this.harness.status(id).state()).isEqualTo(JobState.SUCCEEDED);
	}

	@Test
	void anInterruptedAttemptIsGivenBackWhateverTheBodyThrows() {
		CountDownLatch started = new CountDownLatch(2);
		this.harness.handlers.add("interrupted", (argument, context) -> {
			started.countDown();
			new CountDownLatch(1).await();
			return null;
		});
		this.harness.handlers.add("other", (argument, context) -> {
			started.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException("planted: not an InterruptedException");
			}
			return null;
		});
		Workers workers = this.harness.start((settings) -> settings.shutdownTimeout(Duration.ofMillis(50)));
		UUID first = this.harness.enqueue("interrupted");
		UUID second = this.harness.enqueue("other");
		WaitFor.latch(started);
		workers.stop();
		for (UUID id : List.of(first, second)) {
			assertThat(this.harness.status(id).state()).isEqualTo(JobState.ENQUEUED);
			assertThat(this.harness.status(id).attempts()).isZero();
		}
		assertThat(this.harness.store.ended).hasSize(1);
	}

	@Test
	void aBodyThatReturnsAfterItWasInterruptedHasDoneItsJob() {
		CountDownLatch started = new CountDownLatch(1);
		this.harness.handlers.add("swallows", (argument, context) -> {
			started.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				// The body knows what it does.
			}
			return "done";
		});
		Workers workers = this.harness.start((settings) -> settings.shutdownTimeout(Duration.ZERO));
		UUID id = this.harness.enqueue("swallows");
		WaitFor.latch(started);
		workers.stop();
		assertThat(this.harness.status(id).state()).isEqualTo(JobState.SUCCEEDED);
		assertThat(this.harness.status(id).result()).isEqualTo("done");
	}

	@Test
	void aBodyThatReachesACheckpointIsGivenBack() {
		CountDownLatch started = new CountDownLatch(1);
		this.harness.handlers.add("steps", (argument, context) -> {
			started.countDown();
			await().atMost(WorkersHarness.PATIENCE).until(context::isStopping);
			context.checkpoint();
			return null;
		});
		Workers workers = this.harness.start();
		UUID id = this.harness.enqueue("steps");
		WaitFor.latch(started);
		workers.stop();
		assertThat(this.harness.status(id).state()).isEqualTo(JobState.ENQUEUED);
		assertThat(this.harness.status(id).attempts()).isZero();
	}

	@Test
	void aBodyThatIgnoresInterruptionKeepsItsLeaseAndItsNode() {
		CountDownLatch started = new CountDownLatch(1);
		this.harness.handlers.add("deaf", (argument, context) -> {
			started.countDown();
			WaitFor.uninterruptibly(this.release);
			return null;
		});
		Workers workers = this.harness.start((settings) -> settings.shutdownTimeout(Duration.ofMillis(50)));
		UUID id = this.harness.enqueue("deaf");
		WaitFor.latch(started);
		workers.stop();
		assertThat(this.harness.status(id).state()).isEqualTo(JobState.RUNNING);
		assertThat(this.harness.store.ended).isEmpty();
	}

	@Test
	void whatWasClaimedAndNotStartedIsGivenBack() {
		AtomicInteger quick = new AtomicInteger();
		CountDownLatch started = new CountDownLatch(2);
		this.harness.handlers.add("quick", (argument, context) -> {
			quick.incrementAndGet();
			return null;
		});
		this.harness.handlers.add("slow", (argument, context) -> {
			started.countDown();
			WaitFor.uninterruptibly(this.release);
			return null;
		});
		List<NewJob> jobs = new ArrayList<>();
		for (int i = 0; i < 5000; i++) {
			jobs.add(WorkersHarness.job("default", "quick", "argument", null));
		}
		for (int i = 0; i < 500; i++) {
			jobs.add(WorkersHarness.job("default", "slow", "argument", null));
		}
		this.harness.store.intake().enqueue(jobs);
		Workers workers = this.harness.start((settings) -> settings.concurrency(2));
		WaitFor.latch(started);
		CountDownLatch done = new CountDownLatch(1);
		workers.stop(done::countDown);
		await().atMost(WorkersHarness.PATIENCE).until(() -> workers.status().inHand() == 2);
		this.release.countDown();
		WaitFor.latch(done);
		assertThat(quick).hasValue(5000);
		assertThat(this.harness.store.largestClaim).as("jobs that were claimed before there was a slot")
			.isGreaterThan(2);
		long enqueued = jobs.stream()
			.map(NewJob::id)
			.map(this.harness::status)
			.filter((status) -> status.state() == JobState.ENQUEUED && status.attempts() == 0)
			.count();
		assertThat(enqueued).isEqualTo(498);
	}

	@Test
	void aReservedSlotIsWaitedForAndItsJobGoesBack() {
		this.harness.handlers.add("ok", (argument, context) -> null);
		Workers workers = this.harness.start();
		NewJob job = WorkersHarness.job("default", "ok", "argument", null);
		Lease lease = await().atMost(WorkersHarness.PATIENCE)
			.until(() -> workers.reserve(job), Optional::isPresent)
			.orElseThrow();
		CountDownLatch done = new CountDownLatch(1);
		workers.stop(done::countDown);
		await().atMost(WorkersHarness.PATIENCE).until(() -> workers.status().draining());
		assertThat(workers.reserve(job)).isEmpty();
		workers.free(lease);
		WaitFor.latch(done);
		assertThat(workers.isRunning()).isFalse();
	}

	@Test
	void theyCanBeStartedAgain() {
		this.harness.handlers.add("ok", (argument, context) -> null);
		Workers workers = this.harness.start();
		this.harness.awaitState(this.harness.enqueue("ok"), JobState.SUCCEEDED);
		workers.stop();
		UUID id = this.harness.enqueue("ok");
		assertThat(workers.isRunning()).isFalse();
		workers.start();
		assertThat(workers.isRunning()).isTrue();
		this.harness.awaitState(id, JobState.SUCCEEDED);
	}

	@Test
	void aStoreThatIsDownHoldsUpNoStop() {
		CountDownLatch started = new CountDownLatch(1);
		this.harness.handlers.add("wait", (argument, context) -> {
			started.countDown();
			WaitFor.latch(this.release);
			return null;
		});
		Workers workers = this.harness.start();
		this.harness.enqueue("wait");
		WaitFor.latch(started);
		this.harness.store.down = true;
		this.release.countDown();
		workers.stop();
		assertThat(workers.isRunning()).isFalse();
	}

}
