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
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * Shows how many jobs this node may run at once, as {@value #SLOTS}, and how many of
 * these slots are taken, as {@value #BUSY}; and how long ago its last heartbeat was, as
 * {@value #HEARTBEAT}, {@code NaN} before the first one.
 */
public final class SlotMeters implements MeterBinder {

	static final String SLOTS = "aftercommit.worker.slots";

	static final String HEARTBEAT = "aftercommit.worker.heartbeat.age";

	static final String BUSY = "aftercommit.worker.slots.busy";

	private final IntSupplier slots;

	private final IntSupplier busy;

	private final Supplier<@Nullable Duration> heartbeatAge;

	/**
	 * Show slots.
	 * @param slots how many this node has
	 * @param busy how many are taken now
	 * @param heartbeatAge time since the last accepted heartbeat was sent, {@code null}
	 * before the first one
	 */
	public SlotMeters(IntSupplier slots, IntSupplier busy, Supplier<@Nullable Duration> heartbeatAge) {
		this.slots = slots;
		this.busy = busy;
		this.heartbeatAge = heartbeatAge;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder(SLOTS, this.slots, IntSupplier::getAsInt)
			.description("Jobs that this node may run at once")
			.strongReference(true)
			.register(registry);
		Gauge.builder(BUSY, this.busy, IntSupplier::getAsInt)
			.description("Slots of this node that are taken")
			.strongReference(true)
			.register(registry);
		TimeGauge.builder(HEARTBEAT, this.heartbeatAge, TimeUnit.MILLISECONDS, SlotMeters::millis)
			.description("Time since the store accepted this node's last sign of life")
			.strongReference(true)
			.register(registry);
	}

	private static double millis(Supplier<@Nullable Duration> age) {
		Duration present = age.get();
		return (present != null) ? present.toMillis() : Double.NaN;
	}

}
