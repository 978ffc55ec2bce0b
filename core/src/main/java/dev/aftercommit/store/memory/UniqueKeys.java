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
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Who has each unique key, and who gets it next.
 */
final class UniqueKeys {

	private final Map<String, StoredJob> holders = new HashMap<>();

	private final Map<String, StoredJob> successors = new HashMap<>();

	@Nullable StoredJob holder(@Nullable String key) {
		return this.holders.get(key);
	}

	@Nullable StoredJob successor(@Nullable String key) {
		return this.successors.get(key);
	}

	/** Gives the job its key, or lets it be the next one to have it. */
	void enter(StoredJob job) {
		String key = job.terms.uniqueKey();
		if (key != null && this.holders.putIfAbsent(key, job) != null) {
			this.successors.put(key, job);
		}
	}

	/** Whether the job must wait until another one has given the key up. */
	boolean isSuccessor(StoredJob job) {
		return this.successors.get(job.terms.uniqueKey()) == job;
	}

	/**
	 * Take the key away from a job that has it, or waits for it.
	 * @return who has it now instead, if anybody has
	 */
	@Nullable StoredJob leave(StoredJob job) {
		String key = job.terms.uniqueKey();
		if (key == null || this.successors.remove(key, job) || !this.holders.remove(key, job)) {
			return null;
		}
		StoredJob successor = this.successors.remove(key);
		if (successor != null) {
			this.holders.put(key, successor);
		}
		return successor;
	}

}
