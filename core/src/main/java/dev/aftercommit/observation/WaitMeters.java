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

import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

import dev.aftercommit.JobListener;

/**
 * Measures how long jobs wait from when they are due to their claim, by the store's
 * clock, as {@value #WAIT} by name and queue. A histogram where the application asks for
 * one.
 */
public final class WaitMeters implements JobListener {

	static final String WAIT = "aftercommit.jobs.wait";

	private final MeterProvider<Timer> waits;

	/**
	 * Measure.
	 * @param registry where the timers are
	 */
	public WaitMeters(MeterRegistry registry) {
		this.waits = Timer.builder(WAIT)
			.description("Time from when an attempt was due to its claim")
			.withRegistry(registry);
	}

	@Override
	public void started(Attempt attempt) {
		this.waits.withTags(Tags.of("name", attempt.job().name(), "queue", attempt.job().queue()))
			.record(attempt.waited());
	}

}
