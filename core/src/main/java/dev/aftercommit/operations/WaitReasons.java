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
package dev.aftercommit.operations;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.Explanation.Kind;
import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.LastKnown;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.Overview;
import dev.aftercommit.store.Rate;
import dev.aftercommit.store.RunningCount;

/**
 * Why a job that could be claimed is not: no method guesses, each asks the store.
 */
final class WaitReasons {

	private final JobStore store;

	private final LocalWorkers workers;

	private final UnknownNames unknownNames;

	private final Duration lease;

	WaitReasons(JobStore store, LocalWorkers workers, UnknownNames unknownNames, Duration lease) {
		this.store = store;
		this.workers = workers;
		this.unknownNames = unknownNames;
		this.lease = lease;
	}

	void addTo(Reasons reasons, UUID id, JobStatus job) {
		List<NodeSnapshot> nodes = this.store.overview().nodes();
		List<NodeSnapshot> able = able(reasons, job, nodes);
		if (!able.isEmpty()) {
			rates(reasons, job);
			busy(reasons, job, able);
			ahead(reasons, id, job, able);
		}
		if (reasons.isEmpty()) {
			reasons.addNodes(Kind.ANY_MOMENT,
					"Nothing keeps it: it may start at any moment, on " + Reasons.named(able) + ".", able);
		}
	}

	boolean isAnyAlive() {
		return !alive(this.store.overview().nodes()).isEmpty();
	}

	boolean isAlive(NodeSnapshot node) {
		return node.isAlive(this.lease);
	}

	private List<NodeSnapshot> alive(List<NodeSnapshot> nodes) {
		return nodes.stream().filter(this::isAlive).toList();
	}

	private List<NodeSnapshot> able(Reasons reasons, JobStatus job, List<NodeSnapshot> nodes) {
		List<NodeSnapshot> alive = alive(nodes);
		List<NodeSnapshot> knowing = alive.stream().filter((node) -> node.names().contains(job.name())).toList();
		List<NodeSnapshot> able = knowing.stream().filter((node) -> node.serves(job.queue())).toList();
		if (alive.isEmpty()) {
			noNode(reasons);
		}
		else if (knowing.isEmpty()) {
			unknownName(reasons, job, alive, nodes);
		}
		else if (able.isEmpty()) {
			reasons.addNodes(Kind.QUEUE_IS_NOT_SERVED, "No live node that knows '" + job.name() + "' serves queue '"
					+ job.queue() + "': " + Reasons.named(knowing) + " knows the name, and serves other queues only.",
					knowing);
		}
		List<NodeSnapshot> claiming = able.stream().filter((node) -> !node.quiet()).toList();
		if (!able.isEmpty() && claiming.isEmpty()) {
			reasons.addNodes(Kind.NODES_ARE_QUIET,
					"All nodes that could run it are quiet: " + Reasons.named(able) + ".", able);
		}
		return claiming;
	}

	static void noNode(Reasons reasons) {
		reasons.add(Kind.NO_NODE_IS_ALIVE, "No node with workers is alive.");
	}

	private void unknownName(Reasons reasons, JobStatus job, List<NodeSnapshot> alive, List<NodeSnapshot> nodes) {
		List<NodeSnapshot> former = nodes.stream()
			.filter((node) -> !alive.contains(node) && node.names().contains(job.name()))
			.toList();
		reasons.addNodes(Kind.NAME_IS_UNKNOWN,
				"None of " + alive.size() + " live nodes knows the name '" + job.name() + "'. "
						+ this.unknownNames.lastKnown(job.name(), nodes)
							.map(WaitReasons::lastKnown)
							.orElse("Nor did any that is remembered.")
						+ (former.isEmpty() ? "" : " These knew it, and are gone: " + Reasons.named(former) + "."),
				former);
	}

	private static String lastKnown(LastKnown last) {
		return "The last node that knew it "
				+ (last.version().isEmpty() ? "had no version" : "ran version '" + last.version() + "'")
				+ ", and was heard last at " + Reasons.at(last.heardAt()) + ".";
	}

	private void busy(Reasons reasons, JobStatus job, List<NodeSnapshot> able) {
		Map<Long, Long> running = able.stream().anyMatch((node) -> node.queueConcurrency().containsKey(job.queue()))
				? running(job.queue()) : Map.of();
		boolean busy = able.stream()
			.allMatch((node) -> node.running() >= node.concurrency() || running.getOrDefault(node.number(),
					0L) >= node.queueConcurrency().getOrDefault(job.queue(), Integer.MAX_VALUE));
		if (busy) {
			reasons.addNodes(Kind.WORKERS_ARE_BUSY, "All nodes that could run it run as many jobs, in all or of queue '"
					+ job.queue() + "', as they may: " + Reasons.named(able) + ".", able);
		}
	}

	/** Those that this node knows: they are no part of the store. */
	private void rates(Reasons reasons, JobStatus job) {
		for (Rate rate : this.workers.rates()) {
			if (rate.isOf(job.queue(), job.name())) {
				Duration wait = this.store.directory().untilNextStart(rate);
				if (!wait.isZero()) {
					reasons.add(Kind.RATE_IS_SPENT,
							"The rate " + rate.limit() + " of "
									+ (rate.queues().isEmpty() ? "jobs of its name" : "queue '" + job.queue() + "'")
									+ " lets the next one start in " + Reasons.in(wait) + ".");
				}
			}
		}
	}

	/** How many jobs of the queue run on each node. */
	private Map<Long, Long> running(String queue) {
		Map<Long, Long> counts = new HashMap<>();
		for (RunningCount each : this.store.overview().running()) {
			if (each.queue().equals(queue)) {
				counts.merge(each.node(), each.count(), Long::sum);
			}
		}
		return counts;
	}

	private void ahead(Reasons reasons, UUID id, JobStatus job, List<NodeSnapshot> able) {
		Set<String> names = new HashSet<>();
		able.forEach((node) -> names.addAll(node.names()));
		Count ahead = this.store.overview().ahead(id, names);
		if (ahead.value() > 0) {
			reasons.add(Kind.OTHERS_COME_FIRST,
					(ahead.exact() ? "" : "At least ") + ahead.value() + " jobs come before it in queue '" + job.queue()
							+ "'" + (ahead.exact() ? "." : "; no more than " + Overview.MOST_AHEAD + " are counted."));
		}
	}

}
