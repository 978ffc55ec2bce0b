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
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.aftercommit.faults.harness.KeyChecker;
import dev.aftercommit.faults.harness.Ledger;
import dev.aftercommit.faults.harness.Ledger.Job;
import dev.aftercommit.faults.harness.Ledger.Run;

import static org.assertj.core.api.Assertions.assertThat;

class KeyCheckerTests {

	private static final long NEVER = Long.MAX_VALUE;

	@Test
	void jobsThatComeOneAfterTheOtherAreOneAtOnceAndOvertakeNobody() {
		KeyChecker checker = check(List.of(ok("a-1", 1000, 2000), ok("a-2", 2000, 3000)));
		assertThat(checker.keys()).containsExactly("a");
		assertThat(checker.mostAtOnce("a")).isOne();
		assertThat(overtaken(checker)).isEmpty();
	}

	@Test
	void jobsThatRunAtTheSameMomentAreCountedOfTheirKeyOnly() {
		KeyChecker checker = check(List.of(ok("a-1", 1000, 4000), ok("a-2", 2000, 5000), ok("a-3", 3000, 6000),
				ok("b-1", 1000, 9000), ok("a-4", 6000, 7000)));
		assertThat(checker.mostAtOnce("a")).isEqualTo(3);
		assertThat(checker.mostAtOnce("b")).isOne();
		assertThat(checker.mostAtOnce("c")).isZero();
	}

	@Test
	void aJobGoesOnFromItsFirstStartThoughItsNodeDied() {
		KeyChecker checker = check(List.of(new Run("a-1", "a-1", "dead", 1, 1000, NEVER, "never"),
				ok("a-2", 2000, 3000), new Run("a-1", "a-1", "alive", 2, 4000, 5000, "ok")));
		assertThat(checker.mostAtOnce("a")).isEqualTo(2);
	}

	@Test
	void aJobThatWasCutOffAndCancelledGoesOnUntilThen() {
		Run cut = new Run("a-1", "a-1", "dead", 1, 1000, NEVER, "never");
		List<Run> runs = List.of(cut, ok("a-2", 2000, 3000));
		assertThat(check(runs, List.of(new Job("a-1", "CANCELLED", 1, 2500L))).mostAtOnce("a")).isOne();
		assertThat(check(runs, List.of(new Job("a-1", "CANCELLED", 1, 3500L))).mostAtOnce("a")).isEqualTo(2);
		assertThat(check(runs, List.of()).mostAtOnce("a")).as("it never ended").isEqualTo(2);
	}

	@Test
	void whoBeganAfterALaterOneWasOvertaken() {
		KeyChecker checker = check(List.of(ok("a-2", 1000, 2000), ok("a-1", 3000, 4000), ok("a-3", 5000, 6000)));
		assertThat(overtaken(checker)).containsExactly("a-1");
	}

	@Test
	void aKeyStandsStillUntilTheNextOneBeginsOrForEver() {
		KeyChecker checker = check(List.of(ok("a-1", 1000, 2000), ok("a-2", 9000, 9500)));
		assertThat(checker.stoodStill("a", 2000)).isEqualTo(Duration.ofMillis(7));
		assertThat(checker.stoodStill("a", 9000)).isNull();
	}

	private static List<String> overtaken(KeyChecker checker) {
		return checker.overtaken("a", (call) -> Integer.parseInt(call.substring(2)));
	}

	private static Run ok(String call, long start, long end) {
		return new Run(call, call, "alive", 1, start, end, "ok");
	}

	private static KeyChecker check(List<Run> runs) {
		return check(runs, List.of());
	}

	private static KeyChecker check(List<Run> runs, List<Job> jobs) {
		Ledger ledger = new Ledger(Map.of(), Map.of(), runs, List.of(), jobs, List.of(), List.of());
		return new KeyChecker(ledger, (call) -> call.substring(0, 1));
	}

}
