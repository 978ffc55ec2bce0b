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
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Looks are soon after activity, then ever rarer, and never rarer than was asked for.
 */
class PollLadderTests {

	private static final long FIRST = Duration.ofMillis(50).toNanos();

	private final AtomicReference<Double> random = new AtomicReference<>(0.0);

	@Test
	void eachPauseIsTwiceTheLastOneUpToTheLongest() {
		PollLadder ladder = new PollLadder(Duration.ofNanos(5 * FIRST), this.random::get);
		for (int i = 0; i < 2; i++) {
			assertThat(ladder.next()).isEqualTo(FIRST);
			assertThat(ladder.next()).isEqualTo(2 * FIRST);
			assertThat(ladder.next()).isEqualTo(4 * FIRST);
			assertThat(ladder.next()).isEqualTo(5 * FIRST);
			assertThat(ladder.next()).isEqualTo(5 * FIRST);
			ladder.reset();
		}
	}

	@Test
	void aPauseIsUpToAFifthShorter() {
		PollLadder ladder = new PollLadder(Duration.ofHours(1), this.random::get);
		this.random.set(0.5);
		assertThat(ladder.next()).isEqualTo(FIRST * 9 / 10);
		this.random.set(1.0);
		assertThat(ladder.next()).isEqualTo(FIRST * 2 * 8 / 10);
	}

	@Test
	void theFirstPauseIsNoLongerThanTheLongest() {
		PollLadder ladder = new PollLadder(Duration.ofNanos(7), this.random::get);
		assertThat(ladder.next()).isEqualTo(7);
		assertThat(ladder.next()).isEqualTo(7);
	}

}
