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

package dev.aftercommit.operations;

import java.util.Optional;
import java.util.UUID;

import dev.aftercommit.JobArguments;
import dev.aftercommit.JobState;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.StoredArguments;

/**
 * What may be shown of the arguments of a job.
 */
final class ShownArguments {

	private final JobStore store;

	private final ArgumentMask mask;

	ShownArguments(JobStore store, ArgumentMask mask) {
		this.store = store;
		this.mask = mask;
	}

	JobArguments of(UUID id) {
		Optional<StoredArguments> stored = this.store.directory().arguments(id);
		if (stored.isEmpty()) {
			Optional<JobState> state = this.store.overview().locate(id).map((job) -> job.status().state());
			if (state.isEmpty()) {
				return new JobArguments(JobArguments.Kind.UNKNOWN, null);
			}
			// One that lives was written between the two looks.
			stored = this.store.directory().arguments(id);
		}
		return stored.map(this::masked).orElseGet(() -> new JobArguments(JobArguments.Kind.NOT_KEPT, null));
	}

	private JobArguments masked(StoredArguments stored) {
		return this.mask.apply(stored.name(), stored.text())
			.map((json) -> new JobArguments(JobArguments.Kind.KNOWN, json))
			.orElseGet(() -> new JobArguments(JobArguments.Kind.HIDDEN, null));
	}

}
