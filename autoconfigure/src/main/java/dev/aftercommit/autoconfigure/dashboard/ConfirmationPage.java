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
import java.util.List;

import dev.aftercommit.JobOperations;
import dev.aftercommit.Paging;
import dev.aftercommit.autoconfigure.dashboard.Frame.Field;
import dev.aftercommit.autoconfigure.dashboard.View.Watch;

import org.springframework.web.servlet.function.ServerRequest;

/**
 * Says what an order about many jobs will touch, before it is given.
 */
final class ConfirmationPage implements Page {

	private static final int SHOWN = 5;

	private final JobOperations operations;

	private final Clock clock;

	ConfirmationPage(JobOperations operations, Clock clock) {
		this.operations = operations;
		this.clock = clock;
	}

	@Override
	public View show(ServerRequest request) {
		JobSearch search = JobSearch.of(request);
		Action action = request.param("action")
			.flatMap(Action::find)
			.filter((each) -> each.order().isPresent())
			.orElseThrow(() -> new IllegalArgumentException("There is no such order about jobs."));
		dev.aftercommit.JobPage page = this.operations.list(search.filter(), Paging.oldestFirst(Paging.MOST));
		int found = page.jobs().size();
		boolean all = page.next() == null;
		Instant now = this.clock.instant();
		List<Field> fields = new ArrayList<>(search.fields());
		fields.add(new Field("action", action.id()));
		String what = action.of((all ? "" : "the first ") + Format.amount(found, "job"));
		return View.of("confirmation", what + "?",
				new Confirmation(what, found == 0, !all, action == Action.DELETE,
						page.jobs().stream().limit(SHOWN).map((job) -> JobRow.of(job, now)).toList(), found > SHOWN,
						Format.number(found - SHOWN), fields, search.query()),
				Watch.NOTHING);
	}

	/**
	 * The page.
	 *
	 * @param what the order, and how many jobs it is about
	 * @param none whether there are none
	 * @param more whether there are more than one order can be about
	 * @param forGood whether it can't be taken back
	 * @param rows some of the jobs
	 * @param others whether there are others
	 * @param otherCount how many
	 * @param fields the order, as fields of a form
	 * @param query the search for the jobs
	 */
	record Confirmation(String what, boolean none, boolean more, boolean forGood, List<JobRow> rows, boolean others,
			String otherCount, List<Field> fields, String query) {

	}

}
