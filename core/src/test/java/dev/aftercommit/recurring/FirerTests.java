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

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.Mockito;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.MissedRuns;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.store.FireRequest;
import dev.aftercommit.store.Firing;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Recurrence;
import dev.aftercommit.store.Recurrences;
import dev.aftercommit.store.memory.MemoryJobStore;
import dev.aftercommit.worker.Outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Nodes that fire, step by step, over one store whose clock stands still until it is
 * moved.
 */
class FirerTests {

	private static final Instant START = Instant.parse("2026-01-01T00:00:00.25Z");

	private static final Duration LEASE = Duration.ofSeconds(30);

	private final StandingClock clock = new StandingClock();

	private final AwayStore store = new AwayStore(new MemoryJobStore(this.clock).recurrences());

	private final List<String> fired = new ArrayList<>();

	@Test
	void nothingOfThePastIsFired() {
		Firer node = node(schedule("a", "10s", MissedRuns.CATCH_UP));
		assertThat(node.step()).isEqualTo(Duration.ofMillis(9750).toNanos());
		assertThat(this.fired).isEmpty();
	}

	@Test
	void ofManyNodesOneFiresEachFireTime() {
		List<Firer> nodes = IntStream.range(0, 3).mapToObj((i) -> node(schedule("a", "1s", MissedRuns.SKIP))).toList();
		nodes.forEach(Firer::step);
		for (int i = 0; i < 20; i++) {
			pass(Duration.ofMillis(700));
			nodes.get(i % 3).step();
			nodes.get((i + 1) % 3).step();
		}
		assertThat(this.fired)
			.containsExactlyElementsOf(IntStream.rangeClosed(1, 14).mapToObj((i) -> "a " + at(i)).toList());
	}

	@Test
	void fireTimesThatAreDueTogetherAreFiredInOneStep() {
		Firer node = node(schedule("a", "1s", MissedRuns.SKIP));
		node.step();
		pass(Duration.ofSeconds(5));
		assertThat(node.step()).isEqualTo(Duration.ofMillis(750).toNanos());
		assertThat(this.fired).hasSize(5);
		assertThat(this.store.fires).hasSize(1);
	}

	@Test
	void aNodeThatStartsLaterWithAnotherDefinitionIsObeyedAndTheFormerOneComesBackWhenItIsGone() {
		Firer old = node(schedule("a", "1s", MissedRuns.SKIP));
		old.step();
		Firer changed = node(schedule("a", "7s", MissedRuns.SKIP));
		changed.step();
		pass(Duration.ofSeconds(7));
		old.step();
		old.step();
		assertThat(this.fired).isEmpty();
		changed.step();
		assertThat(this.fired).hasSize(1);
		for (int minute = 0; minute < 10; minute++) {
			pass(Duration.ofMinutes(1));
			old.step();
			changed.step();
		}
		assertThat(this.store.fires).allSatisfy((fire) -> assertThat(fire.definition()).contains("7s"));
		this.fired.clear();
		for (int minute = 0; minute < 4; minute++) {
			pass(Duration.ofMinutes(1));
			old.step();
		}
		this.fired.clear();
		pass(Duration.ofSeconds(3));
		old.step();
		assertThat(this.fired).hasSize(3);
	}

	@Test
	void aNodeThatIsStartedAgainGoesOnWhereTheLastOneEnded() {
		node(schedule("a", "1h", MissedRuns.CATCH_UP)).step();
		pass(Duration.ofMinutes(200));
		node(schedule("a", "1h", MissedRuns.CATCH_UP)).step();
		assertThat(this.fired).containsExactly("a " + at(3600), "a " + at(7200), "a " + at(10800));
	}

	@Test
	void aScheduleThatIsTurnedOffFiresNothingAndStopsOthersFromIt() {
		Firer old = node(schedule("a", "1s", MissedRuns.SKIP));
		old.step();
		Firer off = node(new Schedule("a", handler(), "[]", null, "disabled", MissedRuns.SKIP, 1));
		off.step();
		pass(Duration.ofSeconds(10));
		old.step();
		assertThat(off.step()).isEqualTo(Duration.ofSeconds(50).toNanos());
		assertThat(this.fired).isEmpty();
	}

