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

package dev.aftercommit.recurring;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;

import dev.aftercommit.JobArgumentException;
import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.MissedRuns;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.serialization.JobSerializer;
import dev.aftercommit.store.NewJob;

/**
 * The schedules of this application: those of annotated methods, changed by those of the
 * same name in the properties, and the properties' others. Checked when all singletons
 * are there.
 */
public final class Schedules implements SmartInitializingSingleton {

	/** Header of a fired job with the name of its schedule. */
	public static final String NAME_HEADER = "aftercommit.recurring";

	/**
	 * Header of a fired job with its fire time, as {@link java.time.Instant#toString()}
	 * writes it.
	 */
	public static final String FIRE_TIME_HEADER = "aftercommit.fire-time";

	private static final int MAX_NAME = 200;

	private static final int MAX_CATCH_UP = 100;

	private final HandlerRegistry handlers;

	private final JobSerializer serializer;

	private final List<ScheduleSettings> settings;

	private volatile @Nullable List<Schedule> all;

	/**
	 * Create schedules.
	 * @param handlers the application's handlers, asked when all singletons are there
	 * @param serializer writes that a job has no arguments
	 * @param settings what the properties say, at most one for each name
	 */
	public Schedules(HandlerRegistry handlers, JobSerializer serializer, List<ScheduleSettings> settings) {
		this.handlers = handlers;
		this.serializer = serializer;
		this.settings = List.copyOf(settings);
	}

	/**
	 * {@inheritDoc}
	 * @throws JobConfigurationException if a schedule makes no sense
	 */
	@Override
	public void afterSingletonsInstantiated() {
		all();
	}

	/**
	 * What each schedule is, for the start-up log.
	 * @return a line for each, possibly none
	 */
	public List<String> descriptions() {
		return all().stream().map(Schedule::toString).toList();
	}

	/**
	 * When a schedule is fired next.
	 * @param name its name
	 * @param definition a definition of it
	 * @param after a time
	 * @return the first fire time after it; {@code null} if there is none, or if this
	 * node knows no schedule of this name and definition
	 */
	public @Nullable Instant next(String name, String definition, Instant after) {
		for (Schedule schedule : all()) {
			FireTimes times = schedule.times();
			if (times != null && schedule.name().equals(name) && schedule.definition().equals(definition)) {
				return times.next(after);
			}
		}
		return null;
	}

	/**
	 * A job of a schedule besides its fire times.
	 * @param name its name
	 * @param definition a definition of it
	 * @param now the store's clock
	 * @return the job; empty if this node knows no schedule of this name and definition
	 */
	public Optional<NewJob> jobBesides(String name, String definition, Instant now) {
		return all().stream()
			.filter((schedule) -> schedule.name().equals(name) && schedule.definition().equals(definition))
			.findFirst()
			.map((schedule) -> schedule.jobBesides(now));
	}

	List<Schedule> all() {
		List<Schedule> known = this.all;
		if (known == null) {
			known = make();
			this.all = known;
		}
		return known;
	}

	private List<Schedule> make() {
		Map<String, ScheduleSettings> left = new LinkedHashMap<>();
		this.settings.forEach((each) -> left.put(each.name(), each));
		List<Schedule> schedules = new ArrayList<>();
		for (JobHandler handler : this.handlers.handlers()) {
			handler.recurrence().ifPresent((annotation) -> {
				ScheduleText code = ScheduleText.of(handler, annotation);
				ScheduleSettings changes = left.remove(handler.name());
				schedules
					.add((changes != null) ? changed(handler, code, changes) : schedule(handler.name(), handler, code));
			});
		}
		left.values()
			.forEach((each) -> schedules
				.add(enabled(each, schedule(each.name(), job(null, each), ScheduleText.of(each)))));
		return List.copyOf(schedules);
	}

	private Schedule changed(JobHandler coded, ScheduleText code, ScheduleSettings changes) {
		return enabled(changes,
				schedule(changes.name(), job(coded, changes), code.overriddenBy(ScheduleText.of(changes))));
	}

	private Schedule schedule(String name, JobHandler job, ScheduleText text) {
		Schedule schedule = new Schedule(name, job, this.serializer.writeArguments(List.of(), new Object[0]),
				times(name, text), definition(job, text), (text.missed() != null) ? text.missed() : MissedRuns.RUN_ONCE,
				(text.maxCatchUp() != null) ? text.maxCatchUp() : MAX_CATCH_UP);
		checkTerms(schedule);
		return schedule;
	}

	private static void checkTerms(Schedule schedule) {
		try {
			schedule.terms();
		}
		catch (JobArgumentException ex) {
			throw new JobConfigurationException(
					"The schedule '" + schedule.name() + "' would never have a job. " + ex.getMessage() + ".",
					"Write keys and tags of '" + schedule.job().name()
							+ "' that have a value without arguments, such as \"'" + schedule.job().name() + "'\".",
					ex);
		}
	}

	private static Schedule enabled(ScheduleSettings settings, Schedule schedule) {
		return settings.enabled() ? schedule : new Schedule(schedule.name(), schedule.job(), schedule.arguments(), null,
				"disabled", schedule.missed(), schedule.maxCatchUp());
	}

	private JobHandler job(@Nullable JobHandler coded, ScheduleSettings settings) {
		checkName(settings.name());
		String property = "aftercommit.recurring." + settings.name();
		if (settings.job() == null) {
			if (coded == null) {
				throw new JobConfigurationException(
						"'" + property + "' has no 'job', and no @RecurringJob method has the name '" + settings.name()
								+ "' that it could change.",
						"Set '" + property + ".job' to one of " + names()
								+ ", or correct the name. In YAML, a name with dots or capitals is written \"["
								+ settings.name() + "]\".",
						null);
			}
			return coded;
		}
		JobHandler job = this.handlers.find(settings.job())
			.orElseThrow(() -> new JobConfigurationException(
					"'" + property + ".job' (" + settings.job() + ") is no job of this application.",
					"Set it to one of " + names() + ".", null));
		if (!job.argumentTypes().isEmpty()) {
			throw new JobConfigurationException(
					"'" + property + ".job' (" + settings.job() + ") takes " + job.argumentTypes().size()
							+ " arguments, and a schedule has none to give.",
					"Name a job without parameters, such as one that calls this one.", null);
		}
		return job;
	}

	private static void checkName(String name) {
		if (name.isBlank() || name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
			throw new JobConfigurationException("'aftercommit.recurring' (" + name + ") is no name of a schedule.",
					"Use 1 to " + MAX_NAME + " characters without control characters.", null);
		}
	}

	private List<String> names() {
		return this.handlers.handlers()
			.stream()
			.filter((handler) -> handler.argumentTypes().isEmpty())
			.map(JobHandler::name)
			.sorted()
			.toList();
	}

	private static FireTimes times(String name, ScheduleText text) {
		if (text.every() != null) {
			return new EveryFireTimes(text.every());
		}
		if (text.cron() != null) {
			return new CronFireTimes(text.cron(), zone(text));
		}
		throw new JobConfigurationException("The schedule '" + name + "' has neither 'cron' nor 'every'.",
				"Set " + text.where().formatted("cron") + " to times of the day, or " + text.where().formatted("every")
						+ " to an interval.",
				null);
	}

	private static ZoneId zone(ScheduleText text) {
		return (text.zone() != null) ? text.zone() : ZoneOffset.UTC;
	}

	private static String definition(JobHandler job, ScheduleText text) {
		return job.name() + ((text.every() != null) ? " every " + text.every()
				: " cron " + text.cron() + " " + ((text.zone() != null) ? text.zone() : "UTC"));
	}

}
