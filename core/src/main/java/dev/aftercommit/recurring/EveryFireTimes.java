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

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The multiples of an interval, counted from the beginning of 1970 in UTC.
 */
final class EveryFireTimes implements FireTimes {

	private final long everyMillis;

	EveryFireTimes(Duration every) {
		this.everyMillis = every.toMillis();
	}

	@Override
	public Instant next(Instant after) {
		return multiple(Math.floorDiv(after.toEpochMilli(), this.everyMillis) + 1);
	}

	@Override
	public @Nullable Instant latest(Instant after, Instant upTo) {
		Instant latest = multiple(Math.floorDiv(upTo.toEpochMilli(), this.everyMillis));
		return latest.isAfter(after) ? latest : null;
	}

	private Instant multiple(long count) {
		return Instant.ofEpochMilli(count * this.everyMillis);
	}

}
