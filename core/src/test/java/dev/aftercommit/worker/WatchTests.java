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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.JobLeaveError;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Time-outs and the end of trust in a lease, to the nanosecond of a time moved by hand.
 */
class WatchTests {

	private static final WorkerSettings SETTINGS = WorkersHarness.settings().build();

	private static final long TRUSTED = Duration.ofSeconds(25).toNanos();

	/** Begins where it overflows soon. */
	private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1_000);

	private final FaultyJobStore store = new FaultyJobStore(new MemoryJobStore(new MovableClock()));

	private final NodeState node = new NodeState(this.nanoTime::get);

	private final Membership membership = new Membership(this.store.nodes(), new NodeInfo("test", "", Set.of()),
			SETTINGS, this.nanoTime::get, new Outage("be alive", Duration.ofSeconds(1)));

	private final RunningAttempts running = new RunningAttempts();

	private final Watch watch = new Watch(this.running, this.membership, this.node);

	private final AtomicReference<@Nullable Attempt> slot = this.running.newSlot();

	@BeforeEach
	void register() {
		assertThat(this.membership.beat()).isEqualTo(SETTINGS.heartbeat().toNanos());
	}

	@AfterEach
	void noInterruptIsLeft() {
		Thread.interrupted();
	}

	@Test
	void aBodyIsInterruptedBeforeTheLeaseCanHaveRunOutElsewhere() {
		Attempt attempt = begin(null);
		assertThat(this.watch.check()).isEqualTo(TRUSTED);
		this.nanoTime.addAndGet(TRUSTED - 1);
		assertThat(this.watch.check()).isEqualTo(1);
		assertThat(attempt.stillOwned()).isTrue();
		attempt.checkpoint();
		this.nanoTime.incrementAndGet();
		assertThat(attempt.stillOwned()).isFalse();
		this.watch.check();
		assertThat(attempt.interruption()).isEqualTo(Interruption.LEASE_LOST);
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
		assertThatExceptionOfType(JobLeaveError.class).isThrownBy(attempt::checkpoint);
		assertThat(Duration.ofNanos(TRUSTED)).isLessThan(SETTINGS.lease());
	}

	@Test
	void anAcceptedHeartbeatCountsFromWhenItWasSent() {
		Attempt attempt = begin(null);
		this.nanoTime.addAndGet(1_000_000);
		this.membership.beat();
		this.nanoTime.addAndGet(TRUSTED - 1);
		this.watch.check();
		assertThat(attempt.interruption()).isNull();
		this.nanoTime.incrementAndGet();
		this.watch.check();
		assertThat(attempt.interruption()).isEqualTo(Interruption.LEASE_LOST);
	}

	@Test
	void afterAFailedHeartbeatTheLastAcceptedOneCounts() {
		begin(null);
		this.store.deaf = true;
		this.nanoTime.addAndGet(1_000_000);
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(this.membership::beat);
		assertThat(this.watch.check()).isEqualTo(TRUSTED - 1_000_000);
	}

	@Test
	void anAttemptDoesNotBeginUnderALeaseThatCannotBeTrusted() {
		this.nanoTime.addAndGet(TRUSTED);
		assertThat(attempt().begin(null)).isFalse();
		assertThat(this.membership.freshSession()).isNull();
		this.membership.beat();
		assertThat(attempt().begin(null)).isTrue();
	}

	@Test
	void anAttemptDoesNotBeginOnANodeThatStops() {
		this.node.stop();
		assertThat(attempt().begin(null)).isFalse();
	}

	@Test
	void aBodyIsInterruptedWhenItsTimeIsOver() {
		Attempt attempt = begin(Duration.ofNanos(5_000));
		assertThat(this.watch.check()).isEqualTo(5_000);
		this.nanoTime.addAndGet(4_999);
		this.watch.check();
		assertThat(attempt.interruption()).isNull();
		this.nanoTime.incrementAndGet();
		assertThat(this.watch.check()).isEqualTo(TRUSTED - 5_000);
		assertThat(attempt.interruption()).isEqualTo(Interruption.TIMEOUT);
		assertThat(attempt.interruptedNanos()).isEqualTo(this.nanoTime.get());
	}

	@Test
	void nothingReachesAThreadWhoseAttemptHasEnded() {
		Attempt attempt = begin(Duration.ofNanos(5_000));
		attempt.end();
		this.nanoTime.addAndGet(TRUSTED);
		this.watch.check();
		attempt.interrupt(Interruption.STOPPING);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		assertThat(attempt.interruption()).isNull();
	}

	@Test
	void theFirstCauseDecidesAndAStopInterruptsAgain() {
		Attempt attempt = begin(null);
		attempt.interrupt(Interruption.TIMEOUT);
		assertThat(Thread.interrupted()).isTrue();
		attempt.interrupt(Interruption.LEASE_LOST);
		assertThat(Thread.interrupted()).isFalse();
		attempt.interrupt(Interruption.STOPPING);
		assertThat(Thread.interrupted()).isTrue();
		assertThat(attempt.interruption()).isEqualTo(Interruption.TIMEOUT);
	}

	private Attempt begin(@Nullable Duration timeout) {
		Attempt attempt = attempt();
		this.slot.set(attempt);
		assertThat(attempt.begin(timeout)).isTrue();
		return attempt;
	}

	private Attempt attempt() {
		NodeSession session = Objects.requireNonNull(this.membership.session());
		return new Attempt(LocalCaller.claimed(WorkersHarness.job("default", "name", "argument", null),
				new Lease(session.number(), session.tokens().take())), session, this.node, this.nanoTime.get());
	}

}
