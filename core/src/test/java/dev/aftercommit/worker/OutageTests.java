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
 * Longer and longer pauses, until it works again.
 */
class OutageTests {

	private static final Throwable FAILURE = new IllegalStateException("planted");

	private final Outage outage = new Outage("do it", Duration.ofSeconds(1));

	@Test
	void pausesGrowUpToTheLongest() {
		assertThat(pause()).isBetween(150L, 250L);
		assertThat(pause()).isBetween(300L, 500L);
		for (int i = 0; i < 10; i++) {
			assertThat(pause()).isLessThanOrEqualTo(1_000);
		}
		assertThat(pause()).isGreaterThan(500);
	}

	@Test
	void onceItWorksTheNextOutageBeginsWithAShortPause() {
		this.outage.over();
		for (int i = 0; i < 5; i++) {
			pause();
		}
		this.outage.over();
		assertThat(pause()).isBetween(150L, 250L);
	}

	private long pause() {
		return Duration.ofNanos(this.outage.failed(FAILURE)).toMillis();
	}

}
