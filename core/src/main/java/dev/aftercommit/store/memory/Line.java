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

import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Who has a place of a concurrency key, and who waits for one, in the order of their
 * enqueueing.
 */
final class Line {

	private final Set<StoredJob> places = new HashSet<>();

	private final NavigableSet<StoredJob> waiting = new TreeSet<>(StoredJob.BY_PLACE);

	/**
	 * Whether the job has a place, now or before; else it waits from now on.
	 */
	boolean admit(StoredJob job) {
		if (this.places.contains(job)) {
			return true;
		}
		this.waiting.add(job);
		return this.waiting.first() == job && next() == job;
	}

	/**
	 * Give the first one a place, if one is free.
	 * @return that one; {@code null} if nobody has got one
	 */
	@Nullable StoredJob next() {
		if (this.waiting.isEmpty() || this.places.size() >= this.waiting.first().terms.concurrencyLimit()) {
			return null;
		}
		StoredJob first = this.waiting.pollFirst();
		this.places.add(first);
		return first;
	}

	void leave(StoredJob job) {
		this.places.remove(job);
		this.waiting.remove(job);
	}

	boolean isEmpty() {
		return this.places.isEmpty() && this.waiting.isEmpty();
	}

	/** At most ten. */
	List<UUID> holders() {
		return this.places.stream().sorted(StoredJob.BY_PLACE).limit(10).map((job) -> job.id).toList();
	}

}
