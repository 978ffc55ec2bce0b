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

import java.util.Collection;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Jobs that wait for a worker, by queue and name: what waits under a name that nobody
 * knows is in nobody's way. Touched only under the lock of {@link MemoryJobs}.
 */
final class Lanes {

	private final Map<String, Map<String, NavigableSet<StoredJob>>> byQueue = new TreeMap<>();

	/** The queues in which jobs wait. */
	Set<String> queues() {
		return Set.copyOf(this.byQueue.keySet());
	}

	/** The lanes of a queue by name, none of them empty. */
	Map<String, NavigableSet<StoredJob>> of(String queue) {
		return this.byQueue.getOrDefault(queue, Map.of());
	}

	/** Where this job waits or would wait. */
	Collection<StoredJob> of(StoredJob job) {
		return this.byQueue.computeIfAbsent(job.queue, (queue) -> new TreeMap<>())
			.computeIfAbsent(job.name, (name) -> new TreeSet<>(StoredJob.BY_PRIORITY));
	}

	/** Nobody waits any more where this one did. */
	void drop(StoredJob job) {
		Map<String, NavigableSet<StoredJob>> lanes = Objects.requireNonNull(this.byQueue.get(job.queue));
		lanes.remove(job.name);
		if (lanes.isEmpty()) {
			this.byQueue.remove(job.queue);
		}
	}

}
