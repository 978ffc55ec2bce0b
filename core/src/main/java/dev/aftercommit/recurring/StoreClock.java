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
import java.util.function.LongSupplier;

import dev.aftercommit.store.Recurrence;

/**
 * What the store's clock shows, guessed from its last answer. Lags behind by the way of
 * that answer, and so is never early unless the store's clock was turned back.
 */
final class StoreClock {

	private final LongSupplier nanoTime;

	private Instant answered = Instant.EPOCH;

	private long atNanos;

	StoreClock(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	void set(Recurrence answer) {
		this.atNanos = this.nanoTime.getAsLong();
		this.answered = answer.now();
	}

	Instant now() {
		return this.answered.plusNanos(this.nanoTime.getAsLong() - this.atNanos);
	}

}
