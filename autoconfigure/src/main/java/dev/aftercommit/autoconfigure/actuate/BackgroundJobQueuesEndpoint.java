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

	private final OperatorLog log = new OperatorLog();

	BackgroundJobQueuesEndpoint(JobOperations operations) {
		this.operations = operations;
	}

	@ReadOperation
	QueuesDescriptor queues() {
		return new QueuesDescriptor(
				this.operations.queues().stream().map(BackgroundJobQueuesEndpoint::describe).toList());
	}

	/** Nothing waits, runs or is paused in any other. */
	@ReadOperation
	@Nullable QueueDescriptor queue(@Selector String queue) {
		return this.operations.queues()
			.stream()
			.filter((candidate) -> candidate.queue().equals(queue))
			.findFirst()
			.map(BackgroundJobQueuesEndpoint::describe)
			.orElse(null);
	}

	private static QueueDescriptor describe(QueueSnapshot queue) {
		return new QueueDescriptor(queue.queue(), new Count(queue.waiting(), queue.exact()), queue.oldest(),
				queue.running(), queue.paused());
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
			this.log.wrote(operator, action, "queue " + queue, changed ? "DONE" : "UNCHANGED");
			return new QueueOrderDescriptor(queue, action.equals("pause"), changed);
		}
		catch (IllegalArgumentException ex) {
			throw Operators.badRequest(ex);
		}
	}

	/**
	 * The queues.
	 *
	 * @param queues those in which jobs wait or run, and those that are paused, by name
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
	 */
	record QueueDescriptor(String queue, Count waiting, Duration oldest, long running,
			boolean paused) implements OperationResponseBody {

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
