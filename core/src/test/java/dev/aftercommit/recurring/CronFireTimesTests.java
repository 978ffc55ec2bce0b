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
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.scheduling.support.CronExpression;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What fires when the clock is turned: Berlin skips 02:00 to 03:00 on 29 March 2026 and
 * shows it twice on 25 October; Lord Howe Island skips 02:00 to 02:30 on 4 October and
 * shows 01:30 to 02:00 twice on 5 April.
 */
class CronFireTimesTests {

	@ParameterizedTest(name = "{0}: {1} from {2} to {3}")
	@CsvSource(delimiter = '|',
			textBlock = """
					Europe/Berlin | 0 30 2 * * * | 2026-03-28T12:00 | 2026-03-31T12:00 | 29T03:00+2, 30T02:30+2, 31T02:30+2
					Europe/Berlin | 0 0 3 * * * | 2026-03-28T12:00 | 2026-03-30T12:00 | 29T03:00+2, 30T03:00+2
					Europe/Berlin | 0 15,45 2 * * * | 2026-03-28T12:00 | 2026-03-29T12:00 | 29T03:00+2
					Europe/Berlin | 0 0 2,3 * * * | 2026-03-28T12:00 | 2026-03-29T12:00 | 29T03:00+2
					Europe/Berlin | 0 0 * * * * | 2026-03-29T00:30 | 2026-03-29T05:30 | 29T01:00+1, 29T03:00+2, 29T04:00+2, 29T05:00+2
					Europe/Berlin | 0 */30 * * * * | 2026-03-29T01:10 | 2026-03-29T04:10 | 29T01:30+1, 29T03:00+2, 29T03:30+2, 29T04:00+2
					Europe/Berlin | 0 15 * * * * | 2026-03-29T00:30 | 2026-03-29T03:30 | 29T01:15+1, 29T03:15+2
					Europe/Berlin | 0 30 2 * * * | 2026-10-24T12:00 | 2026-10-27T12:00 | 25T02:30+2, 26T02:30+1, 27T02:30+1
					Europe/Berlin | 0 0 3 * * * | 2026-10-24T12:00 | 2026-10-25T12:00 | 25T03:00+1
					Europe/Berlin | 0 0 2 * * * | 2026-10-24T12:00 | 2026-10-25T12:00 | 25T02:00+2
					Europe/Berlin | 0 */30 1-3 * * * | 2026-10-25T00:10 | 2026-10-25T03:10 | 25T01:00+2, 25T01:30+2, 25T02:00+2, 25T02:30+2, 25T03:00+1
					Europe/Berlin | 0 0 * * * * | 2026-10-25T00:30 | 2026-10-25T04:30 | 25T01:00+2, 25T02:00+2, 25T02:00+1, 25T03:00+1, 25T04:00+1
					Europe/Berlin | 0 */30 * * * * | 2026-10-25T01:40 | 2026-10-25T03:10 | 25T02:00+2, 25T02:30+2, 25T02:00+1, 25T02:30+1, 25T03:00+1
					Australia/Lord_Howe | 0 15 2 * * * | 2026-10-03T12:00 | 2026-10-05T12:00 | 4T02:30+11, 5T02:15+11
					Australia/Lord_Howe | 0 0 * * * * | 2026-10-04T00:30 | 2026-10-04T04:30 | 4T01:00+10:30, 4T03:00+11, 4T04:00+11
					Australia/Lord_Howe | 0 */30 * * * * | 2026-10-04T01:10 | 2026-10-04T03:10 | 4T01:30+10:30, 4T02:30+11, 4T03:00+11
					Australia/Lord_Howe | 0 45 1 * * * | 2026-04-04T12:00 | 2026-04-06T12:00 | 5T01:45+11, 6T01:45+10:30
					Australia/Lord_Howe | 0 0 * * * * | 2026-04-05T00:30 | 2026-04-05T03:30 | 5T01:00+11, 5T02:00+10:30, 5T03:00+10:30
					Australia/Lord_Howe | 0 */30 * * * * | 2026-04-05T01:10 | 2026-04-05T02:40 | 5T01:30+11, 5T01:30+10:30, 5T02:00+10:30, 5T02:30+10:30
					UTC | @hourly | 2026-03-29T00:30 | 2026-03-29T03:30 | 29T01:00Z, 29T02:00Z, 29T03:00Z
					""")
	void theClockIsTurned(String zone, String cron, LocalDateTime from, LocalDateTime to, String expected) {
		ZoneId id = ZoneId.of(zone);
		List<Instant> times = between(times(cron, zone), from.atZone(id).toInstant(), to.atZone(id).toInstant());
		assertThat(times.stream().map((time) -> text(time, id)).toList())
			.containsExactly(expected.replace(" ", "").split(","));
	}

