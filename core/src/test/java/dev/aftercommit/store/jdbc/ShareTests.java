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

package dev.aftercommit.store.jdbc;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How the places of one claim are divided between queues.
 */
class ShareTests {

	@Test
	void eachQueueGetsAsMuchAsItHasIfThereIsRoomForAll() {
		assertThat(divide(100, share(3, 10), share(5, 10), share(0, 10))).containsExactly(3, 5, 0);
	}

	@Test
	void noQueueGetsMoreThanItsLimit() {
		assertThat(divide(100, share(9, 2), share(9, 0), share(9, 9))).containsExactly(2, 0, 9);
	}

	@RepeatedTest(20)
	void scarcePlacesAreDividedEvenly() {
		assertThat(divide(9, share(50, 50), share(50, 50), share(50, 50))).containsExactly(3, 3, 3);
		List<Integer> uneven = divide(5, share(50, 50), share(50, 50), share(50, 50));
		assertThat(uneven).containsExactlyInAnyOrder(2, 2, 1);
		assertThat(divide(10, share(1, 50), share(50, 50), share(50, 50)).get(0)).isOne();
	}

	@RepeatedTest(20)
	void noMorePlacesAreGivenThanThereAre() {
		assertThat(divide(1, share(5, 5), share(5, 5))).containsExactlyInAnyOrder(0, 1);
		assertThat(divide(0, share(5, 5))).containsExactly(0);
	}

	@Test
	void theLastPlaceIsNotAlwaysTheSameQueues() {
		assertThat(IntStream.range(0, 200).mapToObj((i) -> divide(1, share(5, 5), share(5, 5))).distinct()).hasSize(2);
	}

	@RepeatedTest(20)
	void aQueueGetsPlacesByItsWeight() {
		assertThat(divide(12, share(50, 50, 3), share(50, 50, 1), share(50, 50, 2))).containsExactly(6, 2, 4);
		assertThat(divide(12, share(2, 50, 3), share(50, 50, 1), share(50, 50, 1))).containsExactly(2, 5, 5);
		assertThat(divide(100, share(50, 50, 100), share(50, 50, 1)).get(0)).isEqualTo(50);
	}

	@Test
	void theLastPlacesAreDrawnByWeight() {
		long heavy = IntStream.range(0, 1000).map((i) -> divide(1, share(50, 50, 9), share(50, 50, 1)).get(0)).sum();
		assertThat(heavy).isBetween(850L, 950L);
	}

	private static List<Integer> divide(int places, Share... shares) {
		Share.divide(List.of(shares), places);
		return Stream.of(shares).map(Share::size).toList();
	}

	private static Share share(int candidates, int most) {
		return share(candidates, most, 1);
	}

	private static Share share(int candidates, int most, int weight) {
		return new Share(IntStream.range(0, candidates)
			.mapToObj((i) -> new Candidate("a", "job", 0, i, new UUID(0, i), 1, OffsetDateTime.MIN, i))
			.toList(), most, weight);
	}

}