	@Test
	void anOutageLosesNothingThatIsNotLongerDueThanALease() {
		Firer node = node(schedule("a", "1s", MissedRuns.SKIP));
		node.step();
		this.store.away.add("a");
		pass(Duration.ofSeconds(2));
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(node::step);
		pass(Duration.ofSeconds(2));
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(node::step);
		this.store.away.clear();
		node.step();
		assertThat(this.fired).hasSize(4);
	}

	@Test
	void aStepWhoseAnswerWasLostIsNotTakenTwice() {
		Firer node = node(schedule("a", "1s", MissedRuns.CATCH_UP));
		node.step();
		pass(Duration.ofSeconds(2));
		this.store.lostAnswers = 1;
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(node::step);
		pass(Duration.ofSeconds(1));
		node.step();
		assertThat(this.fired).containsExactly("a " + at(3));
		assertThat(this.store.accepted).isEqualTo(2);
	}

	@Test
	void aScheduleThatCantBeFiredDoesNotKeepTheOthersFromIt() {
		Firer node = node(schedule("a", "1s", MissedRuns.SKIP), schedule("b", "1s", MissedRuns.SKIP));
		node.step();
		this.store.away.add("a");
		pass(Duration.ofSeconds(2));
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(node::step);
		assertThat(this.fired).containsExactly("b " + at(1), "b " + at(2));
	}

	@Test
	void aStoreWhoseClockIsTurnedBackFiresNothingTwice() {
		Firer node = node(schedule("a", "1s", MissedRuns.CATCH_UP));
		node.step();
		pass(Duration.ofSeconds(3));
		node.step();
		this.clock.now = this.clock.now.minus(Duration.ofSeconds(60));
		this.clock.nanos += Duration.ofSeconds(1).toNanos();
		assertThat(node.step()).isPositive();
		for (int i = 0; i < 70; i++) {
			pass(Duration.ofSeconds(1));
			node.step();
		}
		assertThat(this.fired).doesNotHaveDuplicates().hasSizeBetween(12, 13);
	}

	/** Not in the one that has asked last, nor in one that was started meanwhile. */
	@Test
	void aPausedScheduleIsFiredByNoNode() {
		Firer node = node(schedule("a", "1s", MissedRuns.CATCH_UP), schedule("b", "1s", MissedRuns.SKIP));
		node.step();
		this.store.pause("a");
		Firer other = node(schedule("a", "1s", MissedRuns.CATCH_UP));
		for (int i = 1; i <= 100; i++) {
			pass(Duration.ofSeconds(1));
			node.step();
			assertThat(other.step()).as("it is not asked all the time").isGreaterThan(Duration.ofMillis(500).toNanos());
		}
		assertThat(this.fired).hasSize(100).allMatch((fire) -> fire.startsWith("b "));
		assertThat(this.store.agreements).isBetween(10, 30);
	}

	@ParameterizedTest
	@EnumSource(MissedRuns.class)
	void fireTimesOfAPauseGetNoJobWhateverIsMissedAndThoseAfterItAreInTime(MissedRuns missed) {
		Firer node = node(schedule("a", "1m", missed), schedule("often", "1s", missed));
		node.step();
		this.store.pause("a");
		this.store.pause("often");
		for (int i = 0; i < 600; i++) {
			pass(Duration.ofSeconds(1));
			node.step();
		}
		assertThat(this.fired).isEmpty();
		pass(Duration.ofMillis(500));
		this.store.resume("a");
		this.store.resume("often");
		for (int i = 0; i < 60; i++) {
			pass(Duration.ofSeconds(1));
			node.step();
		}
		assertThat(this.fired).filteredOn((fire) -> fire.startsWith("a ")).containsExactly("a " + at(660));
		assertThat(this.fired).filteredOn((fire) -> fire.startsWith("often "))
			.containsExactlyElementsOf(IntStream.rangeClosed(601, 660).mapToObj((i) -> "often " + at(i)).toList());
	}

