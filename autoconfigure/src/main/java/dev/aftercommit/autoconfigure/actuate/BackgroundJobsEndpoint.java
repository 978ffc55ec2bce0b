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

import java.lang.reflect.Method;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobSnapshot;
import dev.aftercommit.JobState;
import dev.aftercommit.OrderResult;
import dev.aftercommit.autoconfigure.actuate.ScheduleDescriptors.ScheduleDescriptor;
import dev.aftercommit.autoconfigure.actuate.ScheduleDescriptors.ScheduleOrderDescriptor;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.OutboxDepth;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.Sanitizer;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Shows what there is of background jobs, lists and single ones, and of schedules, and
 * takes orders about single ones of both.
 */
@Endpoint(id = "backgroundjobs", defaultAccess = Access.READ_ONLY)
class BackgroundJobsEndpoint {

	private static final String ACTIONS = "retry, cancel, run-now, delete";

	private final JobStore store;

	private final JobOperations operations;

	private final HandlerRegistry handlers;

	private final int maxAttempts;

	private final Sanitizer sanitizer;

	private final Show showValues;

	private final OperatorLog log;

	private final ScheduleDescriptors schedules;

	BackgroundJobsEndpoint(JobStore store, JobOperations operations, HandlerRegistry handlers, int maxAttempts,
			Iterable<SanitizingFunction> sanitizingFunctions, Show showValues) {
		this.store = store;
		this.operations = operations;
		this.handlers = handlers;
		this.maxAttempts = maxAttempts;
		this.sanitizer = new Sanitizer(sanitizingFunctions);
		this.showValues = showValues;
		this.log = new OperatorLog(store.auditTrail());
		this.schedules = new ScheduleDescriptors(operations, this.log);
	}

	@ReadOperation
	JobsDescriptor jobs(JobState @Nullable [] state, @Nullable String queue, @Nullable String name,
			@Nullable String tag, @Nullable OffsetDateTime from, @Nullable OffsetDateTime before,
			@Nullable Integer size, @Nullable String after) {
		return jobs(JobQuery.of(state, queue, name, tag, from, before, size, after), this.showValues.isShown(true));
	}

	JobsDescriptor jobs(@Nullable JobQuery query, boolean showValues) {
		return new JobsDescriptor(this.store.description(), mode(), this.store.outbox().orElse(null),
				this.store.directory().count(), queues(), handlers(), this.schedules.all(),
				(query != null) ? page(query, showValues) : null);
	}

	private PageDescriptor page(JobQuery query, boolean showValues) {
		try {
			return describe(showValues).describe(this.operations.list(query.filter(), query.paging()));
		}
		catch (IllegalArgumentException ex) {
			throw Operators.badRequest(ex);
		}
	}

	private JobDescriptors describe(boolean showValues) {
		return new JobDescriptors(this.sanitizer, showValues);
	}

