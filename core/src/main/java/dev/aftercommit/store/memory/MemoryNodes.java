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
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.store.CancelRequest;
import dev.aftercommit.store.LastKnown;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.NodeOrders;
import dev.aftercommit.store.Nodes;

/**
 * The nodes of one JVM: several only in tests, and after a node was taken for dead.
 */
final class MemoryNodes implements Nodes {

	private static final Duration ENDED_ARE_KEPT = Duration.ofDays(1);

	private final MemoryJobs jobs;

	private final NavigableMap<Long, Node> nodes = new TreeMap<>();

	private final Map<String, LastKnown> knownNames = new HashMap<>();

	private long last;

	MemoryNodes(MemoryJobs jobs) {
		this.jobs = jobs;
	}

	@Override
	public long register(NodeInfo info) {
		return this.jobs.locked(() -> {
			this.nodes.put(++this.last, new Node(info, this.jobs.now(), this.jobs.now(), null, false));
			return this.last;
		});
	}

	@Override
	public boolean heartbeat(long node) {
		return this.jobs.locked(() -> {
			Node row = this.nodes.get(node);
			if (row == null || row.endedAt() != null) {
				return false;
			}
			this.nodes.put(node, new Node(row.info(), row.startedAt(), this.jobs.now(), null, row.quiet()));
			return true;
		});
	}

	@Override
	public NodeOrders orders(long node) {
		return this.jobs.locked(() -> {
			Set<CancelRequest> requests = new HashSet<>();
			for (StoredJob job : this.jobs.runningOn(node)) {
				if (job.cancelRequested && job.lease != null) {
					requests.add(new CancelRequest(job.id, job.lease));
				}
			}
			Node row = this.nodes.get(node);
			return new NodeOrders(row != null && row.quiet(), requests);
		});
	}

	@Override
	public boolean quiet(long node) {
		return set(node, true);
	}

	@Override
	public boolean resume(long node) {
		return set(node, false);
	}

	private boolean set(long node, boolean quiet) {
		return this.jobs.locked(() -> {
			Node row = this.nodes.get(node);
			if (row == null || row.endedAt() != null || row.quiet() == quiet) {
				return false;
			}
			this.nodes.put(node, new Node(row.info(), row.startedAt(), row.heartbeatAt(), null, quiet));
			return true;
		});
	}

	@Override
	public void end(long node) {
		this.jobs.locked(() -> this.nodes.computeIfPresent(node,
				(number, row) -> (row.endedAt() == null) ? row.ended(this.jobs.now()) : row));
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
				? row.ended(now) : row);
	}

	/** Under the lock. */
	void prune(Duration knownNames) {
		Instant before = this.jobs.now().minus(ENDED_ARE_KEPT);
		List<Node> old = this.nodes.values()
			.stream()
			.filter((row) -> row.endedAt() != null && row.endedAt().isBefore(before))
			.toList();
		for (Node row : old) {
			LastKnown last = new LastKnown(row.info().version(), row.heartbeatAt());
			row.info().names().forEach((name) -> this.knownNames.merge(name, last, LastKnown::orLater));
		}
		this.nodes.values().removeAll(old);
		Instant heardBefore = this.jobs.now().minus(knownNames);
		this.knownNames.values().removeIf((last) -> last.heardAt().isBefore(heardBefore));
	}

	/** Under the lock. */
	Map<String, LastKnown> lastKnown(Collection<String> names) {
		Map<String, LastKnown> known = new HashMap<>(this.knownNames);
		known.keySet().retainAll(Set.copyOf(names));
		return known;
	}

	/**
	 * Under the lock.
	 * @param running how many jobs run on each
	 * @return all nodes, the last one first
	 */
	List<NodeSnapshot> snapshots(Map<Long, Long> running) {
		Instant now = this.jobs.now();
		return this.nodes.descendingMap()
			.entrySet()
			.stream()
			.limit(1000)
			.map((each) -> each.getValue().snapshot(each.getKey(), now, running.getOrDefault(each.getKey(), 0L)))
			.toList();
	}

	private record Node(NodeInfo info, Instant startedAt, Instant heartbeatAt, @Nullable Instant endedAt,
			boolean quiet) {

		Node ended(Instant at) {
			return new Node(this.info, this.startedAt, this.heartbeatAt, at, this.quiet);
		}

		NodeSnapshot snapshot(long number, Instant now, long running) {
			Duration silent = Duration.between(this.heartbeatAt, now);
			return new NodeSnapshot(number, this.info.name(), this.info.version(), this.startedAt, this.heartbeatAt,
					silent.isNegative() ? Duration.ZERO : silent, this.endedAt, running, this.info.concurrency(),
					this.info.names(), this.info.queues(), this.info.queueConcurrency(), this.quiet);
		}

	}

}
