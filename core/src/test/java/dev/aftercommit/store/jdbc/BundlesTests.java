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

package dev.aftercommit.store.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobState;
import dev.aftercommit.OrderResult;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.Words;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What one claim takes is leased by one row, and whoever does anything else than succeed
 * leaves it.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class BundlesTests {

	private static final Duration LEASE = Duration.ofSeconds(30);

	private static final Failure FAILURE = new Failure(AttemptOutcome.FAILED, "Type", "text");

	private final JdbcStoreHarness harness = new JdbcStoreHarness(TestDatabases.postgres());

	private final JobStore store = this.harness.store();

	private final JdbcTemplate jdbc = new JdbcTemplate(this.harness.dataSource());

	private long node;

	private long token;

	@BeforeEach
	void empty() {
		this.harness.emptied();
		this.node = node("n1");
	}

	@AfterAll
	void close() {
		this.harness.closeDatabase();
	}

	@Test
	void whatOneClaimTakesIsOneRowUntilAllOfItHasEnded() {
		List<ClaimedJob> jobs = claimed(40);
		assertThat(rows("bundle")).isOne();
		assertThat(rows("lease")).isZero();
		assertThat(rows("running")).isEqualTo(40);
		assertThat(succeed(jobs.subList(0, 39))).hasSize(39);
		assertThat(this.jdbc.queryForObject("SELECT open FROM aftercommit_bundle", Integer.class)).isOne();
		assertThat(rows("running")).isOne();
		assertThat(succeed(jobs)).as("the one, and those that had ended before").hasSize(40);
		assertThat(rows("bundle")).isZero();
		assertThat(rows("history")).isEqualTo(40);
	}

	@Test
	void aFewJobsHaveALeaseEach() {
		claimed(PostgresDialect.BUNDLE_FROM - 1);
		assertThat(rows("bundle")).isZero();
		assertThat(rows("lease")).isEqualTo(PostgresDialect.BUNDLE_FROM - 1);
	}

	@Test
	void jobsThatEndApartHaveALeaseEach() {
		enqueue("job", 20);
		enqueue("apart", 20);
		List<ClaimedJob> jobs = this.store.leases()
			.claim(new ClaimRequest(new Lease(this.node, ++this.token), null, Map.of(), Set.of("job", "apart"), 100,
					Map.of(), List.of(), 0, Set.of("apart")))
			.jobs();
		assertThat(jobs).hasSize(40);
		assertThat(rows("lease")).isEqualTo(20);
		assertThat(this.jdbc.queryForObject("SELECT open FROM aftercommit_bundle", Integer.class)).isEqualTo(20);
		assertThat(succeed(jobs)).hasSize(40);
		assertThat(rows("bundle") + rows("lease")).isZero();
	}

	@Test
	void whatFailsLeavesTheBundleAndTheOthersStay() {
		List<ClaimedJob> jobs = claimed(20);
		List<Ending> endings = List.of(new Ending(jobs.get(0), new Outcome.Retry(Duration.ofHours(1), FAILURE)),
				new Ending(jobs.get(1), new Outcome.Released()), success(jobs.get(2)));
		assertThat(this.store.leases().apply(endings)).hasSize(3);
		assertThat(rows("lease")).isZero();
		assertThat(this.jdbc.queryForObject("SELECT open FROM aftercommit_bundle", Integer.class)).isEqualTo(17);
		assertThat(state(jobs.get(0).id())).isEqualTo(JobState.RETRYING);
		assertThat(state(jobs.get(1).id())).isEqualTo(JobState.ENQUEUED);
		assertThat(state(jobs.get(3).id())).isEqualTo(JobState.RUNNING);
		succeed(jobs.subList(0, 2));
		assertThat(state(jobs.get(0).id())).as("who has left can't succeed under its old lease")
			.isEqualTo(JobState.RETRYING);
		assertThat(state(jobs.get(1).id())).isEqualTo(JobState.ENQUEUED);
		assertThat(succeed(jobs.subList(3, 20))).hasSize(17);
		assertThat(rows("bundle")).isZero();
	}

	@Test
	void theJobsOfANodeThatHasGoneGetLeasesOfTheirOwnToBeRescuedBy() {
		List<ClaimedJob> jobs = claimed(30);
		succeed(jobs.subList(0, 10));
		this.harness.advance(LEASE.plusSeconds(1));
		long other = node("n2");
		int rescued = 0;
		for (int last = 1; last > 0; rescued += last) {
			last = this.store.leases().rescue(LEASE, 3, 100);
		}
		assertThat(rescued).isEqualTo(20);
		assertThat(rows("bundle") + rows("lease")).isZero();
		assertThat(succeed(jobs)).as("their old node comes too late").hasSize(10);
		assertThat(claim(other, 100)).hasSize(20).allSatisfy((job) -> assertThat(job.attempt()).isEqualTo(2));
	}

	@Test
	void whatANodeHoldsWithoutKnowingIsGivenBack() {
		List<ClaimedJob> known = claimed(20);
		claimed(20);
		assertThat(this.store.leases().reclaim(this.node, Set.of(known.get(0).lease().token()), this.token + 1))
			.isEqualTo(20);
		assertThat(rows("running")).isEqualTo(20);
		assertThat(rows("ready")).isEqualTo(20);
		assertThat(succeed(known)).hasSize(20);
	}

	/**
	 * The order holds the bundle until its transaction ends, and the success looks again.
	 */
	@Test
	void aSuccessThatMeetsACancellationIsAcceptedOnce() throws Exception {
		List<ClaimedJob> jobs = claimed(20);
		UUID id = jobs.get(5).id();
		try (Threads threads = new Threads()) {
			CountDownLatch waits = new CountDownLatch(1);
			Future<Set<UUID>> succeeded = new TransactionTemplate(this.harness.transactions()).execute((status) -> {
				assertThat(this.store.orders().cancel(id).kind()).isEqualTo(OrderResult.Kind.REQUESTED);
				Future<Set<UUID>> success = threads.start(() -> {
					waits.countDown();
					return succeed(jobs);
				});
				await().until(() -> waits.getCount() == 0 && somebodyWaits());
				return success;
			});
			assertThat(succeeded.get(30, TimeUnit.SECONDS)).hasSize(20);
		}
		assertThat(state(id)).isEqualTo(JobState.SUCCEEDED);
		assertThat(rows("running") + rows("lease") + rows("job")).isZero();
		assertThat(this.store.leases().reclaim(this.node, Set.of(), this.token + 1)).isZero();
		assertThat(rows("bundle")).as("one that was counted wrong is cleared away").isZero();
	}

	/** It has nothing beside it that ends with it, so it is looked for as one alone. */
	@Test
	void aSuccessThatComesAloneIsNotLostToWhoTakesItOutOfItsBundle() throws Exception {
		List<ClaimedJob> jobs = claimed(20);
		ClaimedJob job = jobs.get(5);
		try (Threads threads = new Threads()) {
			Future<Set<UUID>> succeeded = new TransactionTemplate(this.harness.transactions()).execute((status) -> {
				this.store.orders().cancel(job.id());
				Future<Set<UUID>> success = threads.start(() -> succeed(List.of(job)));
				await().until(this::somebodyWaits);
				return success;
			});
			assertThat(succeeded.get(30, TimeUnit.SECONDS)).containsExactly(job.id());
		}
		assertThat(state(job.id())).isEqualTo(JobState.SUCCEEDED);
		assertThat(rows("running")).isEqualTo(19);
	}

	/**
	 * They end in transactions of the application's, which must not wait for each other.
	 */
	@Test
	void whatAJobThatEndsApartSaysHoldsUpNoneOfTheOthers() throws Exception {
		enqueue("job", 20);
		enqueue("apart", 2);
		List<ClaimedJob> jobs = this.store.leases()
			.claim(new ClaimRequest(new Lease(this.node, ++this.token), null, Map.of(), Set.of("job", "apart"), 100,
					Map.of(), List.of(), 0, Set.of("apart")))
			.jobs();
		List<ClaimedJob> apart = jobs.stream().filter((job) -> job.name().equals("apart")).toList();
		List<ClaimedJob> others = jobs.stream().filter((job) -> !job.name().equals("apart")).toList();
		try (Threads threads = new Threads()) {
			new TransactionTemplate(this.harness.transactions()).executeWithoutResult((status) -> {
				this.store.leases().noteInTransaction(words(apart.get(0)));
				assertThat(threads.start(() -> succeed(others))).succeedsWithin(Duration.ofSeconds(10))
					.satisfies((succeeded) -> assertThat(succeeded).hasSize(20));
				this.store.leases().completeInTransaction(apart.get(0), new Outcome.Succeeded(null));
			});
		}
		assertThat(rows("running")).isOne();
	}

	@Test
	void aRescueTakesAllThatItIsAskedForHoweverFewJobsOfEachBundleAreLeft() {
		for (int i = 0; i < 12; i++) {
			succeed(claimed(20).subList(0, 19));
		}
		this.harness.advance(LEASE.plusSeconds(1));
		node("n2");
		assertThat(this.store.leases().rescue(LEASE, 3, 100)).isEqualTo(12);
		assertThat(rows("bundle") + rows("lease")).isZero();
	}

	/** Or who looks at what runs would read all that has ended beside a few slow jobs. */
	@Test
	void whatIsLeftOfABundleAfterALeaseGetsLeasesOfItsOwn() {
		List<ClaimedJob> jobs = claimed(40);
		succeed(jobs.subList(0, 37));
		this.harness.advance(LEASE.plusSeconds(1));
		this.store.nodes().heartbeat(this.node);
		assertThat(this.store.leases().rescue(LEASE, 3, 100)).isZero();
		assertThat(rows("bundle")).isZero();
		assertThat(rows("lease")).isEqualTo(3);
		assertThat(rows("running")).isEqualTo(3);
		assertThat(succeed(jobs)).as("the three, and those that had ended before").hasSize(40);
		assertThat(rows("history")).isEqualTo(40);
	}

	/** A claim may come long after the last one, where bodies are slow. */
	@Test
	void whatHasComeBackToItsPlaceWaitsForNoMoreThanASecondOfClaims() {
		enqueue("job", 100);
		List<ClaimedJob> first = claim(this.node, 2);
		for (int i = 0; i < 3; i++) {
			this.harness.advance(Duration.ofMillis(260));
			claim(this.node, 2);
		}
		this.store.leases().apply(List.of(new Ending(first.get(1), new Outcome.Released())));
		this.harness.advance(Duration.ofMillis(1100));
		assertThat(claim(this.node, 2)).extracting(ClaimedJob::id).startsWith(first.get(1).id());
	}

	/**
	 * A claim that goes on from where others ended, and then finds the rest elsewhere.
	 */
	@Test
	void whatIsFoundInAdditionIsInTheSameBundle() {
		for (int i = 0; i < 2; i++) {
			claimed(20);
			this.harness.advance(Duration.ofMillis(300));
		}
		this.harness.emptied();
		this.node = node("n1");
		enqueue("job", 18);
		enqueue("job-2", 30);
		List<ClaimedJob> jobs = this.store.leases()
			.claim(new ClaimRequest(new Lease(this.node, ++this.token), null, Map.of(), Set.of("job", "job-2"), 100))
			.jobs();
		assertThat(jobs).hasSize(48);
		assertThat(succeed(jobs)).hasSize(48);
		assertThat(rows("bundle") + rows("lease")).isZero();
	}

	/** Node, operator and rescuer at once; each job must be in one place in the end. */
	@Test
	void whoeverDoesWhatAtTheSameMomentNoJobIsLostOrInTwoPlaces() throws Exception {
		List<ClaimedJob> jobs = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			jobs.addAll(claimed(60));
			this.harness.advance(LEASE.dividedBy(3));
			this.store.nodes().heartbeat(this.node);
		}
		Set<UUID> accepted = Collections.synchronizedSet(new HashSet<>());
		try (Threads threads = new Threads()) {
			List<Future<?>> all = List.of(threads.start(() -> end(jobs, accepted)),
					threads.start(() -> cancel(jobs, new Random(1))), threads.start(() -> cancel(jobs, new Random(2))),
					threads.start(() -> note(jobs)), threads.start(() -> this.store.leases().rescue(LEASE, 3, 100)));
			for (Future<?> each : all) {
				each.get(60, TimeUnit.SECONDS);
			}
		}
		assertThat(accepted).hasSize(300);
		assertThat(rows("running") + rows("bundle") + rows("lease")).isZero();
		assertThat(rows("history") + rows("scheduled") + rows("ready")).isEqualTo(300);
		assertThat(rows("job")).isEqualTo(rows("scheduled") + rows("ready"));
	}

	/** The claims before were of one name only. */
	@Test
	void jobsOfAnotherNameInTheQueueHaveTheirPlaceAtOnce() {
		enqueue("job", 100);
		for (int i = 0; i < 3; i++) {
			claim(this.node, 2);
			this.harness.advance(Duration.ofMillis(260));
		}
		NewJob urgent = new NewJob(UUID.randomUUID(), "other", "default", -1, null, "[]", Map.of());
		this.store.intake().enqueue(List.of(urgent));
		assertThat(this.store.leases()
			.claim(new ClaimRequest(new Lease(this.node, ++this.token), null, Map.of(), Set.of("job", "other"), 2))
			.jobs()).extracting(ClaimedJob::id).startsWith(urgent.id());
	}

	private boolean end(List<ClaimedJob> jobs, Set<UUID> accepted) {
		Random random = new Random(3);
		List<ClaimedJob> shuffled = new ArrayList<>(jobs);
		Collections.shuffle(shuffled, random);
		for (int from = 0, to; from < shuffled.size(); from = to) {
			to = Math.min(shuffled.size(), from + 1 + random.nextInt(30));
			List<Ending> endings = shuffled.subList(from, to).stream().map((job) -> switch (random.nextInt(8)) {
				case 0 -> new Ending(job, new Outcome.Retry(Duration.ofHours(1), FAILURE));
				case 1 -> new Ending(job, new Outcome.Released());
				default -> success(job);
			}).toList();
			accepted.addAll(this.store.leases().apply(endings));
		}
		return true;
	}

	private boolean cancel(List<ClaimedJob> jobs, Random random) {
		for (int i = 0; i < 100; i++) {
			this.store.orders().cancel(jobs.get(random.nextInt(jobs.size())).id());
		}
		return true;
	}

	private boolean note(List<ClaimedJob> jobs) {
		for (int from = 0; from < jobs.size(); from += 50) {
			this.store.leases().note(jobs.subList(from, from + 50).stream().map(BundlesTests::words).toList());
		}
		return true;
	}

	private List<ClaimedJob> claimed(int jobs) {
		enqueue("job", jobs);
		return claim(this.node, jobs);
	}

	private List<ClaimedJob> claim(long by, int most) {
		return this.store.leases()
			.claim(new ClaimRequest(new Lease(by, ++this.token), null, Map.of(), Set.of("job"), most))
			.jobs();
	}

	private void enqueue(String name, int jobs) {
		List<NewJob> calls = new ArrayList<>();
		for (int i = 0; i < jobs; i++) {
			calls.add(new NewJob(UUID.randomUUID(), name, "default", 0, null, "[]", Map.of()));
		}
		this.store.intake().enqueue(calls);
	}

	private long node(String name) {
		return this.store.nodes().register(new NodeInfo(name, "", Set.of("job", "apart")));
	}

	private Set<UUID> succeed(List<ClaimedJob> jobs) {
		return this.store.leases().apply(jobs.stream().map(BundlesTests::success).toList());
	}

	private boolean somebodyWaits() {
		return this.jdbc.queryForObject(
				"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
				Integer.class) > 0;
	}

	private static Words words(ClaimedJob job) {
		return new Words(job.id(), job.lease(), 1, null, List.of("said"));
	}

	private static Ending success(ClaimedJob job) {
		return new Ending(job, new Outcome.Succeeded(null));
	}

	private JobState state(UUID id) {
		JobStatus status = this.store.directory().find(Set.of(id)).get(id);
		return status.state();
	}

	private int rows(String table) {
		return this.jdbc.queryForObject("SELECT count(*) FROM aftercommit_" + table, Integer.class);
	}

	/**
	 * Ends what it has started.
	 */
	private static final class Threads implements AutoCloseable {

		private final ExecutorService executor = Executors.newCachedThreadPool();

		<T> Future<T> start(Callable<T> work) {
			return this.executor.submit(work);
		}

		@Override
		public void close() {
			this.executor.shutdownNow();
		}

	}

}
