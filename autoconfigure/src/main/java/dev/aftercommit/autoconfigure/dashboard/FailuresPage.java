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
import java.util.List;

import dev.aftercommit.JobFilter;
import dev.aftercommit.JobState;
import dev.aftercommit.autoconfigure.dashboard.Format.When;
import dev.aftercommit.autoconfigure.dashboard.JobsPage.Bulk;
import dev.aftercommit.autoconfigure.dashboard.View.Watch;

import org.springframework.web.servlet.function.ServerRequest;

/**
 * What failed, and whether it is one bug or many: dead jobs, and those that will be tried
 * again, by name and error.
 */
final class FailuresPage implements Page {

	private final Readings readings;

	private final Clock clock;

	FailuresPage(Readings readings, Clock clock) {
		this.readings = readings;
		this.clock = clock;
	}

	@Override
	public View show(ServerRequest request) {
		List<Group> dead = groups(JobState.DEAD, this.clock.instant());
		List<Group> retrying = groups(JobState.RETRYING, this.clock.instant());
		return View.of("failures", "Failures", new Failures(dead, dead.isEmpty(), retrying, retrying.isEmpty()),
				new Watch("", this.readings.stamp()));
	}

	List<Group> groups(JobState state, Instant now) {
		return ((state == JobState.DEAD) ? this.readings.dead() : this.readings.retrying()).stream().map((group) -> {
			JobSearch search = new JobSearch(
					JobFilter.all().states(state).name(group.name()).errorType(group.errorType()));
			String amount = Format.amount(group.count(), group.exact(), "job");
			Action action = (state == JobState.DEAD) ? Action.RETRY : Action.RUN_NOW;
			return new Group(group.name(), Format.simpleName(group.errorType()), group.errorType(),
					Format.number(group.count(), group.exact()), amount, Format.at(group.latestAt(), now),
					group.latest().toString(), search.query(), Bulk.of(action, action.of(amount), search));
		}).toList();
	}

	/**
	 * The page.
	 *
	 * @param dead groups of dead jobs
	 * @param noneDead whether there are none
	 * @param retrying groups of jobs that will be tried again
	 * @param noneRetrying whether there are none
	 */
	record Failures(List<Group> dead, boolean noneDead, List<Group> retrying, boolean noneRetrying) {

	}

	/**
	 * Jobs that failed in the same way.
	 *
	 * @param name name of their handler
	 * @param error short name of what was thrown
	 * @param errorType the whole of it
	 * @param count how many there are
	 * @param amount the same with a noun
	 * @param latestAt when the latest of them failed
	 * @param latest its id
	 * @param query the search for them
	 * @param order what can be ordered about them
	 */
	record Group(String name, String error, String errorType, String count, String amount, When latestAt, String latest,
			String query, Bulk order) {

	}

}
