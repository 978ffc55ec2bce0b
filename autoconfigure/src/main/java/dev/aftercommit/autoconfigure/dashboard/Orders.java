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

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.BulkResult;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobOrder;
import dev.aftercommit.OrderResult;
import dev.aftercommit.Paging;
import dev.aftercommit.ScheduleRun;
import dev.aftercommit.autoconfigure.actuate.OperatorLog;
import dev.aftercommit.autoconfigure.dashboard.Frame.Field;

import org.springframework.web.servlet.function.ServerRequest;

/**
 * Carries out what a form orders, notes who ordered it, and says where the browser goes
 * on to.
 */
final class Orders {

	private final JobOperations operations;

	private final Readings readings;

	private final OperatorLog audit;

	Orders(JobOperations operations, Readings readings, OperatorLog audit) {
		this.operations = operations;
		this.readings = readings;
		this.audit = audit;
	}

	/**
	 * An order about one job.
	 * @param request the form
	 * @param visitor who sends it
	 * @return where to go on
	 * @throws IllegalArgumentException if it is none
	 */
	String job(ServerRequest request, Visitor visitor) {
		UUID id = UUID.fromString(request.pathVariable("id"));
		Action action = action(request);
		OrderResult result = order(action, id);
		this.audit.wrote(visitor.name(), action.id(), AuditEntry.Kind.JOB, id.toString(), result.kind().name());
		this.readings.forget();
		boolean gone = action == Action.DELETE && result.isDone();
		return (gone ? "jobs?" : "jobs/" + id + "?") + outcome(action, "job", count(result, OrderResult.Kind.DONE),
				count(result, OrderResult.Kind.REQUESTED),
				count(result, OrderResult.Kind.REFUSED) + count(result, OrderResult.Kind.UNKNOWN));
	}

	private OrderResult order(Action action, UUID id) {
		return switch (order(action)) {
			case RETRY -> this.operations.retry(id);
			case CANCEL -> this.operations.cancel(id);
			case RUN_NOW -> this.operations.runNow(id);
			case DELETE -> this.operations.delete(id);
		};
	}

	private static int count(OrderResult result, OrderResult.Kind kind) {
		return (result.kind() == kind) ? 1 : 0;
	}

	/**
	 * An order about all jobs that match, as many as one order may be about.
	 * @param request the form
	 * @param visitor who sends it
	 * @return where to go on
	 * @throws IllegalArgumentException if it is none
	 */
	String jobs(ServerRequest request, Visitor visitor) {
		JobSearch search = JobSearch.of(request);
		Action action = action(request);
		if (search.filter().states().isEmpty()) {
			throw new IllegalArgumentException("An order about many jobs must say in which states they are.");
		}
		BulkResult result = this.operations.order(order(action), search.filter(), Paging.oldestFirst(Paging.MOST));
		int done = result.count(OrderResult.Kind.DONE);
		int requested = result.count(OrderResult.Kind.REQUESTED);
		int refused = result.count(OrderResult.Kind.REFUSED) + result.count(OrderResult.Kind.UNKNOWN);
		this.audit.wrote(visitor.name(), action.id(), AuditEntry.Kind.MANY, search.toString(),
				"DONE %d, REQUESTED %d, REFUSED %d".formatted(done, requested, refused), changed(result));
		this.readings.forget();
		return "jobs?" + search.query() + "&" + outcome(action, "job", done, requested, refused);
	}

	private static List<UUID> changed(BulkResult result) {
		List<UUID> changed = new ArrayList<>(result.jobs(OrderResult.Kind.DONE));
		changed.addAll(result.jobs(OrderResult.Kind.REQUESTED));
		return changed;
	}

	/**
	 * An order about a queue, a node or a schedule.
	 * @param request the form
	 * @param visitor who sends it
	 * @param target what it is about
	 * @return where to go on
	 * @throws IllegalArgumentException if it is none
	 * @throws RefusedException if it can't be carried out
	 */
	String other(ServerRequest request, Visitor visitor, Target target) {
		Action action = action(request);
		String subject = request.param("subject")
			.orElseThrow(() -> new IllegalArgumentException("An order must say what it is about."));
		if (target == Target.SCHEDULE && action == Action.RUN_NOW) {
			return runNow(subject, visitor);
		}
		boolean changed = change(target, action).test(subject);
		this.audit.wrote(visitor.name(), action.id(), target.kind(), subject, changed ? "DONE" : "UNCHANGED");
		this.readings.forget();
		return target.page() + "?" + outcome(action, target.noun(), changed ? 1 : 0, 0, 0);
	}

	/** Goes on to the job that was enqueued. */
	private String runNow(String schedule, Visitor visitor) {
		ScheduleRun run = this.operations.runScheduleNow(schedule);
		UUID job = run.job();
		this.audit.wrote(visitor.name(), Action.RUN_NOW.id(), AuditEntry.Kind.SCHEDULE, schedule,
				run.isDone() ? "DONE" : "REFUSED", (run.isDone() && job != null) ? List.of(job) : List.of());
		this.readings.forget();
		if (!run.isDone()) {
			throw new RefusedException(String.valueOf(run.refusal()));
		}
		return "jobs/" + job + "?" + outcome(Action.RUN_NOW, "job", 1, 0, 0);
	}

	private Predicate<String> change(Target target, Action action) {
		if (target == Target.QUEUE && action == Action.PAUSE) {
			return this.operations::pauseQueue;
		}
		if (target == Target.QUEUE && action == Action.RESUME) {
			return this.operations::resumeQueue;
		}
		if (target == Target.NODE && action == Action.QUIET) {
			return (node) -> this.operations.quietNode(Long.parseLong(node));
		}
		if (target == Target.NODE && action == Action.RESUME) {
			return (node) -> this.operations.resumeNode(Long.parseLong(node));
		}
		if (target == Target.SCHEDULE && action == Action.PAUSE) {
			return this.operations::pauseSchedule;
		}
		if (target == Target.SCHEDULE && action == Action.RESUME) {
			return this.operations::resumeSchedule;
		}
		throw new IllegalArgumentException("There is no order '" + action.id() + "' about a " + target.noun() + ".");
	}

	private static Action action(ServerRequest request) {
		return request.param("action")
			.flatMap(Action::find)
			.orElseThrow(() -> new IllegalArgumentException("There is no such order."));
	}

	private static JobOrder order(Action action) {
		return action.order()
			.orElseThrow(() -> new IllegalArgumentException("There is no order '" + action.id() + "' about jobs."));
	}

	private static String outcome(Action action, String noun, int done, int requested, int refused) {
		List<Field> fields = new ArrayList<>();
		fields.add(new Field("did", action.id()));
		fields.add(new Field("of", noun));
		fields.add(new Field("done", String.valueOf(done)));
		fields.add(new Field("requested", String.valueOf(requested)));
		fields.add(new Field("refused", String.valueOf(refused)));
		return JobSearch.query(fields);
	}

	/**
	 * What an order can be about, besides jobs.
	 */
	enum Target {

		/** A queue, by its name. */
		QUEUE(AuditEntry.Kind.QUEUE, "queues"),

		/** A node, by its number. */
		NODE(AuditEntry.Kind.NODE, "nodes"),

		/** A schedule, by its name. */
		SCHEDULE(AuditEntry.Kind.SCHEDULE, "recurring");

		private final AuditEntry.Kind kind;

		private final String page;

		Target(AuditEntry.Kind kind, String page) {
			this.kind = kind;
			this.page = page;
		}

		AuditEntry.Kind kind() {
			return this.kind;
		}

		String noun() {
			return this.kind.noun();
		}

		String page() {
			return this.page;
		}

	}

}
