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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobState;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.JobTime;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.UniqueUntil;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What the tests of keys are written with. Whatever they do to a store, keys are settled
 * after it, as a claim loop would do.
 */
abstract class AbstractKeysTests {

	static final Duration LEASE = Duration.ofSeconds(30);

	static final Failure FAILURE = new Failure(AttemptOutcome.FAILED, "java.lang.IllegalStateException", "no server");

	private static final Failure LEFT = new Failure(AttemptOutcome.CANCELLED, "dev.aftercommit.JobLeaveError",
			"The job was cancelled");

	private static final AtomicLong ids = new AtomicLong();

	private final AtomicLong tokens = new AtomicLong();

	StoreHarness harness;

	JobStore store;

	JobLeases leases;

	long a;

	long b;

	/**
	 * A harness whose store has no jobs and no nodes.
	 */
	protected abstract StoreHarness newHarness() throws Exception;

	@BeforeEach
	void openStore() throws Exception {
		this.harness = newHarness();
		this.store = this.harness.store();
		this.leases = this.store.leases();
		this.a = register();
		this.b = register();
	}

	@AfterEach
	void whenAllHasEndedNothingIsLeftOfKeys() throws Exception {
		try (StoreHarness ending = this.harness) {
			endAll();
			assertThat(left(ending)).isEmpty();
		}
	}

	/**
	 * What of keys is left in the store, if it can be told: nothing, once all jobs have
	 * ended.
	 */
	protected List<String> left(StoreHarness harness) {
		return List.of();
	}

	/** Ends all jobs. */
	void endAll() {
		advance(Duration.ofDays(1));
		rescueAll();
		for (List<ClaimedJob> claimed = claim(100); !claimed.isEmpty(); claimed = claim(100)) {
			succeed(claimed);
		}
		assertThat(count(JobState.BLOCKED) + count(JobState.ENQUEUED) + count(JobState.RUNNING)).isZero();
	}

	private void rescueAll() {
		this.store.nodes().end(this.a);
		this.store.nodes().end(this.b);
		assertThat(this.leases.rescue(LEASE, 100, 100)).isLessThan(100);
		this.a = register();
		this.b = register();
	}

	/** Ways in which a job ends that waits for a worker. */
	enum WayOut {

		SUCCEEDED, SUCCEEDED_WITH_RESULT, COMPLETED_IN_TRANSACTION, SUCCEEDED_AT_SECOND_ATTEMPT, DISCARDED, LEFT,
		CRASHED, CANCELLED_WHILE_ENQUEUED, CANCELLED_BY_ITS_HANDLE, CANCELLED_WHILE_RETRYING, CANCELLED_AND_FAILED,
		CANCELLED_AND_DEAD, CANCELLED_AND_RELEASED, CANCELLED_AND_LOST, CANCELLED_AND_RECLAIMED

	}

