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

import java.util.concurrent.TimeUnit;

/**
 * What a job does when it has told that it runs. It waits, as for another system: two
 * cores can't work for 32 threads.
 */
enum Body {

	/** Nothing. */
	NO_OP(0, 0),

	/** A short call of something near. */
	ONE_MILLI(1, 1),

	/** A call of something far. */
	FIFTY_MILLIS(50, 50),

	/** Nine short ones, then a long one. */
	MIXED(1, 50);

	private static final int LONG_EVERY = 10;

	private final int millis;

	private final int longMillis;

	Body(int millis, int longMillis) {
		this.millis = millis;
		this.longMillis = longMillis;
	}

	/**
	 * How long a job takes.
	 * @return milliseconds
	 */
	int millis(int job) {
		return (job % LONG_EVERY == 0) ? this.longMillis : this.millis;
	}

	double meanMillis() {
		return this.millis + (this.longMillis - this.millis) / (double) LONG_EVERY;
	}

	void run(int job) {
		if (this.millis > 0) {
			try {
				TimeUnit.MILLISECONDS.sleep(millis(job));
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
