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
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.UnknownName;

import static org.assertj.core.api.Assertions.assertThat;

class UnknownNameMetersTests {

	private final AtomicLong nanos = new AtomicLong();

	private final AtomicInteger asked = new AtomicInteger();

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private volatile boolean down;

	private List<UnknownName> names() {
		if (this.down) {
			throw new JobStoreException("planted", null);
		}
		return List.of(name(this.asked.incrementAndGet()), name(40));
	}

	private static UnknownName name(long waiting) {
		return new UnknownName("gone.job", waiting, true, Duration.ZERO, "1.0", Instant.EPOCH);
	}

	private double gauge() {
		return this.registry.get(UnknownNameMeters.UNKNOWN).gauge().value();
	}

	@Test
	void jobsOfAllNamesAreAddedUpAtMostOnceInAWhile() {
		UnknownNameMeters meters = new UnknownNameMeters(this::names, this.nanos::get, Duration.ofSeconds(30));
		meters.bindTo(this.registry);
		assertThat(gauge()).isEqualTo(41);
		assertThat(gauge()).isEqualTo(41);
		this.nanos.addAndGet(Duration.ofSeconds(31).toNanos());
		assertThat(gauge()).isEqualTo(42);
	}

	@Test
	void anOutageIsNoNumber() {
		UnknownNameMeters meters = new UnknownNameMeters(this::names, this.nanos::get, Duration.ofSeconds(30));
		meters.bindTo(this.registry);
		this.down = true;
		assertThat(gauge()).isNaN();
		this.down = false;
		this.nanos.addAndGet(Duration.ofSeconds(31).toNanos());
		assertThat(gauge()).isEqualTo(41);
	}

}
