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

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;

import org.springframework.core.retry.RetryPolicy;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.worker.TestHandlers.TestHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Whether and when a failed job is tried again.
 */
class RetryDecisionTests {

	private static final Failure FAILURE = new Failure(AttemptOutcome.FAILED, "type", "text");

	private final IllegalStateException thrown = new IllegalStateException("planted");

	private final RetryDecision plain = new RetryDecision(
			new RetrySettings(10, Duration.ofSeconds(5), 2, Duration.ofHours(1), 0), () -> 0.5);

	@Test
	void intervalsGrowUpToTheLongest() {
		List<Duration> intervals = new ArrayList<>();
		for (int attempt = 1; attempt <= 12; attempt++) {
			intervals.add(this.plain.delayAfter(attempt));
		}
		assertThat(intervals).startsWith(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(20))
			.endsWith(Duration.ofHours(1), Duration.ofHours(1));
	}

	@Test
	void nothingOverflowsAtALateAttempt() {
		RetryDecision steep = new RetryDecision(
				new RetrySettings(Integer.MAX_VALUE, Duration.ofSeconds(5), 1000, Duration.ofDays(400), 1), () -> 1);
		for (int attempt : new int[] { 1, 2, 50, 1000, Integer.MAX_VALUE }) {
			assertThat(this.plain.delayAfter(attempt)).isBetween(Duration.ofSeconds(5), Duration.ofHours(1));
			assertThat(steep.delayAfter(attempt)).isBetween(Duration.ZERO, Duration.ofDays(365));
		}
	}

	@Test
	void aFirstIntervalOfZeroStaysZero() {
		RetryDecision atOnce = new RetryDecision(new RetrySettings(10, Duration.ZERO, 2, Duration.ofHours(1), 0.2),
				() -> 0.9);
		assertThat(atOnce.delayAfter(1)).isZero();
		assertThat(atOnce.delayAfter(5000)).isZero();
	}

	@Test
	void jitterSpreadsRetriesOverItsShareOfTheInterval() {
		RetryDecision jittered = new RetryDecision(
				new RetrySettings(10, Duration.ofSeconds(100), 2, Duration.ofSeconds(100), 0.2),
				() -> ThreadLocalRandom.current().nextDouble());
		Set<Duration> delays = new HashSet<>();
		for (int i = 0; i < 10_000; i++) {
			delays.add(jittered.delayAfter(3));
		}
		assertThat(delays).hasSizeGreaterThan(5000)
			.allSatisfy((delay) -> assertThat(delay).isBetween(Duration.ofSeconds(80), Duration.ofSeconds(120)));
	}

	@Test
	void aHighNumberIsALongerIntervalAndALowOneAShorter() {
		RetrySettings settings = new RetrySettings(10, Duration.ofSeconds(100), 1, Duration.ofSeconds(100), 0.2);
		assertThat(new RetryDecision(settings, () -> 1).delayAfter(1)).isEqualTo(Duration.ofSeconds(120));
		assertThat(new RetryDecision(settings, () -> 0).delayAfter(1)).isEqualTo(Duration.ofSeconds(80));
	}

	@Test
	void withoutTheHandlerItIsALateRetryWhileThereAreAttempts() {
		assertThat(this.plain.late(9, FAILURE)).isEqualTo(new Outcome.Retry(Duration.ofHours(1), FAILURE));
		assertDead(this.plain.late(10, FAILURE), DeadReason.ATTEMPTS_SPENT);
	}

	@Test
	void whatTheHandlerDoesNotRetryIsDiscarded() {
		assertDead(decide(handler().retryable((failure) -> false), 1), DeadReason.DISCARDED);
	}

