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

package dev.aftercommit.recurring;

import java.time.Instant;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FireIdTests {

	private static final Instant TIME = Instant.parse("2026-11-30T03:00:00Z");

	@Test
	void oneFireTimeIsOneIdThatBeginsWithIt() {
		assertThat(FireId.of("a", TIME)).isEqualTo(FireId.of("a", TIME)).isNotEqualTo(FireId.of("b", TIME));
		assertThat(FireId.of("a", TIME)).satisfies(FireIdTests::beginsWithTheTime);
	}

	@Test
	void idsBesidesFireTimesBeginWithTheTimeAndDiffer() {
		assertThat(IntStream.range(0, 1000).mapToObj((i) -> FireId.besides(TIME))).doesNotHaveDuplicates()
			.doesNotContain(FireId.of("a", TIME))
			.allSatisfy(FireIdTests::beginsWithTheTime);
	}

	private static void beginsWithTheTime(UUID id) {
		assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(TIME.toEpochMilli());
		assertThat(id.version()).isEqualTo(8);
		assertThat(id.variant()).isEqualTo(2);
	}

}
