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

package dev.aftercommit.observation;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import dev.aftercommit.store.OutboxDepth;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how many jobs an outbox keeps, as {@value #DEPTH}, and how long it has kept the
 * oldest, as {@value #AGE}. The database is asked at most once in a while; while it can't
 * answer, the gauges read {@code NaN}.
 */
public final class OutboxMeters implements MeterBinder {

	static final String DEPTH = "aftercommit.outbox.depth";

	static final String AGE = "aftercommit.outbox.oldest.age";

	private static final Logger logger = LoggerFactory.getLogger(OutboxMeters.class);

	private final BooleanSupplier present;

	private final Supplier<Optional<OutboxDepth>> source;

	private final LongSupplier nanos;

	private final Duration maxAge;

	private final ReentrantLock lock = new ReentrantLock();

	private volatile @Nullable Reading reading;

	/**
	 * Show an outbox.
	 * @param present whether there is one; without, nothing is shown
	 * @param source asks for its depth
	 * @param nanos the node's monotonic clock, in nanoseconds
	 * @param maxAge time for which an answer is good enough
	 */
	public OutboxMeters(BooleanSupplier present, Supplier<Optional<OutboxDepth>> source, LongSupplier nanos,
			Duration maxAge) {
		this.present = present;
		this.source = source;
		this.nanos = nanos;
		this.maxAge = maxAge;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		if (!this.present.getAsBoolean()) {
			return;
		}
		Gauge.builder(DEPTH, this, (meters) -> meters.read((depth) -> depth.jobs().value()))
			.description("Jobs that the outbox keeps until the store has them for good")
			.register(registry);
		TimeGauge
			.builder(AGE, this, TimeUnit.MILLISECONDS, (meters) -> meters.read((depth) -> depth.oldest().toMillis()))
			.description("Time that the outbox has kept its oldest job")
			.register(registry);
	}

	private double read(ToDoubleFunction<OutboxDepth> value) {
		Reading last = this.reading;
		if (isStale(last) && this.lock.tryLock()) {
			try {
				last = this.reading;
				if (isStale(last)) {
					last = new Reading(this.nanos.getAsLong(), ask());
					this.reading = last;
				}
			}
			finally {
				this.lock.unlock();
			}
		}
		return (last != null) ? last.depth().map(value::applyAsDouble).orElse(Double.NaN) : Double.NaN;
	}

	private boolean isStale(@Nullable Reading last) {
		return last == null || this.nanos.getAsLong() - last.time() > this.maxAge.toNanos();
	}

	private Optional<OutboxDepth> ask() {
		try {
			return this.source.get();
		}
		catch (RuntimeException ex) {
			// An outage must not fail the scrape of everything else.
			logger.warn("Could not read how much the outbox keeps: its gauges read NaN", ex);
			return Optional.empty();
		}
	}

	/**
	 * An answer.
	 *
	 * @param time when it was asked for, on the node's monotonic clock
	 * @param depth how much is kept; empty if nobody could answer
	 */
	private record Reading(long time, Optional<OutboxDepth> depth) {

	}

}
