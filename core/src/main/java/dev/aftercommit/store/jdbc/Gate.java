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

package dev.aftercommit.store.jdbc;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.store.JobTerms;

/**
 * What a job must get before it waits for a worker, once it is due.
 *
 * @param line the concurrency key in whose line it is, {@code null} while it waits for
 * its unique key
 * @param places how many jobs may have a place of that key at the same time, as this one
 * sees it
 * @param mark the key that is to be settled when it stands there
 */
record Gate(@Nullable String line, int places, String mark) {

	/**
	 * The first thing that a job must get.
	 * @param terms its terms
	 * @param successor whether it waits for its unique key
	 * @return the gate, {@code null} if there is none
	 */
	static @Nullable Gate of(JobTerms terms, boolean successor) {
		String uniqueKey = terms.uniqueKey();
		if (successor && uniqueKey != null) {
			return new Gate(null, 0, uniqueKey);
		}
		String line = terms.concurrencyKey();
		return (line != null) ? new Gate(line, terms.concurrencyLimit(), line) : null;
	}

}
