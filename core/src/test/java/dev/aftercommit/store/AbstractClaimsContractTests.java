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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.JobState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Whose turn it is where many wait.
 */
public abstract class AbstractClaimsContractTests {

	private static final int MANY = 15_000;

	private final AtomicLong tokens = new AtomicLong();

	private StoreHarness harness;

	private JobStore store;

	private long node;

	/**
	 * A harness whose store has no jobs and no nodes.
	 */
	protected abstract StoreHarness newHarness() throws Exception;

	@BeforeEach
	void openStore() throws Exception {
		this.harness = newHarness();
		this.store = this.harness.store();
		this.node = this.store.nodes().register(new NodeInfo("a", "1.0", Set.of("a", "b", "c")));
	}

	@AfterEach
	void closeStore() throws Exception {
		this.harness.close();
	}

	@Test
	void jobsOfSeveralNamesComeInTheOrderOfTheirQueue() {
		List<NewJob> late = Stream.of("a", "b", "c", "c", "a", "b").map((name) -> job("default", name, 1)).toList();
		List<NewJob> early = Stream.of("c", "a", "a", "b").map((name) -> job("default", name, 0)).toList();
		List<NewJob> last = Stream.of("b", "b", "b", "a").map((name) -> job("default", name, 2)).toList();
		enqueue(late);
		enqueue(early);
		enqueue(last);
		List<NewJob> inOrder = Stream.of(early, late, last).flatMap(List::stream).toList();
		assertThat(ids(claim(3))).isEqualTo(ids(inOrder.subList(0, 3)));
		assertThat(ids(claim(6))).isEqualTo(ids(inOrder.subList(3, 9)));
		assertThat(ids(claim(100))).isEqualTo(ids(inOrder.subList(9, 14)));
	}

	@Test
	void queuesShareTheLimitHoweverManyNamesWaitInThem() {
		enqueue(Stream.generate(() -> job("narrow", "a", 0)).limit(50).toList());
		enqueue(IntStream.range(0, 90).mapToObj((i) -> job("wide", "abc".substring(i % 3, i % 3 + 1), 0)).toList());
		List<ClaimedJob> claimed = claim(40);
		assertThat(claimed).filteredOn((job) -> job.queue().equals("narrow")).hasSize(20);
		assertThat(claimed).filteredOn((job) -> job.queue().equals("wide")).hasSize(20);
	}

	@Test
	void whatWaitsUnderUnknownNamesAtTheHeadHidesNobodyAndSlowsNobody() {
		enqueue(jobs("default", "a", 110));
		long alone = medianOfClaims(21);
		enqueue(IntStream.range(0, MANY).mapToObj((i) -> job("default", "unknown-" + i % 3, -1)).toList());
		enqueue(jobs("default", "b", 10));
		enqueue(jobs("other", "c", 10));
		assertThat(medianOfClaims(21)).as("nanoseconds beside %d unknown ones, against %d alone", MANY, alone)
			.isLessThan(5 * alone + TimeUnit.MILLISECONDS.toNanos(5));
		assertThat(claim(1000)).hasSize(110 + 20 - 2 * 21);
		assertThat(this.store.directory().count().get(JobState.ENQUEUED)).isEqualTo(new Count(Count.LIMIT, false));
	}

	private long medianOfClaims(int claims) {
		long[] nanos = IntStream.range(0, claims).mapToLong((i) -> {
			long began = System.nanoTime();
			assertThat(claim(1)).hasSize(1);
			return System.nanoTime() - began;
		}).sorted().toArray();
		return nanos[claims / 2];
	}

	@Test
	void queuesShareTheLimitByWeight() {
		enqueue(jobs("heavy", "a", 100));
		enqueue(jobs("light", "a", 100));
		enqueue(jobs("light", "b", 100));
		List<ClaimedJob> claimed = claim(null, 40, Map.of("heavy", 3));
		assertThat(claimed).filteredOn((job) -> job.queue().equals("heavy")).hasSize(30);
		assertThat(claimed).filteredOn((job) -> job.queue().equals("light")).hasSize(10);
		claimed = claim(Set.of("heavy", "light"), 40, Map.of("heavy", 3, "absent", 100));
		assertThat(claimed).filteredOn((job) -> job.queue().equals("heavy")).hasSize(30);
	}

	@Test
	void whatAHeavyQueueDoesNotUseOthersGet() {
		enqueue(jobs("heavy", "a", 5));
		enqueue(jobs("light", "a", 100));
		assertThat(claim(null, 40, Map.of("heavy", 100))).hasSize(40);
	}

