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
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself.
 *
 * @param name host and process, for people
 * @param version the application's version, an empty text if it has none
 * @param names names of the handlers that it knows, aliases included
 * @param queues queues that it serves, {@code null} for all there are
 * @param concurrency how many jobs it runs at the same time at most
 * @param queueConcurrency the same for queues with a limit of their own
 */
public record NodeInfo(String name, String version, Set<String> names, @Nullable Set<String> queues, int concurrency,
		Map<String, Integer> queueConcurrency) {

	/**
	 * A node that serves all queues and tells no limit.
	 * @param name host and process
	 * @param version the application's version
	 * @param names names of the handlers that it knows
	 */
	public NodeInfo(String name, String version, Set<String> names) {
		this(name, version, names, null, Integer.MAX_VALUE, Map.of());
	}

}
