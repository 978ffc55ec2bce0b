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

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.StagedJob;

/**
 * Takes jobs at once: memory is part of nobody's transaction.
 */
final class MemoryIntake implements JobIntake {

	private final MemoryJobs jobs;

	MemoryIntake(MemoryJobs jobs) {
		this.jobs = jobs;
	}

	@Override
	public boolean joinsTransaction() {
		return false;
	}

	@Override
	public Map<UUID, UUID> stage(List<StagedJob> jobs) {
		throw new IllegalStateException(
				"The memory store joins no transaction: ask 'joinsTransaction' first and use 'enqueue' after the commit");
	}

	@Override
	public Map<UUID, UUID> enqueue(List<NewJob> jobs) {
		return this.jobs.locked(() -> {
			Map<UUID, UUID> kept = new HashMap<>();
			for (NewJob job : jobs) {
				this.jobs.add(job).ifPresent((holder) -> kept.put(job.id(), holder));
			}
			return kept;
		});
	}

}
