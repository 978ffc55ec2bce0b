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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.aftercommit.faults.harness.Ledger;
import dev.aftercommit.faults.harness.Ledger.Applied;
import dev.aftercommit.faults.harness.Ledger.CallTime;
import dev.aftercommit.faults.harness.Ledger.Claim;
import dev.aftercommit.faults.harness.Ledger.Job;
import dev.aftercommit.faults.harness.Ledger.Run;
import dev.aftercommit.faults.harness.UniqueChecker;

import static org.assertj.core.api.Assertions.assertThat;

class UniqueCheckerTests {

	private final Map<String, String> calls = new HashMap<>();

	private final Map<String, CallTime> times = new HashMap<>();

	private final List<Run> runs = new ArrayList<>();

	private final List<Job> jobs = new ArrayList<>();

	private final List<Applied> applied = new ArrayList<>();

	private final List<Claim> claims = new ArrayList<>();

	@Test
	void whoComesAfterTheEndOfTheOneBeforeIsNotBesideIt() {
		ran("KEEP.1.a", 1000, 3000, 9000);
		ran("KEEP.1.b", 10_000, 11_000, 12_000);
		ran("KEEP.2.c", 2000, 3000, 9000);
		assertThat(check(true).beside()).isEmpty();
	}

	@Test
	void whoIsTakenBeforeTheEndOfTheOneThatIsToBeKeptIsBesideIt() {
		ran("KEEP.1.a", 1000, 3000, 9000);
		ran("KEEP.1.b", 8000, 9000, 12_000);
		assertThat(check(true).beside()).containsExactly("KEEP.1.b");
	}

	@Test
	void untilItsStartAJobIsAloneWhateverTheKind() {
		for (String kind : List.of("KEEP_UNTIL_STARTED", "REPLACE", "REPLACE_UNTIL_STARTED")) {
			ran(kind + ".1.a", 1000, 3000, 9000);
			ran(kind + ".1.b", 3500, 9000, 12_000);
			ran(kind + ".1.c", 8000, 9000, 12_000);
			assertThat(check(true).beside()).as(kind).containsExactly(kind + ".1.c");
			this.calls.clear();
		}
	}

	@Test
	void ofOneWhoseNodeDiedBeforeItBeganNobodyKnowsWhenItWasClaimed() {
		ran("REPLACE.1.a", 1000, 8000, 9000);
		ran("REPLACE.1.b", 4000, 9000, 12_000);
		this.claims.clear();
		this.claims.add(new Claim("REPLACE.1.a", 2, 7000));
		assertThat(check(true).beside()).isEmpty();
	}

	@Test
	void aCallThatMetAJobIsMergedWithItIfThatWasThereAndEndedLater() {
		ran("KEEP.1.a", 1000, 3000, 9000);
		called("KEEP.1.met", 8000, 10_000);
		called("KEEP.1.late", 9001, 10_000);
		assertThat(check(true).merged()).isEqualTo(Map.of("KEEP.1.met", "DELETED"));
	}

	@Test
	void aJobWhoseBodyHasEndedIsKeptUntilThatIsAccepted() {
		ran("KEEP.1.a", 1000, 3000, 9000);
		called("KEEP.1.met", 9500, 10_000);
		assertThat(check(true).merged()).isEmpty();
		this.applied.clear();
		this.applied.add(new Applied("KEEP.1.a", "node", 1, "SUCCEEDED", "SUCCEEDED", 9500));
		assertThat(check(true).merged()).containsOnlyKeys("KEEP.1.met");
	}

	@Test
	void aCallThatALaterJobCameAfterIsLostUnlessItIsDecidedAboutLater() {
		ran("KEEP.1.a", 20_000, 23_000, 29_000);
		called("KEEP.1.lost", 8000, 10_000);
		assertThat(check(true).merged()).isEmpty();
		assertThat(check(false).merged()).containsOnlyKeys("KEEP.1.lost");
		called("KEEP.1.untold", 8000, Long.MAX_VALUE);
		assertThat(check(true).merged()).containsOnlyKeys("KEEP.1.untold");
	}

	@Test
	void untilItsStartACallIsMergedWithAJobThatStartsAfterIt() {
		ran("KEEP_UNTIL_STARTED.1.a", 1000, 3000, 9000);
		called("KEEP_UNTIL_STARTED.1.met", 3000, 10_000);
		called("KEEP_UNTIL_STARTED.1.late", 3001, 10_000);
		assertThat(check(true).merged()).containsOnlyKeys("KEEP_UNTIL_STARTED.1.met");
	}

	@Test
	void aReplacedCallIsDoneForByALaterOneThatStartsAfterIt() {
		called("REPLACE.1.replaced", 1000, 2000);
		this.jobs.add(new Job("REPLACE.1.replaced", "CANCELLED", 0, 1500L, 4000L));
		assertThat(check(true).merged()).isEmpty();
		ran("REPLACE.1.by", 3000, 5000, 6000);
		assertThat(check(true).merged()).isEqualTo(Map.of("REPLACE.1.replaced", "CANCELLED"));
		assertThat(check(true).replacedByEarlier()).isEmpty();
	}

	@Test
	void aCallThatAnEarlierOneReplacedIsFound() {
		ran("REPLACE.1.by", 1000, 9000, 10_000);
		called("REPLACE.1.replaced", 2000, 3000);
		this.jobs.add(new Job("REPLACE.1.replaced", "CANCELLED", 0, 2500L, 4000L));
		assertThat(check(true).merged()).isEmpty();
		assertThat(check(true).replacedByEarlier()).containsExactly("REPLACE.1.replaced");
	}

	@Test
	void aJobThatWasCancelledThoughItIsToBeKeptIsNotMerged() {
		ran("KEEP.1.a", 1000, 3000, 9000);
		called("KEEP.1.cancelled", 2000, 3000);
		this.jobs.add(new Job("KEEP.1.cancelled", "CANCELLED", 0, 2500L, 4000L));
		assertThat(check(true).merged()).isEmpty();
	}

	private void called(String call, long begun, long told) {
		this.calls.put(call, call);
		this.times.put(call, new CallTime(begun, told));
	}

	/** A call whose job is claimed when it starts. */
	private void ran(String call, long taken, long started, long ended) {
		called(call, taken - 500, taken + 500);
		this.jobs.add(new Job(call, "SUCCEEDED", 1, taken, ended));
		this.claims.add(new Claim(call, 1, started - taken));
		this.runs.add(new Run(call, call, "node", 1, started, ended, "ok"));
		this.applied.add(new Applied(call, "node", 1, "SUCCEEDED", "SUCCEEDED", ended));
	}

	private UniqueChecker check(boolean joined) {
		Ledger ledger = new Ledger(this.calls, Map.of(), this.runs, this.applied, this.jobs, List.of(), List.of());
		return new UniqueChecker(ledger, this.times, this.claims, joined);
	}

}
