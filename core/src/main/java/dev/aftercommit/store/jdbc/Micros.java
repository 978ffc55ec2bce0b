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

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * Times between Java and the databases, which count microseconds.
 */
final class Micros {

	private static final Duration LONGEST = Duration.ofDays(365_000);

	private static final Instant EARLIEST = Instant.EPOCH;

	private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

	private Micros() {
	}

	static long of(Duration duration) {
		Duration bounded = (duration.compareTo(LONGEST) > 0) ? LONGEST : duration;
		return bounded.dividedBy(ChronoUnit.MICROS.getDuration());
	}

	static Duration duration(long micros) {
		return Duration.of(Math.max(0, micros), ChronoUnit.MICROS);
	}

	/** Microseconds since 1970, within what both databases can tell. */
	static long of(Instant time) {
		Instant bounded = bounded(time);
		return bounded.getEpochSecond() * 1_000_000 + bounded.getNano() / 1_000;
	}

	static OffsetDateTime offset(Instant time) {
		return bounded(time).atOffset(ZoneOffset.UTC);
	}

	private static Instant bounded(Instant time) {
		if (time.isBefore(EARLIEST)) {
			return EARLIEST;
		}
		return time.isAfter(LATEST) ? LATEST : time;
	}

}
