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
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.CronExpression;
import org.springframework.util.StringUtils;

/**
 * The times that a cron expression matches on the wall clock of a time zone.
 * <p>
 * When the clock is turned, an expression whose hours are {@code *} goes on with what the
 * clock shows: not at times that are skipped, and again at those that come a second time.
 * Any other one means times of the day, each of which comes once: what is skipped fires
 * when the clock is turned, and what comes twice fires the first time.
 * <p>
 * The expression itself only ever sees local times: with zoned ones, Spring's answer is
 * another one for each zone, and sometimes none.
 */
final class CronFireTimes implements FireTimes {

	private static final int HOURS = 2;

	private final CronExpression cron;

	private final ZoneRules rules;

	private final boolean everyHour;

	CronFireTimes(CronExpression cron, ZoneId zone) {
		this.cron = cron;
		this.rules = zone.getRules();
		this.everyHour = StringUtils.tokenizeToStringArray(cron.toString(), " ")[HOURS].equals("*");
	}

	@Override
	public @Nullable Instant next(Instant after) {
		return this.everyHour ? nextShown(after) : nextTimeOfDay(after);
	}

	/** Whenever the clock shows it. */
	private @Nullable Instant nextShown(Instant after) {
		Instant from = after;
		LocalDateTime shown = LocalDateTime.ofInstant(from, this.rules.getOffset(from));
		while (true) {
			LocalDateTime match = this.cron.next(shown);
			if (match == null) {
				return null;
			}
			Instant time = match.toInstant(this.rules.getOffset(from));
			ZoneOffsetTransition turn = this.rules.nextTransition(from);
			if (turn == null || time.isBefore(turn.getInstant())) {
				return time;
			}
			// The clock is turned before it shows that: what it shows then may match,
			// too.
			from = turn.getInstant();
			shown = turn.getDateTimeAfter().minusNanos(1);
		}
	}

	/**
	 * Each local time once. Never goes back: a later local time is no earlier instant.
	 */
	private @Nullable Instant nextTimeOfDay(Instant after) {
		LocalDateTime shown = LocalDateTime.ofInstant(after, this.rules.getOffset(after));
		ZoneOffsetTransition turn = this.rules.getTransition(shown);
		if (turn != null && turn.isOverlap() && !after.isBefore(turn.getInstant())) {
			// The second time: all that it will show until it is over has been.
			shown = turn.getDateTimeBefore().minusNanos(1);
		}
		LocalDateTime match = this.cron.next(shown);
		return (match != null) ? firstTime(match) : null;
	}

	private Instant firstTime(LocalDateTime local) {
		ZoneOffsetTransition turn = this.rules.getTransition(local);
		if (turn != null && turn.isGap()) {
			return turn.getInstant();
		}
		ZoneOffset offset = (turn != null) ? turn.getOffsetBefore() : this.rules.getOffset(local);
		return local.toInstant(offset);
	}

	// By halves, so that a year of seconds is as quick as a day of hours. All fire times
	// are
	// full seconds.
	@Override
	public @Nullable Instant latest(Instant after, Instant upTo) {
		Instant found = next(after);
		if (found == null || found.isAfter(upTo)) {
			return null;
		}
		long low = found.getEpochSecond();
		long high = upTo.getEpochSecond();
		while (low < high) {
			Instant middle = Instant.ofEpochSecond(low + (high - low) / 2);
			Instant next = next(middle);
			if (next == null || next.isAfter(upTo)) {
				high = middle.getEpochSecond();
			}
			else {
				found = next;
				low = next.getEpochSecond();
			}
		}
		return found;
	}

}
