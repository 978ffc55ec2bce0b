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

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many jobs this node has lately finished in 50 ms: the best of the last few windows,
 * so that one slow claim doesn't make the next one small.
 */
final class Throughput {

	private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	private static final int WINDOWS = 4;

	private final LongAdder finished = new LongAdder();

	private final int[] rates = new int[WINDOWS];

	private int next;

	private long windowBegan;

	private long before;

	Throughput(long nowNanos) {
		this.windowBegan = nowNanos;
	}

	/** One more. On any thread. */
	void add() {
		this.finished.increment();
	}

	/**
	 * Jobs per 50 ms. On one thread.
	 * @param nowNanos monotonic time
	 * @return the number, rounded down
	 */
	int per50Millis(long nowNanos) {
		long elapsed = nowNanos - this.windowBegan;
		long sum = this.finished.sum();
		long count = sum - this.before;
		if (elapsed < WINDOW_NANOS) {
			return Math.max(best(), (int) Math.min(count, Integer.MAX_VALUE));
		}
		if (elapsed > WINDOWS * WINDOW_NANOS) {
			Arrays.fill(this.rates, 0);
		}
		this.rates[this.next++ % WINDOWS] = (int) Math.min((double) count * WINDOW_NANOS / elapsed, Integer.MAX_VALUE);
		this.windowBegan = nowNanos;
		this.before = sum;
		return best();
	}

	private int best() {
		int best = 0;
		for (int rate : this.rates) {
			best = Math.max(best, rate);
		}
		return best;
	}

}
