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

package dev.aftercommit.autoconfigure.dashboard;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Something that is read from the store, for all who look at it within a short time.
 *
 * @param <T> what it is
 */
final class Reading<T> {

	private final Supplier<T> source;

	private final LongSupplier nanoTime;

	private final long lifetime;

	private @Nullable T value;

	private long readAt;

	/**
	 * Create a reading.
	 * @param source reads it from the store
	 * @param lifetime how long it serves
	 * @param nanoTime a source of nanoseconds
	 */
	Reading(Supplier<T> source, Duration lifetime, LongSupplier nanoTime) {
		this.source = source;
		this.lifetime = lifetime.toNanos();
		this.nanoTime = nanoTime;
	}

	/** Those who ask at the same time wait for one statement. */
	synchronized T get() {
		T known = this.value;
		if (known != null && this.nanoTime.getAsLong() - this.readAt < this.lifetime) {
			return known;
		}
		this.readAt = this.nanoTime.getAsLong();
		T read = this.source.get();
		this.value = read;
		return read;
	}

	/** Read it again when it is asked for next. */
	synchronized void forget() {
		this.value = null;
	}

}
