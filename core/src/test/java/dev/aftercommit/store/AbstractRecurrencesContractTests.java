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

package dev.aftercommit.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.JobState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every store must keep of recurring jobs.
 */
public abstract class AbstractRecurrencesContractTests {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private StoreHarness harness;

	private Recurrences recurrences;

	/**
	 * A harness whose store has no jobs and no schedules.
	 */
	protected abstract StoreHarness newHarness() throws Exception;

	@BeforeEach
	void openStore() throws Exception {
		this.harness = newHarness();
		this.recurrences = this.harness.store().recurrences();
	}

	@AfterEach
	void closeStore() throws Exception {
		this.harness.close();
	}

	@Test
	void aNewScheduleIsDecidedUpToNowOnTheStoresClock() {
		this.harness.advance(Duration.ofDays(3));
		Instant before = Instant.now().plus(Duration.ofDays(3)).minus(MINUTE);
		Recurrence row = start("a", "every day");
		assertThat(row.definition()).isEqualTo("every day");
		assertThat(row.last()).isBetween(before, before.plus(MINUTE).plus(MINUTE));
		assertThat(row.now()).isBetween(row.last(), row.last().plus(MINUTE));
	}

	@Test
	void anUnchangedScheduleKeepsWhatIsDecidedHoweverLongNobodyWasThere() {
		Recurrence first = start("a", "every day");
		this.harness.advance(Duration.ofDays(400));
		Recurrence again = start("a", "every day");
		assertThat(again.last()).isEqualTo(first.last());
		assertThat(Duration.between(first.now(), again.now())).isBetween(Duration.ofDays(400),
				Duration.ofDays(400).plus(MINUTE));
	}

	@Test
	void aChangedScheduleBeginsNowAndTheOldOneIsNeverFiredAgain() {
		Recurrence old = start("a", "every day");
		this.harness.advance(Duration.ofDays(2));
		Recurrence changed = start("a", "every week");
		assertThat(changed.definition()).isEqualTo("every week");
		assertThat(changed.last()).isAfterOrEqualTo(old.last().plus(Duration.ofDays(2)));
		NewJob job = job();
		Firing firing = this.recurrences
			.fire(new FireRequest("a", "every day", old.last(), old.last().plus(MINUTE), List.of(job)));
		assertThat(firing.accepted()).isFalse();
		assertThat(firing.present()).isNotNull().satisfies((present) -> {
			assertThat(present.definition()).isEqualTo("every week");
			assertThat(present.last()).isEqualTo(changed.last());
		});
		assertThat(written(List.of(job))).isZero();
	}

	@Test
	void aNodeThatStartsIsObeyedAlsoIfTheClockWasTurnedBack() {
		start("a", "old");
		this.harness.advance(MINUTE.negated());
		assertThat(start("a", "new").definition()).isEqualTo("new");
	}

	@Test
	void aDefinitionThatIsConfirmedOrFiredStaysAndOneThatIsNotGivesWay() {
		start("a", "new");
		this.harness.advance(MINUTE);
		assertThat(look("a", "old").definition()).isEqualTo("new");
		this.harness.advance(MINUTE);
		Recurrence confirmed = look("a", "new");
		this.harness.advance(MINUTE.multipliedBy(2));
		assertThat(look("a", "old").definition()).isEqualTo("new");
		assertThat(this.recurrences
			.fire(new FireRequest("a", "new", confirmed.last(), confirmed.last().plus(MINUTE), List.of()))
			.accepted()).isTrue();
		this.harness.advance(MINUTE.multipliedBy(2));
		assertThat(look("a", "old").definition()).isEqualTo("new");
		this.harness.advance(MINUTE.multipliedBy(2));
		Recurrence taken = look("a", "old");
		assertThat(taken.definition()).isEqualTo("old");
		assertThat(taken.last()).isEqualTo(taken.last()).isAfter(confirmed.last().plus(MINUTE.multipliedBy(5)));
	}

