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

import org.springframework.util.Assert;

/**
 * When a failed job is tried again, unless its annotation or its policy says otherwise.
 *
 * @param maxAttempts total runs of a job, the first one included, 1 or more
 * @param initialInterval time before the second attempt, zero or more
 * @param multiplier by which each interval is longer than the one before, 1 or more
 * @param maxInterval longest interval, before jitter
 * @param jitter share of the interval by which it is made longer or shorter at random, 0
 * to 1
 */
public record RetrySettings(int maxAttempts, Duration initialInterval, double multiplier, Duration maxInterval,
		double jitter) {

	public RetrySettings {
		Assert.isTrue(maxAttempts >= 1, () -> "'maxAttempts' (" + maxAttempts
				+ ") must be at least 1: use 1 for a job that is never tried again");
		Assert.isTrue(!initialInterval.isNegative(),
				() -> "'initialInterval' (" + initialInterval + ") must not be negative");
		Assert.isTrue(multiplier >= 1,
				() -> "'multiplier' (" + multiplier + ") must be at least 1: use 1 for intervals of one length");
		Assert.isTrue(maxInterval.compareTo(initialInterval) >= 0, () -> "'maxInterval' (" + maxInterval
				+ ") must not be shorter than 'initialInterval' (" + initialInterval + ")");
		Assert.isTrue(jitter >= 0 && jitter <= 1,
				() -> "'jitter' (" + jitter + ") must be a share of the interval between 0 and 1");
	}

	/**
	 * The interval after an attempt that failed, without jitter.
	 * @param attempt number of the attempt, 1 for the first
	 * @return the interval, at most the longest one
	 */
	public Duration intervalAfter(int attempt) {
		// Infinity at a high attempt is no harm: the smaller one is taken.
		double interval = this.initialInterval.toMillis() * Math.pow(this.multiplier, attempt - 1.0);
		double longest = this.maxInterval.toMillis();
		return Duration.ofMillis((long) Math.min(longest, interval));
	}

}
