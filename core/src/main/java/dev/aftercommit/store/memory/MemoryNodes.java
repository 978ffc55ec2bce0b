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

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.store.CancelRequest;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Nodes;

/**
 * The nodes of one JVM: several only in tests, and after a node was taken for dead.
 */
final class MemoryNodes implements Nodes {

	private static final Duration ENDED_ARE_KEPT = Duration.ofDays(1);

	private final MemoryJobs jobs;

	private final Map<Long, Node> nodes = new HashMap<>();

	private long last;

	MemoryNodes(MemoryJobs jobs) {
		this.jobs = jobs;
	}

	@Override
	public long register(NodeInfo info) {
		return this.jobs.locked(() -> {
			this.nodes.put(++this.last, new Node(this.jobs.now(), null));
			return this.last;
		});
	}

	@Override
	public boolean heartbeat(long node) {
		return this.jobs.locked(() -> {
			if (!isAlive(node)) {
				return false;
			}
			this.nodes.put(node, new Node(this.jobs.now(), null));
			return true;
		});
	}

	@Override
	public Set<CancelRequest> cancelRequests(long node) {
		return this.jobs.locked(() -> {
			Set<CancelRequest> requests = new HashSet<>();
			for (StoredJob job : this.jobs.runningOn(node)) {
				if (job.cancelRequested && job.lease != null) {
					requests.add(new CancelRequest(job.id, job.lease));
				}
			}
			return requests;
		});
	}

	@Override
	public void end(long node) {
		this.jobs.locked(() -> this.nodes.computeIfPresent(node,
				(number, row) -> (row.endedAt() == null) ? new Node(row.heartbeatAt(), this.jobs.now()) : row));
	}

	/** Under the lock. */
	boolean isAlive(long node) {
		Node row = this.nodes.get(node);
		return row != null && row.endedAt() == null;
	}

	/** Under the lock. */
	boolean endedAfter(long node, Instant time) {
		Node row = this.nodes.get(node);
		return row != null && row.endedAt() != null && row.endedAt().isAfter(time);
	}

	/** Under the lock. */
	void endSilent(Duration lease) {
		Instant now = this.jobs.now();
		this.nodes.replaceAll((number, row) -> (row.endedAt() == null && row.heartbeatAt().plus(lease).isBefore(now))
				? new Node(row.heartbeatAt(), now) : row);
	}

	/** Under the lock. */
	void prune() {
		Instant before = this.jobs.now().minus(ENDED_ARE_KEPT);
		this.nodes.values().removeIf((row) -> row.endedAt() != null && row.endedAt().isBefore(before));
	}

	private record Node(Instant heartbeatAt, @Nullable Instant endedAt) {

	}

}
