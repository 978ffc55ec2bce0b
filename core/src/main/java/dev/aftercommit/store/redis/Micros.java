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

package dev.aftercommit.store.redis;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Times between Java and the scripts, which count microseconds in numbers that are exact
 * up to the year 2255.
 */
final class Micros {

	private static final long LATEST = 9_000_000_000_000_000L;

	private static final Duration LONGEST = Duration.of(LATEST, ChronoUnit.MICROS);

	private Micros() {
	}

	static String of(Duration duration) {
		Duration bounded = (duration.compareTo(LONGEST) > 0) ? LONGEST : duration;
		return Long.toString(bounded.dividedBy(ChronoUnit.MICROS.getDuration()));
	}

	/** Since 1970. */
	static String of(Instant time) {
		if (time.isBefore(Instant.EPOCH)) {
			return "0";
		}
		return of(Duration.between(Instant.EPOCH, time));
	}

	static Duration duration(long micros) {
		return Duration.of(Math.max(0, micros), ChronoUnit.MICROS);
	}

	static Instant instant(long micros) {
		return Instant.EPOCH.plus(Math.min(LATEST, Math.max(0, micros)), ChronoUnit.MICROS);
	}

}
