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

package dev.aftercommit.store;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * A job that a node may run now.
 *
 * @param id its id
 * @param name stored name of its handler
 * @param queue its queue
 * @param priority its priority
 * @param attempt number of this attempt, 1 for the first
 * @param arguments the arguments as they were given
 * @param headers the headers as they were given
 * @param lease the token that its outcome must carry
 * @param waited time from when it was due to its claim, on the store's clock, never
 * negative
 * @param forgiven how many of the attempts before this one don't count any more, because
 * an operator had the job tried again
 */
public record ClaimedJob(UUID id, String name, String queue, int priority, int attempt, String arguments,
		Map<String, String> headers, Lease lease, Duration waited, int forgiven) {

	/**
	 * Number of this attempt among those that count.
	 * @return 1 for the first one, and for the first one after an operator's retry
	 */
	public int countedAttempt() {
		return this.attempt - this.forgiven;
	}

	/**
	 * On which terms it runs beside others, as its headers say.
	 * @return the terms
	 */
	public JobTerms terms() {
		return JobTerms.of(this.headers);
	}

}
