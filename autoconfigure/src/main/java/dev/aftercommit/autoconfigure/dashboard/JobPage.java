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
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.Explanation;
import dev.aftercommit.JobArguments;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobSnapshot;
import dev.aftercommit.JobState;
import dev.aftercommit.JobWords;
import dev.aftercommit.autoconfigure.dashboard.Format.When;
import dev.aftercommit.autoconfigure.dashboard.View.Watch;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.function.ServerRequest;

/**
 * All that is known of a job: why it is where it is, what its attempts came to, and what
 * comes next.
 */
final class JobPage implements Page {

	/** Characters of a value that are shown. */
	private static final int LONGEST = 8192;

	private static final int MOST_ORDERS = 20;

	private final JobOperations operations;

	private final JobStore store;

	private final Outlook outlook;

	private final Values values;

	private final Clock clock;

	JobPage(JobOperations operations, JobStore store, Outlook outlook, Values values, Clock clock) {
		this.operations = operations;
		this.store = store;
		this.outlook = outlook;
		this.values = values;
		this.clock = clock;
	}

	@Override
	public View show(ServerRequest request) {
		JobSnapshot job = find(request.pathVariable("id"));
		Instant now = this.clock.instant();
		List<AuditEntry> orders = this.operations.audit(AuditEntry.Kind.JOB, job.id().toString(), MOST_ORDERS);
		JobWords words = this.operations.words(job.id());
		Watch watch = JobStamp.watch(List.of(job));
		return View.of("job", job.name(),
				new Details(JobRow.of(job, now), job.priority(), reason(job), reasons(job.id(), now),
						facts(job, request), ProgressBar.of(words.progress(), job.state()), log(words, request),
						attempts(job, request, now), this.outlook.of(job, orders), actions(job),
						new Orders(AuditRow.of(orders, now), orders.isEmpty())),
				new Watch(watch.query() + "&follow=1", watch.stamp()));
	}

	private JobSnapshot find(String id) {
		Optional<JobSnapshot> job;
		try {
			job = this.operations.find(UUID.fromString(id));
		}
		catch (IllegalArgumentException ex) {
			job = Optional.empty();
		}
		return job.orElseThrow(() -> new NoSuchPageException(
				"No such job is known. It may have been pruned after its retention, or its transaction has not committed."));
	}

	private static @Nullable String reason(JobSnapshot job) {
		return (job.reason() != null) ? switch (job.reason()) {
			case ATTEMPTS_SPENT -> "It failed as often as it may be tried.";
			case DISCARDED -> "It failed with something that no further attempt can mend.";
			case CRASHED -> "Its node was lost during it as often as that may happen.";
			case UNREADABLE -> "What is stored can't be bound to the handler's parameters.";
		} : null;
	}

	private List<Reason> reasons(UUID id, Instant now) {
		return this.operations.explain(id).reasons().stream().map((reason) -> Reason.of(reason, now)).toList();
	}

	private Facts facts(JobSnapshot job, ServerRequest request) {
		JobStatus status = (job.state() == JobState.SUCCEEDED)
				? this.store.directory().find(Set.of(job.id())).get(job.id()) : null;
		String result = (status != null) ? status.result() : null;
		return new Facts(arguments(job.id(), request), Secret.of(result, this.values.show(request, "result", result)));
	}

	private Secret arguments(UUID id, ServerRequest request) {
		JobArguments arguments = this.operations.arguments(id);
		return switch (arguments.kind()) {
			case KNOWN -> new Secret(this.values.show(request, "arguments", cut(arguments.json())).orElse(null), null);
			case HIDDEN -> new Secret(null, "hidden: this node can't tell which of them are sensitive");
			case NOT_KEPT -> new Secret(null, "not kept after the job has ended");
			case UNKNOWN -> new Secret(null, "not known");
		};
	}

	private static @Nullable String cut(@Nullable String text) {
		return (text == null || text.length() <= LONGEST) ? text : text.substring(0, LONGEST) + "… (cut)";
	}

