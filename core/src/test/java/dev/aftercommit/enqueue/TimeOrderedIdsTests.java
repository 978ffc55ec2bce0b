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

package dev.aftercommit.enqueue;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TimeOrderedIdsTests {

	private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

	private final AtomicReference<Instant> time = new AtomicReference<>(NOW);

	private final Clock clock = new Clock() {

		@Override
		public Instant instant() {
			return TimeOrderedIdsTests.this.time.get();
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	};

	private final TimeOrderedIds ids = new TimeOrderedIds(this.clock);

	@Test
	void anIdIsAVersionSevenThatBeginsWithItsTime() {
		UUID id = this.ids.generateId();
		assertThat(id.version()).isEqualTo(7);
		assertThat(id.variant()).isEqualTo(2);
		assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
	}

	@Test
	void idsGrowThoughTheClockStandsStillOrGoesBack() {
		List<String> made = new ArrayList<>();
		IntStream.range(0, 10_000).forEach((i) -> made.add(this.ids.generateId().toString()));
		this.time.set(NOW.minusSeconds(3600));
		IntStream.range(0, 10_000).forEach((i) -> made.add(this.ids.generateId().toString()));
		this.time.set(NOW.plusSeconds(3600));
		made.add(this.ids.generateId().toString());
		assertThat(made).isSorted().doesNotHaveDuplicates();
	}

	@Test
	void threadsNeverGetTheSame() {
		List<UUID> made = Collections.synchronizedList(new ArrayList<>());
		IntStream.range(0, 20_000).parallel().forEach((i) -> made.add(this.ids.generateId()));
		assertThat(made).doesNotHaveDuplicates();
	}

}