	@Test
	void manySchedulesAreAgreedOnTogether() {
		Map<String, String> definitions = new HashMap<>();
		IntStream.range(0, 50).forEach((i) -> definitions.put("schedule " + i, "definition ü '" + i));
		assertThat(this.recurrences.agree(definitions, Duration.ZERO)).hasSize(50)
			.allSatisfy((name, row) -> assertThat(row.definition()).isEqualTo(definitions.get(name)));
		assertThat(look("schedule 7", "other").definition()).isEqualTo("definition ü '7");
	}

	@Test
	void aStepIsTakenWithItsJobs() {
		Recurrence row = start("a", "every second");
		this.harness.advance(MINUTE);
		Instant newLast = row.last().plusSeconds(3);
		List<NewJob> jobs = List.of(job(), job(), job());
		Firing firing = this.recurrences.fire(new FireRequest("a", "every second", row.last(), newLast, jobs));
		assertThat(firing.accepted()).isTrue();
		assertThat(firing.present()).isNotNull();
		assertThat(firing.present().last()).isEqualTo(newLast);
		assertThat(firing.present().now()).isAfterOrEqualTo(row.now().plus(MINUTE));
		assertThat(written(jobs)).isEqualTo(3);
		assertThat(look("a", "every second").last()).isEqualTo(newLast);
	}

	@Test
	void aStepThatWasTakenIsNotTakenAgain() {
		Recurrence row = start("a", "every second");
		this.harness.advance(MINUTE);
		FireRequest first = step(row, 1);
		FireRequest second = step(row, 1);
		FireRequest longer = step(row, 2);
		assertThat(this.recurrences.fire(first).accepted()).isTrue();
		for (FireRequest late : List.of(first, second, longer)) {
			Firing refused = this.recurrences.fire(late);
			assertThat(refused.accepted()).isFalse();
			assertThat(refused.present()).isNotNull();
			assertThat(refused.present().last()).isEqualTo(first.newLast());
		}
		assertThat(written(first.jobs())).isEqualTo(1);
		assertThat(written(second.jobs())).isZero();
		assertThat(written(longer.jobs())).isZero();
	}

	@Test
	void aStepMayHaveNoJobs() {
		Recurrence row = start("a", "every second");
		this.harness.advance(MINUTE);
		assertThat(this.recurrences
			.fire(new FireRequest("a", "every second", row.last(), row.last().plusSeconds(30), List.of()))
			.accepted()).isTrue();
		assertThat(look("a", "every second").last()).isEqualTo(row.last().plusSeconds(30));
	}

	@Test
	void nothingIsFiredBeforeItsTimeOnTheStoresClock() {
		Recurrence row = start("a", "every second");
		FireRequest early = new FireRequest("a", "every second", row.last(), row.now().plus(Duration.ofHours(1)),
				List.of(job()));
		Firing refused = this.recurrences.fire(early);
		assertThat(refused.accepted()).isFalse();
		assertThat(refused.present()).isNotNull();
		assertThat(refused.present().last()).isEqualTo(row.last());
		assertThat(written(early.jobs())).isZero();
		this.harness.advance(Duration.ofHours(2));
		assertThat(this.recurrences.fire(early).accepted()).isTrue();
		assertThat(written(early.jobs())).isEqualTo(1);
	}

	@Test
	void anUnknownScheduleIsNotFired() {
		NewJob job = job();
		Instant last = Instant.now().minus(MINUTE);
		Firing firing = this.recurrences
			.fire(new FireRequest("nobody's", "every second", last, last.plusSeconds(1), List.of(job)));
		assertThat(firing.accepted()).isFalse();
		assertThat(firing.present()).isNull();
		assertThat(written(List.of(job))).isZero();
	}

	@Test
	void aJobThatIsThereAlreadyIsLeftAsItIs() {
		Recurrence row = start("a", "every second");
		this.harness.advance(MINUTE);
		FireRequest request = step(row, 1);
		this.harness.store().intake().enqueue(request.jobs());
		assertThat(this.recurrences.fire(request).accepted()).isTrue();
		assertThat(written(request.jobs())).isEqualTo(1);
	}

