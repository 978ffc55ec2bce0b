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

import dev.aftercommit.JobFilter;
import dev.aftercommit.ScheduleSnapshot;
import dev.aftercommit.autoconfigure.dashboard.Format.When;
import dev.aftercommit.autoconfigure.dashboard.View.Watch;
import dev.aftercommit.operations.NextFireTimes;

import org.springframework.web.servlet.function.ServerRequest;

/**
 * What is enqueued by itself, and when.
 */
final class RecurringPage implements Page {

	private static final int NEXT = 5;

	private final Readings readings;

	private final NextFireTimes times;

	private final Clock clock;

	RecurringPage(Readings readings, NextFireTimes times, Clock clock) {
		this.readings = readings;
		this.times = times;
		this.clock = clock;
	}

	@Override
	public View show(ServerRequest request) {
		Instant now = this.clock.instant();
		List<Row> rows = this.readings.schedules().stream().map((schedule) -> row(schedule, now)).toList();
		return View.of("recurring", "Recurring", new Recurring(rows, rows.isEmpty()),
				new Watch("", this.readings.stamp()));
	}

	private Row row(ScheduleSnapshot schedule, Instant now) {
		return new Row(schedule.name(), schedule.definition(), next(schedule, now),
				new JobSearch(JobFilter.all().name(schedule.name())).query());
	}

	private List<When> next(ScheduleSnapshot schedule, Instant now) {
		List<When> times = new ArrayList<>();
		Instant time = schedule.nextAt();
		while (time != null && times.size() < NEXT) {
			times.add(Format.at(time, now));
			time = this.times.after(schedule.name(), schedule.definition(), time);
		}
		return times;
	}

	/**
	 * The page.
	 *
	 * @param rows the schedules
	 * @param none whether there are none
	 */
	record Recurring(List<Row> rows, boolean none) {

	}

	/**
	 * A schedule.
	 *
	 * @param name its name
	 * @param times job, times and zone
	 * @param next when it is fired next, none if this node doesn't know
	 * @param query the search for its jobs
	 */
	record Row(String name, String times, List<When> next, String query) {

	}

}
