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
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import dev.aftercommit.UnknownName;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how many jobs wait under names that no live node knows, as {@value #UNKNOWN}. The
 * store is asked at most once in a while; while it can't answer, the gauge reads
 * {@code NaN}.
 */
public final class UnknownNameMeters implements MeterBinder {

	static final String UNKNOWN = "aftercommit.jobs.unknown";

	private static final Logger logger = LoggerFactory.getLogger(UnknownNameMeters.class);

	private final Supplier<List<UnknownName>> source;

	private final LongSupplier nanos;

	private final Duration maxAge;

	private final ReentrantLock lock = new ReentrantLock();

	private volatile @Nullable Reading reading;

	/**
	 * Show them.
	 * @param source asks for the names
	 * @param nanos the node's monotonic clock, in nanoseconds
	 * @param maxAge time for which an answer is good enough
	 */
	public UnknownNameMeters(Supplier<List<UnknownName>> source, LongSupplier nanos, Duration maxAge) {
		this.source = source;
		this.nanos = nanos;
		this.maxAge = maxAge;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder(UNKNOWN, this, UnknownNameMeters::read)
			.description("Jobs that wait for a worker under names that no live node knows")
			.register(registry);
	}

	private double read() {
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
		return (last != null) ? last.jobs() : Double.NaN;
	}

	private boolean isStale(@Nullable Reading last) {
		return last == null || this.nanos.getAsLong() - last.time() > this.maxAge.toNanos();
	}

	private double ask() {
		try {
			return this.source.get().stream().mapToLong(UnknownName::waiting).sum();
		}
		catch (RuntimeException ex) {
			// An outage must not fail the scrape of everything else.
			logger.warn("Could not read how many jobs wait that no live node knows: the gauge reads NaN", ex);
			return Double.NaN;
		}
	}

	/**
	 * An answer.
	 *
	 * @param time when it was asked for, on the node's monotonic clock
	 * @param jobs how many jobs wait; not a number if nobody could answer
	 */
	private record Reading(long time, double jobs) {

	}

}
