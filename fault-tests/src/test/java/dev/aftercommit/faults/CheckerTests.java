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

package dev.aftercommit.faults;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.aftercommit.faults.harness.Checker;
import dev.aftercommit.faults.harness.Figures;
import dev.aftercommit.faults.harness.Ledger;
import dev.aftercommit.faults.harness.Ledger.Applied;
import dev.aftercommit.faults.harness.Ledger.Attempt;
import dev.aftercommit.faults.harness.Ledger.Gap;
import dev.aftercommit.faults.harness.Ledger.Job;
import dev.aftercommit.faults.harness.Ledger.Run;
import dev.aftercommit.faults.harness.Report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class CheckerTests {

	private static final Run RUN = new Run("call", "job", "a", 1, 100, 200, "ok");

	private static final Job DONE = new Job("job", "SUCCEEDED", 1, 210L);

	private static final Applied SUCCESS = new Applied("job", "a", 1, "SUCCEEDED", "SUCCEEDED", 220);

	@Test
	void aCallThatRanOnceIsClean() {
		Figures figures = check(List.of(RUN), List.of(SUCCESS), List.of(DONE), List.of());
		assertThat(figures.isClean()).isTrue();
		assertThat(figures.explained()).isZero();
		assertThat(figures.recoveries()).isEmpty();
	}

	@Test
	void aCommittedCallThatNeverRanIsLost() {
		assertThat(check(List.of(), List.of(), List.of(), List.of()).lost()).isOne();
	}

	@Test
	void aCommittedCallWhoseJobIsDeadIsLost() {
		assertThat(check(List.of(RUN), List.of(), List.of(new Job("job", "DEAD", 1, 210L)), List.of()).lost()).isOne();
	}

	@Test
	void aCommitThatTheCallerWasToldOfAndThatIsNotThereIsLost() {
		Ledger ledger = new Ledger(Map.of(), Map.of("call", "committed"), List.of(), List.of(), List.of(), List.of(),
				List.of());
		assertThat(new Checker(ledger, true, Map.of()).figures(Map.of()).lost()).isOne();
	}

	@Test
	void aRunWithoutACommittedCallIsAGhost() {
		Ledger ledger = new Ledger(Map.of(), Map.of("call", "rolledback"), List.of(RUN), List.of(), List.of(DONE),
				List.of(), List.of());
		assertThat(new Checker(ledger, true, Map.of()).figures(Map.of()).ghosts()).isOne();
	}

	@Test
	void aStoredJobWithoutACommittedCallIsAGhost() {
		Ledger ledger = new Ledger(Map.of(), Map.of("call", "unknown"), List.of(), List.of(),
				List.of(new Job("job", "ENQUEUED", 0, null)), List.of(), List.of());
		Figures figures = new Checker(ledger, true, Map.of()).figures(Map.of());
		assertThat(figures.ghosts()).isOne();
		assertThat(figures.stuck()).isOne();
		assertThat(figures.unknown()).isOne();
	}

	@Test
	void aFurtherRunIsExplainedByTheRecordOfTheOneBefore() {
		Run killed = new Run("call", "job", "a", 1, 10, Long.MAX_VALUE, "never");
		Run second = new Run("call", "job", "b", 2, 100, 200, "ok");
		Figures figures = check(List.of(killed, second), List.of(), List.of(new Job("job", "SUCCEEDED", 2, 210L)),
				List.of(new Attempt("job", 1, "LOST")));
		assertThat(figures.isClean()).isTrue();
		assertThat(figures.explained()).isOne();
	}

	@Test
	void aFurtherRunThatNothingExplainsIsUnexplained() {
		Run second = new Run("call", "job", "b", 2, 150, 205, "ok");
		Figures figures = check(List.of(RUN, second), List.of(), List.of(new Job("job", "SUCCEEDED", 2, 210L)),
				List.of());
		assertThat(figures.unexplained()).isOne();
		assertThat(figures.overlappingBodies()).isOne();
		assertThat(figures.isClean()).isFalse();
	}

	@Test
	void anAttemptThatWasLostAndAcceptedHasTwoOutcomes() {
		Figures figures = check(List.of(RUN), List.of(SUCCESS), List.of(DONE), List.of(new Attempt("job", 1, "LOST")));
		assertThat(figures.overlappingOutcomes()).isOne();
		assertThat(figures.isClean()).isFalse();
	}

	@Test
	void twoAcceptedSuccessesAreTwoOutcomes() {
		Applied second = new Applied("job", "b", 2, "SUCCEEDED", "SUCCEEDED", 230);
		assertThat(check(List.of(RUN), List.of(SUCCESS, second), List.of(DONE), List.of()).overlappingOutcomes())
			.isOne();
	}

	@Test
	void aStaleOutcomeIsCountedAndIsNoSecondOne() {
		Applied stale = new Applied("job", "b", 2, "SUCCEEDED", "stale", 230);
		Figures figures = check(List.of(RUN), List.of(SUCCESS, stale), List.of(DONE), List.of());
		assertThat(figures.overlappingOutcomes()).isZero();
		assertThat(figures.stale()).isOne();
	}

	@Test
	void aJobInTwoPlacesHasTwoOutcomes() {
		Job again = new Job("job", "ENQUEUED", 1, null);
		assertThat(check(List.of(RUN), List.of(SUCCESS), List.of(DONE, again), List.of()).overlappingOutcomes())
			.isOne();
	}

	@Test
	void aRunAfterItsJobHasEndedIsASecondOutcome() {
		Run late = new Run("call", "job", "b", 2, 300, 400, "ok");
		assertThat(check(List.of(RUN, late), List.of(SUCCESS), List.of(DONE), List.of()).overlappingOutcomes()).isOne();
	}

	@Test
	void recoveryIsCountedFromTheCrashToTheNextStart() {
		Run killed = new Run("call", "job", "a", 1, 1_000, Long.MAX_VALUE, "never");
		Run second = new Run("call", "job", "b", 2, 3_002_000, 3_100_000, "ok");
		Ledger ledger = ledger(List.of(killed, second), List.of(), List.of(new Job("job", "SUCCEEDED", 2, 3_200_000L)),
				List.of(new Attempt("job", 1, "LOST")));
		assertThat(new Checker(ledger, true, Map.of()).figures(Map.of("a", 2_000L)).recoveries())
			.containsExactly(3_000L);
	}

	@Test
	void aRecoveryOverOneAndAHalfLeasesFailsTheFaultAndNoControl() {
		Duration lease = Duration.ofSeconds(3);
		Figures inTime = recovered(4_500);
		Figures late = recovered(4_501);
		assertThat(inTime.isRecoveredWithin(lease)).isTrue();
		assertThat(late.isRecoveredWithin(lease)).isFalse();
		assertThatNoException().isThrownBy(() -> Report.requireRecovery("1", lease, inTime));
		assertThatNoException().isThrownBy(() -> Report.requireRecovery("F", lease, late));
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> Report.requireRecovery("1", lease, late))
			.withMessageContaining("Fault 1 took PT4.501S");
	}

	@Test
	void oneLateRecoveryOfTwentyIsLetPassAndTwoAreNot() {
		Duration lease = Duration.ofSeconds(3);
		Long[] recoveries = new Long[20];
		Arrays.fill(recoveries, 3_000L);
		recoveries[19] = 9_000L;
		assertThat(recovered(recoveries).isRecoveredWithin(lease)).isTrue();
		recoveries[18] = 9_000L;
		assertThat(recovered(recoveries).isRecoveredWithin(lease)).isFalse();
		assertThat(recovered().isRecoveredWithin(lease)).isTrue();
	}

	private static Figures recovered(long millis) {
		Run killed = new Run("call", "job", "a", 1, 0, Long.MAX_VALUE, "never");
		Run second = new Run("call", "job", "b", 2, 1_000 + millis * 1_000, 100_000_000, "ok");
		Ledger ledger = ledger(List.of(killed, second), List.of(), List.of(), List.of());
		return new Checker(ledger, true, Map.of()).figures(Map.of("a", 1_000L));
	}

	private static Figures recovered(Long... millis) {
		return new Figures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of(millis));
	}

	@Test
	void withoutAStoreTheRunsSayWhatWasLost() {
		Ledger ledger = new Ledger(Map.of("ran", "-", "lost", "-"), Map.of(),
				List.of(new Run("ran", "-", "a", 0, 100, 200, "ok")), List.of(), List.of(), List.of(), List.of());
		assertThat(new Checker(ledger, false, Map.of()).lost()).containsExactly("lost");
	}

	@Test
	void aCallThatIsToEndDeadIsLostIfItSucceeds() {
		Ledger ledger = ledger(List.of(RUN), List.of(), List.of(DONE), List.of());
		assertThat(new Checker(ledger, true, Map.of("call", "DEAD")).lost()).containsExactly("call");
	}

	@Test
	void aDeletedCallIsNowhereOrIsLost() {
		Ledger deleted = ledger(List.of(RUN), List.of(), List.of(), List.of());
		assertThat(new Checker(deleted, true, Map.of("call", "DELETED")).lost()).isEmpty();
		Ledger there = ledger(List.of(RUN), List.of(), List.of(DONE), List.of());
		assertThat(new Checker(there, true, Map.of("call", "DELETED")).lost()).containsExactly("call");
	}

	@Test
	void aFurtherRunIsExplainedByAFailureThatANodeWasTold() {
		Run failed = new Run("call", "job", "a", 1, 10, 20, "failed");
		Applied retried = new Applied("job", "a", 1, "FAILED", "RETRYING", 30);
		List<Job> jobs = List.of(new Job("job", "SUCCEEDED", 2, 210L));
		Run second = new Run("call", "job", "b", 2, 100, 200, "ok");
		assertThat(check(List.of(failed, second), List.of(retried), jobs, List.of()).unexplained()).isZero();
		Applied stale = new Applied("job", "a", 1, "FAILED", "stale", 30);
		assertThat(check(List.of(failed, second), List.of(stale), jobs, List.of()).unexplained()).isOne();
	}

	@Test
	void aSnoozeIsNoOutcomeOfItsAttemptAndExplainsTheNextRun() {
		Run before = new Run("call", "job", "a", 1, 10, 20, "ok");
		Applied snoozed = new Applied("job", "a", 1, "SNOOZED", "SCHEDULED", 30);
		Figures figures = check(List.of(before, RUN), List.of(snoozed, SUCCESS), List.of(DONE),
				List.of(new Attempt("job", 1, "SNOOZED")));
		assertThat(figures.isClean()).isTrue();
		assertThat(figures.explained()).isOne();
		assertThat(check(List.of(before, RUN), List.of(snoozed, SUCCESS), List.of(DONE), List.of()).unexplained())
			.as("the store has forgotten that snooze")
			.isZero();
	}

	@Test
	void anOutcomeThatTheStoreForgotWhenItWasKilledIsNone() {
		Run second = new Run("call", "job", "a", 1, 400, 500, "ok");
		Gap gap = new Gap(150, 300);
		assertThat(Ledger.remembered(List.of(SUCCESS), List.of(RUN, second), List.of(gap))).isEmpty();
		assertThat(Ledger.remembered(List.of(SUCCESS), List.of(RUN), List.of(gap))).as("not run again")
			.containsExactly(SUCCESS);
		assertThat(Ledger.remembered(List.of(SUCCESS), List.of(RUN, second), List.of(new Gap(230, 300))))
			.as("long before")
			.containsExactly(SUCCESS);
		assertThat(Ledger.remembered(List.of(SUCCESS), List.of(RUN, second), List.of(new Gap(150, 450))))
			.as("run again while the store was away")
			.containsExactly(SUCCESS);
	}

	private static Figures check(List<Run> runs, List<Applied> applied, List<Job> jobs, List<Attempt> attempts) {
		return new Checker(ledger(runs, applied, jobs, attempts), true, Map.of()).figures(Map.of());
	}

	private static Ledger ledger(List<Run> runs, List<Applied> applied, List<Job> jobs, List<Attempt> attempts) {
		return new Ledger(Map.of("call", "job"), Map.of("call", "committed"), runs, applied, jobs, attempts, List.of());
	}

}
