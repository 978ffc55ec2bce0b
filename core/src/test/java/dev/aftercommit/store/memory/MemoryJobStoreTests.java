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

package dev.aftercommit.store.memory;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobState;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.FailureGroups;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.StagedJob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What the memory store does beyond the contract that all stores share.
 */
class MemoryJobStoreTests {

	private final MemoryJobStore store = new MemoryJobStore(Clock.systemUTC());

	@Test
	void itJoinsNoTransaction() {
		assertThat(this.store.canJoinTransactions()).isFalse();
		assertThat(this.store.intake().joinsTransaction()).isFalse();
		StagedJob staged = new StagedJob(job("a"), null);
		assertThatIllegalStateException().isThrownBy(() -> this.store.intake().stage(List.of(staged)))
			.withMessageContaining("joins no transaction");
	}

	@Test
	void eachQueueHasItsTurnAlthoughOneJobIsClaimedAtATime() {
		List<NewJob> jobs = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			jobs.add(job("long"));
		}
		jobs.add(job("short"));
		this.store.intake().enqueue(jobs);
		List<String> queues = new ArrayList<>();
		for (long token = 1; token <= 2; token++) {
			this.store.leases().claim(request(token, 1)).jobs().stream().map(ClaimedJob::queue).forEach(queues::add);
		}
		assertThat(queues).containsExactlyInAnyOrder("long", "short");
	}

	@Test
	void ofMoreFailedJobsThanAreLookedAtSoManyAreCounted() {
		this.store.intake().enqueue(Stream.generate(() -> job("default")).limit(FailureGroups.LIMIT + 1).toList());
		Outcome dead = new Outcome.Dead(DeadReason.DISCARDED, new Failure(AttemptOutcome.FAILED, "type", "text"));
		for (long token = 1; token <= FailureGroups.LIMIT / 1000 + 1; token++) {
			this.store.leases()
				.apply(this.store.leases()
					.claim(request(token, 1000))
					.jobs()
					.stream()
					.map((job) -> new Ending(job, dead))
					.toList());
		}
		assertThat(this.store.overview().failures(Set.of(JobState.DEAD))).singleElement().satisfies((group) -> {
			assertThat(group.count()).isEqualTo(FailureGroups.LIMIT);
			assertThat(group.exact()).isFalse();
		});
	}

	@Test
	void aHintReachesEveryEarAndNoFailingOneHarmsTheSender() throws Exception {
		AtomicInteger heard = new AtomicInteger();
		AutoCloseable first = this.store.wakeUps().listen(() -> {
			throw new IllegalStateException("planted");
		});
		AutoCloseable second = this.store.wakeUps().listen(heard::incrementAndGet);
		this.store.wakeUps().send();
		first.close();
		second.close();
		this.store.wakeUps().send();
		assertThat(heard).hasValue(1);
	}

	private static ClaimRequest request(long token, int limit) {
		return new ClaimRequest(new Lease(1, token), null, Map.of(), Set.of("name"), limit);
	}

	private static NewJob job(String queue) {
		return new NewJob(UUID.randomUUID(), "name", queue, 0, null, "[]", Map.of());
	}

}
