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

package dev.aftercommit.autoconfigure.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.FailureGroup;
import dev.aftercommit.JobFlow;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobState;
import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.QueueSnapshot;
import dev.aftercommit.ScheduleSnapshot;
import dev.aftercommit.UnknownName;
import dev.aftercommit.store.AuditTrail;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.JobStore;

/**
 * What all pages say of the whole, read once for all who look: however many pages are
 * open, the store is asked no more often.
 */
final class Readings {

	/** Less than the time between two looks, which are then never skipped. */
	static final Duration LIFETIME = Duration.ofMillis(5_500);

	private static final Count NONE = new Count(0, true);

	private final Reading<Map<JobState, Count>> totals;

	private final Reading<List<QueueSnapshot>> queues;

	private final Reading<Set<String>> pausedQueues;

	private final Reading<List<NodeSnapshot>> nodes;

	private final Reading<List<UnknownName>> unknownNames;

	private final Reading<List<ScheduleSnapshot>> schedules;

	private final Reading<List<FailureGroup>> dead;

	private final Reading<List<FailureGroup>> retrying;

	private final Reading<JobFlow> flow;

	private final Reading<List<AuditEntry>> orders;

	private final Duration lease;

	/**
	 * Create readings.
	 * @param store the store
	 * @param operations the same, as operators see it
	 * @param lease after what silence a node is taken for dead
	 * @param nanoTime a source of nanoseconds
	 */
	Readings(JobStore store, JobOperations operations, Duration lease, LongSupplier nanoTime) {
		this.totals = new Reading<>(() -> store.directory().count(), LIFETIME, nanoTime);
		this.queues = new Reading<>(operations::queues, LIFETIME, nanoTime);
		this.pausedQueues = new Reading<>(operations::pausedQueues, LIFETIME, nanoTime);
		this.nodes = new Reading<>(operations::nodes, LIFETIME, nanoTime);
		this.unknownNames = new Reading<>(operations::unknownNames, LIFETIME, nanoTime);
		this.schedules = new Reading<>(operations::schedules, LIFETIME.multipliedBy(4), nanoTime);
		this.dead = new Reading<>(() -> operations.failures(Set.of(JobState.DEAD)), LIFETIME, nanoTime);
		this.retrying = new Reading<>(() -> operations.failures(Set.of(JobState.RETRYING)), LIFETIME, nanoTime);
		this.flow = new Reading<>(operations::flow, LIFETIME.multipliedBy(2), nanoTime);
		this.orders = new Reading<>(() -> operations.audit(AuditTrail.MOST), LIFETIME, nanoTime);
		this.lease = lease;
	}

	Map<JobState, Count> totals() {
		return this.totals.get();
	}

	List<QueueSnapshot> queues() {
		return this.queues.get();
	}

	/** Nodes say no more often than every ten seconds what they have counted. */
	JobFlow flow() {
		return this.flow.get();
	}

	List<NodeSnapshot> nodes() {
		return this.nodes.get();
	}

	/** Not asked for where the totals say that nothing waits. */
	List<UnknownName> unknownNames() {
		return isNone(JobState.ENQUEUED) ? List.of() : this.unknownNames.get();
	}

	List<ScheduleSnapshot> schedules() {
		return this.schedules.get();
	}

	/** Not asked for where the totals say that there are none. */
	List<FailureGroup> dead() {
		return isNone(JobState.DEAD) ? List.of() : this.dead.get();
	}

	/** Not asked for where the totals say that there are none. */
	List<FailureGroup> retrying() {
		return isNone(JobState.RETRYING) ? List.of() : this.retrying.get();
	}

	private boolean isNone(JobState state) {
		return totals().getOrDefault(state, NONE).value() == 0;
	}

	/** The latest ones of operators. Not looked at for the stamp: what they change is. */
	List<AuditEntry> orders() {
		return this.orders.get();
	}

	/** The latest order about each thing of a kind, if it is among the latest ones. */
	Map<String, AuditRow> lastOrders(AuditEntry.Kind kind, Instant now) {
		Map<String, AuditRow> last = new HashMap<>();
		orders().stream()
			.filter((entry) -> entry.kind() == kind)
			.forEach((entry) -> last.putIfAbsent(entry.subject(), AuditRow.of(entry, now)));
		return last;
	}

	List<NodeSnapshot> liveNodes() {
		return nodes().stream().filter(this::isAlive).toList();
	}

	boolean isAlive(NodeSnapshot node) {
		return node.isAlive(this.lease);
	}

	Duration lease() {
		return this.lease;
	}

	/**
	 * Changes whenever the pages about the whole would look different. The same on all
	 * nodes. While nothing waits or runs, the queues are not measured for it.
	 * @return a short text
	 */
	String stamp() {
		int nodes = nodes().stream()
			.map((node) -> Objects.hash(node.number(), isAlive(node), node.endedAt(), node.quiet(), node.running()))
			.toList()
			.hashCode();
		boolean idle = isNone(JobState.ENQUEUED) && isNone(JobState.RUNNING);
		Object queues = idle ? new TreeSet<>(this.pausedQueues.get()) : queues();
		return Integer.toHexString(Objects.hash(new TreeMap<>(totals()).toString(), queues, nodes, flowStamp()));
	}

	/** While nothing comes and goes, one minute is like the other. */
	private int flowStamp() {
		List<JobFlow.Minute> minutes = flow().minutes();
		boolean still = minutes.stream().allMatch((minute) -> minute.queues().isEmpty());
		return still ? 0 : minutes.hashCode();
	}

	/** After an order: what was read before it says nothing any more. */
	void forget() {
		List.of(this.totals, this.queues, this.pausedQueues, this.nodes, this.unknownNames, this.schedules, this.dead,
				this.retrying, this.orders)
			.forEach(Reading::forget);
	}

}
