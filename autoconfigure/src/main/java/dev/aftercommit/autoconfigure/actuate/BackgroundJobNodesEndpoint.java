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

package dev.aftercommit.autoconfigure.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.JobOperations;
import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.UnknownName;
import dev.aftercommit.store.Count;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Shows the nodes, live and dead, has them start nothing more, and go on.
 */
@Endpoint(id = "backgroundjobnodes", defaultAccess = Access.READ_ONLY)
class BackgroundJobNodesEndpoint {

	private static final String ACTIONS = "quiet, resume";

	private final JobOperations operations;

	private final OperatorLog log;

	private final Duration lease;

	BackgroundJobNodesEndpoint(JobOperations operations, Duration lease, OperatorLog log) {
		this.operations = operations;
		this.log = log;
		this.lease = lease;
	}

	@ReadOperation
	NodesDescriptor nodes() {
		List<NodeSnapshot> nodes = this.operations.nodes();
		SortedMap<String, Integer> versions = new TreeMap<>();
		nodes.stream()
			.filter((node) -> node.isAlive(this.lease))
			.forEach((node) -> versions.merge(node.version(), 1, Integer::sum));
		return new NodesDescriptor(versions, this.operations.unknownNames().stream().map(this::describe).toList(),
				nodes.stream().map(this::describe).toList());
	}

	@ReadOperation
	@Nullable NodeDescriptor node(@Selector long node) {
		return this.operations.nodes()
			.stream()
			.filter((candidate) -> candidate.number() == node)
			.findFirst()
			.map(this::describe)
			.orElse(null);
	}

	@WriteOperation
	NodeOrderDescriptor order(@Selector long node, String action) {
		return order(node, action, Operators.name(null));
	}

	NodeOrderDescriptor order(long node, String action, String operator) {
		boolean changed = switch (action) {
			case "quiet" -> this.operations.quietNode(node);
			case "resume" -> this.operations.resumeNode(node);
			default -> throw Operators.noSuchAction(action, ACTIONS);
		};
		this.log.wrote(operator, action, AuditEntry.Kind.NODE, Long.toString(node), changed ? "DONE" : "UNCHANGED");
		return new NodeOrderDescriptor(node, changed);
	}

	private UnknownNameDescriptor describe(UnknownName unknown) {
		return new UnknownNameDescriptor(unknown.name(), new Count(unknown.waiting(), unknown.exact()),
				unknown.oldest(), unknown.lastVersion(), unknown.lastHeardAt());
	}

	private NodeDescriptor describe(NodeSnapshot node) {
		return new NodeDescriptor(node.number(), node.name(), node.version(), state(node), node.startedAt(),
				node.heartbeatAt(), node.silentFor(), node.endedAt(), node.running(), node.concurrency(), node.names(),
				node.queues(), node.queueConcurrency(), node.quiet());
	}

	private State state(NodeSnapshot node) {
		if (node.endedAt() != null) {
			return State.ENDED;
		}
		return node.isAlive(this.lease) ? State.ALIVE : State.SILENT;
	}

	/**
	 * Whether a node can be expected to run jobs.
	 */
	enum State {

		/** It was heard within the lease. */
		ALIVE,

		/** It was not: its jobs are about to be given to others. */
		SILENT,

		/** It has left, or was taken for dead. */
		ENDED

	}

	/**
	 * The nodes.
	 *
	 * @param versions of the application, and how many nodes that are alive have each: a
	 * deploy has reached all of them when there is one
	 * @param unknownNames names under which jobs wait and that no node that is alive
	 * knows
	 * @param nodes those that started last first
	 */
	record NodesDescriptor(Map<String, Integer> versions, List<UnknownNameDescriptor> unknownNames,
			List<NodeDescriptor> nodes) implements OperationResponseBody {

	}

	/**
	 * Jobs that no node that is alive can run.
	 *
	 * @param name their name
	 * @param waiting how many wait for a worker
	 * @param oldest how long the one at the head has
	 * @param lastVersion the application's version on the node that knew the name last,
	 * if one is remembered
	 * @param lastHeardAt when that was heard last
	 */
	record UnknownNameDescriptor(String name, Count waiting, Duration oldest, @Nullable String lastVersion,
			@Nullable Instant lastHeardAt) {

	}

	/**
	 * A node.
	 *
	 * @param number its number
	 * @param name host and process
	 * @param version the application's version, an empty text if it has none
	 * @param state whether it can be expected to run jobs
	 * @param startedAt when it made itself known
	 * @param heartbeatAt when it last said that it is alive
	 * @param silentFor how long ago that was
	 * @param endedAt when it ended or was taken for dead, if it was
	 * @param running how many jobs it has
	 * @param concurrency how many jobs it runs at the same time at most
	 * @param names names of the handlers that it knows, aliases included
	 * @param queues queues that it serves, if not all
	 * @param queueConcurrency the same as 'concurrency' for queues with a limit of their
	 * own
	 * @param quiet whether it was told to claim nothing more
	 */
	record NodeDescriptor(long number, String name, String version, State state, Instant startedAt, Instant heartbeatAt,
			Duration silentFor, @Nullable Instant endedAt, long running, int concurrency, Set<String> names,
			@Nullable Set<String> queues, Map<String, Integer> queueConcurrency,
			boolean quiet) implements OperationResponseBody {

	}

	/**
	 * What became of an order.
	 *
	 * @param node number of the node
	 * @param changed whether this has changed anything: not if the node has ended, is
	 * unknown, or was so before
	 */
	record NodeOrderDescriptor(long node, boolean changed) implements OperationResponseBody {

	}

}
