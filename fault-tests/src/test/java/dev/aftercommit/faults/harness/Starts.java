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

package dev.aftercommit.faults.harness;

import java.time.Duration;
import java.util.Collection;
import java.util.stream.LongStream;

/**
 * When jobs started, and how many of them within any stretch of time.
 */
public final class Starts {

	private final long[] micros;

	/**
	 * Look at starts.
	 * @param micros each one, since the epoch, in any order
	 */
	public Starts(Collection<Long> micros) {
		this.micros = micros.stream().mapToLong(Long::longValue).sorted().toArray();
	}

	public int count() {
		return this.micros.length;
	}

	/**
	 * How many there were before a moment.
	 * @param time the moment, in microseconds since the epoch
	 * @return how many
	 */
	public int countUntil(long time) {
		return below(time);
	}

	/** The first one, in microseconds since the epoch. */
	public long first() {
		return this.micros[0];
	}

	/** The last one, in microseconds since the epoch. */
	public long last() {
		return this.micros[this.micros.length - 1];
	}

	/**
	 * The most starts in any window, wherever it begins.
	 * @param window how long it is; a start at its very end is not in it
	 * @return how many
	 */
	public int most(Duration window) {
		return LongStream.of(this.micros)
			.mapToInt((start) -> below(start + micros(window)) - below(start))
			.max()
			.orElse(0);
	}

	/**
	 * The fewest starts in any window that lies within a time.
	 * @param window how long the window is, no longer than that time
	 * @param from the beginning of the time, in microseconds since the epoch
	 * @param to its end
	 * @return how many
	 */
	public int fewest(Duration window, long from, long to) {
		// There are fewest where a start has just gone out of sight.
		return LongStream.concat(LongStream.of(from - 1), LongStream.of(this.micros))
			.filter((start) -> start >= from - 1 && start + micros(window) < to)
			.mapToInt((start) -> below(start + micros(window) + 1) - below(start + 1))
			.min()
			.orElseThrow(() -> new IllegalArgumentException("No 'window' (" + window + ") fits into that time"));
	}

	private int below(long time) {
		return (int) LongStream.of(this.micros).filter((start) -> start < time).count();
	}

	private static long micros(Duration duration) {
		return duration.toNanos() / 1000;
	}

}
