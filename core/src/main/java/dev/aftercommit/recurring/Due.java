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

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.MissedRuns;

/**
 * What one step of a schedule fires.
 *
 * @param times the fire times that get a job, in their order, possibly none
 * @param newLast up to which time it is decided by that
 * @param missed the latest fire time that was missed, {@code null} if none was
 */
record Due(List<Instant> times, Instant newLast, @Nullable Instant missed) {

	private static final Duration JUST_BEFORE = Duration.ofNanos(1);

	/**
	 * Decide. Looks at no more fire times than get a job, however many there were.
	 * @param schedule the schedule
	 * @param last up to which time it is decided
	 * @param now the store's clock
	 * @param patience how late a fire time may be and is not missed
	 * @return what to do, or {@code null} if nothing is due
	 */
	static @Nullable Due of(Schedule schedule, Instant last, Instant now, Duration patience) {
		FireTimes all = Objects.requireNonNull(schedule.times(), "a schedule that is turned off is never due");
		Instant newest = all.latest(last, now);
		if (newest == null) {
			return null;
		}
		Instant justMissed = now.minus(patience).minus(JUST_BEFORE);
		Instant missed = all.latest(last, justMissed);
		List<Instant> times = new ArrayList<>();
		if (missed != null && schedule.missed() == MissedRuns.CATCH_UP) {
			times.addAll(latest(all, last, missed, schedule.maxCatchUp()));
		}
		addOnTime(times, all, (missed != null) ? missed : last, now);
		if (times.isEmpty() && missed != null && schedule.missed() == MissedRuns.RUN_ONCE) {
			times.add(missed);
		}
		boolean more = times.size() == Schedule.MOST;
		return new Due(times, more ? times.get(times.size() - 1) : newest, missed);
	}

	private static Deque<Instant> latest(FireTimes all, Instant last, Instant newest, int most) {
		Deque<Instant> times = new ArrayDeque<>();
		Instant time = newest;
		while (time != null && times.size() < most) {
			times.addFirst(time);
			time = all.latest(last, time.minus(JUST_BEFORE));
		}
		return times;
	}

	private static void addOnTime(List<Instant> times, FireTimes all, Instant after, Instant now) {
		Instant time = all.next(after);
		while (time != null && !time.isAfter(now) && times.size() < Schedule.MOST) {
			times.add(time);
			time = all.next(time);
		}
	}

}