	@Test
	void manyJobsAreFiredInOneStep() {
		Recurrence row = start("a", "every second");
		this.harness.advance(Duration.ofHours(1));
		List<NewJob> jobs = IntStream.range(0, 1000).mapToObj((i) -> job()).toList();
		assertThat(this.recurrences
			.fire(new FireRequest("a", "every second", row.last(), row.last().plusSeconds(1000), jobs))
			.accepted()).isTrue();
		assertThat(written(jobs)).isEqualTo(1000);
	}

	@Test
	void noStepOfAPausedScheduleIsTakenWhoeverAsksForIt() {
		Recurrence row = start("a", "every second");
		this.harness.advance(MINUTE);
		assertThat(this.recurrences.pause("a")).isTrue();
		assertThat(this.recurrences.pause("a")).isFalse();
		FireRequest request = step(row, 1);
		Firing firing = this.recurrences.fire(request);
		assertThat(firing.accepted()).isFalse();
		assertThat(firing.present()).isNotNull().satisfies((present) -> {
			assertThat(present.paused()).isTrue();
			assertThat(present.last()).isEqualTo(row.last());
		});
		assertThat(written(request.jobs())).isZero();
		assertThat(look("a", "every second").paused()).isTrue();
		assertThat(this.recurrences.all().get("a").paused()).isTrue();
	}

	@Test
	void aResumedScheduleIsDecidedUpToThen() {
		Recurrence row = start("a", "every second");
		this.recurrences.pause("a");
		this.harness.advance(Duration.ofHours(1));
		assertThat(this.recurrences.resume("a")).isTrue();
		assertThat(this.recurrences.resume("a")).isFalse();
		FireRequest missed = step(row, 1);
		assertThat(this.recurrences.fire(missed).accepted()).isFalse();
		assertThat(written(missed.jobs())).isZero();
		Recurrence resumed = look("a", "every second");
		assertThat(resumed.paused()).isFalse();
		assertThat(resumed.last()).isAfterOrEqualTo(row.last().plus(Duration.ofHours(1)))
			.isBeforeOrEqualTo(resumed.now());
		this.harness.advance(MINUTE);
		assertThat(this.recurrences.fire(step(resumed, 1)).accepted()).isTrue();
	}

	@Test
	void whatWasDecidedIsNotDecidedAgainByAResumeThoughTheClockWasTurnedBack() {
		Recurrence row = start("a", "every second");
		this.recurrences.pause("a");
		this.harness.advance(Duration.ofHours(-1));
		assertThat(this.recurrences.resume("a")).isTrue();
		assertThat(look("a", "every second").last()).isEqualTo(row.last());
	}

	@Test
	void aPauseOutlivesAChangeOfTheDefinition() {
		start("a", "every second");
		this.recurrences.pause("a");
		assertThat(start("a", "every minute").paused()).isTrue();
		assertThat(look("a", "every minute").definition()).isEqualTo("every minute");
		assertThat(this.recurrences.resume("a")).isTrue();
		assertThat(look("a", "every minute").paused()).isFalse();
	}

	@Test
	void aPauseIsNoSignThatADefinitionIsStillInUse() {
		start("a", "new");
		this.harness.advance(MINUTE.multipliedBy(2));
		this.recurrences.pause("a");
		this.harness.advance(MINUTE.multipliedBy(2));
		assertThat(look("a", "old").definition()).isEqualTo("old");
	}

	@Test
	void anUnknownScheduleIsNotPaused() {
		start("a", "every second");
		assertThat(this.recurrences.pause("nobody's")).isFalse();
		assertThat(this.recurrences.resume("nobody's")).isFalse();
		assertThat(this.recurrences.all()).containsOnlyKeys("a");
	}