	@Test
	void aPausedScheduleIsAskedForAgainWhenItWouldFireNext() {
		Firer node = node(schedule("a", "10s", MissedRuns.SKIP));
		node.step();
		this.store.pause("a");
		pass(Duration.ofMillis(9750));
		assertThat(node.step()).isEqualTo(Duration.ofSeconds(10).toNanos());
		this.store.resume("a");
		pass(Duration.ofSeconds(10));
		node.step();
		assertThat(this.fired).containsExactly("a " + at(20));
	}

	@Test
	void aDeletedScheduleBeginsAgain() {
		Firer node = node(schedule("a", "1s", MissedRuns.CATCH_UP));
		node.step();
		this.store.deleted = true;
		pass(Duration.ofSeconds(1));
		assertThat(node.step()).isZero();
		this.store.deleted = false;
		node.step();
		pass(Duration.ofSeconds(1));
		node.step();
		assertThat(this.fired).isNotEmpty();
	}

	private void pass(Duration time) {
		this.clock.now = this.clock.now.plus(time);
		this.clock.nanos += time.toNanos();
	}

	private Firer node(Schedule... schedules) {
		return new Firer(this.store, List.of(schedules), LEASE, this::fired, () -> this.clock.nanos,
				new Outage("fire", Duration.ofSeconds(1)));
	}

	private void fired(List<NewJob> jobs) {
		jobs.forEach((job) -> this.fired
			.add(job.headers().get(Schedules.NAME_HEADER) + " " + job.headers().get(Schedules.FIRE_TIME_HEADER)));
	}

	private static Instant at(int seconds) {
		return Instant.parse("2026-01-01T00:00:00Z").plusSeconds(seconds);
	}

	private static Schedule schedule(String name, String every, MissedRuns missed) {
		return new Schedule(name, handler(), "[]", new EveryFireTimes(Duration.parse("PT" + every)),
				"job every " + every, missed, 100);
	}

	private static JobHandler handler() {
		JobHandler handler = Mockito.mock(JobHandler.class);
		Mockito.when(handler.name()).thenReturn("job");
		Mockito.when(handler.queue()).thenReturn("default");
		Mockito.when(handler.terms(Mockito.any())).thenReturn(JobTerms.NONE);
		return handler;
	}

	/**
	 * A store that can be away for some schedules, and whose answers get lost.
	 */
	private static final class AwayStore implements Recurrences {

		private final Recurrences store;

		private final Set<String> away = ConcurrentHashMap.newKeySet();

		private final List<FireRequest> fires = new ArrayList<>();

		private int lostAnswers;

		private int accepted;

		private int agreements;

		private boolean deleted;

		AwayStore(Recurrences store) {
			this.store = store;
		}

		@Override
		public Map<String, Recurrence> agree(Map<String, String> definitions, Duration silence) {
			this.agreements++;
			return this.store.agree(definitions, silence);
		}

		@Override
		public boolean pause(String name) {
			return this.store.pause(name);
		}

		@Override
		public boolean resume(String name) {
			return this.store.resume(name);
		}

		@Override
		public Map<String, Recurrence> all() {
			return this.store.all();
		}

		@Override
		public Firing fire(FireRequest request) {
			if (this.away.contains(request.name())) {
				throw new JobStoreException("planted: away", null);
			}
			if (this.deleted) {
				return new Firing(false, null);
			}
			Firing firing = this.store.fire(request);
			if (firing.accepted()) {
				this.accepted++;
				this.fires.add(request);
			}
			if (this.lostAnswers-- > 0) {
				throw new JobStoreException("planted: the answer was lost", null);
			}
			return firing;
		}

	}

	private static final class StandingClock extends Clock {

		private Instant now = START;

		private long nanos;

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(@Nullable ZoneId zone) {
			return this;
		}

		@Override
		public Instant instant() {
			return this.now;
		}

	}

}
