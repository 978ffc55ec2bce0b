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

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.JobLeaveError;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What reaches the thread of a body, and when.
 */
class AttemptTests {

	private final Attempts attempts = new Attempts();

	private final Attempt attempt = this.attempts.next("work");

	@AfterEach
	void noInterruptIsLeft() {
		Thread.interrupted();
	}

	@Test
	void itSaysWhichJobItIs() {
		assertThat(this.attempt.job().name()).isEqualTo("work");
		assertThat(this.attempt.jobId()).isEqualTo(this.attempt.job().id());
		assertThat(this.attempt.attempt()).isOne();
		assertThat(this.attempt.session()).isSameAs(this.attempts.session);
		assertThat(this.attempt.inHandNanos()).isEqualTo(this.attempts.nanoTime.get());
		assertThat(this.attempt).hasToString("job " + this.attempt.jobId() + " (work), attempt 1");
	}

	@Test
	void theBodyStartsOnANodeThatWorksAndIsSureOfItsLease() {
		assertThat(this.attempt.begin(null)).isTrue();
		assertThat(this.attempt.isStopping()).isFalse();
		assertThat(this.attempt.stillOwned()).isTrue();
		this.attempt.checkpoint();
	}

	@Test
	void theBodyDoesNotStartOnANodeThatIsStopping() {
		this.attempts.node.stop();
		assertThat(this.attempt.begin(null)).isFalse();
		assertThat(this.attempt.isStopping()).isTrue();
		assertThatExceptionOfType(JobLeaveError.class).isThrownBy(this.attempt::checkpoint)
			.withMessageContaining("stopping");
	}

	@Test
	void theBodyDoesNotStartOnceTheLeaseIsInDoubt() {
		this.attempts.nanoTime.addAndGet(Attempts.TRUSTED);
		assertThat(this.attempt.begin(null)).isFalse();
		assertThat(this.attempt.stillOwned()).isFalse();
		assertThatExceptionOfType(JobLeaveError.class).isThrownBy(this.attempt::checkpoint)
			.withMessageContaining("lease");
	}

	@Test
	void nobodyIsInterruptedBeforeTheBodyStartsOrAfterItsEnd() {
		this.attempt.interrupt(Interruption.STOPPING);
		assertThat(Thread.interrupted()).isFalse();
		assertThat(this.attempt.interruption()).isNull();
		this.attempt.begin(null);
		this.attempt.end();
		this.attempt.interrupt(Interruption.TIMEOUT);
		assertThat(Thread.interrupted()).isFalse();
		assertThat(this.attempt.interruption()).isNull();
	}

	@Test
	void theFirstCauseOfAnInterruptionCounts() {
		this.attempt.begin(null);
		this.attempts.nanoTime.addAndGet(10);
		this.attempt.interrupt(Interruption.TIMEOUT);
		long when = this.attempts.nanoTime.get();
		assertThat(Thread.interrupted()).isTrue();
		this.attempts.nanoTime.addAndGet(10);
		this.attempt.interrupt(Interruption.LEASE_LOST);
		assertThat(Thread.interrupted()).isFalse();
		assertThat(this.attempt.interruption()).isEqualTo(Interruption.TIMEOUT);
		assertThat(this.attempt.interruptedNanos()).isEqualTo(when);
	}

	@Test
	void aNodeThatStopsInterruptsAgainWhoeverDidNotListen() {
		this.attempt.begin(null);
		this.attempts.nanoTime.addAndGet(10);
		this.attempt.interrupt(Interruption.LEASE_LOST);
		long when = this.attempts.nanoTime.get();
		assertThat(Thread.interrupted()).isTrue();
		this.attempts.nanoTime.addAndGet(10);
		this.attempt.interrupt(Interruption.STOPPING);
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.attempt.interruption()).isEqualTo(Interruption.LEASE_LOST);
		assertThat(this.attempt.interruptedNanos()).isEqualTo(when);
	}

	@Test
	void anInterruptIsNotLeftForTheNextJob() {
		this.attempt.begin(null);
		this.attempt.interrupt(Interruption.STOPPING);
		this.attempt.end();
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void aTimeoutIsOverWhenItIsOver() {
		this.attempt.begin(Duration.ofNanos(200));
		assertThat(this.attempt.nextCheck()).isEqualTo(this.attempts.nanoTime.get() + 200);
		this.attempts.nanoTime.addAndGet(199);
		this.attempt.check(this.attempts.nanoTime.get());
		assertThat(this.attempt.interruption()).isNull();
		this.attempts.nanoTime.incrementAndGet();
		this.attempt.check(this.attempts.nanoTime.get());
		assertThat(this.attempt.interruption()).isEqualTo(Interruption.TIMEOUT);
		assertThat(this.attempt.stillOwned()).isTrue();
	}

	@Test
	void withoutATimeoutOnlyTheLeaseEndsABody() {
		this.attempt.begin(null);
		assertThat(this.attempt.nextCheck()).isEqualTo(this.attempts.session.fencedAtNanos());
		this.attempts.nanoTime.addAndGet(Attempts.TRUSTED - 1);
		this.attempt.check(this.attempts.nanoTime.get());
		assertThat(this.attempt.interruption()).isNull();
		this.attempts.nanoTime.incrementAndGet();
		this.attempt.check(this.attempts.nanoTime.get());
		assertThat(this.attempt.interruption()).isEqualTo(Interruption.LEASE_LOST);
		this.attempts.session.accepted(this.attempts.nanoTime.get());
		assertThat(this.attempt.stillOwned()).as("interrupted because of its lease, and not told otherwise later")
			.isFalse();
	}

	@Test
	void theNextLookIsAtTheEarlierOfTimeoutAndEndOfTheLease() {
		this.attempt.begin(Duration.ofNanos(Attempts.TRUSTED));
		assertThat(this.attempt.nextCheck()).isEqualTo(this.attempts.session.fencedAtNanos());
		Attempt longer = this.attempts.next("work");
		longer.begin(Duration.ofNanos(Attempts.TRUSTED + 1));
		assertThat(longer.nextCheck()).isEqualTo(this.attempts.session.fencedAtNanos());
	}

}
