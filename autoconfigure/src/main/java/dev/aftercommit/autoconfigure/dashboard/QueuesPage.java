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

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobFlow;
import dev.aftercommit.JobState;
import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.QueueSnapshot;
import dev.aftercommit.autoconfigure.dashboard.View.Watch;
import dev.aftercommit.store.AuditNote;
import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.function.ServerRequest;

/**
 * What waits, since when, and who works on it.
 */
final class QueuesPage implements Page {

	/** A queue whose oldest job has waited for so long is marked. */
	private static final Duration LONG = Duration.ofMinutes(1);

	private final Readings readings;

	private final Clock clock;

	QueuesPage(Readings readings, Clock clock) {
		this.readings = readings;
		this.clock = clock;
	}

	@Override
	public View show(ServerRequest request) {
		List<Row> rows = allRows();
		return View.of("queues", "Queues", new Queues(rows, rows.isEmpty()), new Watch("", this.readings.stamp()));
	}

	/** Those that have jobs or are paused, without who gave the last order about each. */
	List<Row> rows() {
		return rows(this.readings.queues(), Map.of());
	}

	/** And those in which jobs came or went lately. */
	private List<Row> allRows() {
		Map<String, QueueSnapshot> queues = new HashMap<>();
		for (String queue : this.readings.flow().recentQueues()) {
			queues.put(queue, new QueueSnapshot(queue, 0, true, Duration.ZERO, 0, false));
		}
		this.readings.queues().forEach((queue) -> queues.put(queue.queue(), queue));
		return rows(queues.values(), this.readings.lastOrders(AuditEntry.Kind.QUEUE, this.clock.instant()));
	}

	/** Those in which the oldest job has waited longest first. */
	private List<Row> rows(Collection<QueueSnapshot> snapshots, Map<String, AuditRow> orders) {
		List<QueueSnapshot> queues = new ArrayList<>(snapshots);
		queues.sort(Comparator.comparing(QueueSnapshot::oldest).reversed().thenComparing(QueueSnapshot::queue));
		return queues.stream().map((queue) -> row(queue, orders.get(AuditNote.text(queue.queue())))).toList();
	}

	private Row row(QueueSnapshot queue, @Nullable AuditRow last) {
		long slots = this.readings.liveNodes()
			.stream()
			.filter((node) -> node.serves(queue.queue()) && !node.quiet())
			.mapToLong((node) -> slots(node, queue.queue()))
			.sum();
		boolean waits = queue.waiting() > 0;
		JobFlow flow = this.readings.flow();
		JobFlow.Counts recent = flow.recent(queue.queue());
		return new Row(queue.queue(), Format.number(queue.waiting(), queue.exact()),
				waits ? Format.duration(queue.oldest()) : null, waits && queue.oldest().compareTo(LONG) > 0,
				Format.number(queue.running()), Format.number(slots), Format.rate(flow.perSecond(recent.enqueued())),
				Format.rate(flow.perSecond(recent.ended())), queue.paused(), waits && slots == 0,
				new JobSearch(JobFilter.all().queue(queue.queue())).query(),
				new JobSearch(JobFilter.all().queue(queue.queue()).states(JobState.ENQUEUED)).query(), last);
	}

	private static long slots(NodeSnapshot node, String queue) {
		return Math.min(node.concurrency(), node.queueConcurrency().getOrDefault(queue, Integer.MAX_VALUE));
	}

	/**
	 * The page.
	 *
	 * @param rows the queues
	 * @param none whether there are none
	 */
	record Queues(List<Row> rows, boolean none) {

	}

	/**
	 * A queue.
	 *
	 * @param name its name
	 * @param waiting how many jobs wait for a worker
	 * @param oldest how long the first of them has waited
	 * @param late whether that is long
	 * @param running how many run
	 * @param slots how many can run at once, on the nodes that serve it
	 * @param in how fast jobs are enqueued in it
	 * @param out how fast they end
	 * @param paused whether it is paused
	 * @param unserved whether jobs wait that no node takes
	 * @param query the search for its jobs
	 * @param waitingQuery the search for those that wait
	 * @param last the last order about it, if it is among the latest ones
	 */
	record Row(String name, String waiting, @Nullable String oldest, boolean late, String running, String slots,
			String in, String out, boolean paused, boolean unserved, String query, String waitingQuery,
			@Nullable AuditRow last) {

	}

}