	@Test
	void thePropertiesAttemptsHoldUnlessTheHandlerHasItsOwn() {
		TestHandler handler = handler();
		assertThat(decide(handler, 9)).isInstanceOf(Outcome.Retry.class);
		assertDead(decide(handler, 10), DeadReason.ATTEMPTS_SPENT);
		handler.maxAttempts(20);
		assertThat(decide(handler, 19)).isInstanceOf(Outcome.Retry.class);
		assertDead(decide(handler, 20), DeadReason.ATTEMPTS_SPENT);
		handler.maxAttempts(1);
		assertDead(decide(handler, 1), DeadReason.ATTEMPTS_SPENT);
	}

	@Test
	void aPolicyReplacesThePropertiesAndIsCountedFromItsFirstInterval() {
		TestHandler handler = handler().retryPolicy(RetryPolicy.builder()
			.delay(Duration.ofSeconds(1))
			.multiplier(3)
			.maxDelay(Duration.ofHours(1))
			.maxRetries(12)
			.build());
		assertThat(decide(handler, 1)).isEqualTo(new Outcome.Retry(Duration.ofSeconds(1), FAILURE));
		assertThat(decide(handler, 3)).isEqualTo(new Outcome.Retry(Duration.ofSeconds(9), FAILURE));
		assertThat(decide(handler, 12)).isEqualTo(new Outcome.Retry(Duration.ofHours(1), FAILURE));
		assertDead(decide(handler, 13), DeadReason.ATTEMPTS_SPENT);
		handler.maxAttempts(2);
		assertDead(decide(handler, 2), DeadReason.ATTEMPTS_SPENT);
	}

	@Test
	void whatAPolicyDoesNotIncludeIsDiscarded() {
		TestHandler handler = handler().retryPolicy(RetryPolicy.builder().includes(IOException.class).build());
		assertDead(decide(handler, 1), DeadReason.DISCARDED);
		assertThat(this.plain.decide(handler, 1, new IOException("planted"), FAILURE))
			.isInstanceOf(Outcome.Retry.class);
	}

	@Test
	void aPolicyThatFailsLeavesTheDecisionToTheProperties() {
		TestHandler handler = handler().retryPolicy((failure) -> {
			throw new IllegalStateException("planted: the policy fails");
		});
		assertThat(decide(handler, 1)).isEqualTo(new Outcome.Retry(Duration.ofSeconds(5), FAILURE));
		assertDead(decide(handler, 10), DeadReason.ATTEMPTS_SPENT);
	}

	@Test
	void settingsThatMakeNoSenseSayWhatToChange() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RetrySettings(0, Duration.ZERO, 2, Duration.ofHours(1), 0))
			.withMessageContaining("'maxAttempts' (0)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RetrySettings(1, Duration.ofHours(2), 2, Duration.ofHours(1), 0))
			.withMessageContaining("'maxInterval' (PT1H)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RetrySettings(1, Duration.ofMillis(-1), 2, Duration.ofHours(1), 0))
			.withMessageContaining("'initialInterval' (PT-0.001S)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RetrySettings(1, Duration.ZERO, 0.9, Duration.ofHours(1), 0))
			.withMessageContaining("'multiplier' (0.9)");
		for (double jitter : new double[] { -0.1, 1.1 }) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, jitter))
				.withMessageContaining("'jitter' (" + jitter + ")");
		}
		assertThatIllegalArgumentException()
			.isThrownBy(() -> WorkersHarness.settings().lease(Duration.ofSeconds(20), Duration.ofSeconds(10)).build())
			.withMessageContaining("'heartbeat' (PT10S) must be at most a third of 'lease' (PT20S)");
		assertThatIllegalArgumentException().isThrownBy(() -> WorkersHarness.settings().concurrency(-1).build())
			.withMessageContaining("'concurrency' (-1)");
	}

	private static TestHandler handler() {
		return new TestHandlers().add("name", (argument, context) -> null);
	}

	private Outcome decide(TestHandler handler, int attempt) {
		return this.plain.decide(handler, attempt, this.thrown, FAILURE);
	}

	private static void assertDead(Outcome outcome, DeadReason reason) {
		assertThat(outcome).isEqualTo(new Outcome.Dead(reason, FAILURE));
	}

}
