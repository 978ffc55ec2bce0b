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

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many jobs a node finishes in 50 ms, by a time moved by hand.
 */
class ThroughputTests {

	private static final long WINDOW = Duration.ofMillis(50).toNanos();

	private long now = Long.MAX_VALUE - WINDOW / 2;

	private final Throughput throughput = new Throughput(this.now);

	@Test
	void withoutAnyItIsNone() {
		assertThat(after(WINDOW)).isZero();
	}

	@Test
	void whatIsFinishedInTheWindowCountsAtOnce() {
		finish(7);
		assertThat(after(WINDOW - 1)).isEqualTo(7);
		finish(3);
		assertThat(after(1)).isEqualTo(10);
	}

	@Test
	void aLongerTimeCountsByItsShare() {
		finish(30);
		assertThat(after(3 * WINDOW)).isEqualTo(10);
	}

	@Test
	void theBestOfTheLastFourWindowsCounts() {
		finish(40);
		assertThat(after(WINDOW)).isEqualTo(40);
		for (int i = 0; i < 3; i++) {
			finish(5);
			assertThat(after(WINDOW)).isEqualTo(40);
		}
		finish(5);
		assertThat(after(WINDOW)).isEqualTo(5);
	}

	@Test
	void anOpenWindowThatIsBetterCountsToo() {
		finish(5);
		assertThat(after(WINDOW)).isEqualTo(5);
		finish(9);
		assertThat(after(1)).isEqualTo(9);
		assertThat(after(1)).isEqualTo(9);
	}

	@Test
	void afterAPauseNothingOldCounts() {
		finish(40);
		assertThat(after(WINDOW)).isEqualTo(40);
		finish(10);
		assertThat(after(4 * WINDOW)).isEqualTo(40);
		finish(10);
		assertThat(after(4 * WINDOW + 1)).isEqualTo(2);
		assertThat(after(10 * WINDOW)).isZero();
	}

	private void finish(int count) {
		for (int i = 0; i < count; i++) {
			this.throughput.add();
		}
	}

	private int after(long nanos) {
		this.now += nanos;
		return this.throughput.per50Millis(this.now);
	}

}
