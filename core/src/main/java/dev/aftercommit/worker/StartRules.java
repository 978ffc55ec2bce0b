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

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import dev.aftercommit.store.Claim;
import dev.aftercommit.store.NewJob;

/**
 * What decides which of the jobs that wait may start: the names that the node knows,
 * weights, as the settings say, and which queues are paused, as the last claim said.
 */
final class StartRules {

	private final Set<String> names;

	private final Map<String, Integer> weights;

	private volatile Set<String> paused = Set.of();

	StartRules(WorkerSettings settings, Set<String> names) {
		this.names = names;
		this.weights = settings.queueSettings()
			.entrySet()
			.stream()
			.filter((queue) -> queue.getValue().weight() != 1)
			.collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, (queue) -> queue.getValue().weight()));
	}

	Map<String, Integer> weights() {
		return this.weights;
	}

	/** Keep in mind what a claim has told. */
	void learn(Claim claim) {
		this.paused = claim.pausedQueues();
	}

	/**
	 * Whether a job may start without a claim.
	 * @param job a job that is being enqueued
	 * @return whether nothing speaks against it
	 */
	boolean allowsLocalDispatch(NewJob job) {
		return this.names.contains(job.name()) && !this.paused.contains(job.queue());
	}

}
