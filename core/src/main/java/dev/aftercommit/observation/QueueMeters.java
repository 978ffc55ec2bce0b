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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.aftercommit.store.QueueDepth;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows for each queue how many jobs wait, as {@value #DEPTH}, and how long the oldest
 * has waited, as {@value #AGE}. However many gauges are read, the store is asked at most
 * once in a while; while it can't answer, the gauges read {@code NaN}.
 */
public final class QueueMeters implements MeterBinder {

	static final String DEPTH = "aftercommit.queue.depth";

	static final String AGE = "aftercommit.queue.oldest.age";

	private static final Logger logger = LoggerFactory.getLogger(QueueMeters.class);

	private final Supplier<List<QueueDepth>> source;

	private final Supplier<? extends Collection<String>> expected;

	private final LongSupplier nanos;

	private final Duration maxAge;

	private final ReentrantLock lock = new ReentrantLock();

	private final Collection<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	private final Set<String> queues = ConcurrentHashMap.newKeySet();

	private volatile @Nullable Reading reading;

	/**
	 * Show queues.
	 * @param source asks the store for the queues in which jobs wait
	 * @param expected queues to show although nothing waits in them
	 * @param nanos the node's monotonic clock, in nanoseconds
	 * @param maxAge time for which an answer of the store is good enough
	 */
	public QueueMeters(Supplier<List<QueueDepth>> source, Supplier<? extends Collection<String>> expected,
			LongSupplier nanos, Duration maxAge) {
		this.source = source;
		this.expected = expected;
		this.nanos = nanos;
		this.maxAge = maxAge;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.registries.add(registry);
		this.queues.forEach((queue) -> register(registry, queue));
		this.expected.get().forEach(this::show);
	}

	private void show(String queue) {
		if (this.queues.add(queue)) {
			this.registries.forEach((registry) -> register(registry, queue));
		}
	}

	private void register(MeterRegistry registry, String queue) {
		Gauge.builder(DEPTH, this, (meters) -> meters.read(queue, (depth) -> depth.waiting().value()))
			.description("Jobs that wait for a worker")
			.tag("queue", queue)
			.register(registry);
		TimeGauge
			.builder(AGE, this, TimeUnit.MILLISECONDS,
					(meters) -> meters.read(queue, (depth) -> depth.oldest().toMillis()))
			.description("Time that the job at the head has waited since it was due")
			.tag("queue", queue)
			.register(registry);
	}

	private double read(String queue, Function<QueueDepth, Long> value) {
		return depths().map((depths) -> {
			QueueDepth depth = depths.get(queue);
			return (depth != null) ? value.apply(depth).doubleValue() : 0;
		}).orElse(Double.NaN);
	}

	private Optional<Map<String, QueueDepth>> depths() {
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
		return (last != null) ? last.depths() : Optional.empty();
	}

	private boolean isStale(@Nullable Reading last) {
		return last == null || this.nanos.getAsLong() - last.time() > this.maxAge.toNanos();
	}

	private Optional<Map<String, QueueDepth>> ask() {
		try {
			Map<String, QueueDepth> depths = this.source.get()
				.stream()
				.collect(Collectors.toMap(QueueDepth::queue, Function.identity()));
			depths.keySet().forEach(this::show);
			return Optional.of(depths);
		}
		catch (RuntimeException ex) {
			// A store outage must not fail the scrape of everything else.
			logger.warn("Could not read how many jobs wait: the gauges of all queues read NaN", ex);
			return Optional.empty();
		}
	}

	/**
	 * An answer of the store.
	 *
	 * @param time when it was asked, on the node's monotonic clock
	 * @param depths the queues in which jobs wait; empty if it could not answer
	 */
	private record Reading(long time, Optional<Map<String, QueueDepth>> depths) {

	}

}
