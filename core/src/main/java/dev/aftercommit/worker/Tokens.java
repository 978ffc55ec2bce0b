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

package dev.aftercommit.worker;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The tokens of one node: each handed out once, and held as long as a job of it is in
 * hand here.
 */
final class Tokens {

	private final Map<Long, Integer> held = new HashMap<>();

	private long next = 1;

	/**
	 * Hand out a new token, held once.
	 * @return the token
	 */
	synchronized long take() {
		long token = this.next++;
		this.held.put(token, 1);
		return token;
	}

	/** Hold a token once for each job of a claim, in place of once for the claim. */
	synchronized void hold(long token, int jobs) {
		if (jobs > 0) {
			this.held.put(token, jobs);
		}
		else {
			this.held.remove(token);
		}
	}

	synchronized void release(long token) {
		this.held.computeIfPresent(token, (key, count) -> (count > 1) ? count - 1 : null);
	}

	synchronized Snapshot snapshot() {
		return new Snapshot(Set.copyOf(this.held.keySet()), this.next);
	}

	/**
	 * What is known at one moment.
	 *
	 * @param held tokens in use
	 * @param below the lowest token that was not handed out yet
	 */
	record Snapshot(Set<Long> held, long below) {

	}

}
