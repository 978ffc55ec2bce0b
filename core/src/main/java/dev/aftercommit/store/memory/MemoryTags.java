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

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.UUID;

import dev.aftercommit.store.IdRange;

/**
 * Finds jobs by their tags. Touched only under the lock of {@link MemoryJobs}.
 */
final class MemoryTags {

	private static final NavigableSet<UUID> NONE = Collections.unmodifiableNavigableSet(new TreeSet<>(IdRange.ORDER));

	private final Map<String, NavigableSet<UUID>> ids = new HashMap<>();

	void add(StoredJob job) {
		job.tags.forEach((tag) -> this.ids.computeIfAbsent(tag, (key) -> new TreeSet<>(IdRange.ORDER)).add(job.id));
	}

	void remove(StoredJob job) {
		job.tags.forEach((tag) -> this.ids.computeIfPresent(tag, (key, tagged) -> {
			tagged.remove(job.id);
			return tagged.isEmpty() ? null : tagged;
		}));
	}

	NavigableSet<UUID> of(String tag) {
		return this.ids.getOrDefault(tag, NONE);
	}

}
