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

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;

import org.jspecify.annotations.Nullable;

import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.scheduling.support.CronExpression;

import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.MissedRuns;
import dev.aftercommit.RecurringJob;
import dev.aftercommit.handler.JobHandler;

/**
 * What one place, an annotation or the properties, says about a schedule: each value by
 * itself makes sense.
 *
 * @param where how the place is called in messages; {@code %s} is the name of the value
 * @param cron the cron expression
 * @param every the interval
 * @param zone the time zone
 * @param missed what becomes of missed fire times
 * @param maxCatchUp the most missed ones that get a job
 */
record ScheduleText(String where, @Nullable CronExpression cron, @Nullable Duration every, @Nullable ZoneId zone,
		@Nullable MissedRuns missed, @Nullable Integer maxCatchUp) {

	private static final Duration SHORTEST = Duration.ofSeconds(1);

	private static final Duration LONGEST = Duration.ofDays(365);

	static ScheduleText of(JobHandler job, RecurringJob annotation) {
		String where = "'%s' of the @RecurringJob method of job '" + job.name().replace("%", "%%") + "'";
		CronExpression cron = cron(where, emptyToNull(annotation.cron()));
		Duration every = every(where, emptyToNull(annotation.every()));
		ZoneId zone = (every != null && annotation.zone().equals("UTC")) ? null : zone(where, annotation.zone());
		return new ScheduleText(where, cron, every, zone, annotation.missed(), annotation.maxCatchUp()).checked();
	}

	static ScheduleText of(ScheduleSettings settings) {
		String where = "'aftercommit.recurring." + settings.name().replace("%", "%%") + ".%s'";
		return new ScheduleText(where, cron(where, settings.cron()), settings.every(), zone(where, settings.zone()),
				settings.missed(), settings.maxCatchUp())
			.checked();
	}

	private static @Nullable String emptyToNull(String text) {
		return text.isEmpty() ? null : text;
	}

	private static @Nullable CronExpression cron(String where, @Nullable String text) {
		try {
			return (text != null) ? CronExpression.parse(text) : null;
		}
		catch (IllegalArgumentException ex) {
			throw new JobConfigurationException(
					where.formatted("cron") + " (" + text + ") is no cron expression: " + ex.getMessage(),
					"Write six fields: second, minute, hour, day of month, month, day of week, as in \"0 30 2 * * *\""
							+ " for half past two each night; or a macro such as @daily.",
					ex);
		}
	}

	private static @Nullable Duration every(String where, @Nullable String text) {
		if (text == null) {
			return null;
		}
		try {
			if (Character.isDigit(text.charAt(text.length() - 1))) {
				throw new IllegalArgumentException("it has no unit");
			}
			return DurationFormatterUtils.detectAndParse(text);
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			throw new JobConfigurationException(where.formatted("every") + " (" + text + ") is no duration.",
					"Write it with a unit, such as 30s, 10m, 1h30m or PT10M.", ex);
		}
	}

	private static @Nullable ZoneId zone(String where, @Nullable String text) {
		try {
			return (text != null) ? ZoneId.of(text) : null;
		}
		catch (DateTimeException ex) {
			throw new JobConfigurationException(where.formatted("zone") + " (" + text + ") is no time zone.",
					"Write the name of a region, such as Europe/Berlin, or UTC.", ex);
		}
	}

	private ScheduleText checked() {
		unless(this.cron == null || this.every == null, "cron", this.cron, "stands beside 'every' (" + this.every + ")",
				"Keep one of them: 'cron' for times of the day, 'every' for equal intervals.");
		unless(this.every == null || (this.every.compareTo(SHORTEST) >= 0 && this.every.compareTo(LONGEST) <= 0
				&& this.every.equals(Duration.ofMillis(this.every.toMillis()))), "every", this.every,
				"must be between 1s and 365d, in full milliseconds", "Set it to the time between two jobs.");
		unless(this.every == null || this.zone == null, "zone", this.zone, "has no effect on 'every'",
				"Remove it: intervals are counted in UTC. Or use 'cron' for times of the day.");
		unless(this.maxCatchUp == null || (this.maxCatchUp >= 1 && this.maxCatchUp <= Schedule.MOST), "max-catch-up",
				this.maxCatchUp, "must be between 1 and " + Schedule.MOST,
				"Set it to the most jobs that missed fire times may get; 'missed: SKIP' is for none.");
		return this;
	}

	private void unless(boolean valid, String value, @Nullable Object given, String rule, String action) {
		if (!valid) {
			throw new JobConfigurationException(this.where.formatted(value) + " (" + given + ") " + rule + ".", action,
					null);
		}
	}

	/**
	 * The same, but for what another place says.
	 * @param other what wins
	 * @return both together
	 */
	ScheduleText overriddenBy(ScheduleText other) {
		boolean otherTimes = other.cron != null || other.every != null;
		ZoneId otherZone = (other.zone != null || other.every != null) ? other.zone : this.zone;
		return new ScheduleText(other.where, otherTimes ? other.cron : this.cron, otherTimes ? other.every : this.every,
				otherZone, (other.missed != null) ? other.missed : this.missed,
				(other.maxCatchUp != null) ? other.maxCatchUp : this.maxCatchUp)
			.checked();
	}

}
