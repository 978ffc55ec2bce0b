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
package dev.aftercommit;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A node, that is one JVM with workers, as the store knows it. Times are the store's.
 *
 * @param number its number; each start has another one
 * @param name host and process
 * @param version the application's version, an empty text if it has none
 * @param startedAt when it made itself known
 * @param heartbeatAt when it last said that it is alive
 * @param silentFor how long ago that was, when it was asked
 * @param endedAt when it ended or was taken for dead, {@code null} if it was neither
 * @param running how many jobs it has claimed and not yet ended, counted up to 10,000 of
 * all nodes
 * @param concurrency how many jobs it runs at the same time at most
 * @param names names of the handlers that it knows, aliases included
 * @param queues queues that it serves, {@code null} for all there are
 * @param queueConcurrency for queues with a limit of their own: how many jobs of it it
 * runs at the same time at most
 * @param quiet whether it is to claim nothing more
 */
public record NodeSnapshot(long number, String name, String version, Instant startedAt, Instant heartbeatAt,
		Duration silentFor, @Nullable Instant endedAt, long running, int concurrency, Set<String> names,
		@Nullable Set<String> queues, Map<String, Integer> queueConcurrency, boolean quiet) {

	public NodeSnapshot {
		names = Set.copyOf(names);
		queues = (queues != null) ? Set.copyOf(queues) : null;
		queueConcurrency = Map.copyOf(queueConcurrency);
	}

	/**
	 * Whether it can be expected to run jobs.
	 * @param lease after what silence it is taken for dead
	 * @return whether it has neither ended nor been silent for so long
	 */
	public boolean isAlive(Duration lease) {
		return this.endedAt == null && this.silentFor.compareTo(lease) <= 0;
	}

	/**
	 * Whether it serves a queue.
	 * @param queue the queue
	 * @return whether it does
	 */
	public boolean serves(String queue) {
		return this.queues == null || this.queues.contains(queue);
	}

}
