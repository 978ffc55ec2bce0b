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
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

import org.springframework.scheduling.support.CronExpression;

import dev.aftercommit.MissedRuns;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.NewJob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

class DueTests {

	private static final Duration LEASE = Duration.ofSeconds(30);

	private static final Instant START = Instant.parse("2026-01-01T00:00:00.5Z");

	private static final FireTimes EVERY_SECOND = new EveryFireTimes(Duration.ofSeconds(1));

	private static final FireTimes HOURLY = new CronFireTimes(CronExpression.parse("@hourly"), ZoneId.of("UTC"));

	@Test
	void nothingIsDueBeforeTheNextFireTime() {
		assertThat(due(HOURLY, MissedRuns.RUN_ONCE, Duration.ofSeconds(3599))).isNull();
		assertThat(due(EVERY_SECOND, MissedRuns.CATCH_UP, Duration.ofMillis(499))).isNull();
	}

	@Test
	void whatIsOnTimeGetsItsJobWhateverBecomesOfMissedOnes() {
		for (MissedRuns missed : MissedRuns.values()) {
			Due due = due(EVERY_SECOND, missed, Duration.ofSeconds(3));
			assertThat(due.times()).containsExactly(at(1), at(2), at(3));
			assertThat(due.newLast()).isEqualTo(at(3));
			assertThat(due.missed()).isNull();
		}
	}

	@Test
	void aFireTimeIsMissedWhenItIsMoreThanALeaseAgo() {
		Due late = Due.of(schedule(HOURLY, MissedRuns.SKIP, 100), START, at(3600).plus(LEASE), LEASE);
		assertThat(late.times()).containsExactly(at(3600));
		Due missed = Due.of(schedule(HOURLY, MissedRuns.SKIP, 100), START, at(3600).plus(LEASE).plusNanos(1), LEASE);
		assertThat(missed.times()).isEmpty();
		assertThat(missed.missed()).isEqualTo(at(3600));
		assertThat(missed.newLast()).isEqualTo(at(3600));
	}

	@Test
	void runOnceFiresTheLatestMissedOne() {
		Due due = due(HOURLY, MissedRuns.RUN_ONCE, Duration.ofMinutes(200));
		assertThat(due.times()).containsExactly(at(3 * 3600));
		assertThat(due.newLast()).isEqualTo(at(3 * 3600));
	}

	@Test
	void runOnceFiresNoMissedOneBesideOneThatIsOnTime() {
		Due due = due(HOURLY, MissedRuns.RUN_ONCE, Duration.ofMinutes(180).plusSeconds(5));
		assertThat(due.times()).containsExactly(at(3 * 3600));
		assertThat(due.missed()).isEqualTo(at(2 * 3600));
	}

	@Test
	void skipFiresNone() {
		Due due = due(HOURLY, MissedRuns.SKIP, Duration.ofMinutes(200));
		assertThat(due.times()).isEmpty();
		assertThat(due.newLast()).isEqualTo(at(3 * 3600));
	}

	@Test
	void catchUpFiresAllOfThemAndOfManyTheLatest() {
		assertThat(due(HOURLY, MissedRuns.CATCH_UP, Duration.ofMinutes(200)).times()).containsExactly(at(3600),
				at(7200), at(10800));
		Due bounded = Due.of(schedule(HOURLY, MissedRuns.CATCH_UP, 2), START, START.plus(Duration.ofMinutes(200)),
				LEASE);
		assertThat(bounded.times()).containsExactly(at(7200), at(10800));
		Due mixed = Due.of(schedule(HOURLY, MissedRuns.CATCH_UP, 2), START, at(5 * 3600).plusSeconds(1), LEASE);
		assertThat(mixed.times()).containsExactly(at(3 * 3600), at(4 * 3600), at(5 * 3600));
	}

	@Test
	void aYearOfSecondsIsNotCounted() {
		Duration year = Duration.ofDays(365);
		CountingTimes cron = new CountingTimes(
				new CronFireTimes(CronExpression.parse("* * * * * *"), ZoneId.of("Europe/Berlin")));
		for (MissedRuns missed : MissedRuns.values()) {
			for (FireTimes times : List.of(EVERY_SECOND, cron)) {
				Due due = due(times, missed, year);
				assertThat(due.times()).hasSize((missed == MissedRuns.CATCH_UP) ? 130 : 30)
					.endsWith(at(365 * 86400))
					.isSorted();
				assertThat(due.newLast()).isEqualTo(at(365 * 86400));
			}
		}
		assertThat(cron.asked).hasValueLessThan(1000);
	}

