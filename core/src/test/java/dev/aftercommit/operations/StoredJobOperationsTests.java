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

package dev.aftercommit.operations;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobSnapshot;
import dev.aftercommit.JobState;
import dev.aftercommit.JobTime;
import dev.aftercommit.OrderResult;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Orders reach the store, and the workers hear of those that were carried out.
 */
class StoredJobOperationsTests {

	private static final Failure FAILURE = new Failure(AttemptOutcome.FAILED, "java.lang.Exception", "planted");

	private final JobStore store = new MemoryJobStore(Clock.systemUTC());

	private final List<String> heard = new ArrayList<>();

	private final JobOperations operations = new StoredJobOperations(this.store, new LocalWorkers() {

		@Override
		public Optional<Lease> reserve(NewJob job) {
			return Optional.empty();
		}

		@Override
		public void run(ClaimedJob job) {
		}

		@Override
		public void free(Lease lease) {
		}

		@Override
		public void cancelRequested() {
			StoredJobOperationsTests.this.heard.add("cancel requested");
		}

		@Override
		public void wakeUp() {
			StoredJobOperationsTests.this.heard.add("jobs wait");
		}

	});

	private long tokens;

	@Test
	void aJobIsSeenWithoutItsValues() {
		UUID id = enqueue(null);
		apply(id, new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		JobStatus status = this.store.directory().find(Set.of(id)).get(id);
		assertThat(this.operations.find(id)).contains(new JobSnapshot(id, "job", "bulk", 4, JobState.DEAD, 1,
				status.enqueuedAt(), null, status.endedAt(), DeadReason.DISCARDED,
				new JobSnapshot.Failure(AttemptOutcome.FAILED, "java.lang.Exception", "planted"), List.of()));
		assertThat(this.operations.find(UUID.randomUUID())).isEmpty();
		UUID later = enqueue(JobTime.in(Duration.ofHours(1)));
		assertThat(this.operations.find(later)).get().satisfies((job) -> {
			assertThat(job.state()).isEqualTo(JobState.SCHEDULED);
			assertThat(job.dueAt()).isEqualTo(job.enqueuedAt().plusSeconds(3600));
			assertThat(job.lastFailure()).isNull();
		});
	}

	@Test
	void workersHearOfWhatTheyCanDoSomethingAbout() {
		UUID id = enqueue(JobTime.in(Duration.ofHours(1)));
		assertThat(this.operations.runNow(id)).isEqualTo(OrderResult.done(JobState.SCHEDULED));
		assertThat(this.heard).containsExactly("jobs wait");
		claim();
		assertThat(this.operations.cancel(id)).isEqualTo(OrderResult.requested());
		assertThat(this.heard).containsExactly("jobs wait", "cancel requested");
		UUID dead = enqueue(null);
		apply(dead, new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		assertThat(this.operations.retry(dead)).isEqualTo(OrderResult.done(JobState.DEAD));
		assertThat(this.heard).containsExactly("jobs wait", "cancel requested", "jobs wait");
	}

	@Test
	void workersHearOfAQueueThatIsPausedOrResumed() {
		assertThat(this.operations.pauseQueue("bulk")).isTrue();
		assertThat(this.operations.pausedQueues()).containsExactly("bulk");
		assertThat(this.operations.pauseQueue("bulk")).isFalse();
		assertThat(this.heard).containsExactly("jobs wait");
		assertThat(this.operations.resumeQueue("bulk")).isTrue();
		assertThat(this.operations.resumeQueue("bulk")).isFalse();
		assertThat(this.operations.pausedQueues()).isEmpty();
		assertThat(this.heard).containsExactly("jobs wait", "jobs wait");
	}

	@Test
	void aNameThatNoQueueCanHaveIsRefused() {
		for (String name : List.of("", " ", "x".repeat(101))) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.operations.pauseQueue(name))
				.withMessageContaining("'queue' (" + name + ") must be the name of a queue");
			assertThatIllegalArgumentException().isThrownBy(() -> this.operations.resumeQueue(name))
				.withMessageContaining("'queue' (" + name + ") must be the name of a queue");
		}
	}

	@Test
	void nobodyHearsOfAnOrderThatChangedNothing() {
		UUID id = enqueue(null);
		assertThat(this.operations.retry(id)).isEqualTo(OrderResult.refused(JobState.ENQUEUED));
		assertThat(this.operations.runNow(id)).isEqualTo(OrderResult.refused(JobState.ENQUEUED));
		assertThat(this.operations.delete(id)).isEqualTo(OrderResult.refused(JobState.ENQUEUED));
		assertThat(this.operations.cancel(UUID.randomUUID())).isEqualTo(OrderResult.unknown());
		assertThat(this.heard).isEmpty();
		assertThat(this.operations.cancel(id)).isEqualTo(OrderResult.done(JobState.ENQUEUED));
		assertThat(this.operations.delete(id)).isEqualTo(OrderResult.done(JobState.CANCELLED));
		assertThat(this.operations.delete(id)).isEqualTo(OrderResult.unknown());
		assertThat(this.heard).isEmpty();
	}

	@Test
	void workersHearOfAnOrderWhenItsTransactionIsOver() {
		UUID id = enqueue(JobTime.in(Duration.ofHours(1)));
		new TransactionTemplate(new NoResources()).executeWithoutResult((status) -> {
			assertThat(this.operations.runNow(id).isDone()).isTrue();
			assertThat(this.heard).isEmpty();
		});
		assertThat(this.heard).containsExactly("jobs wait");
	}

	private UUID enqueue(@Nullable JobTime time) {
		UUID id = UUID.randomUUID();
		this.store.intake().enqueue(List.of(new NewJob(id, "job", "bulk", 4, time, "[]", Map.of())));
		return id;
	}

	private List<ClaimedJob> claim() {
		return this.store.leases()
			.claim(new ClaimRequest(new Lease(1, ++this.tokens), null, Map.of(), Set.of("job"), 10))
			.jobs();
	}

	private void apply(UUID id, Outcome outcome) {
		ClaimedJob claimed = claim().stream().filter((job) -> job.id().equals(id)).findFirst().orElseThrow();
		this.store.leases().apply(List.of(new Ending(claimed, outcome)));
	}

	/** Transactions of nothing. */
	@SuppressWarnings("serial")
	private static final class NoResources extends AbstractPlatformTransactionManager {

		@Override
		protected Object doGetTransaction() {
			return this;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
		}

	}

}
