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

import java.security.SecureRandom;
import java.time.Clock;
import java.util.SplittableRandom;
import java.util.UUID;

import org.springframework.util.IdGenerator;

/**
 * UUIDs of version 7 that grow within this JVM, also when the clock stands still or goes
 * back: 48 bits of milliseconds and 12 bits of a counter that carries into them, then 62
 * random bits.
 */
final class TimeOrderedIds implements IdGenerator {

	private static final int COUNTER_BITS = 12;

	private final Clock clock;

	private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());

	private long last;

	TimeOrderedIds(Clock clock) {
		this.clock = clock;
	}

	@Override
	public synchronized UUID generateId() {
		this.last = Math.max(this.last + 1, this.clock.millis() << COUNTER_BITS);
		long millis = this.last >>> COUNTER_BITS;
		long counter = this.last & ((1 << COUNTER_BITS) - 1);
		long high = (millis << 16) | (7L << 12) | counter;
		long low = (0b10L << 62) | (this.random.nextLong() >>> 2);
		return new UUID(high, low);
	}

}
