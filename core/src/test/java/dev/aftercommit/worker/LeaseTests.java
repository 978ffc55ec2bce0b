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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobContext;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobState;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NodeInfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Nodes that go silent, and those that take over.
 */
class LeaseTests {

	private static final Duration LEASE = Duration.ofSeconds(30);

	/** Heartbeats that real time brings about, with a lease that only moved time ends. */
	private static final Duration HEARTBEAT = Duration.ofMillis(50);

	private final WorkersHarness harness = new WorkersHarness();

	private final WorkersHarness other = new WorkersHarness(this.harness);

	private final CountDownLatch release = new CountDownLatch(1);

	@AfterEach
	void stop() {
		this.release.countDown();
		this.harness.close();
		this.other.close();
	}

	@Test
	void aNodeThatCannotRenewGivesUpItsBodiesBeforeItsLeaseIsOver() {
		AtomicReference<JobContext> context = new AtomicReference<>();
		CountDownLatch interrupted = new CountDownLatch(1);
		CountDownLatch started = new CountDownLatch(1);
		this.harness.handlers.add("wait", (argument, current) -> {
			if (current.attempt() > 1 || context.get() != null) {
				return null;
			}
			context.set(current);
			started.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				assertThat(current.stillOwned()).isFalse();
				interrupted.countDown();
			}
			throw new IllegalStateException("planted");
		});
		Workers workers = this.harness
			.start((settings) -> settings.lease(Duration.ofSeconds(3), Duration.ofSeconds(1)));
		UUID id = this.harness.enqueue("wait");
		WaitFor.latch(started);
		assertThat(context.get().stillOwned()).isTrue();
		this.harness.store.deaf = true;
		WaitFor.latch(interrupted);
		// Longer than the margin, and still no lease: nobody was declared dead here.
		assertThat(workers.status().leasesTrusted()).isFalse();
		assertThat(workers.reserve(WorkersHarness.job("default", "wait", "argument", null))).isEmpty();
		this.harness.store.deaf = false;
		// The lease was still the node's own: the attempt is given back, none is spent.
		JobStatus status = this.harness.awaitState(id, JobState.SUCCEEDED);
		assertThat(status.attempts()).isEqualTo(1);
		assertThat(workers.status().leasesTrusted()).isTrue();
	}

	@Test
	void theLeaseIsCountedFromTheSendingOfTheHeartbeat() {
		NodeSession session = new NodeSession(1, 1_000, 500);
		assertThat(session.isFresh(1_499)).isTrue();
		assertThat(session.isFresh(1_500)).isFalse();
		session.accepted(1_400);
		assertThat(session.isFresh(1_899)).isTrue();
		assertThat(session.isFresh(1_900)).isFalse();
		session.lose();
		assertThat(session.isFresh(1_400)).isFalse();
	}

	@Test
	void aNodeThatWasTakenForDeadInterruptsItsBodiesAndBeginsAgain() {
		List<String> applied = new ArrayList<>();
		this.harness.listeners.add(new JobListener() {

			@Override
			public void applied(Attempt attempt, AttemptOutcome outcome, @Nullable JobState state) {
				synchronized (applied) {
					applied.add(outcome + " " + state);
				}
			}

		});
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch interrupted = new CountDownLatch(1);
		this.harness.handlers.add("wait", (argument, context) -> {
			if (context.attempt() > 1) {
				return "second";
			}
			started.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				interrupted.countDown();
				WaitFor.uninterruptibly(this.release);
			}
			return "first";
		});
		Workers workers = this.harness.start((settings) -> settings.lease(LEASE, HEARTBEAT));
		long number = workers.status().node();
		UUID id = this.harness.enqueue("wait");
		WaitFor.latch(started);
		this.harness.store.deaf = true;
		this.harness.storeClock.advance(LEASE.multipliedBy(2));
		assertThat(this.other.store.real.leases().rescue(LEASE, 3, 100)).isEqualTo(1);
		this.harness.store.deaf = false;
		WaitFor.latch(interrupted);
		await().atMost(WorkersHarness.PATIENCE)
			.until(() -> workers.status().node() != null && workers.status().node() != number);
		assertThat(this.harness.awaitState(id, JobState.SUCCEEDED).result()).isEqualTo("second");
		this.release.countDown();
		await().atMost(WorkersHarness.PATIENCE).until(() -> workers.status().stale() == 1);
		JobStatus status = this.harness.status(id);
		assertThat(status.result()).isEqualTo("second");
		assertThat(status.attempts()).isEqualTo(2);
		synchronized (applied) {
			assertThat(applied).containsExactlyInAnyOrder("SUCCEEDED SUCCEEDED", "SUCCEEDED null");
		}
	}

	@Test
	void theJobsOfADeadNodeRunOnAnotherOne() {
		CountDownLatch started = new CountDownLatch(1);
		this.harness.handlers.add("wait", (argument, context) -> {
			started.countDown();
			WaitFor.latch(this.release);
			return "dead node";
		});
		this.harness.start((settings) -> settings.lease(LEASE, HEARTBEAT));
		UUID id = this.harness.enqueue("wait");
		WaitFor.latch(started);
		this.other.handlers.add("wait", (argument, context) -> "living node");
		this.other.start((settings) -> settings.lease(LEASE, HEARTBEAT));
		this.harness.store.down = true;
		this.harness.storeClock.advance(LEASE.multipliedBy(2));
		JobStatus status = this.other.awaitState(id, JobState.SUCCEEDED);
		assertThat(status.result()).isEqualTo("living node");
		assertThat(status.attempts()).isEqualTo(2);
	}

	@Test
	void aJobThatLosesItsNodesIsGivenUp() {
		UUID id = this.harness.enqueue("crash");
		JobStore real = this.harness.store.real;
		for (int i = 0; i < 3; i++) {
			long node = real.nodes().register(new NodeInfo("crashing", "", Set.of("crash")));
			real.leases().claim(new ClaimRequest(new Lease(node, 1), null, Map.of(), Set.of("crash"), 1));
			this.harness.storeClock.advance(LEASE.multipliedBy(2));
			this.other.start((settings) -> settings.lease(LEASE, HEARTBEAT));
			await().atMost(WorkersHarness.PATIENCE).until(() -> this.harness.status(id).state() != JobState.RUNNING);
		}
		JobStatus status = this.harness.status(id);
		assertThat(status.state()).isEqualTo(JobState.DEAD);
		assertThat(status.reason()).isEqualTo(DeadReason.CRASHED);
	}

	@Test
	void aNodeThatIsBackFromAnOutageRescuesNobodyForALease() {
		this.harness.handlers.add("ok", (argument, context) -> null);
		Workers workers = this.harness.start((settings) -> settings.lease(LEASE, HEARTBEAT));
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.harness.store.rescues.get() > 0);
		this.harness.store.down = true;
		int calls = this.harness.store.calls.get();
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.harness.store.calls.get() > calls + 10);
		this.harness.store.down = false;
		int beats = this.harness.store.beats.get();
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.harness.store.beats.get() > beats);
		int rescues = this.harness.store.rescues.get();
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.harness.store.beats.get() > beats + 10);
		assertThat(this.harness.store.rescues).hasValue(rescues);
		assertThat(workers.status().leasesTrusted()).isTrue();
		this.harness.awaitState(this.harness.enqueue("ok"), JobState.SUCCEEDED);
		this.harness.nanoOffset.addAndGet(LEASE.toNanos());
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.harness.store.rescues.get() > rescues);
	}

	@Test
	void workersOutliveAStoreThatGoesAway() {
		AtomicInteger ran = new AtomicInteger();
		CountDownLatch started = new CountDownLatch(1);
		this.harness.handlers.add("wait", (argument, context) -> {
			started.countDown();
			ran.incrementAndGet();
			WaitFor.latch(this.release);
			return "kept";
		});
		this.harness.start();
		UUID first = this.harness.enqueue("wait");
		WaitFor.latch(started);
		this.harness.store.down = true;
		this.release.countDown();
		int applies = this.harness.store.applies.get();
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.harness.store.applies.get() > applies + 1);
		UUID second = this.harness.enqueue("wait");
		this.harness.store.down = false;
		assertThat(this.harness.awaitState(first, JobState.SUCCEEDED).result()).isEqualTo("kept");
		assertThat(this.harness.awaitState(second, JobState.SUCCEEDED).attempts()).isEqualTo(1);
		assertThat(ran).hasValue(2);
	}

	@Test
	void aStartWithoutAStoreSucceedsAndTheyBeginWhenItIsThere() {
		this.harness.handlers.add("ok", (argument, context) -> null);
		this.harness.store.down = true;
		Workers workers = this.harness.workers((settings) -> settings);
		workers.start();
		assertThat(workers.isRunning()).isTrue();
		assertThat(workers.status().node()).isNull();
		UUID id = this.harness.enqueue("ok");
		this.harness.store.down = false;
		this.harness.awaitState(id, JobState.SUCCEEDED);
	}

	@Test
	void jobsOfAClaimWhoseAnswerWasLostAreGivenBackWithoutASpentAttempt() {
		this.harness.handlers.add("ok", (argument, context) -> null);
		this.harness.store.lostClaims.set(1);
		UUID id = this.harness.enqueue("ok");
		this.harness.start();
		assertThat(this.harness.awaitState(id, JobState.SUCCEEDED).attempts()).isEqualTo(1);
		assertThat(this.harness.store.lostClaims).hasValue(0);
	}

	@Test
	void anOutcomeThatTheStoreNeverTakesHoldsUpNoOther() {
		this.harness.handlers.add("ok", (argument, context) -> null);
		UUID poison = this.harness.enqueue("ok");
		this.harness.store.poison = poison;
		List<UUID> others = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			others.add(this.harness.enqueue("ok"));
		}
		this.harness.start();
		others.forEach((id) -> this.harness.awaitState(id, JobState.SUCCEEDED));
		assertThat(this.harness.status(poison).state()).isEqualTo(JobState.RUNNING);
		this.harness.store.poison = new UUID(0, 0);
		this.harness.awaitState(poison, JobState.SUCCEEDED);
	}

}
