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

package dev.aftercommit;

import java.time.Duration;
import java.time.Instant;

import org.springframework.util.Assert;

/**
 * When a job is due, on the store's clock.
 */
public sealed interface JobTime {

	/**
	 * A time from now, counted by the store when it takes the job.
	 * @param delay how long to wait, zero or more
	 * @return the time
	 */
	static JobTime in(Duration delay) {
		return new In(delay);
	}

	/**
	 * An absolute time; one in the past is due at once.
	 * @param time the time
	 * @return the time
	 */
	static JobTime at(Instant time) {
		return new At(time);
	}

	/**
	 * A time from now.
	 *
	 * @param delay how long to wait, zero or more
	 */
	record In(Duration delay) implements JobTime {

		public In {
			Assert.isTrue(!delay.isNegative(),
					() -> "'delay' (" + delay + ") must not be negative: use zero for a job that is due at once");
			Assert.isTrue(delay.compareTo(Duration.ofDays(36500)) <= 0,
					() -> "'delay' (" + delay + ") must be at most 36500 days");
		}

	}

	/**
	 * An absolute time.
	 *
	 * @param time the time, on the store's clock
	 */
	record At(Instant time) implements JobTime {

	}

}
