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

package dev.aftercommit.store.memory;

import java.util.Map;

import dev.aftercommit.JobFlow;
import dev.aftercommit.store.Flow;
import dev.aftercommit.store.FlowMinutes;

/**
 * Counts, under the lock of the jobs.
 */
final class MemoryFlow implements Flow {

	private final MemoryJobs jobs;

	private final FlowMinutes minutes = new FlowMinutes();

	MemoryFlow(MemoryJobs jobs) {
		this.jobs = jobs;
	}

	@Override
	public void add(Map<String, JobFlow.Counts> counts) {
		this.jobs.locked(() -> {
			long present = FlowMinutes.number(this.jobs.now());
			this.minutes.forgetBefore(present - KEPT_MINUTES);
			counts.forEach((queue, count) -> this.minutes.add(present, queue, count));
			return counts;
		});
	}

	/** Minutes of which anything is known. */
	int size() {
		return this.jobs.locked(this.minutes::size);
	}

	@Override
	public JobFlow read() {
		return this.jobs.locked(() -> this.minutes.until(this.jobs.now()));
	}

}
