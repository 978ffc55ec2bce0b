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
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobState;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.OutboxDepth;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.Sanitizer;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * Shows what there is of background jobs, and single ones.
 */
@Endpoint(id = "backgroundjobs", defaultAccess = Access.READ_ONLY)
class BackgroundJobsEndpoint {

	private final JobStore store;

	private final HandlerRegistry handlers;

	private final int maxAttempts;

	private final Sanitizer sanitizer;

	private final Show showValues;

	BackgroundJobsEndpoint(JobStore store, HandlerRegistry handlers, int maxAttempts,
			Iterable<SanitizingFunction> sanitizingFunctions, Show showValues) {
		this.store = store;
		this.handlers = handlers;
		this.maxAttempts = maxAttempts;
		this.sanitizer = new Sanitizer(sanitizingFunctions);
		this.showValues = showValues;
	}

	@ReadOperation
	JobsDescriptor jobs() {
		return new JobsDescriptor(this.store.description(), mode(), this.store.outbox().orElse(null),
				this.store.directory().count(), queues(), handlers());
	}

	private String mode() {
		return this.store.mode().name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	@ReadOperation
	@Nullable JobDescriptor job(@Selector UUID id) {
		return job(id, this.showValues.isShown(true));
	}

	@Nullable JobDescriptor job(UUID id, boolean showValues) {
		JobStatus status = this.store.directory().find(Set.of(id)).get(id);
		return (status != null) ? describe(id, status, showValues) : null;
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

	private JobDescriptor describe(UUID id, JobStatus status, boolean showValues) {
		return new JobDescriptor(id, status.name(), status.queue(), status.priority(), status.state(),
				status.attempts(), status.enqueuedAt(), status.dueAt(), status.endedAt(), status.reason(),
				describe(status.failure(), showValues), sanitize("result", status.result(), showValues));
	}

	private @Nullable FailureDescriptor describe(@Nullable Failure failure, boolean showValues) {
		return (failure != null) ? new FailureDescriptor(failure.outcome(), failure.type(),
				sanitize("failure", failure.text(), showValues)) : null;
	}

	private @Nullable Object sanitize(String key, @Nullable String value, boolean showValues) {
		return (value != null) ? this.sanitizer.sanitize(new SanitizableData(null, key, value), showValues) : null;
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
	 */
	record JobsDescriptor(String store, String mode, @Nullable OutboxDepth outbox, Map<JobState, Count> totals,
			Map<String, QueueDescriptor> queues, List<HandlerDescriptor> handlers) implements OperationResponseBody {

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
	 * A job.
	 *
	 * @param id its id
	 * @param name stored name of its handler
	 * @param queue its queue
	 * @param priority its priority
	 * @param state where it is
	 * @param attempts attempts counted so far
	 * @param enqueuedAt when the store took it
	 * @param dueAt when it is due, if that is not now
	 * @param endedAt when it ended, if it has
	 * @param reason why it was given up, if it was
	 * @param failure how the last failed attempt ended, if one did
	 * @param result its result, if it has one; hidden unless values are shown
	 */
	record JobDescriptor(UUID id, String name, String queue, int priority, JobState state, int attempts,
			Instant enqueuedAt, @Nullable Instant dueAt, @Nullable Instant endedAt, @Nullable DeadReason reason,
			@Nullable FailureDescriptor failure, @Nullable Object result) implements OperationResponseBody {

	}

	/**
	 * A failed attempt.
	 *
	 * @param outcome what kind of end it was
	 * @param type class name of what was thrown, or a word for what happened
	 * @param text message and stack; hidden unless values are shown
	 */
	record FailureDescriptor(AttemptOutcome outcome, String type, @Nullable Object text) {

	}

}
