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

package dev.aftercommit.faults;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import dev.aftercommit.faults.harness.Starts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class StartsTests {

	private static final Duration MILLISECOND = Duration.ofMillis(1);

	@Test
	void theFullestWindowIsFoundWhereverItBegins() {
		Starts starts = new Starts(List.of(5000L, 0L, 900L, 1500L, 1899L, 1900L));
		assertThat(starts.count()).isEqualTo(6);
		assertThat(starts.most(MILLISECOND)).isEqualTo(3);
		assertThat(starts.first()).isZero();
		assertThat(starts.last()).isEqualTo(5000);
		assertThat(starts.countUntil(1900)).isEqualTo(4);
	}

	@Test
	void theEmptiestWindowIsFoundWhereverItBegins() {
		Starts even = new Starts(LongStream.range(0, 100).mapToObj((i) -> i * 100).toList());
		assertThat(even.fewest(MILLISECOND, 0, 9900)).isEqualTo(10);
		Starts withAPause = new Starts(
				LongStream.range(0, 100).filter((i) -> i < 40 || i > 45).mapToObj((i) -> i * 100).toList());
		assertThat(withAPause.fewest(MILLISECOND, 0, 9900)).isEqualTo(4);
		assertThat(withAPause.fewest(MILLISECOND, 5000, 9900)).isEqualTo(10);
		assertThat(even.fewest(MILLISECOND, 9000, 12_000)).isZero();
	}

	@Test
	void aWindowThatIsLongerThanTheTimeHasNoAnswer() {
		Starts starts = new Starts(List.of(0L, 100L));
		assertThatIllegalArgumentException().isThrownBy(() -> starts.fewest(MILLISECOND, 0, 500))
			.withMessageContaining("'window' (PT0.001S)");
	}

}
