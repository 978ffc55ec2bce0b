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
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobLeaveError;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobState;
import dev.aftercommit.OrderResult;
import dev.aftercommit.operations.NextFireTimes;
import dev.aftercommit.operations.StoredJobOperations;
import dev.aftercommit.store.CancelRequest;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.NodeInfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * An operator cancels a job while its body runs.
 */
class CancellationTests {

	private static final Duration LEASE = Duration.ofSeconds(30);

	private final WorkersHarness harness = new WorkersHarness();

	private final CountDownLatch release = new CountDownLatch(1);

	private final Semaphore started = new Semaphore(0);

	private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();

	@BeforeEach
	void listen() {
		this.harness.listeners.add(new JobListener() {

			@Override
			public void ended(Attempt attempt, AttemptOutcome outcome, @Nullable Throwable failure) {
				CancellationTests.this.heard.add("ended " + outcome);
			}

			@Override
			public void applied(Attempt attempt, AttemptOutcome outcome, @Nullable JobState state) {
				CancellationTests.this.heard.add("applied " + outcome + " " + state);
			}

		});
	}

	@AfterEach
	void stop() {
		this.release.countDown();
		this.harness.close();
	}

	@Test
	void aBodyThatComesToACheckpointLeaves() {
		this.harness.handlers.add("polite", (argument, context) -> {
			this.started.release();
			while (true) {
				context.checkpoint();
				LockSupport.parkNanos(1_000_000);
			}
		});
		UUID id = startAndRun("polite");
		assertThat(operations(LocalWorkers.NONE).cancel(id)).isEqualTo(OrderResult.requested());
		assertThat(this.harness.awaitState(id, JobState.CANCELLED).attempts()).isEqualTo(1);
		await().atMost(WorkersHarness.PATIENCE)
			.untilAsserted(
					() -> assertThat(this.heard).containsExactly("ended CANCELLED", "applied CANCELLED CANCELLED"));
		assertThat(this.harness.status(id).failure()).isNull();
	}

	@Test
	void aBodyThatComesToNoneIsInterrupted() {
		this.harness.handlers.add("deaf", (argument, context) -> {
			this.started.release();
			this.release.await();
			return "never";
		});
		UUID id = startAndRun("deaf");
		operations(LocalWorkers.NONE).cancel(id);
		this.harness.awaitState(id, JobState.CANCELLED);
		assertThat(this.heard).first().isEqualTo("ended CANCELLED");
	}

	@Test
	void theNodeOfTheJobNeedsNoHeartbeatWhereItIsTheOneThatWasAsked() {
		this.harness.handlers.add("deaf", (argument, context) -> {
			this.started.release();
			this.release.await();
			return "never";
		});
		Workers workers = this.harness
			.start((settings) -> settings.lease(Duration.ofHours(3), Duration.ofHours(1)).noLocalDispatch());
		UUID id = this.harness.enqueue("deaf");
		this.started.acquireUninterruptibly();
		operations(workers).cancel(id);
		this.harness.awaitState(id, JobState.CANCELLED);
	}

	@Test
	void aBodyThatReturnsAllTheSameHasSucceeded() {
		this.harness.handlers.add("stubborn", (argument, context) -> {
			this.started.release();
			try {
				this.release.await();
			}
			catch (InterruptedException ex) {
				return "done all the same";
			}
			return "never";
		});
		UUID id = startAndRun("stubborn");
		operations(LocalWorkers.NONE).cancel(id);
		assertThat(this.harness.awaitState(id, JobState.SUCCEEDED).result()).isEqualTo("done all the same");
		await().atMost(WorkersHarness.PATIENCE)
			.untilAsserted(
					() -> assertThat(this.heard).containsExactly("ended SUCCEEDED", "applied SUCCEEDED SUCCEEDED"));
	}

	@Test
	void aBodyThatFailsBeforeItsNodeKnowsIsNotTriedAgain() {
		this.harness.handlers.add("fails", (argument, context) -> {
			this.started.release();
			this.release.await();
			throw new IllegalStateException("planted");
		});
		this.harness.store.mute = true;
		UUID id = startAndRun("fails");
		operations(LocalWorkers.NONE).cancel(id);
		this.release.countDown();
		assertThat(this.harness.awaitState(id, JobState.CANCELLED).failure().text()).contains("planted");
	}

	@Test
	void aJobInHandWhoseBodyHasNotStartedIsNeverStarted() {
		Attempts attempts = new Attempts();
		Attempt attempt = attempts.next("work");
		attempts.session.cancelRequests(Set.of(new CancelRequest(attempt.jobId(), attempt.job().lease())));
		assertThat(attempt.begin(null)).isFalse();
		assertThat(attempts.next("work").begin(null)).isTrue();
	}

	@Test
	void aNodeThatStopsDoesNotGiveItBack() {
		this.harness.handlers.add("deaf", (argument, context) -> {
			this.started.release();
			this.release.await();
			return "never";
		});
		this.harness.store.mute = true;
		Workers workers = this.harness.start((settings) -> settings.shutdownTimeout(Duration.ofMillis(50)));
		UUID id = this.harness.enqueue("deaf");
		this.started.acquireUninterruptibly();
		operations(LocalWorkers.NONE).cancel(id);
		workers.stop();
		assertThat(this.harness.status(id).state()).isEqualTo(JobState.CANCELLED);
		assertThat(this.harness.status(id).attempts()).as("given back").isZero();
	}

