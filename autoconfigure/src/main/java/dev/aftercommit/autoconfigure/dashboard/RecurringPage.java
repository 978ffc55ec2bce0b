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
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.JobFilter;
import dev.aftercommit.ScheduleSnapshot;
import dev.aftercommit.autoconfigure.dashboard.Format.When;
import dev.aftercommit.autoconfigure.dashboard.JobRow.Badge;
import dev.aftercommit.autoconfigure.dashboard.View.Watch;
import dev.aftercommit.operations.NextFireTimes;
import dev.aftercommit.store.AuditNote;

import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.function.ServerRequest;

/**
 * What is enqueued by itself, and when.
 */
final class RecurringPage implements Page {

	private static final int NEXT = 5;

	private static final Pattern DEFINITION = Pattern.compile("(.+?) (?:cron|every) .+");

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
		Map<String, AuditRow> orders = this.readings.lastOrders(AuditEntry.Kind.SCHEDULE, now);
		List<Row> rows = this.readings.schedules()
			.stream()
			.map((schedule) -> row(schedule, orders.get(AuditNote.text(schedule.name())), now))
			.toList();
		return View.of("recurring", "Recurring", new Recurring(rows, rows.isEmpty()),
				new Watch("", this.readings.stamp()));
	}

	private Row row(ScheduleSnapshot schedule, @Nullable AuditRow order, Instant now) {
		return new Row(schedule.name(), schedule.definition(), schedule.paused(), next(schedule, now),
				run(schedule.last(), now), order,
				new JobSearch(JobFilter.all().name(job(schedule.name(), schedule.definition()))).query());
	}

	private static @Nullable Run run(ScheduleSnapshot.@Nullable LastRun last, Instant now) {
		return (last != null) ? new Run(last.job().toString(), Format.at(last.firedAt(), now),
				(last.state() != null) ? Badge.of(last.state()) : null) : null;
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

	/** As the definition begins with it; one that is turned off says none. */
	static String job(String schedule, String definition) {
		Matcher job = DEFINITION.matcher(definition);
		return job.matches() ? job.group(1) : schedule;
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
	 * @param paused whether it is paused
	 * @param next when it is fired next, none if it is paused or this node doesn't know
	 * @param run what it fired last, if it has
	 * @param last the last order about it, if it is among the latest ones
	 * @param query the search for its jobs
	 */
	record Row(String name, String times, boolean paused, List<When> next, @Nullable Run run, @Nullable AuditRow last,
			String query) {

	}

	/**
	 * The last job that a schedule has fired.
	 *
	 * @param job its id
	 * @param at its fire time
	 * @param state where it is, {@code null} if it is known no more
	 */
	record Run(String job, When at, @Nullable Badge state) {

	}

}
