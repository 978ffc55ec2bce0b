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

/**
 * How much is measured.
 *
 * @param jobs B2: the backlog
 * @param warmUp B2: jobs drained before it in the same JVM, at least once
 * @param warmUpMillis B2: for how long such backlogs are drained, one after the other
 * @param slices B1: how often each k gets its turn
 * @param sliceMillis B1: length of a turn
 * @param samples B5: number of jobs
 * @param pauseMillis B5: longest pause between two jobs; the shortest is half of it
 */
record Sizes(int jobs, int warmUp, int warmUpMillis, int slices, int sliceMillis, int samples, int pauseMillis) {

	private static final int POLLING_SAMPLES = 8;

	private static final int POLLING_PAUSE_MILLIS = 2200;

	static final Sizes FULL = new Sizes(200_000, 100_000, 6000, 4, 150, 60, 80);

	static final Sizes QUICK = new Sizes(20_000, 10_000, 0, 2, 150, 30, 60);

	/**
	 * Fewer samples, each after a pause that is longer than the longest time between two
	 * polls.
	 */
	Sizes forPolling() {
		return new Sizes(this.jobs, this.warmUp, this.warmUpMillis, this.slices, this.sliceMillis, POLLING_SAMPLES,
				POLLING_PAUSE_MILLIS);
	}

	Sizes withJobs(int number) {
		return new Sizes(number, this.warmUp, this.warmUpMillis, this.slices, this.sliceMillis, this.samples,
				this.pauseMillis);
	}

	Sizes withSamples(int number) {
		return new Sizes(this.jobs, this.warmUp, this.warmUpMillis, this.slices, this.sliceMillis, number,
				this.pauseMillis);
	}

}