	private @Nullable Secret log(JobWords words, ServerRequest request) {
		String log = words.log().isEmpty() ? null : String.join("\n", words.log());
		return Secret.of(log, this.values.show(request, "log", log));
	}

	private List<AttemptRow> attempts(JobSnapshot job, ServerRequest request, Instant now) {
		return this.operations.attempts(job.id())
			.stream()
			.map((attempt) -> AttemptRow.of(attempt,
					Secret.of(attempt.errorText(), this.values.show(request, "errorText", attempt.errorText())), now))
			.toList();
	}

	private static List<Order> actions(JobSnapshot job) {
		return Arrays.stream(Action.values())
			.filter((action) -> JobsPage.isFor(action, job.state()))
			.map((action) -> new Order(action.id(), action.label(), action == Action.DELETE))
			.toList();
	}

	/**
	 * The page.
	 *
	 * @param job the job as in a list
	 * @param priority its priority
	 * @param dead why it was given up, if it was
	 * @param reasons why it is where it is
	 * @param facts values that it has
	 * @param progress how far its body said it had come, if it did
	 * @param log what its bodies logged, if they did
	 * @param attempts those that have ended
	 * @param outlook what comes next
	 * @param actions what can be ordered
	 * @param audit what was ordered
	 */
	record Details(JobRow job, int priority, @Nullable String dead, List<Reason> reasons, Facts facts,
			@Nullable ProgressBar progress, @Nullable Secret log, List<AttemptRow> attempts, Outlook.Coming outlook,
			List<Order> actions, Orders audit) {

	}

	/**
	 * What operators ordered.
	 *
	 * @param rows the latest orders
	 * @param none whether there are none
	 */
	record Orders(List<AuditRow> rows, boolean none) {

	}

	/**
	 * Why the job is where it is.
	 *
	 * @param text a sentence
	 * @param until until when that holds, if that is known
	 * @param jobs other jobs that it is about
	 * @param nodes whether it is about nodes
	 * @param queue whether it is about the job's queue
	 */
	record Reason(String text, @Nullable When until, List<Other> jobs, boolean nodes, boolean queue) {

		static Reason of(Explanation.Reason reason, Instant now) {
			boolean queue = switch (reason.kind()) {
				case QUEUE_IS_PAUSED, QUEUE_IS_NOT_SERVED, WORKERS_ARE_BUSY, OTHERS_COME_FIRST -> true;
				default -> false;
			};
			boolean nodes = !reason.nodes().isEmpty() || switch (reason.kind()) {
				case NO_NODE_IS_ALIVE, NAME_IS_UNKNOWN, NODES_ARE_QUIET, QUEUE_IS_NOT_SERVED -> true;
				default -> false;
			};
			return new Reason(reason.text(), Format.when(reason.until(), now),
					reason.jobs().stream().map(UUID::toString).map((id) -> new Other(id, Format.shortId(id))).toList(),
					nodes, queue);
		}

	}

	/**
	 * Another job.
	 *
	 * @param id its id
	 * @param shortId the end of it
	 */
	record Other(String id, String shortId) {

	}

	/**
	 * Values that a job has.
	 *
	 * @param arguments what it was called with
	 * @param result its result, if it has one
	 */
	record Facts(Secret arguments, @Nullable Secret result) {

	}

	/**
	 * A value that is perhaps not to be seen.
	 *
	 * @param text what is shown of it, {@code null} if it is hidden
	 * @param why why it is not shown, {@code null} if that is for the usual reason
	 */
	record Secret(@Nullable String text, @Nullable String why) {

		static @Nullable Secret of(@Nullable String value, Optional<String> shown) {
			return (value != null) ? new Secret(shown.orElse(null), null) : null;
		}

	}

	/**
	 * What can be ordered.
	 *
	 * @param id its name in forms
	 * @param label its name for people
	 * @param forGood whether it can't be taken back
	 */
	record Order(String id, String label, boolean forGood) {

	}

}