	@Test
	void theLastJobThatWasFiredIsRemembered() {
		Recurrence row = start("a", "every second");
		assertThat(row.fired()).isNull();
		this.harness.advance(MINUTE);
		List<NewJob> jobs = List.of(job(), job());
		Instant newLast = row.last().plusSeconds(2);
		Firing firing = this.recurrences.fire(new FireRequest("a", "every second", row.last(), newLast, jobs));
		Recurrence.Fired fired = new Recurrence.Fired(newLast, jobs.get(1).id());
		assertThat(firing.present()).isNotNull().extracting(Recurrence::fired).isEqualTo(fired);
		assertThat(
				this.recurrences.fire(new FireRequest("a", "every second", newLast, newLast.plusSeconds(1), List.of()))
					.accepted())
			.isTrue();
		this.recurrences.pause("a");
		this.recurrences.resume("a");
		start("a", "every minute");
		assertThat(look("a", "every minute").fired()).isEqualTo(fired);
		assertThat(this.recurrences.all().get("a").fired()).isEqualTo(fired);
	}

	@Test
	void ofManyNodesOneTakesEachStep() throws Exception {
		Recurrence row = start("a", "every second");
		this.harness.advance(MINUTE);
		List<NewJob> jobs = Collections.synchronizedList(new ArrayList<>());
		List<NewJob> accepted = Collections.synchronizedList(new ArrayList<>());
		inParallel(4, () -> {
			Recurrence known = row;
			for (int tries = 0; tries < 1000 && known.last().isBefore(row.last().plusSeconds(30)); tries++) {
				FireRequest request = step(known, 1);
				jobs.addAll(request.jobs());
				Firing firing = this.recurrences.fire(request);
				if (firing.accepted()) {
					accepted.addAll(request.jobs());
				}
				known = firing.present();
				assertThat(known).isNotNull();
			}
			return known;
		});
		assertThat(accepted).hasSize(30);
		assertThat(written(accepted)).isEqualTo(30);
		assertThat(written(jobs)).isEqualTo(30);
		assertThat(look("a", "every second").last()).isEqualTo(row.last().plusSeconds(30));
	}

	@Test
	void manyNodesThatStartAtOnceAgree() throws Exception {
		Map<String, String> definitions = new HashMap<>();
		IntStream.range(0, 10).forEach((i) -> definitions.put("s" + i, "d" + i));
		List<Map<String, Recurrence>> answers = inParallel(4, () -> this.recurrences.agree(definitions, Duration.ZERO));
		Map<String, Recurrence> present = this.recurrences.agree(definitions, Duration.ZERO);
		assertThat(answers).allSatisfy((answer) -> assertThat(answer)
			.allSatisfy((name, row) -> assertThat(row.last()).isEqualTo(present.get(name).last())));
	}

	private Recurrence start(String name, String definition) {
		return this.recurrences.agree(Map.of(name, definition), Duration.ZERO).get(name);
	}

	private Recurrence look(String name, String definition) {
		return this.recurrences.agree(Map.of(name, definition), MINUTE.multipliedBy(3)).get(name);
	}

	private static FireRequest step(Recurrence row, int seconds) {
		return new FireRequest("a", row.definition(), row.last(), row.last().plusSeconds(seconds), List.of(job()));
	}

	private static NewJob job() {
		return new NewJob(UUID.randomUUID(), "job", "default", 0, null, "[]", Map.of("fired", "ü"));
	}

	private long written(List<NewJob> jobs) {
		return this.harness.store()
			.directory()
			.find(jobs.stream().map(NewJob::id).toList())
			.values()
			.stream()
			.filter((status) -> status.state() == JobState.ENQUEUED)
			.count();
	}

	private static <T> List<T> inParallel(int threads, Callable<T> task) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<T> results = new ArrayList<>();
			for (Future<T> future : executor.invokeAll(Collections.nCopies(threads, task), 60, TimeUnit.SECONDS)) {
				results.add(future.get());
			}
			return results;
		}
		finally {
			executor.shutdownNow();
		}
	}

}