	private String mode() {
		return this.store.mode().name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	@ReadOperation
	@Nullable JobDetailsDescriptor job(@Selector UUID id) {
		return job(id, this.showValues.isShown(true));
	}

	@Nullable JobDetailsDescriptor job(UUID id, boolean showValues) {
		return this.operations.find(id)
			.map((job) -> describe(showValues).describe(job, result(job), this.operations))
			.orElse(null);
	}

	/** Only what has succeeded has one: others are not asked for it. */
	private @Nullable String result(JobSnapshot job) {
		JobStatus status = (job.state() == JobState.SUCCEEDED)
				? this.store.directory().find(Set.of(job.id())).get(job.id()) : null;
		return (status != null) ? status.result() : null;
	}

	@WriteOperation
	OrderDescriptor order(@Selector UUID id, String action) {
		return order(id, action, Operators.name(null));
	}

	OrderDescriptor order(UUID id, String action, String operator) {
		OrderResult result = switch (action) {
			case "retry" -> this.operations.retry(id);
			case "cancel" -> this.operations.cancel(id);
			case "run-now" -> this.operations.runNow(id);
			case "delete" -> this.operations.delete(id);
			default -> throw Operators.noSuchAction(action, ACTIONS);
		};
		this.log.wrote(operator, action, AuditEntry.Kind.JOB, id.toString(), result.kind().name());
		return new OrderDescriptor(id, result.kind(), result.found(), result.holder());
	}

	@WriteOperation
	ScheduleOrderDescriptor orderSchedule(@Selector String kind, @Selector String name, String action) {
		return orderSchedule(kind, name, action, Operators.name(null));
	}

	ScheduleOrderDescriptor orderSchedule(String kind, String name, String action, String operator) {
		if (!kind.equals(ScheduleDescriptors.SCHEDULES)) {
			throw Operators.badRequest(new IllegalArgumentException("'" + kind + "' must be "
					+ ScheduleDescriptors.SCHEDULES + ", or a job's id without anything behind it"));
		}
		return this.schedules.order(name, action, operator);
	}

	private Map<String, QueueDescriptor> queues() {
		return this.store.directory()
			.depths()
			.stream()
			.collect(Collectors.toMap((depth) -> depth.queue(),
					(depth) -> new QueueDescriptor(depth.waiting(), depth.oldest())));
	}

	private List<HandlerDescriptor> handlers() {
		return this.handlers.handlers()
			.stream()
			.sorted(Comparator.comparing(JobHandler::name))
			.map(this::describe)
			.toList();
	}

	private HandlerDescriptor describe(JobHandler handler) {
		return new HandlerDescriptor(handler.name(), handler.aliases(), handler.queue(), handler.priority(),
				(handler.maxAttempts() > 0) ? handler.maxAttempts() : this.maxAttempts, describe(handler.method()));
	}

	private static String describe(Method method) {
		return Arrays.stream(method.getParameterTypes())
			.map(Class::getSimpleName)
			.collect(
					Collectors.joining(", ", method.getDeclaringClass().getName() + "." + method.getName() + "(", ")"));
	}

	/**
	 * What there is.
	 *
	 * @param store where jobs are kept
	 * @param mode how an enqueue meets the transaction of its caller
	 * @param outbox how much the outbox keeps, if there is one
	 * @param totals number of jobs by state
	 * @param queues queues in which jobs wait, by name
	 * @param handlers what this node can run, by name
	 * @param schedules schedules of recurring jobs, by name
	 * @param page jobs, if any were asked for
	 */
	record JobsDescriptor(String store, String mode, @Nullable OutboxDepth outbox, Map<JobState, Count> totals,
			Map<String, QueueDescriptor> queues, List<HandlerDescriptor> handlers, List<ScheduleDescriptor> schedules,
			@Nullable PageDescriptor page) implements OperationResponseBody {

	}

	/**
	 * Some of the jobs that were asked for.
	 *
	 * @param jobs the jobs, latest calls first
	 * @param next what to ask for by {@code after} for the next page, if there is one
	 */
	record PageDescriptor(List<JobDescriptor> jobs, @Nullable String next) {

	}

	/**
	 * A queue in which jobs wait.
	 *
	 * @param waiting how many
	 * @param oldest how long the one at the head has waited since it was due
	 */
	record QueueDescriptor(Count waiting, Duration oldest) {

	}

	/**
	 * What this node can run.
	 *
	 * @param name stored name
	 * @param aliases former names
	 * @param queue its queue
	 * @param priority its priority
	 * @param maxAttempts total number of runs
	 * @param method the annotated method
	 */
	record HandlerDescriptor(String name, Set<String> aliases, String queue, int priority, int maxAttempts,
			String method) {

	}

	/**
	 * What became of an order.
	 *
	 * @param id the job
	 * @param result what became of it
	 * @param found the state in which the order found the job, if there is one
	 * @param holder the job that has its unique key, if that is why the order was refused
	 */
	record OrderDescriptor(UUID id, OrderResult.Kind result, @Nullable JobState found,
			@Nullable UUID holder) implements OperationResponseBody {

	}

}
