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

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Failures in a row of one kind of call: logged once when they begin and once when they
 * are over, with longer and longer pauses in between. For one thread.
 */
public final class Outage {

	private static final Logger logger = LoggerFactory.getLogger(Outage.class);

	private static final long FIRST_PAUSE_MILLIS = 200;

	private final String what;

	private final ExponentialBackOff backOff = new ExponentialBackOff(FIRST_PAUSE_MILLIS, 2);

	private @Nullable BackOffExecution pauses;

	private int failures;

	/**
	 * Create a row of failures that has not begun.
	 * @param what what is done, for the log, such as "claim jobs"
	 * @param longestPause between two tries
	 */
	public Outage(String what, Duration longestPause) {
		this.what = what;
		this.backOff.setMaxInterval(Math.max(longestPause.toMillis(), FIRST_PAUSE_MILLIS));
		this.backOff.setJitter(FIRST_PAUSE_MILLIS / 4);
	}

	/**
	 * The call failed.
	 * @param failure what it threw
	 * @return nanoseconds to wait before the next try
	 */
	long failed(Throwable failure) {
		if (this.pauses == null) {
			this.pauses = this.backOff.start();
			logger.warn("Could not {}: trying again until it works", this.what, failure);
		}
		else {
			logger.debug("Still could not {}", this.what, failure);
		}
		this.failures++;
		return Duration.ofMillis(this.pauses.nextBackOff()).toNanos();
	}

	/** The call did what it is for. */
	public void over() {
		if (this.pauses != null) {
			logger.info("Can {} again, after {} failures", this.what, this.failures);
			this.pauses = null;
			this.failures = 0;
		}
	}

}
