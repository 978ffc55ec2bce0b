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

import org.jspecify.annotations.Nullable;

/**
 * The lines of all concurrency keys.
 */
final class Lines {

	private final Map<String, Line> byKey = new HashMap<>();

	/**
	 * Whether a job that is due may go on; else it waits from now on.
	 */
	boolean admit(StoredJob job) {
		String key = job.terms.concurrencyKey();
		return key == null || this.byKey.computeIfAbsent(key, (absent) -> new Line()).admit(job);
	}

	/** Out of the line, with or without a place. */
	void leave(StoredJob job) {
		Line line = this.byKey.get(job.terms.concurrencyKey());
		if (line != null) {
			line.leave(job);
			if (line.isEmpty()) {
				this.byKey.remove(job.terms.concurrencyKey());
			}
		}
	}

	/**
	 * Who may go on now, of those who wait for the key that this job has left.
	 */
	@Nullable StoredJob next(StoredJob left) {
		Line line = this.byKey.get(left.terms.concurrencyKey());
		return (line != null) ? line.next() : null;
	}

	/** Some of those who have a place of the key for which this job waits. */
	List<UUID> holders(StoredJob job) {
		Line line = this.byKey.get(job.terms.concurrencyKey());
		return (line != null) ? line.holders() : List.of();
	}

}
