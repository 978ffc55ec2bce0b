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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import dev.aftercommit.JobOperations;
import dev.aftercommit.JobPage;
import dev.aftercommit.JobState;
import dev.aftercommit.Paging;
import dev.aftercommit.autoconfigure.dashboard.Frame.Field;
import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.function.ServerRequest;

/**
 * Jobs that match a search, over all states, latest calls first.
 */
final class JobsPage implements Page {

	private static final int SIZE = 50;

	private final JobOperations operations;

	private final Clock clock;

	JobsPage(JobOperations operations, Clock clock) {
		this.operations = operations;
		this.clock = clock;
	}

	@Override
	public View show(ServerRequest request) {
		JobSearch search = JobSearch.of(request);
		String after = request.param("after").orElse(null);
		JobPage page = this.operations.list(search.filter(), Paging.newestFirst(SIZE).after(after));
		Instant now = this.clock.instant();
		List<JobRow> rows = page.jobs().stream().map((job) -> JobRow.of(job, now)).toList();
		return View.of(
				"jobs", "Jobs", new Jobs(Form.of(search), rows, rows.isEmpty(), search.isEmpty(),
						next(search, page.next()), (after != null) ? search.query() : null, orders(search, rows)),
				JobStamp.watch(page.jobs()));
	}

	private static @Nullable String next(JobSearch search, @Nullable String after) {
		if (after == null) {
			return null;
		}
		List<Field> fields = new ArrayList<>(search.fields());
		fields.add(new Field("after", after));
		return JobSearch.query(fields);
	}

	/**
	 * Those that make sense for all that match: for a search that says in which states.
	 */
	private static List<Bulk> orders(JobSearch search, List<JobRow> rows) {
		Set<JobState> states = search.filter().states();
		if (rows.isEmpty() || states.isEmpty()) {
			return List.of();
		}
		return Arrays.stream(Action.values())
			.filter((action) -> states.stream().allMatch((state) -> isFor(action, state)))
			.map((action) -> Bulk.of(action, action.of("all that match"), search))
			.toList();
	}

	/**
	 * Whether an order can mean anything in a state.
	 * @param action the order
	 * @param state the state
	 * @return whether it can
	 */
	static boolean isFor(Action action, JobState state) {
		return switch (action) {
			case RETRY -> state == JobState.DEAD;
			case RUN_NOW -> state == JobState.SCHEDULED || state == JobState.RETRYING;
			case CANCEL -> !state.isEnded();
			case DELETE -> state.isEnded();
			default -> false;
		};
	}

	/**
	 * The page.
	 *
	 * @param form what was searched for
	 * @param rows the jobs
	 * @param none whether there are none on this page
	 * @param all whether no search was made
	 * @param next the search for what follows, if anything does
	 * @param newest the search for the first page, if this is not it
	 * @param orders what can be ordered about all that match
	 */
	record Jobs(Form form, List<JobRow> rows, boolean none, boolean all, @Nullable String next, @Nullable String newest,
			List<Bulk> orders) {

	}

	/**
	 * An order about all that match.
	 *
	 * @param label its name
	 * @param query how the page is asked for that confirms it
	 */
	record Bulk(String label, String query) {

		static Bulk of(Action action, String label, JobSearch search) {
			List<Field> fields = new ArrayList<>(search.fields());
			fields.add(new Field("action", action.id()));
			return new Bulk(label, JobSearch.query(fields));
		}

	}

	/**
	 * What was searched for, as a form shows it.
	 *
	 * @param states all states, and whether they were asked for
	 * @param queue a queue
	 * @param name name of a handler
	 * @param tag a tag
	 * @param errorType what they failed with last
	 * @param from time of the call, included
	 * @param before time of the call, excluded
	 * @param more whether what is asked for seldom was
	 */
	record Form(List<Choice> states, @Nullable String queue, @Nullable String name, @Nullable String tag,
			@Nullable String errorType, @Nullable Instant from, @Nullable Instant before, boolean more) {

		static Form of(JobSearch search) {
			Set<JobState> asked = search.filter().states();
			Instant from = search.filter().calledFrom();
			Instant before = search.filter().calledBefore();
			return new Form(
					Arrays.stream(JobState.values())
						.map((state) -> new Choice(state.name(), state.name().toLowerCase(Locale.ROOT),
								asked.contains(state)))
						.toList(),
					search.filter().queue(), search.filter().name(), search.filter().tag(), search.filter().errorType(),
					from, before, from != null || before != null || search.filter().errorType() != null);
		}

	}

	/**
	 * A state to choose.
	 *
	 * @param value its name
	 * @param label the same for people
	 * @param chosen whether it was asked for
	 */
	record Choice(String value, String label, boolean chosen) {

	}

}