	@Test
	void whatIsMoreThanOneStepTakesGoesInTheNext() {
		Duration hour = Duration.ofHours(1);
		Schedule schedule = schedule(EVERY_SECOND, MissedRuns.CATCH_UP, 1000);
		Instant now = START.plus(Duration.ofHours(3));
		Due first = Due.of(schedule, START, now, hour);
		assertThat(first.times()).hasSize(Schedule.MOST).isSorted();
		assertThat(first.newLast()).isEqualTo(first.times().get(999));
		Due second = Due.of(schedule, first.newLast(), now, hour);
		assertThat(second.times()).hasSize(Schedule.MOST).startsWith(first.newLast().plusSeconds(1));
		Due last = Due.of(schedule, now.minusSeconds(2), now, hour);
		assertThat(last.newLast()).isEqualTo(at(3 * 3600));
	}

	@Test
	void multiplesAreCountedFromTheBeginningOf1970() {
		FireTimes times = new EveryFireTimes(Duration.ofMinutes(7));
		Instant next = times.next(START);
		assertThat(next.getEpochSecond() % 420).isZero();
		assertThat(times.next(next)).isEqualTo(next.plusSeconds(420));
		assertThat(times.next(next.minusNanos(1))).isEqualTo(next);
		assertThat(times.latest(next, next.plusSeconds(419))).isNull();
		assertThat(times.latest(next.minusNanos(1), next)).isEqualTo(next);
	}

	@Test
	void aFireTimeOfAScheduleIsOneJob() {
		UUID id = FireId.of("nightly", at(1));
		assertThat(FireId.of("nightly", at(1))).isEqualTo(id);
		assertThat(id.version()).isEqualTo(8);
		assertThat(id.variant()).isEqualTo(2);
		assertThat(List.of(id, FireId.of("nightly", at(2)), FireId.of("weekly", at(1)))).doesNotHaveDuplicates();
		assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(at(1).toEpochMilli());
	}

	@Test
	void aFiredJobSaysByWhichScheduleAndForWhichTime() {
		NewJob job = schedule(HOURLY, MissedRuns.SKIP, 1).jobAt(at(3600));
		assertThat(job.name()).isEqualTo("server.cleanup");
		assertThat(job.queue()).isEqualTo("bulk");
		assertThat(job.priority()).isEqualTo(7);
		assertThat(job.arguments()).isEqualTo("[]");
		assertThat(job.time()).isNull();
		assertThat(job.headers()).containsOnly(entry("aftercommit.recurring", "nightly"),
				entry("aftercommit.fire-time", "2026-01-01T01:00:00Z"));
	}

	private static @Nullable Due due(FireTimes times, MissedRuns missed, Duration after) {
		return Due.of(schedule(times, missed, 100), START, START.plus(after), LEASE);
	}

	private static Schedule schedule(FireTimes times, MissedRuns missed, int maxCatchUp) {
		JobHandler handler = Mockito.mock(JobHandler.class);
		Mockito.when(handler.name()).thenReturn("server.cleanup");
		Mockito.when(handler.queue()).thenReturn("bulk");
		Mockito.when(handler.priority()).thenReturn(7);
		Mockito.when(handler.terms(Mockito.any())).thenReturn(JobTerms.NONE);
		return new Schedule("nightly", handler, "[]", times, "definition", missed, maxCatchUp);
	}

	/** Seconds after the full one before the start. */
	private static Instant at(long seconds) {
		return Instant.parse("2026-01-01T00:00:00Z").plusSeconds(seconds);
	}

	private static final class CountingTimes implements FireTimes {

		private final FireTimes times;

		private final AtomicInteger asked = new AtomicInteger();

		CountingTimes(FireTimes times) {
			this.times = times;
		}

		@Override
		public @Nullable Instant next(Instant after) {
			this.asked.incrementAndGet();
			return this.times.next(after);
		}

		@Override
		public @Nullable Instant latest(Instant after, Instant upTo) {
			this.asked.incrementAndGet();
			return this.times.latest(after, upTo);
		}

	}

}
