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

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.JobOperations;
import dev.aftercommit.ScheduleRun;
import dev.aftercommit.ScheduleSnapshot;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Describes schedules of recurring jobs, and carries out orders about them.
 */
final class ScheduleDescriptors {

	/** What stands in the address before a schedule's name. */
	static final String SCHEDULES = "schedules";

	private static final String ACTIONS = "pause, resume, run-now";

	private final JobOperations operations;

	private final OperatorLog log;

	ScheduleDescriptors(JobOperations operations, OperatorLog log) {
		this.operations = operations;
		this.log = log;
	}

	List<ScheduleDescriptor> all() {
		return this.operations.schedules().stream().map(ScheduleDescriptors::describe).toList();
	}

	private static ScheduleDescriptor describe(ScheduleSnapshot schedule) {
		return new ScheduleDescriptor(schedule.name(), schedule.definition(), schedule.decidedAt(), schedule.nextAt(),
				schedule.paused(), schedule.last());
	}

	ScheduleOrderDescriptor order(String schedule, String action, String operator) {
		ScheduleOrderDescriptor order = switch (action) {
			case "pause" -> changed(schedule, this.operations.pauseSchedule(schedule));
			case "resume" -> changed(schedule, this.operations.resumeSchedule(schedule));
			case "run-now" -> ran(schedule, this.operations.runScheduleNow(schedule));
			default -> throw Operators.noSuchAction(action, ACTIONS);
		};
		List<UUID> enqueued = (order.result() == Result.DONE && order.job() != null) ? List.of(order.job()) : List.of();
		this.log.wrote(operator, action, AuditEntry.Kind.SCHEDULE, schedule, order.result().name(), enqueued);
		return order;
	}

	private static ScheduleOrderDescriptor changed(String schedule, boolean changed) {
		return new ScheduleOrderDescriptor(schedule, changed ? Result.DONE : Result.UNCHANGED, null, null);
	}

	private static ScheduleOrderDescriptor ran(String schedule, ScheduleRun run) {
		return new ScheduleOrderDescriptor(schedule, run.isDone() ? Result.DONE : Result.REFUSED, run.job(),
				run.refusal());
	}

	/**
	 * What became of an order.
	 */
	enum Result {

		/** It was carried out. */
		DONE,

		/** It was so before, or there is no such schedule. */
		UNCHANGED,

		/** It was not carried out, for a reason that is said. */
		REFUSED

	}

	/**
	 * A schedule of recurring jobs.
	 *
	 * @param name its name
	 * @param definition job, times and zone, or {@code disabled}
	 * @param decidedAt up to when it is decided which jobs there are
	 * @param nextAt when it is fired next, if this node knows that
	 * @param paused whether an operator has paused it
	 * @param last the last job that it fired by itself, if it has
	 */
	record ScheduleDescriptor(String name, String definition, Instant decidedAt, @Nullable Instant nextAt,
			boolean paused, ScheduleSnapshot.@Nullable LastRun last) {

	}

	/**
	 * What became of an order about a schedule.
	 *
	 * @param schedule its name
	 * @param result what became of it
	 * @param job the job that was enqueued, or that keeps another one from that
	 * @param reason why it was refused, if it was
	 */
	record ScheduleOrderDescriptor(String schedule, Result result, @Nullable UUID job,
			@Nullable String reason) implements OperationResponseBody {

	}

}
