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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.OutboxDepth;

import static org.assertj.core.api.Assertions.assertThat;

class OutboxMetersTests {

	private final AtomicLong nanos = new AtomicLong();

	private final AtomicInteger asked = new AtomicInteger();

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private volatile boolean down;

	private Optional<OutboxDepth> depth() {
		if (this.down) {
			throw new JobStoreException("planted", null);
		}
		return Optional.of(new OutboxDepth(new Count(this.asked.incrementAndGet(), true), Duration.ofSeconds(9)));
	}

	private OutboxMeters meters(boolean present) {
		return new OutboxMeters(() -> present, this::depth, this.nanos::get, Duration.ofSeconds(5));
	}

	private double gauge(String name) {
		return this.registry.get(name).gauge().value();
	}

	@Test
	void depthAndAgeAreReadAtMostOnceInAWhile() {
		meters(true).bindTo(this.registry);
		assertThat(gauge(OutboxMeters.DEPTH)).isEqualTo(1);
		assertThat(this.registry.get(OutboxMeters.AGE).timeGauge().value(TimeUnit.SECONDS)).isEqualTo(9);
		assertThat(gauge(OutboxMeters.DEPTH)).isEqualTo(1);
		this.nanos.addAndGet(Duration.ofSeconds(6).toNanos());
		assertThat(gauge(OutboxMeters.DEPTH)).isEqualTo(2);
	}

	@Test
	void anOutageIsNoNumber() {
		meters(true).bindTo(this.registry);
		this.down = true;
		assertThat(gauge(OutboxMeters.DEPTH)).isNaN();
		this.down = false;
		this.nanos.addAndGet(Duration.ofSeconds(6).toNanos());
		assertThat(gauge(OutboxMeters.DEPTH)).isEqualTo(1);
	}

	@Test
	void withoutAnOutboxNothingIsShown() {
		meters(false).bindTo(this.registry);
		assertThat(this.registry.getMeters()).isEmpty();
	}

}