	@Test
	void aLightQueueStarvesBesideNoHeavyOne() {
		enqueue(jobs("heavy", "a", 400));
		enqueue(jobs("light", "a", 400));
		List<ClaimedJob> claimed = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			claimed.addAll(claim(null, 1, Map.of("heavy", 9)));
		}
		assertThat(claimed).filteredOn((job) -> job.queue().equals("light")).hasSizeBetween(10, 60);
	}

	@Test
	void nothingIsClaimedFromAPausedQueueAndTheClaimSaysSo() {
		enqueue(jobs("default", "a", 3));
		enqueue(jobs("other", "b", 3));
		List<ClaimedJob> running = claim(1);
		String paused = running.get(0).queue();
		assertThat(orders().pause(paused)).isTrue();
		assertThat(orders().pause(paused)).isFalse();
		assertThat(orders().pause("empty ö:%")).isTrue();
		for (Set<String> queues : Arrays.asList(null, Set.of("default", "other"),
				Set.of("default", "other", "third"))) {
			Claim claim = request(queues, 1, Map.of());
			assertThat(claim.jobs()).hasSize(1).noneMatch((job) -> job.queue().equals(paused));
			assertThat(claim.pausedQueues()).containsExactlyInAnyOrder(paused, "empty ö:%");
		}
		assertThat(request(Set.of(paused), 10, Map.of()).jobs()).isEmpty();
		assertThat(claim(10)).isEmpty();
		assertThat(this.store.directory().pausedQueues()).containsExactlyInAnyOrder(paused, "empty ö:%");
		assertThat(this.store.directory().depths()).extracting(QueueDepth::queue).containsExactly(paused);
		assertThat(this.store.leases().apply(List.of(new Ending(running.get(0), new Outcome.Succeeded(null)))))
			.hasSize(1);
	}

	@Test
	void aResumedQueueGoesOnWhereItWas() {
		List<NewJob> jobs = jobs("default", "a", 5);
		orders().pause("default");
		enqueue(jobs);
		assertThat(claim(10)).isEmpty();
		assertThat(orders().resume("default")).isTrue();
		assertThat(orders().resume("default")).isFalse();
		Claim claim = request(null, 10, Map.of());
		assertThat(ids(claim.jobs())).isEqualTo(ids(jobs));
		assertThat(claim.pausedQueues()).isEmpty();
		assertThat(this.store.directory().pausedQueues()).isEmpty();
	}

	@Test
	void aPauseIsPartOfTheCallersTransaction() {
		PlatformTransactionManager transactions = this.harness.transactions();
		assumeThat(transactions).isNotNull();
		enqueue(jobs("default", "a", 2));
		TransactionTemplate transaction = new TransactionTemplate(transactions);
		transaction.executeWithoutResult((status) -> {
			assertThat(orders().pause("default")).isTrue();
			assertThat(claim(1)).hasSize(1);
			status.setRollbackOnly();
		});
		assertThat(claim(1)).hasSize(1);
		orders().pause("default");
		transaction.executeWithoutResult((status) -> {
			assertThat(orders().pause("default")).isFalse();
			enqueue(jobs("default", "a", 1));
			assertThat(orders().resume("default")).isTrue();
			assertThat(claim(1)).isEmpty();
		});
		assertThat(claim(1)).hasSize(1);
	}

	@Test
	void ofConcurrentPausesOneChangesSomething() throws Exception {
		List<Boolean> changed = inParallel(4, () -> orders().pause("default"));
		assertThat(changed).containsOnlyOnce(true);
		assertThat(inParallel(4, () -> orders().resume("default"))).containsOnlyOnce(true);
	}

	@Test
	void noMoreStartThanARateAllowsWhileOthersGoOn() {
		List<NewJob> rated = jobs("default", "a", 50);
		enqueue(rated);
		enqueue(jobs("default", "b", 10));
		enqueue(jobs("other", "a", 5));
		Rate rate = Rate.ofJob("a", Set.of("a", "old.a"), RateLimit.parse("100/1h"));
		Claim claim = rated(null, 100, 100, rate);
		assertThat(claim.jobs()).hasSize(17).filteredOn((job) -> job.name().equals("b")).hasSize(10);
		List<UUID> first = ids(claim.jobs().stream().filter((job) -> job.name().equals("a")).toList());
		claim = rated(Set.of("default", "other"), 100, 100, rate);
		assertThat(claim.jobs()).isEmpty();
		assertThat(claim.nextStart())
			.hasValueSatisfying((wait) -> assertThat(wait).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(37)));
		assertThat(this.store.directory().untilNextStart(rate)).isBetween(Duration.ofSeconds(20),
				Duration.ofSeconds(37));
		assertThat(this.store.directory().untilNextStart(Rate.ofJob("other", Set.of("other"), rate.limit())))
			.isEqualTo(Duration.ZERO);
		this.harness.advance(claim.nextStart().orElseThrow());
		assertThat(this.store.directory().untilNextStart(rate)).isEqualTo(Duration.ZERO);
		claim = rated(null, 100, 100, rate);
		assertThat(claim.jobs()).hasSize(1);
		List<UUID> inDefault = Stream.concat(first.stream(), ids(claim.jobs()).stream())
			.filter(ids(rated)::contains)
			.toList();
		assertThat(inDefault).isEqualTo(ids(rated.subList(0, inDefault.size())));
		assertThat(request(null, 100, Map.of()).jobs()).hasSize(47);
	}

	@Test
	void aRateThatHoldsUpNothingIsNotLookedAfter() {
		Rate rate = Rate.ofJob("a", Set.of("a"), RateLimit.parse("1/1h"));
		assertThat(rated(null, 10, 10, rate).nextStart()).isEmpty();
		enqueue(jobs("default", "b", 1));
		assertThat(rated(null, 10, 10, rate).jobs()).hasSize(1);
		enqueue(jobs("default", "a", 2));
		assertThat(rated(Set.of("other"), 10, 10, rate).nextStart()).isEmpty();
		assertThat(rated(null, 10, 10, rate).jobs()).hasSize(1);
		assertThat(rated(null, 10, 10, rate).nextStart()).isPresent();
		orders().pause("default");
		assertThat(rated(null, 10, 10, rate).nextStart()).isEmpty();
	}

	@Test
	void ofSeveralRatesTheLeastOneHolds() {
		enqueue(jobs("default", "a", 50));
		enqueue(jobs("default", "b", 50));
		enqueue(jobs("other", "a", 50));
		Rate ofQueue = Rate.ofQueue("default", RateLimit.parse("100/1h"));
		Rate ofJob = Rate.ofJob("a", Set.of("a"), RateLimit.parse("40/1h"));
		List<ClaimedJob> claimed = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			claimed.addAll(rated(null, 100, 100, ofQueue, ofJob).jobs());
		}
		assertThat(claimed).filteredOn((job) -> job.queue().equals("default")).hasSize(7);
		assertThat(claimed).filteredOn((job) -> job.name().equals("a"))
			.hasSize(ofJob.limit().allowed(0, 1_000_000_000_000L))
			.hasSizeLessThan(7);
	}

	@Test
	void jobsOfOneRateComeInOrderThoughTheirNamesDiffer() {
		List<NewJob> jobs = Stream.of("b", "a", "b", "b", "a", "a", "b", "a", "a", "b")
			.map((name) -> job("default", name, 0))
			.toList();
		enqueue(jobs);
		enqueue(jobs("default", "c", 1));
		Rate rate = Rate.ofJob("a", Set.of("a", "b"), RateLimit.parse("100/1h"));
		assertThat(ids(rated(null, 100, 3, rate).jobs())).startsWith(ids(jobs.subList(0, 3)).toArray(UUID[]::new))
			.hasSize(4);
		assertThat(ids(rated(null, 100, 100, rate).jobs())).isEqualTo(ids(jobs.subList(3, 7)));
	}

	@Test
	void noMoreThanCanStartIsClaimedByARate() {
		enqueue(jobs("default", "a", 50));
		enqueue(jobs("default", "b", 50));
		Rate rate = Rate.ofJob("a", Set.of("a"), RateLimit.parse("1000/1h"));
		assertThat(rated(null, 100, 2, rate).jobs()).filteredOn((job) -> job.name().equals("a")).hasSize(2);
		assertThat(rated(null, 100, 0, rate).jobs()).isEmpty();
	}

	@Test
	void whoeverAsksARateAtTheSameMomentNoMoreStartThanItAllows() throws Exception {
		enqueue(jobs("default", "a", 200));
		Rate rate = Rate.ofJob("a", Set.of("a"), RateLimit.parse("100/1h"));
		List<Integer> claimed = inParallel(4, () -> {
			int mine = 0;
			for (int i = 0; i < 20; i++) {
				mine += rated(null, 3, 3, rate).jobs().size();
			}
			return mine;
		});
		assertThat(claimed.stream().mapToInt(Integer::intValue).sum()).isEqualTo(7);
	}

	@Test
	void overFiveMinutesNoMinuteHasMoreThanTheNumberAndFivePercentAndNoneLessThanFivePercentBelow() {
		enqueue(jobs("default", "a", 700));
		Rate rate = Rate.ofJob("a", Set.of("a"), RateLimit.parse("100/1m"));
		Random random = new Random(42);
		long began = System.nanoTime();
		Duration moved = Duration.ZERO;
		List<Duration> starts = new ArrayList<>();
		while (moved.compareTo(Duration.ofMinutes(5)) < 0) {
			Claim claim = rated(null, 1 + random.nextInt(8), 8, rate);
			Duration now = moved.plusNanos(System.nanoTime() - began);
			claim.jobs().forEach((job) -> starts.add(now));
			Duration step = claim.nextStart().orElse(Duration.ZERO).plusMillis(random.nextInt(500));
			this.harness.advance(step);
			moved = moved.plus(step);
		}
		for (Duration from : starts) {
			Duration to = from.plusMinutes(1);
			long within = starts.stream().filter((time) -> time.compareTo(from) >= 0 && time.compareTo(to) < 0).count();
			assertThat(within).isLessThanOrEqualTo(105);
			if (to.compareTo(Duration.ofMinutes(5)) < 0) {
				assertThat(within).isGreaterThanOrEqualTo(95);
			}
		}
	}

	@Test
	void aClockThatIsTurnedBackHoldsUpARateForMomentsOnly() {
		enqueue(jobs("default", "a", 200));
		Rate rate = Rate.ofJob("a", Set.of("a"), RateLimit.parse("100/1m"));
		assertThat(rated(null, 100, 100, rate).jobs()).hasSize(7);
		this.harness.advance(Duration.ofHours(-1));
		Claim claim = rated(null, 100, 100, rate);
		assertThat(claim.jobs()).isEmpty();
		assertThat(claim.nextStart())
			.hasValueSatisfying((wait) -> assertThat(wait).isLessThanOrEqualTo(Duration.ofSeconds(1)));
		this.harness.advance(Duration.ofSeconds(1));
		assertThat(rated(null, 100, 100, rate).jobs()).isNotEmpty();
	}

	private Claim rated(@Nullable Set<String> queues, int limit, int atMostRated, Rate... rates) {
		return this.store.leases()
			.claim(new ClaimRequest(new Lease(this.node, this.tokens.incrementAndGet()), queues, Map.of(),
					Set.of("a", "b", "c"), limit, Map.of(), List.of(rates), atMostRated, Set.of()));
	}

	@Test
	void depthsCountAllNamesAndLookAtTheHeadOfAll() {
		enqueue(jobs("default", "b", 3));
		this.harness.advance(Duration.ofMinutes(5));
		enqueue(List.of(job("default", "unknown", 1), job("default", "a", 0)));
		assertThat(this.store.directory().depths()).singleElement().satisfies((depth) -> {
			assertThat(depth.waiting()).isEqualTo(new Count(5, true));
			assertThat(depth.oldest()).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
		});
		enqueue(List.of(job("default", "c", -1)));
		assertThat(this.store.directory().depths().get(0).oldest()).isLessThan(Duration.ofMinutes(1));
	}

	@Test
	void concurrentClaimsFromManyLanesNeverGetTheSameJobAndForgetNone() throws Exception {
		List<NewJob> jobs = IntStream.range(0, 600)
			.mapToObj((i) -> job("queue-" + i % 2, "abc".substring(i % 3, i % 3 + 1), i % 5))
			.toList();
		enqueue(jobs);
		List<List<UUID>> claims = inParallel(4, () -> {
			List<UUID> mine = new ArrayList<>();
			while (this.store.directory().count().get(JobState.ENQUEUED).value() > 0) {
				mine.addAll(ids(claim(13)));
			}
			return mine;
		});
		assertThat(claims.stream().flatMap(List::stream).toList()).containsExactlyInAnyOrderElementsOf(ids(jobs));
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

	private List<ClaimedJob> claim(int limit) {
		return claim(null, limit, Map.of());
	}

	private List<ClaimedJob> claim(@Nullable Set<String> queues, int limit, Map<String, Integer> weights) {
		return request(queues, limit, weights).jobs();
	}

	private Claim request(@Nullable Set<String> queues, int limit, Map<String, Integer> weights) {
		return this.store.leases()
			.claim(new ClaimRequest(new Lease(this.node, this.tokens.incrementAndGet()), queues, Map.of(),
					Set.of("a", "b", "c"), limit, weights, List.of(), limit, Set.of()));
	}

	private JobOrders orders() {
		return this.store.orders();
	}

	private void enqueue(List<NewJob> jobs) {
		this.store.intake().enqueue(jobs);
	}

	private static List<NewJob> jobs(String queue, String name, int count) {
		return Stream.generate(() -> job(queue, name, 0)).limit(count).toList();
	}

	private static NewJob job(String queue, String name, int priority) {
		return new NewJob(UUID.randomUUID(), name, queue, priority, null, "[]", Map.of());
	}

	private static List<UUID> ids(List<?> jobs) {
		return jobs.stream().map((job) -> (job instanceof NewJob made) ? made.id() : ((ClaimedJob) job).id()).toList();
	}

}
