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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.JobFlow;
import dev.aftercommit.JobOperations;
import dev.aftercommit.QueueSnapshot;
import dev.aftercommit.store.Count;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Shows the queues, and pauses and resumes them.
 */
@Endpoint(id = "backgroundjobqueues", defaultAccess = Access.READ_ONLY)
class BackgroundJobQueuesEndpoint {

	private static final String ACTIONS = "pause, resume";

	private final JobOperations operations;

	private final OperatorLog log;

	BackgroundJobQueuesEndpoint(JobOperations operations, OperatorLog log) {
		this.operations = operations;
		this.log = log;
	}

	@ReadOperation
	QueuesDescriptor queues() {
		return new QueuesDescriptor(describe(this.operations.queues(), this.operations.flow()));
	}

	/** Nothing waits, runs, is paused or came and went lately in any other. */
	@ReadOperation
	@Nullable QueueDescriptor queue(@Selector String queue) {
		return queues().queues()
			.stream()
			.filter((candidate) -> candidate.queue().equals(queue))
			.findFirst()
			.orElse(null);
	}

	private static List<QueueDescriptor> describe(List<QueueSnapshot> queues, JobFlow flow) {
		Map<String, QueueDescriptor> described = new TreeMap<>();
		for (String queue : flow.recentQueues()) {
			described.put(queue, describe(new QueueSnapshot(queue, 0, true, Duration.ZERO, 0, false), flow));
		}
		queues.forEach((queue) -> described.put(queue.queue(), describe(queue, flow)));
		return List.copyOf(described.values());
	}

	private static QueueDescriptor describe(QueueSnapshot queue, JobFlow flow) {
		JobFlow.Counts recent = flow.recent(queue.queue());
		return new QueueDescriptor(queue.queue(), new Count(queue.waiting(), queue.exact()), queue.oldest(),
				queue.running(), queue.paused(), rate(flow, recent.enqueued()), rate(flow, recent.ended()));
	}

	/** To the thousandth. */
	private static double rate(JobFlow flow, long count) {
		return Math.round(flow.perSecond(count) * 1000) / 1000.0;
	}

	@WriteOperation
	QueueOrderDescriptor order(@Selector String queue, String action) {
		return order(queue, action, Operators.name(null));
	}

	QueueOrderDescriptor order(String queue, String action, String operator) {
		try {
			boolean changed = switch (action) {
				case "pause" -> this.operations.pauseQueue(queue);
				case "resume" -> this.operations.resumeQueue(queue);
				default -> throw Operators.noSuchAction(action, ACTIONS);
			};
			this.log.wrote(operator, action, AuditEntry.Kind.QUEUE, queue, changed ? "DONE" : "UNCHANGED");
			return new QueueOrderDescriptor(queue, action.equals("pause"), changed);
		}
		catch (IllegalArgumentException ex) {
			throw Operators.badRequest(ex);
		}
	}

	/**
	 * The queues.
	 *
	 * @param queues those in which jobs wait or run, those that are paused, and those in
	 * which jobs came or went in the last minute or two, by name
	 */
	record QueuesDescriptor(List<QueueDescriptor> queues) implements OperationResponseBody {

	}

	/**
	 * A queue.
	 *
	 * @param queue its name
	 * @param waiting how many jobs wait
	 * @param oldest how long the one at the head has waited since it was due
	 * @param running how many jobs run
	 * @param paused whether it is paused
	 * @param inPerSecond how many jobs were enqueued each second, on average over the
	 * last minute or two
	 * @param outPerSecond how many ended in that time
	 */
	record QueueDescriptor(String queue, Count waiting, Duration oldest, long running, boolean paused,
			double inPerSecond, double outPerSecond) implements OperationResponseBody {

	}

	/**
	 * What became of an order.
	 *
	 * @param queue the queue
	 * @param paused whether it is paused now
	 * @param changed whether it was not so before
	 */
	record QueueOrderDescriptor(String queue, boolean paused, boolean changed) implements OperationResponseBody {

	}

}
