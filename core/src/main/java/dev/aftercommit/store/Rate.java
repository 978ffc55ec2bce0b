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

import java.util.Set;

/**
 * Jobs that start no faster than a limit, whoever starts them.
 *
 * @param key what the limit is called in the store; the same on all nodes
 * @param limit the limit
 * @param queues the jobs of these queues, or, if there are none,
 * @param names those of these names
 */
public record Rate(String key, RateLimit limit, Set<String> queues, Set<String> names) {

	/**
	 * The limit of a handler.
	 * @param name its name
	 * @param names all names of its jobs
	 * @param limit the limit
	 * @return the rate
	 */
	public static Rate ofJob(String name, Set<String> names, RateLimit limit) {
		return new Rate("job:" + name, limit, Set.of(), Set.copyOf(names));
	}

	/**
	 * The limit of a queue.
	 * @param queue its name
	 * @param limit the limit
	 * @return the rate
	 */
	public static Rate ofQueue(String queue, RateLimit limit) {
		return new Rate("queue:" + queue, limit, Set.of(queue), Set.of());
	}

	/**
	 * Whether it holds for a job.
	 * @param queue the job's queue
	 * @param name the job's name
	 * @return whether the job counts
	 */
	public boolean isOf(String queue, String name) {
		return this.queues.contains(queue) || this.names.contains(name);
	}

}
