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
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * Times between looks at the store that found nothing: short after activity, then longer
 * and longer, never twice the same on two nodes.
 */
final class PollLadder {

	private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	private static final double JITTER = 0.2;

	private final long longestNanos;

	private final DoubleSupplier random;

	private long nextNanos;

	/**
	 * Create a ladder.
	 * @param longest longest time between two looks
	 * @param random gives a number from 0, included, to 1
	 */
	PollLadder(Duration longest, DoubleSupplier random) {
		this.longestNanos = longest.toNanos();
		this.random = random;
		reset();
	}

	/** There was activity: look again soon. */
	void reset() {
		this.nextNanos = Math.min(FIRST_NANOS, this.longestNanos);
	}

	/**
	 * The next time to wait.
	 * @return nanoseconds, at most the longest time
	 */
	long next() {
		long wait = (long) (this.nextNanos * (1 - JITTER * this.random.getAsDouble()));
		this.nextNanos = Math.min(this.nextNanos * 2, this.longestNanos);
		return wait;
	}

}
