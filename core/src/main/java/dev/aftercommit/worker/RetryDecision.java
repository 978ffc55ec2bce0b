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
import java.util.function.DoubleSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.BackOffExecution;

import dev.aftercommit.DeadReason;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.Outcome;

/**
 * Decides what becomes of a job whose attempt failed. Keeps nothing between attempts: the
 * number of the attempt says it all.
 */
final class RetryDecision {

	private static final Logger logger = LoggerFactory.getLogger(RetryDecision.class);

	/** Intervals of a policy are counted from its first one, but not without end. */
	private static final int MAX_REPLAY = 10_000;

	private static final Duration LONGEST_DELAY = Duration.ofDays(365);

	private final RetrySettings settings;

	private final DoubleSupplier random;

	/**
	 * Create a decision.
	 * @param settings what holds where handlers say nothing
	 * @param random gives a number from 0, included, to 1
	 */
	RetryDecision(RetrySettings settings, DoubleSupplier random) {
		this.settings = settings;
		this.random = random;
	}

	/**
	 * Decide.
	 * @param handler the job's handler
	 * @param attempt number of the attempt that failed, 1 for the first
	 * @param thrown what the body threw
	 * @param failure the same as text
	 * @return another attempt, or the job's end
	 */
	Outcome decide(JobHandler handler, int attempt, Throwable thrown, Failure failure) {
		if (!handler.isRetryable(thrown)) {
			return new Outcome.Dead(DeadReason.DISCARDED, failure);
		}
		if (handler.maxAttempts() > 0 && attempt >= handler.maxAttempts()) {
			return new Outcome.Dead(DeadReason.ATTEMPTS_SPENT, failure);
		}
		if (handler.retryPolicy().isPresent()) {
			try {
				return decide(handler.retryPolicy().get(), attempt, thrown, failure);
			}
			catch (RuntimeException ex) {
				// An application's policy that fails must not cost the job its outcome.
				logger.warn("The retry policy of {} failed, the properties decide about attempt {}", handler.name(),
						attempt, ex);
			}
		}
		if (handler.maxAttempts() == 0 && attempt >= this.settings.maxAttempts()) {
			return new Outcome.Dead(DeadReason.ATTEMPTS_SPENT, failure);
		}
		return new Outcome.Retry(delayAfter(attempt), failure);
	}

	/**
	 * Decide without asking the handler.
	 * @param attempt number of the attempt that failed, 1 for the first
	 * @param failure how it failed
	 * @return another attempt after the longest interval, or the job's end
	 */
	Outcome late(int attempt, Failure failure) {
		return (attempt < this.settings.maxAttempts()) ? new Outcome.Retry(this.settings.maxInterval(), failure)
				: new Outcome.Dead(DeadReason.ATTEMPTS_SPENT, failure);
	}

	private static Outcome decide(RetryPolicy policy, int attempt, Throwable thrown, Failure failure) {
		if (!policy.shouldRetry(thrown)) {
			return new Outcome.Dead(DeadReason.DISCARDED, failure);
		}
		BackOffExecution intervals = policy.getBackOff().start();
		long interval = intervals.nextBackOff();
		for (int i = 1; i < Math.min(attempt, MAX_REPLAY) && interval != BackOffExecution.STOP; i++) {
			interval = intervals.nextBackOff();
		}
		return (interval != BackOffExecution.STOP) ? new Outcome.Retry(bounded(interval), failure)
				: new Outcome.Dead(DeadReason.ATTEMPTS_SPENT, failure);
	}

	/**
	 * The interval after an attempt, by the properties.
	 * @param attempt number of the attempt that failed, 1 for the first
	 * @return the interval, with jitter
	 */
	Duration delayAfter(int attempt) {
		long interval = this.settings.intervalAfter(attempt).toMillis();
		double share = this.settings.jitter() * (2 * this.random.getAsDouble() - 1);
		return bounded((long) (interval * (1 + share)));
	}

	private static Duration bounded(long millis) {
		Duration delay = Duration.ofMillis(Math.max(0, millis));
		return (delay.compareTo(LONGEST_DELAY) < 0) ? delay : LONGEST_DELAY;
	}

}
