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

import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobTime;

/**
 * A call that is to become a job.
 *
 * @param id time-ordered id, made by the node that was called
 * @param name stable name of its handler
 * @param queue queue that it waits in
 * @param priority lower runs first within its queue, -32768 to 32767
 * @param time when it is due on the store's clock, {@code null} for at once
 * @param arguments the arguments as text; comes back character for character
 * @param headers what travels with the job beside its arguments, such as the caller's
 * trace
 */
public record NewJob(UUID id, String name, String queue, int priority, @Nullable JobTime time, String arguments,
		Map<String, String> headers) {

	/**
	 * On which terms it runs beside others, as its headers say.
	 * @return the terms
	 */
	public JobTerms terms() {
		return JobTerms.of(this.headers);
	}

}