	@Test
	void anotherNodeThatRescuesItDoesNotRunIt() {
		AtomicInteger starts = new AtomicInteger();
		this.harness.handlers.add("work", (argument, context) -> starts.incrementAndGet());
		UUID id = this.harness.enqueue("work");
		long dead = this.harness.store.nodes().register(new NodeInfo("dead", "1", Set.of("work")));
		this.harness.store.claim(new ClaimRequest(new Lease(dead, 1), null, Map.of(), Set.of("work"), 1));
		operations(LocalWorkers.NONE).cancel(id);
		this.harness.store.nodes().end(dead);
		this.harness.start((settings) -> settings.lease(Duration.ofSeconds(3), Duration.ofMillis(200)));
		this.harness.awaitState(id, JobState.CANCELLED);
		UUID other = this.harness.enqueue("work");
		this.harness.awaitState(other, JobState.SUCCEEDED);
		assertThat(starts).hasValue(1);
	}

	@Test
	void aNodeThatCanNotAskWorksOnAndAsksAgain() {
		this.harness.handlers.add("deaf", (argument, context) -> {
			this.started.release();
			this.release.await();
			return "never";
		});
		this.harness.store.mute = true;
		UUID id = startAndRun("deaf");
		operations(LocalWorkers.NONE).cancel(id);
		int beats = this.harness.store.beats.get();
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.harness.store.beats.get() > beats + 2);
		assertThat(this.harness.status(id).state()).isEqualTo(JobState.RUNNING);
		this.harness.store.mute = false;
		this.harness.awaitState(id, JobState.CANCELLED);
	}

	@Test
	void aTimeoutOfABodyThatIsToBeCancelledIsNotTriedAgain() {
		this.harness.handlers.add("slow", (argument, context) -> {
			this.started.release();
			this.release.await();
			return "never";
		}).timeout(Duration.ofMillis(600));
		UUID id = startAndRun("slow");
		operations(LocalWorkers.NONE).cancel(id);
		this.harness.awaitState(id, JobState.CANCELLED);
	}

	@Test
	void aJobThatIsRetriedByAnOperatorHasAllItsAttemptsAgain() {
		AtomicInteger runs = new AtomicInteger();
		this.harness.handlers.add("fails", (argument, context) -> {
			if (runs.incrementAndGet() < 5) {
				throw new IllegalStateException("planted");
			}
			return Integer.toString(context.attempt());
		}).maxAttempts(3);
		this.harness.start();
		UUID id = this.harness.enqueue("fails");
		assertThat(this.harness.awaitState(id, JobState.DEAD).attempts()).isEqualTo(3);
		assertThat(operations(LocalWorkers.NONE).retry(id)).isEqualTo(OrderResult.done(JobState.DEAD));
		assertThat(this.harness.awaitState(id, JobState.SUCCEEDED).result()).isEqualTo("5");
	}

	@Test
	void aBodyIsInterruptedASecondAfterItWasAskedToLeave() {
		Attempts attempts = new Attempts();
		NodeSession session = new NodeSession(7, attempts.nanoTime.get(), LEASE.toNanos());
		Attempt attempt = new Attempt(attempts.next("work").job(), session, attempts.node, attempts.nanoTime.get());
		assertThat(attempt.begin(null)).isTrue();
		attempt.checkpoint();
		session.cancelRequests(Set.of(new CancelRequest(attempt.jobId(), attempt.job().lease())));
		assertThat(attempt.isCancelled()).isTrue();
		assertThat(catchThrowable(attempt::checkpoint)).isInstanceOf(JobLeaveError.class)
			.hasMessageContaining("cancelled");
		attempt.check(attempts.nanoTime.get());
		assertThat(attempt.interruption()).isNull();
		assertThat(attempt.nextCheck()).isEqualTo(attempts.nanoTime.get() + Attempt.LEAVE_GRACE.toNanos());
		attempt.check(attempts.nanoTime.get() + Attempt.LEAVE_GRACE.toNanos() - 1);
		assertThat(attempt.interruption()).isNull();
		attempt.check(attempts.nanoTime.get() + Attempt.LEAVE_GRACE.toNanos());
		assertThat(attempt.interruption()).isEqualTo(Interruption.CANCELLED);
		assertThat(Thread.interrupted()).isTrue();
		attempt.end();
	}

	private UUID startAndRun(String name) {
		this.harness.start((settings) -> settings.lease(Duration.ofSeconds(3), Duration.ofMillis(200)));
		UUID id = this.harness.enqueue(name);
		this.started.acquireUninterruptibly();
		return id;
	}

	private JobOperations operations(LocalWorkers workers) {
		return new StoredJobOperations(this.harness.store, workers, Duration.ofSeconds(30), NextFireTimes.NONE);
	}

}