	/** Ends the only job that waits for a worker. */
	void end(NewJob job, WayOut way) {
		switch (way) {
			case SUCCEEDED -> apply(claim(job), new Outcome.Succeeded(null));
			case SUCCEEDED_WITH_RESULT -> apply(claim(job), new Outcome.Succeeded("1"));
			case COMPLETED_IN_TRANSACTION -> completeInTransaction(claim(job));
			case SUCCEEDED_AT_SECOND_ATTEMPT -> {
				apply(claim(job), new Outcome.Retry(Duration.ZERO, FAILURE));
				promote();
				apply(claim(job), new Outcome.Succeeded("1"));
			}
			case DISCARDED -> apply(claim(job), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
			case LEFT -> {
				ClaimedJob claimed = claim(job);
				cancel(job);
				apply(claimed, new Outcome.Cancelled(LEFT));
			}
			case CRASHED -> {
				claim(job);
				rescue(1);
			}
			case CANCELLED_WHILE_ENQUEUED -> cancel(job);
			case CANCELLED_BY_ITS_HANDLE -> assertThat(this.store.directory().cancel(job.id())).isTrue();
			case CANCELLED_WHILE_RETRYING -> {
				apply(claim(job), new Outcome.Retry(Duration.ofHours(1), FAILURE));
				cancel(job);
			}
			case CANCELLED_AND_FAILED -> cancelAndApply(job, new Outcome.Retry(Duration.ZERO, FAILURE));
			case CANCELLED_AND_DEAD -> cancelAndApply(job, new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
			case CANCELLED_AND_RELEASED -> cancelAndApply(job, new Outcome.Released());
			case CANCELLED_AND_LOST -> {
				claim(job);
				cancel(job);
				rescue(3);
			}
			case CANCELLED_AND_RECLAIMED -> {
				claim(job);
				cancel(job);
				assertThat(this.leases.reclaim(this.a, Set.of(), this.tokens.get() + 1)).isOne();
			}
		}
		settle();
		assertThat(state(job).isEnded()).as("%s ended: %s", way, state(job)).isTrue();
	}

	private void cancelAndApply(NewJob job, Outcome outcome) {
		ClaimedJob claimed = claim(job);
		cancel(job);
		apply(claimed, outcome);
		assertThat(state(job)).isEqualTo(JobState.CANCELLED);
	}

	private void completeInTransaction(ClaimedJob job) {
		PlatformTransactionManager transactions = this.harness.transactions();
		assumeThat(transactions).isNotNull();
		new TransactionTemplate(transactions)
			.executeWithoutResult((status) -> this.leases.completeInTransaction(job, new Outcome.Succeeded("1")));
	}

	void rescue(int maxCrashes) {
		this.store.nodes().end(this.a);
		assertThat(this.leases.rescue(LEASE, maxCrashes, 10)).isOne();
		this.a = register();
		settle();
	}

	final JobTerms limited(String key, int limit) {
		return new JobTerms(key, limit, null, UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of());
	}

	final JobTerms unique(String key, OnDuplicate onDuplicate) {
		return unique(key, UniqueUntil.FINISHED, onDuplicate);
	}

	final JobTerms unique(String key, UniqueUntil until, OnDuplicate onDuplicate) {
		return new JobTerms(null, 1, key, until, onDuplicate, List.of());
	}

	final NewJob job() {
		return job(JobTerms.NONE);
	}

	final NewJob job(JobTerms terms) {
		return job(terms, "default", 0, Duration.ZERO);
	}

	final NewJob job(JobTerms terms, Duration delay) {
		return job(terms, "default", 0, delay);
	}

	// Random where a real id is ordered by time: no store may order by it.
	final NewJob job(JobTerms terms, String queue, int priority, Duration delay) {
		UUID id = new UUID(UUID.randomUUID().getMostSignificantBits(), ids.incrementAndGet());
		return new NewJob(id, "job", queue, priority, delay.isZero() ? null : JobTime.in(delay), "[\"" + id + "\"]",
				terms.toHeaders());
	}

	/** What each was not written for. */
	final Map<UUID, UUID> enqueue(NewJob... jobs) {
		Map<UUID, UUID> kept = this.store.intake().enqueue(Arrays.asList(jobs));
		settle();
		return kept;
	}

	final void settle() {
		int settled = 1;
		for (int i = 0; settled > 0; i++) {
			settled = this.leases.settle(100);
			assertThat(i).as("keys are settled").isLessThan(10_000);
		}
	}

	final int promote() {
		int promoted = this.leases.promote(100);
		settle();
		return promoted;
	}

	final void advance(Duration duration) {
		this.harness.advance(duration);
		promote();
	}

	final List<ClaimedJob> claim(int limit) {
		return claim(this.a, limit);
	}

	final List<ClaimedJob> claim(long node, int limit) {
		settle();
		List<ClaimedJob> claimed = claimWithoutSettling(node, limit);
		settle();
		return claimed;
	}

	final List<ClaimedJob> claimWithoutSettling(long node, int limit) {
		return claimWithoutSettling(node, limit, List.of()).jobs();
	}

	private Claim claimWithoutSettling(long node, int limit, List<Rate> rates) {
		Lease lease = new Lease(node, this.tokens.incrementAndGet());
		return this.leases
			.claim(new ClaimRequest(lease, null, Map.of(), Set.of("job"), limit, Map.of(), rates, limit, Set.of()));
	}

	/** As a node does that knows of these rates. */
	final Claim claim(Rate... rates) {
		settle();
		Claim claim = claimWithoutSettling(this.a, 10, List.of(rates));
		settle();
		return claim;
	}

	// As everybody does whose call failed: whether it did anything is then unknown.
	static void untilItWorks(IntSupplier call) {
		for (int failures = 0;; failures++) {
			try {
				call.getAsInt();
				return;
			}
			catch (JobStoreException ex) {
				assertThat(failures).as("failures, the last one: %s", ex).isLessThan(20);
			}
		}
	}

	/** The only one that waits for a worker. */
	final ClaimedJob claim(NewJob job) {
		List<ClaimedJob> claimed = claim(10);
		assertThat(claimed).extracting(ClaimedJob::id).containsExactly(job.id());
		return claimed.get(0);
	}

	final void apply(ClaimedJob job, Outcome outcome) {
		assertThat(this.leases.apply(List.of(new Ending(job, outcome)))).containsExactly(job.id());
		settle();
	}

	final void succeed(List<ClaimedJob> jobs) {
		jobs.forEach((job) -> apply(job, new Outcome.Succeeded(null)));
	}

	final void cancel(NewJob job) {
		assertThat(this.store.orders().cancel(job.id()).found()).isNotNull();
		settle();
	}

	final JobStatus find(NewJob job) {
		return this.store.directory().find(List.of(job.id())).get(job.id());
	}

	final JobState state(NewJob job) {
		return find(job).state();
	}

	final List<JobState> states(NewJob... jobs) {
		return Arrays.stream(jobs).map(this::state).toList();
	}

	final long count(JobState state) {
		return this.store.directory().count().get(state).value();
	}

	private long register() {
		return this.store.nodes().register(new NodeInfo("node", "1", Set.of("job")));
	}

}
