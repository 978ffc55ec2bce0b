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

package dev.aftercommit.benchmarks;

import java.util.List;

/**
 * How much is measured.
 *
 * @param jobs backlogs, of the quickest systems; the others have a share of it
 * @param warmUp jobs drained before it in the same JVM, at least once
 * @param warmUpMillis for how long such backlogs are drained, one after the other
 * @param slices B1: how often each k gets its turn
 * @param sliceMillis B1: length of a turn
 * @param samples B5: number of jobs
 * @param pauseMillis B5: longest pause between two jobs; the shortest is half of it
 * @param seconds length of what is measured by time: a step of B3, a window of B6
 * @param ready B7: jobs that are due, and as many that are not, and ten times as many
 * that have ended; B15: three tenths of it are pruned
 */
record Sizes(int jobs, int warmUp, int warmUpMillis, int slices, int sliceMillis, int samples, int pauseMillis,
		int seconds, int ready) {

	/** Of those that can be set by themselves. */
	static final List<String> NAMES = List.of("jobs", "samples", "seconds", "ready");

	private static final int LEAST_JOBS = 200;

	static final Sizes FULL = new Sizes(200_000, 100_000, 12_000, 6, 150, 60, 80, 5, 1_000_000);

	static final Sizes QUICK = new Sizes(20_000, 10_000, 0, 2, 150, 30, 60, 2, 20_000);

	/**
	 * Smaller backlogs for slower systems, so that all of them are drained for about the
	 * same time.
	 * @param part one of how many
	 */
	Sizes divided(int part) {
		int smaller = Math.max(LEAST_JOBS, this.jobs / part);
		return new Sizes(smaller, Math.max(LEAST_JOBS, this.warmUp / part), this.warmUpMillis, this.slices,
				this.sliceMillis, this.samples, this.pauseMillis, this.seconds, this.ready);
	}

	/**
	 * Fewer samples, each after a pause that is longer than the longest time between two
	 * polls.
	 */
	Sizes forPolling(int number, int longestPauseMillis) {
		return new Sizes(this.jobs, this.warmUp, this.warmUpMillis, this.slices, this.sliceMillis,
				Math.min(this.samples, number), longestPauseMillis, this.seconds, this.ready);
	}

	/**
	 * With one of {@link #NAMES} changed.
	 */
	Sizes with(String name, int value) {
		return new Sizes(name.equals("jobs") ? value : this.jobs, this.warmUp, this.warmUpMillis, this.slices,
				this.sliceMillis, name.equals("samples") ? value : this.samples, this.pauseMillis,
				name.equals("seconds") ? value : this.seconds, name.equals("ready") ? value : this.ready);
	}

}