	@ParameterizedTest(name = "{0}: {1}")
	@CsvSource(delimiter = '|', textBlock = """
			Europe/Berlin | 0 30 2 * * * | 365
			Australia/Lord_Howe | 0 15 2 * * * | 365
			Australia/Lord_Howe | 0 45 1 * * * | 365
			Europe/Berlin | 0 0 * * * * | 8760
			Australia/Lord_Howe | 0 0 * * * * | 8759
			Australia/Lord_Howe | 0 */30 * * * * | 17520
			Europe/Berlin | */5 * * 25 10 * | 18000
			Europe/Berlin | 0 0 0 29 2 * | 0
			""")
	void aYearHasThatManyEachLaterThanTheOneBefore(String zone, String cron, int expected) {
		ZoneId id = ZoneId.of(zone);
		Instant from = LocalDateTime.parse("2026-01-01T00:00").atZone(id).toInstant().minusNanos(1);
		Instant to = LocalDateTime.parse("2027-01-01T00:00").atZone(id).toInstant().minusNanos(1);
		List<Instant> times = between(times(cron, zone), from, to);
		assertThat(times).isSorted().doesNotHaveDuplicates().hasSize(expected);
	}

	@Test
	void theLatestOfAPeriodIsTheOneThatCountingFinds() {
		for (String zone : List.of("Europe/Berlin", "Australia/Lord_Howe", "UTC")) {
			for (String cron : List.of("0 30 2 * * *", "0 */30 * * * *", "0 15 1,2,3 * * *", "0 0 0 1 4,10 *")) {
				CronFireTimes times = times(cron, zone);
				Instant from = Instant.parse("2026-03-20T11:22:33.5Z");
				for (int hours = 1; hours < 24 * 300; hours += 97) {
					Instant to = from.plus(hours, ChronoUnit.HOURS);
					List<Instant> counted = between(times, from, to);
					assertThat(times.latest(from, to)).as("%s in %s up to %s", cron, zone, to)
						.isEqualTo(counted.isEmpty() ? null : counted.get(counted.size() - 1));
				}
			}
		}
	}

	@Test
	void theEndsOfAPeriodAreExcludedAndIncluded() {
		CronFireTimes times = times("0 0 * * * *", "UTC");
		Instant one = Instant.parse("2026-01-01T01:00:00Z");
		Instant two = Instant.parse("2026-01-01T02:00:00Z");
		assertThat(times.next(one)).isEqualTo(two);
		assertThat(times.latest(one, two)).isEqualTo(two);
		assertThat(times.latest(one, two.minusNanos(1))).isNull();
		assertThat(times.latest(one.minusNanos(1), two.minusNanos(1))).isEqualTo(one);
		assertThat(times.latest(two, one)).isNull();
	}

	@Test
	void aDayThatNeverComesIsNeverDue() {
		CronFireTimes times = times("0 0 0 31 2 *", "Europe/Berlin");
		assertThat(times.next(Instant.parse("2026-01-01T00:00:00Z"))).isNull();
		assertThat(times.latest(Instant.EPOCH, Instant.parse("2026-01-01T00:00:00Z"))).isNull();
	}

	private static CronFireTimes times(String cron, String zone) {
		return new CronFireTimes(CronExpression.parse(cron), ZoneId.of(zone));
	}

	private static List<Instant> between(FireTimes times, Instant from, Instant to) {
		List<Instant> found = new ArrayList<>();
		Instant time = times.next(from);
		while (time != null && !time.isAfter(to)) {
			found.add(time);
			time = times.next(time);
		}
		return found;
	}

	private static String text(Instant time, ZoneId zone) {
		String offset = zone.getRules().getOffset(time).getId().replaceFirst("^\\+0", "+").replaceFirst(":00$", "");
		LocalDateTime local = LocalDateTime.ofInstant(time, zone);
		return local.getDayOfMonth() + "T" + local.toLocalTime() + offset;
	}

}
