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
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobAttempt;
import dev.aftercommit.JobProgress;
import dev.aftercommit.JobState;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.JobTime;
import dev.aftercommit.JobWords;
import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.OrderResult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What every store must keep. A store passes it by one subclass that gives a harness.
 */
public abstract class AbstractJobStoreContractTests {

	protected static final Duration LEASE = Duration.ofSeconds(30);

	private static final Failure FAILURE = new Failure(AttemptOutcome.FAILED, "java.lang.IllegalStateException",
			"no such server\n\tat …");

	private static final Failure LEFT = new Failure(AttemptOutcome.CANCELLED, "dev.aftercommit.JobLeaveError",
			"The job was cancelled");

	private static final AtomicLong ids = new AtomicLong();

	private final AtomicLong tokens = new AtomicLong();

	private StoreHarness harness;

	private JobStore store;

	private JobLeases leases;

	private long a;

	private long b;

	/**
	 * A harness whose store has no jobs and no nodes.
	 */
	protected abstract StoreHarness newHarness() throws Exception;

	@BeforeEach
	void openStore() throws Exception {
		this.harness = newHarness();
		this.store = this.harness.store();
		this.leases = this.store.leases();
		this.a = register("a");
		this.b = register("b");
	}

	@AfterEach
	void closeStore() throws Exception {
		this.harness.close();
	}

	// Enqueue

	@Test
	void anEnqueuedJobIsClaimedWithWhatItWasGiven() {
		NewJob job = new NewJob(newId(), "server.boot", "provisioning", 7, null, "{\"serverId\":1}",
				Map.of("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "a & b", "ä=%€"));
		enqueue(job);
		Lease lease = new Lease(this.a, 42);
		Claim claim = this.leases.claim(new ClaimRequest(lease, null, Map.of(), Set.of("server.boot"), 10));
		assertThat(claim.jobs()).singleElement().satisfies((claimed) -> {
			assertThat(claimed.id()).isEqualTo(job.id());
			assertThat(claimed.name()).isEqualTo("server.boot");
			assertThat(claimed.queue()).isEqualTo("provisioning");
			assertThat(claimed.priority()).isEqualTo(7);
			assertThat(claimed.attempt()).isEqualTo(1);
			assertThat(claimed.arguments()).isEqualTo("{\"serverId\":1}");
			assertThat(claimed.headers()).isEqualTo(job.headers());
			assertThat(claimed.lease()).isEqualTo(lease);
			assertThat(claimed.waited()).isBetween(Duration.ZERO, Duration.ofMinutes(1));
		});
		assertThat(state(job)).isEqualTo(JobState.RUNNING);
	}

	@Test
	void aClaimedJobIsNotClaimedAgain() {
		enqueue(job());
		assertThat(claim(this.a, 10)).hasSize(1);
		assertThat(claim(this.b, 10)).isEmpty();
		assertThat(claim(this.a, 10)).isEmpty();
	}

	@Test
	void jobsAreClaimedInTheOrderOfTheirEnqueueing() {
		List<NewJob> first = jobs(20);
		List<NewJob> second = jobs(20);
		enqueue(first);
		enqueue(second);
		assertThat(ids(claim(this.a, 30))).isEqualTo(ids(Stream.concat(first.stream(), second.stream()).limit(30)));
		assertThat(ids(claim(this.a, 30))).isEqualTo(ids(second.stream().skip(10)));
	}

	@Test
	void lowerPriorityNumbersComeFirst() {
		NewJob late = job("default", 5);
		NewJob middle = job("default", 0);
		NewJob first = job("default", Short.MIN_VALUE);
		NewJob last = job("default", Short.MAX_VALUE);
		enqueue(last);
		enqueue(late, middle);
		enqueue(first);
		assertThat(ids(claim(this.a, 10))).containsExactly(first.id(), middle.id(), late.id(), last.id());
	}

	static Stream<String> payloads() {
		return Stream.of("", "[]", "{\"id\":9223372036854775807,\"low\":-9223372036854775808}",
				"{\"text\":\"Grüße, 世界, \uD83D\uDE80, \u202E, \\u0000, 'quoted', \\\"\\\\\\\"\"}", " \t\r\n ",
				"x".repeat(256 * 1024), "\uD83D\uDE80".repeat(50_000));
	}

	@ParameterizedTest
	@MethodSource("payloads")
	void argumentsComeBackCharacterForCharacter(String arguments) {
		enqueue(new NewJob(newId(), "job", "default", 0, null, arguments, Map.of()));
		assertThat(claim(this.a, 1).get(0).arguments()).isEqualTo(arguments);
	}

	@Test
	void enqueueingAgainChangesNothingWhereverTheJobIs() {
		NewJob waiting = job();
		NewJob scheduled = new NewJob(newId(), "job", "default", 0, JobTime.in(Duration.ofHours(1)), "[]", Map.of());
		NewJob running = job();
		NewJob succeeded = job();
		NewJob dead = job();
		enqueue(running, succeeded, dead, waiting, scheduled);
		List<ClaimedJob> claimed = claim(this.a, 3);
		apply(claimed.get(1), new Outcome.Succeeded(null));
		apply(claimed.get(2), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		enqueue(waiting, scheduled, running, succeeded, dead);
		enqueue(job(), waiting, running);
		assertThat(state(waiting)).isEqualTo(JobState.ENQUEUED);
		assertThat(state(scheduled)).isEqualTo(JobState.SCHEDULED);
		assertThat(state(running)).isEqualTo(JobState.RUNNING);
		assertThat(state(succeeded)).isEqualTo(JobState.SUCCEEDED);
		assertThat(state(dead)).isEqualTo(JobState.DEAD);
		assertThat(claim(this.b, 10)).hasSize(2);
	}

	@Test
	void aJobThatIsGivenTwiceInOneCallIsOneJob() {
		NewJob job = job();
		NewJob scheduled = new NewJob(newId(), "job", "default", 0, JobTime.in(Duration.ofHours(1)), "[]", Map.of());
		enqueue(job, scheduled, job, scheduled);
		assertThat(this.store.directory().count().get(JobState.SCHEDULED)).isEqualTo(new Count(1, true));
		assertThat(claim(this.a, 10)).hasSize(1);
	}

	@Test
	void concurrentEnqueuesOfTheSameJobsMakeEachOfThemOnce() throws Exception {
		for (int round = 0; round < 5; round++) {
			List<NewJob> jobs = jobs(20);
			inParallel(4, () -> {
				enqueueUntilItWorks(jobs);
				return true;
			});
			assertThat(ids(claim(this.a, 100))).containsExactlyElementsOf(ids(jobs.stream()));
			assertThat(this.store.directory().count().get(JobState.ENQUEUED)).isEqualTo(new Count(0, true));
		}
	}

	@Test
	void theJobsOfOneCallAppearAllAtOnce() throws Exception {
		List<Set<Long>> seen = inParallel(List.of(() -> {
			for (int i = 0; i < 20; i++) {
				enqueue(jobs(25));
			}
			return Set.of();
		}, () -> {
			Set<Long> counts = new HashSet<>();
			while (!counts.contains(500L)) {
				counts.add(this.store.directory().count().get(JobState.ENQUEUED).value());
			}
			return counts;
		}));
		assertThat(seen.get(1)).allMatch((count) -> count % 25 == 0);
	}

	@Test
	void manyJobsAreEnqueuedAtOnce() {
		List<NewJob> jobs = jobs(5000);
		enqueue(jobs);
		List<UUID> claimed = new ArrayList<>();
		for (List<ClaimedJob> claim = claim(this.a, 1000); !claim.isEmpty(); claim = claim(this.a, 1000)) {
			claimed.addAll(ids(claim));
		}
		assertThat(claimed).isEqualTo(ids(jobs.stream()));
	}

	@Test
	void withoutATransactionNothingIsJoinedOrStaged() {
		assertThat(this.store.intake().joinsTransaction()).isFalse();
		assertThatIllegalStateException()
			.isThrownBy(() -> this.store.intake().stage(List.of(new StagedJob(job(), null))));
		assertThat(claim(this.a, 10)).isEmpty();
	}

	// Time

	@Test
	void aScheduledJobWaitsForItsTimeOnTheStoresClock() {
		NewJob later = new NewJob(newId(), "job", "default", 0, JobTime.in(Duration.ofMinutes(5)), "[]", Map.of());
		enqueue(later);
		assertThat(state(later)).isEqualTo(JobState.SCHEDULED);
		assertThat(this.leases.promote(10)).isZero();
		Claim claim = request(this.a, 10);
		assertThat(claim.jobs()).isEmpty();
		assertThat(claim.nextDue()).hasValueSatisfying((due) -> assertThat(due).isPositive()
			.isLessThanOrEqualTo(Duration.ofMinutes(5))
			.isGreaterThan(Duration.ofMinutes(4)));
		this.harness.advance(Duration.ofMinutes(5).plusMillis(1));
		assertThat(request(this.a, 10).nextDue()).contains(Duration.ZERO);
		assertThat(this.leases.promote(10)).isEqualTo(1);
		assertThat(this.leases.promote(10)).isZero();
		assertThat(state(later)).isEqualTo(JobState.ENQUEUED);
		claim = request(this.a, 10);
		assertThat(claim.jobs()).singleElement().satisfies((job) -> {
			assertThat(job.id()).isEqualTo(later.id());
			assertThat(job.attempt()).isEqualTo(1);
		});
		assertThat(claim.nextDue()).isEmpty();
	}

	@Test
	void aJobAtATimeIsDueThenAndOneInThePastAtOnce() {
		NewJob reference = job();
		enqueue(reference);
		Instant now = find(reference).enqueuedAt();
		NewJob past = new NewJob(newId(), "job", "default", 0, JobTime.at(now.minusSeconds(60)), "[]", Map.of());
		NewJob longPast = new NewJob(newId(), "job", "default", 0, JobTime.at(Instant.MIN), "[]", Map.of());
		NewJob future = new NewJob(newId(), "job", "default", 0, JobTime.at(now.plusSeconds(3600)), "[]", Map.of());
		NewJob farFuture = new NewJob(newId(), "job", "default", 0, JobTime.at(Instant.MAX), "[]", Map.of());
		NewJob zero = new NewJob(newId(), "job", "default", 0, JobTime.in(Duration.ZERO), "[]", Map.of());
		enqueue(past, longPast, future, farFuture, zero);
		assertThat(ids(claim(this.a, 10))).containsExactly(reference.id(), past.id(), longPast.id(), zero.id());
		assertThat(find(future).dueAt()).isEqualTo(now.plusSeconds(3600));
		assertThat(state(farFuture)).isEqualTo(JobState.SCHEDULED);
		this.harness.advance(Duration.ofHours(1).plusSeconds(1));
		this.leases.promote(10);
		assertThat(ids(claim(this.a, 10))).containsExactly(future.id());
	}

	@Test
	void noMoreJobsThanAskedForArePromotedTheEarliestFirst() {
		NewJob third = new NewJob(newId(), "job", "default", 0, JobTime.in(Duration.ofSeconds(30)), "[]", Map.of());
		NewJob first = new NewJob(newId(), "job", "default", 0, JobTime.in(Duration.ofSeconds(10)), "[]", Map.of());
		NewJob second = new NewJob(newId(), "job", "default", 0, JobTime.in(Duration.ofSeconds(20)), "[]", Map.of());
		enqueue(third, first, second);
		this.harness.advance(Duration.ofMinutes(1));
		assertThat(this.leases.promote(2)).isEqualTo(2);
		assertThat(state(first)).isEqualTo(JobState.ENQUEUED);
		assertThat(state(second)).isEqualTo(JobState.ENQUEUED);
		assertThat(state(third)).isEqualTo(JobState.SCHEDULED);
		assertThat(this.leases.promote(2)).isEqualTo(1);
	}

	@Test
	void whatAJobHasWaitedIsToldByTheStoresClock() {
		enqueue(job());
		this.harness.advance(Duration.ofMinutes(3));
		assertThat(claim(this.a, 1).get(0).waited()).isBetween(Duration.ofMinutes(3), Duration.ofMinutes(4));
	}

	// Claim

	@Test
	void noMoreJobsThanAskedForAreClaimed() {
		enqueue(jobs(10));
		enqueue(jobs("other", 10));
		assertThat(claim(this.a, 7)).hasSize(7);
		assertThat(claim(this.a, 1)).hasSize(1);
		assertThat(claim(this.a, 1000)).hasSize(12);
	}

	@Test
	void jobsOfUnknownNamesAreLeftAlone() {
		NewJob unknown = new NewJob(newId(), "new.name", "default", -1, null, "[]", Map.of());
		NewJob known = job();
		enqueue(unknown, known);
		assertThat(ids(claim(this.a, 10))).containsExactly(known.id());
		assertThat(state(unknown)).isEqualTo(JobState.ENQUEUED);
		assertThat(ids(
				this.leases.claim(new ClaimRequest(lease(this.b), null, Map.of(), Set.of("some.name", "new.name"), 10))
					.jobs()))
			.containsExactly(unknown.id());
		assertThat(this.leases.claim(new ClaimRequest(lease(this.b), null, Map.of(), Set.of(), 10)).jobs()).isEmpty();
	}

	@Test
	void onlyServedQueuesAreClaimedFrom() {
		NewJob mail = job("mail", 0);
		NewJob other = job("other", 0);
		enqueue(mail, other);
		assertThat(claim(this.a, Set.of("nothing"), Map.of(), 10)).isEmpty();
		assertThat(claim(this.a, Set.of(), Map.of(), 10)).isEmpty();
		assertThat(ids(claim(this.a, Set.of("mail", "nothing"), Map.of(), 10))).containsExactly(mail.id());
		assertThat(ids(claim(this.a, null, Map.of(), 10))).containsExactly(other.id());
	}

	@Test
	void noMoreJobsThanAQueueMayHaveAreClaimedFromIt() {
		enqueue(jobs("narrow", 10));
		enqueue(jobs("closed", 10));
		enqueue(jobs("wide", 10));
		Map<String, Integer> atMost = Map.of("narrow", 2, "closed", 0, "absent", 5);
		assertThat(claim(this.a, null, atMost, 100)).extracting(ClaimedJob::queue)
			.containsOnly("narrow", "wide")
			.filteredOn("narrow"::equals)
			.hasSize(2);
		assertThat(claim(this.a, Set.of("narrow", "closed"), atMost, 100)).hasSize(2)
			.extracting(ClaimedJob::queue)
			.containsOnly("narrow");
		assertThat(claim(this.a, Set.of("closed"), atMost, 100)).isEmpty();
	}

	@Test
	void queuesShareTheLimit() {
		enqueue(jobs("a", 100));
		enqueue(jobs("b", 100));
		enqueue(jobs("c", 5));
		Map<String, Long> shares = new HashMap<>();
		claim(this.a, 45).forEach((job) -> shares.merge(job.queue(), 1L, Long::sum));
		assertThat(shares).isEqualTo(Map.of("a", 20L, "b", 20L, "c", 5L));
	}

	@Test
	void noQueueStarvesThoughOneJobIsClaimedAtATime() {
		enqueue(jobs("a", 100));
		enqueue(jobs("b", 100));
		Set<String> queues = new HashSet<>();
		for (int i = 0; i < 60; i++) {
			queues.add(claim(this.a, 1).get(0).queue());
		}
		assertThat(queues).containsExactlyInAnyOrder("a", "b");
	}

	@Test
	void manyQueuesAreServed() {
		List<NewJob> jobs = IntStream.range(0, 200).mapToObj((i) -> job("queue-" + i, 0)).toList();
		enqueue(jobs);
		assertThat(claim(this.a, 150)).hasSize(150);
		assertThat(claim(this.a, 150)).hasSize(50);
	}

	@Test
	void concurrentClaimsNeverGetTheSameJobAndNoneIsForgotten() throws Exception {
		List<NewJob> jobs = jobs(1000);
		enqueue(jobs);
		List<List<UUID>> claimed = inParallel(4, () -> {
			List<UUID> mine = new ArrayList<>();
			while (this.store.directory().count().get(JobState.ENQUEUED).value() > 0) {
				mine.addAll(ids(claim(this.a, 20)));
			}
			return mine;
		});
		assertThat(claimed.stream().flatMap(Collection::stream).toList())
			.containsExactlyInAnyOrderElementsOf(ids(jobs.stream()));
	}

	@Test
	void concurrentClaimsAndEnqueuesAndEndingsLoseNothing() throws Exception {
		List<List<UUID>> rounds = inParallel(4, () -> {
			List<UUID> done = new ArrayList<>();
			for (int i = 0; i < 25; i++) {
				enqueue(jobs(8));
				List<ClaimedJob> claim = claim(this.a, 8);
				done.addAll(this.leases
					.apply(claim.stream().map((job) -> new Ending(job, new Outcome.Succeeded(null))).toList()));
			}
			return done;
		});
		long done = rounds.stream().mapToLong(List::size).sum();
		assertThat(new HashSet<>(rounds.stream().flatMap(Collection::stream).toList())).hasSize((int) done);
		Map<JobState, Count> counts = this.store.directory().count();
		assertThat(counts.get(JobState.SUCCEEDED)).isEqualTo(new Count(done, true));
		assertThat(counts.get(JobState.ENQUEUED)).isEqualTo(new Count(800 - done, true));
		assertThat(counts.get(JobState.RUNNING)).isEqualTo(new Count(0, true));
	}

	// Outcomes

	@Test
	void aSuccessEndsTheJobWithItsResult() {
		NewJob job = job();
		enqueue(job);
		ClaimedJob claimed = claim(this.a, 1).get(0);
		this.harness.advance(Duration.ofSeconds(10));
		assertThat(apply(claimed, new Outcome.Succeeded("{\"ip\":\"10.0.0.1 äöü\"}"))).isTrue();
		JobStatus status = find(job);
		assertThat(status.state()).isEqualTo(JobState.SUCCEEDED);
		assertThat(status.name()).isEqualTo("job");
		assertThat(status.queue()).isEqualTo("default");
		assertThat(status.priority()).isZero();
		assertThat(status.attempts()).isEqualTo(1);
		assertThat(status.result()).isEqualTo("{\"ip\":\"10.0.0.1 äöü\"}");
		assertThat(status.endedAt()).isAfterOrEqualTo(status.enqueuedAt().plusSeconds(10));
		assertThat(status.dueAt()).isNull();
		assertThat(status.reason()).isNull();
		assertThat(status.failure()).isNull();
	}

	@Test
	void aSuccessMayHaveNoResult() {
		NewJob job = job();
		enqueue(job);
		apply(claim(this.a, 1).get(0), new Outcome.Succeeded(null));
		assertThat(find(job).result()).isNull();
	}

	@Test
	void aRetryWaitsForItsDelayAndCountsItsAttempts() {
		NewJob job = job();
		enqueue(job);
		assertThat(apply(claim(this.a, 1).get(0), new Outcome.Retry(Duration.ofSeconds(5), FAILURE))).isTrue();
		JobStatus status = find(job);
		assertThat(status.state()).isEqualTo(JobState.RETRYING);
		assertThat(status.attempts()).isEqualTo(1);
		assertThat(status.failure()).isEqualTo(FAILURE);
		assertThat(status.dueAt()).isAfterOrEqualTo(status.enqueuedAt().plusSeconds(5));
		assertThat(this.leases.promote(10)).isZero();
		assertThat(claim(this.a, 1)).isEmpty();
		this.harness.advance(Duration.ofSeconds(6));
		assertThat(this.leases.promote(10)).isEqualTo(1);
		ClaimedJob second = claim(this.b, 1).get(0);
		assertThat(second.attempt()).isEqualTo(2);
		assertThat(second.arguments()).isEqualTo(job.arguments());
		Failure last = new Failure(AttemptOutcome.TIMED_OUT, "timeout", "after 10m");
		apply(second, new Outcome.Retry(Duration.ZERO, last));
		assertThat(find(job).failure()).isEqualTo(last);
		assertThat(find(job).attempts()).isEqualTo(2);
		assertThat(this.leases.promote(10)).isEqualTo(1);
		apply(claim(this.a, 1).get(0), new Outcome.Succeeded("\"at last\""));
		assertThat(find(job).state()).isEqualTo(JobState.SUCCEEDED);
		assertThat(find(job).attempts()).isEqualTo(3);
		assertThat(find(job).failure()).isEqualTo(last);
	}

	@Test
	void retriedAndReleasedAndRescuedJobsKeepTheirPlace() {
		NewJob retried = job();
		NewJob released = job();
		NewJob rescued = job();
		enqueue(retried, released, rescued);
		enqueue(jobs(5));
		List<ClaimedJob> claimed = claim(this.a, 3);
		apply(claimed.get(0), new Outcome.Retry(Duration.ZERO, FAILURE));
		apply(claimed.get(1), new Outcome.Released());
		this.store.nodes().end(this.a);
		this.leases.rescue(LEASE, 3, 10);
		this.leases.promote(10);
		assertThat(ids(claim(this.b, 3))).containsExactly(retried.id(), released.id(), rescued.id());
	}

	@Test
	void aDeadJobHasAReasonAndItsLastFailure() {
		NewJob job = job();
		enqueue(job);
		assertThat(apply(claim(this.a, 1).get(0), new Outcome.Dead(DeadReason.ATTEMPTS_SPENT, FAILURE))).isTrue();
		JobStatus status = find(job);
		assertThat(status.state()).isEqualTo(JobState.DEAD);
		assertThat(status.reason()).isEqualTo(DeadReason.ATTEMPTS_SPENT);
		assertThat(status.failure()).isEqualTo(FAILURE);
		assertThat(status.attempts()).isEqualTo(1);
		assertThat(status.endedAt()).isNotNull();
		assertThat(claim(this.a, 1)).isEmpty();
	}

	@Test
	void longTextsOfFailuresAreKept() {
		NewJob job = job();
		enqueue(job);
		Failure failure = new Failure(AttemptOutcome.FAILED, "x".repeat(300), "ü\uD83D\uDE80\n".repeat(10_000));
		apply(claim(this.a, 1).get(0), new Outcome.Dead(DeadReason.DISCARDED, failure));
		assertThat(find(job).failure()).isEqualTo(failure);
	}

	@Test
	void aReleasedJobHasItsAttemptBack() {
		NewJob job = job();
		enqueue(job);
		assertThat(apply(claim(this.a, 1).get(0), new Outcome.Released())).isTrue();
		assertThat(state(job)).isEqualTo(JobState.ENQUEUED);
		assertThat(find(job).attempts()).isZero();
		assertThat(find(job).failure()).isNull();
		ClaimedJob again = claim(this.b, 1).get(0);
		assertThat(again.attempt()).isEqualTo(1);
		assertThat(apply(again, new Outcome.Released())).isTrue();
		assertThat(claim(this.a, 1).get(0).attempt()).isEqualTo(1);
	}

	@Test
	void aSnoozedJobIsScheduledForLaterInItsPlaceAndNoAttemptIsSpent() {
		List<NewJob> jobs = jobs(2);
		enqueue(jobs);
		for (ClaimedJob claimed : claim(this.a, 2)) {
			assertThat(apply(claimed, new Outcome.Snoozed(Duration.ofMinutes(5)))).isTrue();
		}
		JobStatus snoozed = find(jobs.get(0));
		assertThat(snoozed.state()).isEqualTo(JobState.SCHEDULED);
		assertThat(snoozed.attempts()).isZero();
		assertThat(snoozed.failure()).isNull();
		assertThat(snoozed.dueAt()).isBetween(snoozed.enqueuedAt().plus(Duration.ofMinutes(5)),
				snoozed.enqueuedAt().plus(Duration.ofMinutes(6)));
		NewJob later = job();
		enqueue(later);
		assertThat(this.leases.promote(10)).isZero();
		this.harness.advance(Duration.ofMinutes(6));
		assertThat(this.leases.promote(10)).isEqualTo(2);
		List<ClaimedJob> again = claim(this.b, 10);
		assertThat(ids(again)).containsExactly(jobs.get(0).id(), jobs.get(1).id(), later.id());
		assertThat(again).extracting(ClaimedJob::attempt).containsOnly(1);
	}

	@Test
	void aJobThatSnoozesForEverRemembersItsLatestOutcomesAndSpendsNoAttempt() {
		NewJob job = job();
		enqueue(job);
		apply(claim(this.a, 1).get(0), new Outcome.Retry(Duration.ZERO, FAILURE));
		ClaimedJob last = null;
		for (int i = 0; i < 100; i++) {
			this.leases.promote(10);
			last = claim(this.a, 1).get(0);
			assertThat(last.attempt()).isEqualTo(2);
			assertThat(apply(last, new Outcome.Snoozed(Duration.ZERO))).isTrue();
		}
		assertThat(apply(last, new Outcome.Snoozed(Duration.ZERO))).isTrue();
		assertThat(find(job).attempts()).isEqualTo(1);
		assertThat(find(job).failure()).isEqualTo(FAILURE);
	}

	@Test
	void theAttemptsAtAJobAreToldInTheirOrder() {
		NewJob job = job();
		enqueue(job);
		assertThat(attempts(job)).isEmpty();
		for (Outcome outcome : List.of(new Outcome.Retry(Duration.ZERO, FAILURE), new Outcome.Snoozed(Duration.ZERO),
				new Outcome.Released(), new Outcome.Snoozed(Duration.ZERO))) {
			this.harness.advance(Duration.ofMinutes(1));
			this.leases.promote(10);
			ClaimedJob claimed = claim(this.a, 1).get(0);
			this.harness.advance(Duration.ofSeconds(10));
			apply(claimed, outcome);
			apply(claimed, outcome);
		}
		this.leases.promote(10);
		claim(this.b, 1);
		assertThat(attempts(job)).as("of the one that runs, nothing").hasSize(4);
		this.store.nodes().end(this.b);
		this.leases.rescue(LEASE, 5, 10);
		apply(claim(this.a, 1).get(0), new Outcome.Succeeded("1"));
		List<JobAttempt> attempts = attempts(job);
		assertThat(attempts).extracting(JobAttempt::number).containsExactly(1, 2, 2, 2, 2, 3);
		assertThat(attempts).extracting(JobAttempt::outcome)
			.containsExactly(AttemptOutcome.FAILED, AttemptOutcome.SNOOZED, AttemptOutcome.INTERRUPTED,
					AttemptOutcome.SNOOZED, AttemptOutcome.LOST, AttemptOutcome.SUCCEEDED);
		assertThat(attempts).extracting(JobAttempt::node)
			.containsExactly(this.a, this.a, this.a, this.a, this.b, this.a);
		assertThat(attempts.get(0).errorType()).isEqualTo(FAILURE.type());
		assertThat(attempts.get(0).errorText()).isEqualTo(FAILURE.text());
		assertThat(attempts.get(4).errorText()).contains("silent");
		assertThat(List.of(attempts.get(1), attempts.get(2), attempts.get(5)))
			.allSatisfy((attempt) -> assertThat(attempt.errorType()).isNull())
			.allSatisfy((attempt) -> assertThat(attempt.errorText()).isNull());
		assertThat(attempts).extracting(JobAttempt::endedAt).isSorted();
		assertThat(attempts.subList(0, 4)).allSatisfy((attempt) -> assertThat(attempt.startedAt())
			.isBetween(attempt.endedAt().minusSeconds(20), attempt.endedAt().minusSeconds(10)));
		assertThat(attempts.get(0).startedAt()).isBetween(find(job).enqueuedAt().plusSeconds(60),
				find(job).enqueuedAt().plusSeconds(80));
	}

	@Test
	void theLatestAttemptsAreKept() {
		NewJob job = job();
		enqueue(job);
		Failure failure = new Failure(AttemptOutcome.TIMED_OUT, "ä", "\uD83D\uDE80".repeat(4000));
		for (int i = 0; i < 100; i++) {
			this.leases.promote(10);
			apply(claim(this.a, 1).get(0),
					(i % 2 == 0) ? new Outcome.Snoozed(Duration.ZERO) : new Outcome.Retry(Duration.ZERO, failure));
			if (i < 20) {
				this.leases.promote(10);
				apply(claim(this.a, 1).get(0), new Outcome.Retry(Duration.ZERO, failure));
			}
		}
		List<JobAttempt> attempts = attempts(job);
		assertThat(attempts).filteredOn((attempt) -> attempt.outcome() == AttemptOutcome.TIMED_OUT)
			.hasSize(50)
			.allSatisfy((attempt) -> assertThat(attempt.errorText()).startsWith("\uD83D\uDE80".repeat(490))
				.doesNotContain("\uFFFD"))
			.last()
			.extracting(JobAttempt::number)
			.isEqualTo(70);
		assertThat(attempts).filteredOn((attempt) -> attempt.outcome() == AttemptOutcome.SNOOZED)
			.hasSizeBetween(30, 31)
			.last()
			.extracting(JobAttempt::number)
			.isEqualTo(70);
		assertThat(find(job).failure()).isEqualTo(failure);
	}

	@Test
	void theAttemptsOfAJobGoWithIt() {
		List<NewJob> jobs = jobs(4);
		enqueue(jobs);
		for (Outcome first : List.of(new Outcome.Snoozed(Duration.ZERO), new Outcome.Retry(Duration.ZERO, FAILURE))) {
			this.leases.promote(10);
			claim(this.a, 10).forEach((claimed) -> apply(claimed, first));
		}
		this.leases.promote(10);
		List<ClaimedJob> claimed = claim(this.a, 10);
		apply(claimed.get(0), new Outcome.Succeeded(null));
		apply(claimed.get(1), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		apply(claimed.get(2), new Outcome.Cancelled(LEFT));
		apply(claimed.get(3), new Outcome.Succeeded("1"));
		assertThat(attempts(jobs.get(0))).hasSize(3);
		assertThat(attempts(jobs.get(1))).hasSize(3);
		assertThat(attempts(jobs.get(2))).hasSize(3)
			.last()
			.extracting(JobAttempt::outcome)
			.isEqualTo(AttemptOutcome.CANCELLED);
		assertThat(this.harness.traces(jobs.get(0).id())).isNotEmpty();
		orders().delete(jobs.get(3).id());
		this.harness.advance(Duration.ofDays(1));
		assertThat(this.leases.prune(new Retention(Duration.ZERO, Duration.ZERO, Duration.ZERO), 10)).isEqualTo(3);
		assertThat(jobs).allSatisfy((job) -> assertThat(attempts(job)).isEmpty());
		assertThat(jobs).allSatisfy((job) -> assertThat(this.harness.traces(job.id())).isEmpty());
	}

	// What bodies say

	@Test
	void whatABodySaysIsKeptAndReplacedByWhatIsNewer() {
		NewJob job = job();
		enqueue(job);
		assertThat(words(job)).isEqualTo(JobWords.NONE);
		ClaimedJob claimed = claim(this.a, 1).get(0);
		this.leases.note(List.of(said(claimed, 1, null, "ä \uD83D\uDE80")));
		assertThat(words(job)).isEqualTo(new JobWords(null, List.of("ä \uD83D\uDE80")));
		this.leases.note(List.of(said(claimed, 3, new JobProgress(1, 3))));
		assertThat(words(job)).isEqualTo(new JobWords(new JobProgress(1, 3), List.of()));
		this.leases.note(List.of(said(claimed, 2, null, "late")));
		assertThat(words(job).log()).isEmpty();
		this.leases.note(List.of(said(claimed, 4, new JobProgress(Long.MAX_VALUE - 1, 0), "a", "", "b")));
		assertThat(state(job)).isEqualTo(JobState.RUNNING);
		apply(claimed, new Outcome.Succeeded("1"));
		this.leases.note(List.of(said(claimed, 5, null, "after the end")));
		assertThat(words(job)).isEqualTo(new JobWords(new JobProgress(Long.MAX_VALUE - 1, 0), List.of("a", "", "b")));
		assertThat(find(job).result()).isEqualTo("1");
	}

	@Test
	void onlyWhoHasTheLeaseMaySayAnything() {
		List<NewJob> jobs = jobs(2);
		enqueue(jobs);
		List<ClaimedJob> claimed = claim(this.a, 2);
		ClaimedJob stranger = with(claimed.get(0), new Lease(this.b, claimed.get(0).lease().token()));
		ClaimedJob stale = with(claimed.get(0), new Lease(this.a, claimed.get(0).lease().token() + 1));
		this.leases.note(List.of(said(stranger, 9, null, "stranger")));
		this.leases.note(List.of(said(stale, 9, null, "stale"), said(claimed.get(1), 1, null, "mine")));
		assertThat(words(jobs.get(0))).isEqualTo(JobWords.NONE);
		assertThat(words(jobs.get(1)).log()).containsExactly("mine");
		ClaimedJob unknown = new ClaimedJob(newId(), "job", "default", 0, 1, "[]", Map.of(), claimed.get(0).lease(),
				Duration.ZERO, 0);
		this.leases.note(List.of(said(unknown, 1, null, "of nothing")));
		assertThat(this.harness.traces(unknown.id())).isEmpty();
	}

	@Test
	void theLatestThreeAttemptsThatSaidAnythingAreHeardAndTheirWordsGoWithTheJob() {
		List<NewJob> jobs = jobs(2);
		enqueue(jobs);
		for (int i = 1; i <= 5; i++) {
			this.harness.advance(Duration.ofSeconds(1));
			this.leases.promote(10);
			for (ClaimedJob claimed : claim((i % 2 == 0) ? this.a : this.b, 2)) {
				this.leases
					.note(List.of(said(claimed, 1, (i == 4) ? new JobProgress(i, 9) : null, "line " + i, "more")));
				apply(claimed, (i < 5) ? new Outcome.Snoozed(Duration.ZERO) : new Outcome.Succeeded(null));
			}
		}
		assertThat(jobs).allSatisfy((job) -> assertThat(words(job)).isEqualTo(
				new JobWords(new JobProgress(4, 9), List.of("line 3", "more", "line 4", "more", "line 5", "more"))));
		orders().delete(jobs.get(0).id());
		this.harness.advance(Duration.ofDays(1));
		assertThat(this.leases.prune(new Retention(Duration.ZERO, Duration.ZERO, Duration.ZERO), 10)).isEqualTo(1);
		assertThat(jobs).allSatisfy((job) -> assertThat(words(job)).isEqualTo(JobWords.NONE));
		assertThat(jobs).allSatisfy((job) -> assertThat(this.harness.traces(job.id())).isEmpty());
	}

	@Test
	void wordsCommitAndRollBackWithTheCallersTransaction() {
		TransactionTemplate transaction = transaction();
		NewJob job = job();
		enqueue(job);
		ClaimedJob claimed = claim(this.a, 1).get(0);
		transaction.executeWithoutResult((status) -> {
			this.leases.noteInTransaction(said(claimed, 1, null, "rolled back"));
			this.leases.completeInTransaction(claimed, new Outcome.Succeeded(null));
			status.setRollbackOnly();
		});
		assertThat(words(job)).isEqualTo(JobWords.NONE);
		transaction.executeWithoutResult((status) -> {
			this.leases.noteInTransaction(said(claimed, 2, null, "committed"));
			this.leases.completeInTransaction(claimed, new Outcome.Succeeded(null));
		});
		assertThat(words(job).log()).containsExactly("committed");
	}

	private JobWords words(NewJob job) {
		return this.store.directory().words(job.id());
	}

	private static Words said(ClaimedJob job, long version, @Nullable JobProgress progress, String... log) {
		return new Words(job.id(), job.lease(), version, progress, List.of(log));
	}

	private List<JobAttempt> attempts(NewJob job) {
		return this.store.directory().attempts(job.id());
	}

	static Stream<Outcome> outcomes() {
		return Stream.of(new Outcome.Succeeded("1"), new Outcome.Retry(Duration.ZERO, FAILURE),
				new Outcome.Dead(DeadReason.DISCARDED, FAILURE), new Outcome.Cancelled(LEFT),
				new Outcome.Snoozed(Duration.ofMinutes(1)), new Outcome.Released());
	}

	@ParameterizedTest
	@MethodSource("outcomes")
	void anOutcomeIsRefusedOnceAnotherNodeHasTakenOver(Outcome outcome) {
		NewJob job = job();
		enqueue(job);
		ClaimedJob lost = claim(this.a, 1).get(0);
		this.harness.advance(LEASE.plusSeconds(1));
		this.store.nodes().heartbeat(this.b);
		assertThat(this.leases.rescue(LEASE, 3, 10)).isEqualTo(1);
		assertThat(apply(lost, outcome)).isFalse();
		assertThat(state(job)).isEqualTo(JobState.ENQUEUED);
		ClaimedJob current = claim(this.b, 1).get(0);
		assertThat(apply(lost, outcome)).isFalse();
		assertThat(state(job)).isEqualTo(JobState.RUNNING);
		assertThat(apply(current, outcome)).isTrue();
		assertThat(apply(lost, outcome)).isFalse();
	}

	@ParameterizedTest
	@MethodSource("outcomes")
	void anOutcomeIsRefusedWithAnotherTokenOrNode(Outcome outcome) {
		NewJob job = job();
		enqueue(job);
		ClaimedJob claimed = claim(this.a, 1).get(0);
		Lease lease = claimed.lease();
		assertThat(apply(with(claimed, new Lease(lease.node(), lease.token() + 1)), outcome)).isFalse();
		assertThat(apply(with(claimed, new Lease(lease.node() + 1, lease.token())), outcome)).isFalse();
		assertThat(state(job)).isEqualTo(JobState.RUNNING);
		assertThat(this.leases.apply(List.of(new Ending(
				new ClaimedJob(newId(), "job", "default", 0, 1, "[]", Map.of(), lease, Duration.ZERO, 0), outcome))))
			.isEmpty();
		assertThat(apply(claimed, outcome)).isTrue();
	}

	@ParameterizedTest
	@MethodSource("outcomes")
	void anOutcomeThatIsAppliedAgainIsAcceptedAndChangesNothing(Outcome outcome) {
		NewJob job = job();
		enqueue(job);
		ClaimedJob claimed = claim(this.a, 1).get(0);
		assertThat(apply(claimed, outcome)).isTrue();
		JobStatus first = find(job);
		this.harness.advance(Duration.ofSeconds(1));
		assertThat(apply(claimed, outcome)).isTrue();
		assertThat(find(job)).isEqualTo(first);
		assertThat(this.store.directory().count().values().stream().mapToLong(Count::value).sum()).isEqualTo(1);
	}

	@Test
	void aRetryThatIsAppliedAgainAfterTheJobHasGoneOnIsAcceptedAndChangesNothing() {
		NewJob job = job();
		enqueue(job);
		ClaimedJob first = claim(this.a, 1).get(0);
		apply(first, new Outcome.Retry(Duration.ZERO, FAILURE));
		this.leases.promote(10);
		ClaimedJob second = claim(this.a, 1).get(0);
		assertThat(apply(first, new Outcome.Retry(Duration.ZERO, FAILURE))).isTrue();
		assertThat(state(job)).isEqualTo(JobState.RUNNING);
		apply(second, new Outcome.Succeeded(null));
		assertThat(apply(first, new Outcome.Retry(Duration.ZERO, FAILURE))).isTrue();
		assertThat(state(job)).isEqualTo(JobState.SUCCEEDED);
	}

	@Test
	void endingsOfAllKindsAreAppliedTogether() {
		List<NewJob> jobs = jobs(7);
		enqueue(jobs);
		List<ClaimedJob> claimed = claim(this.a, 7);
		Set<UUID> accepted = this.leases.apply(List.of(new Ending(claimed.get(0), new Outcome.Succeeded("0")),
				new Ending(claimed.get(1), new Outcome.Retry(Duration.ofSeconds(1), FAILURE)),
				new Ending(claimed.get(2), new Outcome.Dead(DeadReason.DISCARDED, FAILURE)),
				new Ending(claimed.get(3), new Outcome.Released()),
				new Ending(with(claimed.get(4), new Lease(this.b, 1)), new Outcome.Succeeded(null)),
				new Ending(claimed.get(5), new Outcome.Dead(DeadReason.UNREADABLE, FAILURE)),
				new Ending(claimed.get(6), new Outcome.Snoozed(Duration.ofSeconds(1)))));
		assertThat(accepted).containsExactlyInAnyOrder(jobs.get(0).id(), jobs.get(1).id(), jobs.get(2).id(),
				jobs.get(3).id(), jobs.get(5).id(), jobs.get(6).id());
		assertThat(jobs).extracting(this::state)
			.containsExactly(JobState.SUCCEEDED, JobState.RETRYING, JobState.DEAD, JobState.ENQUEUED, JobState.RUNNING,
					JobState.DEAD, JobState.SCHEDULED);
		assertThat(find(jobs.get(5)).reason()).isEqualTo(DeadReason.UNREADABLE);
	}

	@Test
	void aThousandEndingsAreAppliedAtOnce() {
		enqueue(jobs(1000));
		List<ClaimedJob> claimed = claim(this.a, 1000);
		assertThat(this.leases
			.apply(claimed.stream().map((job) -> new Ending(job, new Outcome.Succeeded(job.id().toString()))).toList()))
			.containsExactlyInAnyOrderElementsOf(ids(claimed));
		assertThat(this.store.directory().find(ids(claimed))).hasSize(1000)
			.allSatisfy((id, status) -> assertThat(status.result()).isEqualTo(id.toString()));
	}

	// Completion in the caller's transaction

	@Test
	void aCompletionCommitsWithTheCallersTransaction() {
		TransactionTemplate transaction = transaction();
		NewJob job = job();
		NewJob next = job();
		enqueue(job);
		ClaimedJob claimed = claim(this.a, 1).get(0);
		this.harness.advance(Duration.ofSeconds(10));
		transaction.executeWithoutResult((status) -> {
			this.store.intake().stage(List.of(new StagedJob(next, null)));
			this.leases.completeInTransaction(claimed, new Outcome.Succeeded("\"done äöü\""));
		});
		JobStatus status = find(job);
		assertThat(status.state()).isEqualTo(JobState.SUCCEEDED);
		assertThat(status.result()).isEqualTo("\"done äöü\"");
		assertThat(status.attempts()).isEqualTo(1);
		assertThat(status.endedAt()).isAfterOrEqualTo(status.enqueuedAt().plusSeconds(10));
		assertThat(state(next)).isEqualTo(JobState.ENQUEUED);
		assertThat(this.store.directory().count().get(JobState.RUNNING)).isEqualTo(new Count(0, true));
	}

	@Test
	void aCompletionRollsBackWithTheCallersTransaction() {
		TransactionTemplate transaction = transaction();
		NewJob job = job();
		NewJob next = job();
		enqueue(job);
		ClaimedJob claimed = claim(this.a, 1).get(0);
		transaction.executeWithoutResult((status) -> {
			this.leases.completeInTransaction(claimed, new Outcome.Succeeded(null));
			this.store.intake().stage(List.of(new StagedJob(next, null)));
			status.setRollbackOnly();
		});
		assertThat(state(job)).isEqualTo(JobState.RUNNING);
		assertThat(found(List.of(next))).isEmpty();
		assertThat(apply(claimed, new Outcome.Retry(Duration.ZERO, FAILURE))).isTrue();
		assertThat(state(job)).isEqualTo(JobState.RETRYING);
	}

	@Test
	void aCompletionIsRefusedOnceTheLeaseIsLost() {
		TransactionTemplate transaction = transaction();
		NewJob job = job();
		enqueue(job);
		ClaimedJob lost = claim(this.a, 1).get(0);
		assertStale(transaction, with(lost, new Lease(this.a, lost.lease().token() + 1)));
		assertStale(transaction, with(lost, new Lease(this.b, lost.lease().token())));
		this.store.nodes().end(this.a);
		assertThat(this.leases.rescue(LEASE, 3, 10)).isEqualTo(1);
		assertStale(transaction, lost);
		ClaimedJob current = claim(this.b, 1).get(0);
		assertStale(transaction, lost);
		assertThat(state(job)).isEqualTo(JobState.RUNNING);
		transaction.executeWithoutResult(
				(status) -> this.leases.completeInTransaction(current, new Outcome.Succeeded("\"b\"")));
		assertStale(transaction, lost);
		assertStale(transaction, current);
		assertThat(find(job).result()).isEqualTo("\"b\"");
	}

	@ParameterizedTest
	@MethodSource("outcomes")
	void anyOutcomeAfterACommittedCompletionIsAcceptedAndChangesNothing(Outcome outcome) {
		TransactionTemplate transaction = transaction();
		NewJob job = job();
		enqueue(job);
		ClaimedJob claimed = claim(this.a, 1).get(0);
		transaction.executeWithoutResult(
				(status) -> this.leases.completeInTransaction(claimed, new Outcome.Succeeded("\"first\"")));
		JobStatus first = find(job);
		assertThat(apply(claimed, outcome)).isTrue();
		assertThat(find(job)).isEqualTo(first);
	}

	@Test
	void aSnoozeCommitsAndRollsBackWithTheCallersTransactionAndIsFenced() {
		TransactionTemplate transaction = transaction();
		NewJob job = job();
		enqueue(job);
		ClaimedJob claimed = claim(this.a, 1).get(0);
		Outcome.Snoozed snoozed = new Outcome.Snoozed(Duration.ofMinutes(1));
		transaction.executeWithoutResult((status) -> {
			this.leases.completeInTransaction(claimed, snoozed);
			status.setRollbackOnly();
		});
		assertThat(state(job)).isEqualTo(JobState.RUNNING);
		transaction.executeWithoutResult((status) -> this.leases.completeInTransaction(claimed, snoozed));
		assertThat(state(job)).isEqualTo(JobState.SCHEDULED);
		assertThat(find(job).attempts()).isZero();
		assertThat(apply(claimed, new Outcome.Retry(Duration.ZERO, FAILURE))).as("in doubt").isTrue();
		assertThat(state(job)).isEqualTo(JobState.SCHEDULED);
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> transaction
			.executeWithoutResult((status) -> this.leases.completeInTransaction(claimed, snoozed)));
		assertThat(this.store.directory().count().get(JobState.RUNNING)).isEqualTo(new Count(0, true));
	}

	@Test
	void anOutcomeDuringAnOpenCompletionWaitsUntilItIsKnown() throws Exception {
		for (boolean commit : List.of(true, false)) {
			NewJob job = job();
			enqueue(job);
			ClaimedJob claimed = claim(this.a, 1).get(0);
			CountDownLatch open = new CountDownLatch(1);
			TransactionTemplate transaction = transaction();
			List<Boolean> accepted = inParallel(List.of(() -> {
				transaction.executeWithoutResult((status) -> {
					this.leases.completeInTransaction(claimed, new Outcome.Succeeded(null));
					open.countDown();
					if (!commit) {
						status.setRollbackOnly();
					}
				});
				return true;
			}, () -> {
				assertThat(open.await(60, TimeUnit.SECONDS)).isTrue();
				return apply(claimed, new Outcome.Retry(Duration.ZERO, FAILURE));
			}));
			assertThat(accepted).containsOnly(true);
			assertThat(state(job)).isEqualTo(commit ? JobState.SUCCEEDED : JobState.RETRYING);
		}
	}

	@Test
	void nobodyTakesAJobThatIsBeingCompleted() throws Exception {
		TransactionTemplate transaction = transaction();
		NewJob job = job();
		enqueue(job);
		ClaimedJob claimed = claim(this.a, 1).get(0);
		ExecutorService other = Executors.newSingleThreadExecutor();
		try {
			transaction.executeWithoutResult((status) -> {
				this.leases.completeInTransaction(claimed, new Outcome.Succeeded(null));
				this.store.nodes().end(this.a);
				assertThat(other.submit(() -> this.leases.rescue(LEASE, 3, 10))).succeedsWithin(Duration.ofMinutes(1))
					.isEqualTo(0);
				assertThat(other.submit(() -> claim(this.b, 10))).succeedsWithin(Duration.ofMinutes(1))
					.isEqualTo(List.of());
			});
		}
		finally {
			other.shutdownNow();
		}
		assertThat(state(job)).isEqualTo(JobState.SUCCEEDED);
		assertThat(this.leases.rescue(LEASE, 3, 10)).isZero();
	}

	@Test
	void aCompletionNeedsATransactionThatTheStoreJoins() {
		NewJob job = job();
		enqueue(job);
		ClaimedJob claimed = claim(this.a, 1).get(0);
		Outcome.Succeeded outcome = new Outcome.Succeeded(null);
		assertThatIllegalStateException().isThrownBy(() -> this.leases.completeInTransaction(claimed, outcome))
			.withMessageContaining(claimed.id().toString());
		PlatformTransactionManager transactions = this.harness.transactions();
		if (transactions != null) {
			TransactionTemplate readOnly = new TransactionTemplate(transactions);
			readOnly.setReadOnly(true);
			assertThatIllegalStateException().isThrownBy(() -> readOnly
				.executeWithoutResult((status) -> this.leases.completeInTransaction(claimed, outcome)));
		}
		assertThat(state(job)).isEqualTo(JobState.RUNNING);
	}

	// Nodes and rescue

	@Test
	void nodesHaveNumbersOfTheirOwnAndBeatUntilTheyEnd() {
		assertThat(this.a).isNotEqualTo(this.b);
		assertThat(this.store.nodes().heartbeat(this.a)).isTrue();
		this.store.nodes().end(this.a);
		assertThat(this.store.nodes().heartbeat(this.a)).isFalse();
		assertThat(this.store.nodes().heartbeat(this.b)).isTrue();
		assertThat(this.store.nodes().heartbeat(Long.MAX_VALUE)).isFalse();
		assertThat(register("a")).isNotIn(this.a, this.b);
	}

	@Test
	void theJobsOfASilentNodeAreRescuedAfterALeaseAndItsHeartbeatIsRefused() {
		NewJob job = job();
		enqueue(job);
		claim(this.a, 1);
		this.harness.advance(LEASE.minusSeconds(5));
		this.store.nodes().heartbeat(this.b);
		assertThat(this.leases.rescue(LEASE, 3, 10)).isZero();
		this.harness.advance(Duration.ofSeconds(6));
		assertThat(this.leases.rescue(LEASE, 3, 10)).isEqualTo(1);
		assertThat(this.leases.rescue(LEASE, 3, 10)).isZero();
		assertThat(this.store.nodes().heartbeat(this.a)).isFalse();
		assertThat(this.store.nodes().heartbeat(this.b)).isTrue();
		JobStatus status = find(job);
		assertThat(status.state()).isEqualTo(JobState.ENQUEUED);
		assertThat(status.attempts()).isEqualTo(1);
		assertThat(status.failure()).isNotNull().extracting(Failure::outcome).isEqualTo(AttemptOutcome.LOST);
		assertThat(claim(this.b, 1)).singleElement().extracting(ClaimedJob::attempt).isEqualTo(2);
	}

	@Test
	void aNodeThatBeatsKeepsItsJobs() {
		enqueue(job());
		ClaimedJob claimed = claim(this.a, 1).get(0);
		for (int i = 0; i < 10; i++) {
			this.harness.advance(LEASE.dividedBy(2));
			assertThat(this.store.nodes().heartbeat(this.a)).isTrue();
			assertThat(this.leases.rescue(LEASE, 3, 10)).isZero();
		}
		assertThat(apply(claimed, new Outcome.Succeeded(null))).isTrue();
	}

	@Test
	void theJobsOfAnEndedAndOfAnUnknownNodeAreRescued() {
		enqueue(jobs(3));
		claim(this.a, 1);
		claim(4711, 1);
		claim(this.b, 1);
		this.store.nodes().end(this.a);
		assertThat(this.leases.rescue(LEASE, 3, 10)).isEqualTo(2);
		assertThat(claim(this.b, 10)).extracting(ClaimedJob::attempt).containsExactly(2, 2);
	}

	@Test
	void noMoreJobsThanAskedForAreRescued() {
		enqueue(jobs(5));
		claim(this.a, 5);
		this.store.nodes().end(this.a);
		assertThat(this.leases.rescue(LEASE, 3, 2)).isEqualTo(2);
		assertThat(this.leases.rescue(LEASE, 3, 2)).isEqualTo(2);
		assertThat(this.leases.rescue(LEASE, 3, 2)).isEqualTo(1);
		assertThat(claim(this.b, 10)).hasSize(5);
	}

	@Test
	void aJobThatIsLostTooOftenIsGivenUp() {
		NewJob poison = job();
		enqueue(poison);
		for (int crash = 1; crash <= 3; crash++) {
			assertThat(state(poison)).isEqualTo(JobState.ENQUEUED);
			long node = register("crashing");
			assertThat(claim(node, 1)).singleElement().extracting(ClaimedJob::attempt).isEqualTo(crash);
			this.store.nodes().end(node);
			assertThat(this.leases.rescue(LEASE, 3, 10)).isEqualTo(1);
		}
		JobStatus status = find(poison);
		assertThat(status.state()).isEqualTo(JobState.DEAD);
		assertThat(status.reason()).isEqualTo(DeadReason.CRASHED);
		assertThat(this.store.directory().count().get(JobState.ENQUEUED).value()).as("left behind").isZero();
		assertThat(this.store.directory().depths()).isEmpty();
		assertThat(status.attempts()).isEqualTo(3);
		assertThat(status.failure()).isNotNull().extracting(Failure::outcome).isEqualTo(AttemptOutcome.LOST);
		assertThat(claim(this.b, 1)).isEmpty();
	}

	@Test
	void jobsThatHaveOneLastChanceAreRescuedOneByOneWhenAllOthersAreThrough() {
		loseTwice(4, 3);
		assertThat(this.leases.rescue(LEASE, 3, 10)).isEqualTo(3);
		assertThat(this.leases.rescue(LEASE, 3, 10)).as("the others wait for a worker").isZero();
		List<ClaimedJob> others = claim(this.b, 10);
		assertThat(this.leases.rescue(LEASE, 3, 10)).as("the others run").isZero();
		others.forEach((job) -> apply(job, new Outcome.Succeeded(null)));
		for (int i = 0; i < 4; i++) {
			assertThat(this.leases.rescue(LEASE, 3, 10)).isOne();
			assertThat(this.leases.rescue(LEASE, 3, 10)).as("one at a time").isZero();
			apply(claim(this.b, 10).get(0), new Outcome.Retry(Duration.ofDays(1), FAILURE));
		}
		assertThat(this.leases.rescue(LEASE, 3, 10)).isZero();
	}

	@Test
	void jobsThatHaveOneLastChanceDontWaitForEver() {
		loseTwice(2, 1);
		assertThat(this.leases.rescue(LEASE, 3, 10)).isOne();
		ClaimedJob slow = claim(this.b, 1).get(0);
		this.harness.advance(LEASE.multipliedBy(10));
		this.store.nodes().heartbeat(this.b);
		assertThat(this.leases.rescue(LEASE, 3, 10)).isOne();
		assertThat(this.leases.rescue(LEASE, 3, 10)).as("overdue").isOne();
		assertThat(this.leases.rescue(LEASE, 3, 10)).isZero();
		assertThat(this.store.directory().find(List.of(slow.id())).get(slow.id()).state()).isEqualTo(JobState.RUNNING);
	}

	/** Jobs that were lost twice, and others that were lost beside them once. */
	private void loseTwice(int twice, int once) {
		enqueue(jobs(twice));
		long first = register("crashing");
		claim(first, twice);
		this.store.nodes().end(first);
		assertThat(this.leases.rescue(LEASE, 3, 10)).isEqualTo(twice);
		long second = register("crashing");
		claim(second, twice);
		enqueue(jobs(once));
		claim(second, once);
		this.store.nodes().end(second);
	}

	@Test
	void ofTwoChancesTheLastOneIsNothingSpecial() {
		enqueue(jobs(4));
		claim(this.a, 4);
		this.store.nodes().end(this.a);
		assertThat(this.leases.rescue(LEASE, 2, 10)).isEqualTo(4);
	}

	@ParameterizedTest
	@MethodSource("outcomes")
	void anOutcomeIsRefusedOnceTheJobWasGivenUpForItsCrashes(Outcome outcome) {
		NewJob job = job();
		enqueue(job);
		ClaimedJob lost = claim(this.a, 1).get(0);
		this.store.nodes().end(this.a);
		this.leases.rescue(LEASE, 1, 10);
		JobStatus crashed = find(job);
		assertThat(crashed.reason()).isEqualTo(DeadReason.CRASHED);
		assertThat(apply(lost, outcome)).isFalse();
		assertThat(find(job)).isEqualTo(crashed);
	}

	@Test
	void failuresDontCountAsCrashes() {
		NewJob job = job();
		enqueue(job);
		for (int i = 0; i < 3; i++) {
			apply(claim(this.b, 1).get(0), new Outcome.Retry(Duration.ZERO, FAILURE));
			this.leases.promote(10);
		}
		claim(this.a, 1);
		this.store.nodes().end(this.a);
		this.leases.rescue(LEASE, 2, 10);
		assertThat(state(job)).isEqualTo(JobState.ENQUEUED);
	}

	@Test
	void ofManyRescuersOneGetsEachJob() throws Exception {
		enqueue(jobs(200));
		claim(this.a, 200);
		this.store.nodes().end(this.a);
		List<Integer> rescued = inParallel(4, () -> {
			int mine = 0;
			while (this.store.directory().count().get(JobState.RUNNING).value() > 0) {
				mine += this.leases.rescue(LEASE, 3, 20);
			}
			return mine;
		});
		assertThat(rescued.stream().mapToInt(Integer::intValue).sum()).isEqualTo(200);
		assertThat(claim(this.b, 1000)).hasSize(200).extracting(ClaimedJob::attempt).containsOnly(2);
	}

	@Test
	void aHeartbeatAndARescueAtTheSameMomentExcludeEachOther() throws Exception {
		for (int round = 0; round < 10; round++) {
			long node = register("silent");
			NewJob job = job();
			enqueue(job);
			ClaimedJob claimed = claim(node, 1).get(0);
			this.harness.advance(LEASE.plusSeconds(1));
			this.store.nodes().heartbeat(this.a);
			List<Integer> both = inParallel(List.of(() -> this.store.nodes().heartbeat(node) ? 1 : 0,
					() -> this.leases.rescue(LEASE, 1000, 100)));
			assertThat(both.get(0) + both.get(1)).isEqualTo(1);
			assertThat(this.store.nodes().heartbeat(node)).isEqualTo(both.get(0) == 1);
			assertThat(apply(claimed, new Outcome.Succeeded(null))).isEqualTo(both.get(0) == 1);
			claim(this.a, 1).forEach((again) -> apply(again, new Outcome.Succeeded(null)));
		}
	}

	@Test
	void anOutcomeAndARescueAtTheSameMomentExcludeEachOther() throws Exception {
		for (int round = 0; round < 10; round++) {
			long node = register("race");
			enqueue(jobs(10));
			List<ClaimedJob> claimed = claim(node, 10);
			this.store.nodes().end(node);
			List<Integer> both = inParallel(List.of(() -> this.leases
				.apply(claimed.stream().map((job) -> new Ending(job, new Outcome.Succeeded(null))).toList())
				.size(), () -> this.leases.rescue(LEASE, 3, 100)));
			this.leases.rescue(LEASE, 3, 100);
			List<ClaimedJob> again = claim(this.b, 100);
			assertThat(both.get(0) + again.size()).isEqualTo(10);
			again.forEach((job) -> apply(job, new Outcome.Succeeded(null)));
		}
		assertThat(this.store.directory().count().get(JobState.SUCCEEDED)).isEqualTo(new Count(100, true));
	}

	@Test
	void leasesThatTheNodeDoesNotKnowAreGivenBack() {
		enqueue(jobs(4));
		ClaimedJob held = claim(this.a, 1).get(0);
		ClaimedJob unknown = claim(this.a, 1).get(0);
		long below = this.tokens.get() + 1;
		ClaimedJob later = claim(this.a, 1).get(0);
		ClaimedJob others = claim(this.b, 1).get(0);
		assertThat(this.leases.reclaim(this.a, Set.of(held.lease().token()), below)).isEqualTo(1);
		assertThat(this.leases.reclaim(this.a, Set.of(held.lease().token()), below)).isZero();
		assertThat(apply(held, new Outcome.Succeeded(null))).isTrue();
		assertThat(apply(later, new Outcome.Succeeded(null))).isTrue();
		assertThat(apply(others, new Outcome.Succeeded(null))).isTrue();
		assertThat(apply(unknown, new Outcome.Succeeded(null))).isFalse();
		assertThat(claim(this.b, 10)).singleElement().satisfies((job) -> {
			assertThat(job.id()).isEqualTo(unknown.id());
			assertThat(job.attempt()).isEqualTo(1);
		});
	}

	// Prune

	@Test
	void whatEndedAfterTheClockWasTurnedBackIsPrunedBeforeWhatEndedEarlier() {
		List<NewJob> jobs = jobs(2);
		enqueue(jobs);
		List<ClaimedJob> claimed = claim(this.a, 2);
		apply(claimed.get(0), new Outcome.Succeeded("younger by the clock"));
		this.harness.advance(Duration.ofHours(-1));
		apply(claimed.get(1), new Outcome.Succeeded("older by the clock"));
		Retention retention = new Retention(Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1));
		this.harness.advance(Duration.ofHours(24).plusMinutes(30));
		assertThat(this.leases.prune(retention, 1)).isEqualTo(1);
		assertThat(found(jobs)).containsExactly(claimed.get(0).id());
		this.harness.advance(Duration.ofHours(1));
		assertThat(this.leases.prune(retention, 1)).isEqualTo(1);
	}

	@Test
	void endedJobsArePrunedAfterTheirRetention() {
		List<NewJob> jobs = jobs(6);
		enqueue(jobs);
		NewJob cancelled = jobs.get(5);
		this.store.directory().cancel(cancelled.id());
		List<ClaimedJob> claimed = claim(this.a, 4);
		apply(claimed.get(0), new Outcome.Succeeded("old"));
		apply(claimed.get(1), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		apply(claimed.get(2), new Outcome.Retry(Duration.ofDays(365), FAILURE));
		this.harness.advance(Duration.ofHours(25));
		apply(claimed.get(3), new Outcome.Succeeded("young"));
		Retention retention = new Retention(Duration.ofDays(1), Duration.ofDays(2), Duration.ofDays(3));
		assertThat(this.leases.prune(retention, 10)).isEqualTo(1);
		assertThat(found(jobs)).isEqualTo(new HashSet<>(ids(jobs.stream().skip(1))));
		this.harness.advance(Duration.ofHours(24));
		assertThat(this.leases.prune(retention, 10)).isEqualTo(2);
		this.harness.advance(Duration.ofHours(24));
		assertThat(this.leases.prune(retention, 10)).isEqualTo(1);
		this.harness.advance(Duration.ofDays(300));
		assertThat(this.leases.prune(retention, 10)).isZero();
		assertThat(found(jobs)).containsExactlyInAnyOrder(jobs.get(2).id(), jobs.get(4).id());
		assertThat(find(jobs.get(2)).failure()).isEqualTo(FAILURE);
	}

	@Test
	void noMoreJobsThanAskedForArePruned() {
		enqueue(jobs(5));
		this.leases
			.apply(claim(this.a, 5).stream().map((job) -> new Ending(job, new Outcome.Succeeded(null))).toList());
		this.harness.advance(Duration.ofHours(1));
		Retention retention = new Retention(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1));
		assertThat(this.leases.prune(retention, 2)).isEqualTo(2);
		assertThat(this.leases.prune(retention, 2)).isEqualTo(2);
		assertThat(this.leases.prune(retention, 2)).isEqualTo(1);
	}

	// Directory

	@Test
	void unknownJobsAreNotFound() {
		NewJob job = job();
		enqueue(job);
		assertThat(this.store.directory().find(List.of(newId(), job.id(), newId()))).containsOnlyKeys(job.id());
		assertThat(this.store.directory().find(List.of())).isEmpty();
	}

	@Test
	void jobsThatHaveNotStartedAreCancelled() {
		NewJob waiting = job();
		NewJob scheduled = new NewJob(newId(), "job", "default", 0, JobTime.in(Duration.ofMinutes(1)), "[]", Map.of());
		NewJob retrying = job();
		enqueue(retrying);
		apply(claim(this.a, 1).get(0), new Outcome.Retry(Duration.ofMinutes(1), FAILURE));
		enqueue(waiting, scheduled);
		for (NewJob job : List.of(waiting, scheduled, retrying)) {
			assertThat(this.store.directory().cancel(job.id())).isTrue();
			assertThat(this.store.directory().cancel(job.id())).isFalse();
			assertThat(state(job)).isEqualTo(JobState.CANCELLED);
			assertThat(find(job).endedAt()).isNotNull();
		}
		assertThat(find(retrying).attempts()).isEqualTo(1);
		assertThat(find(waiting).attempts()).isZero();
		this.harness.advance(Duration.ofHours(1));
		assertThat(this.leases.promote(10)).isZero();
		assertThat(claim(this.a, 10)).isEmpty();
		enqueue(waiting, scheduled, retrying);
		assertThat(claim(this.a, 10)).isEmpty();
	}

	@Test
	void jobsThatRunOrHaveEndedOrAreUnknownAreNotCancelled() {
		NewJob succeeded = job();
		NewJob dead = job();
		NewJob running = job();
		enqueue(succeeded, dead, running);
		List<ClaimedJob> claimed = claim(this.a, 3);
		apply(claimed.get(0), new Outcome.Succeeded(null));
		apply(claimed.get(1), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		assertThat(this.store.directory().cancel(succeeded.id())).isFalse();
		assertThat(this.store.directory().cancel(dead.id())).isFalse();
		assertThat(this.store.directory().cancel(running.id())).isFalse();
		assertThat(this.store.directory().cancel(newId())).isFalse();
		assertThat(state(succeeded)).isEqualTo(JobState.SUCCEEDED);
		assertThat(state(dead)).isEqualTo(JobState.DEAD);
		assertThat(state(running)).isEqualTo(JobState.RUNNING);
	}

	@Test
	void aClaimAndACancellationAtTheSameMomentExcludeEachOther() throws Exception {
		for (int round = 0; round < 20; round++) {
			NewJob job = job();
			enqueue(job);
			List<Integer> both = inParallel(
					List.of(() -> claim(this.a, 1).size(), () -> this.store.directory().cancel(job.id()) ? 1 : 0));
			assertThat(both.get(0) + both.get(1)).isEqualTo(1);
			assertThat(state(job)).isEqualTo((both.get(0) == 1) ? JobState.RUNNING : JobState.CANCELLED);
		}
	}

	@Test
	void everyStateIsCounted() {
		List<NewJob> jobs = jobs(7);
		enqueue(jobs);
		enqueue(new NewJob(newId(), "job", "other", 0, JobTime.in(Duration.ofMinutes(1)), "[]", Map.of()));
		this.store.directory().cancel(jobs.get(6).id());
		List<ClaimedJob> claimed = claim(this.a, 4);
		apply(claimed.get(0), new Outcome.Succeeded(null));
		apply(claimed.get(1), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		apply(claimed.get(2), new Outcome.Retry(Duration.ofMinutes(1), FAILURE));
		assertThat(this.store.directory().count()).isEqualTo(Map.of(JobState.SCHEDULED, new Count(1, true),
				JobState.BLOCKED, new Count(0, true), JobState.ENQUEUED, new Count(2, true), JobState.RUNNING,
				new Count(1, true), JobState.RETRYING, new Count(1, true), JobState.SUCCEEDED, new Count(1, true),
				JobState.CANCELLED, new Count(1, true), JobState.DEAD, new Count(1, true)));
	}

	@Test
	void countsEndAtTheirLimit() {
		enqueue(jobs(Count.LIMIT));
		assertThat(this.store.directory().count().get(JobState.ENQUEUED)).isEqualTo(new Count(Count.LIMIT, true));
		enqueue(job());
		assertThat(this.store.directory().count().get(JobState.ENQUEUED)).isEqualTo(new Count(Count.LIMIT, false));
		assertThat(this.store.directory().depths()).singleElement()
			.extracting(QueueDepth::waiting)
			.isEqualTo(new Count(Count.LIMIT, false));
	}

	@Test
	void depthsTellWhatWaitsInEachQueueAndHowLong() {
		assertThat(this.store.directory().depths()).isEmpty();
		enqueue(jobs("slow", 3));
		this.harness.advance(Duration.ofMinutes(5));
		enqueue(jobs("fast", 2));
		assertThat(this.store.directory().depths()).extracting(QueueDepth::queue).containsExactly("fast", "slow");
		QueueDepth fast = this.store.directory().depths().get(0);
		QueueDepth slow = this.store.directory().depths().get(1);
		assertThat(fast.waiting()).isEqualTo(new Count(2, true));
		assertThat(fast.oldest()).isBetween(Duration.ZERO, Duration.ofMinutes(1));
		assertThat(slow.waiting()).isEqualTo(new Count(3, true));
		assertThat(slow.oldest()).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
	}

	@Test
	void wakeUpsNeverThrow() throws Exception {
		AutoCloseable ear = this.store.wakeUps().listen(() -> {
			throw new IllegalStateException("a listener that fails");
		});
		this.store.wakeUps().send();
		ear.close();
		ear.close();
		this.store.wakeUps().send();
	}

	// Orders

	@Test
	void aDeadJobThatIsRetriedRunsWithWhatItWasGivenAndAllItsAttempts() {
		NewJob job = new NewJob(newId(), "job", "default", 3, null, "äöü".repeat(1000), Map.of("a", "b"));
		enqueue(job);
		apply(claim(this.a, 1).get(0), new Outcome.Retry(Duration.ZERO, FAILURE));
		this.leases.promote(10);
		ClaimedJob last = claim(this.a, 1).get(0);
		apply(last, new Outcome.Dead(DeadReason.ATTEMPTS_SPENT, FAILURE));
		this.harness.advance(Duration.ofMinutes(7));
		assertThat(orders().retry(job.id())).isEqualTo(OrderResult.done(JobState.DEAD));
		JobStatus retried = find(job);
		assertThat(retried.state()).isEqualTo(JobState.ENQUEUED);
		assertThat(retried.reason()).isNull();
		assertThat(retried.endedAt()).isNull();
		assertThat(retried.attempts()).isEqualTo(2);
		assertThat(retried.failure()).isEqualTo(FAILURE);
		assertThat(apply(last, new Outcome.Dead(DeadReason.ATTEMPTS_SPENT, FAILURE))).as("the same again").isTrue();
		assertThat(state(job)).isEqualTo(JobState.ENQUEUED);
		assertThat(claim(this.b, 1)).singleElement().satisfies((claimed) -> {
			assertThat(claimed.arguments()).isEqualTo(job.arguments());
			assertThat(claimed.headers()).isEqualTo(job.headers());
			assertThat(claimed.priority()).isEqualTo(3);
			assertThat(claimed.attempt()).isEqualTo(3);
			assertThat(claimed.forgiven()).isEqualTo(2);
			assertThat(claimed.countedAttempt()).isEqualTo(1);
			assertThat(claimed.waited()).isLessThan(Duration.ofMinutes(1));
			assertThat(apply(claimed, new Outcome.Succeeded("1"))).isTrue();
		});
		assertThat(find(job).attempts()).isEqualTo(3);
	}

	@Test
	void theSameAttemptsAreForgivenUntilTheJobEnds() {
		NewJob job = job();
		enqueue(job);
		apply(claim(this.a, 1).get(0), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		orders().retry(job.id());
		apply(claim(this.a, 1).get(0), new Outcome.Retry(Duration.ZERO, FAILURE));
		this.leases.promote(10);
		apply(claim(this.a, 1).get(0), new Outcome.Released());
		this.store.nodes().end(claim(this.a, 1).get(0).lease().node());
		this.leases.rescue(LEASE, 3, 10);
		ClaimedJob again = claim(this.b, 1).get(0);
		assertThat(again.attempt()).isEqualTo(4);
		assertThat(again.forgiven()).isEqualTo(1);
		apply(again, new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		assertThat(orders().retry(job.id())).isEqualTo(OrderResult.done(JobState.DEAD));
		assertThat(claim(this.b, 1)).singleElement().extracting(ClaimedJob::forgiven).isEqualTo(4);
	}

	@Test
	void aCrashedJobThatIsRetriedMayBeLostAsOftenAsANewOne() {
		NewJob job = job();
		enqueue(job);
		for (int life = 1; life <= 2; life++) {
			for (int crash = 1; crash <= 3; crash++) {
				assertThat(state(job)).as("life %s, before crash %s", life, crash).isEqualTo(JobState.ENQUEUED);
				long node = register("crashing");
				claim(node, 1);
				this.store.nodes().end(node);
				assertThat(this.leases.rescue(LEASE, 3, 10)).isEqualTo(1);
			}
			assertThat(find(job).reason()).isEqualTo(DeadReason.CRASHED);
			assertThat(orders().retry(job.id())).isEqualTo(OrderResult.done(JobState.DEAD));
		}
		assertThat(find(job).attempts()).isEqualTo(6);
	}

	@Test
	void aJobThatIsRetriedOrRunNowKeepsItsPlace() {
		List<NewJob> jobs = jobs(4);
		enqueue(jobs);
		List<ClaimedJob> claimed = claim(this.a, 2);
		apply(claimed.get(0), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		apply(claimed.get(1), new Outcome.Retry(Duration.ofDays(1), FAILURE));
		orders().runNow(jobs.get(1).id());
		orders().retry(jobs.get(0).id());
		assertThat(ids(claim(this.b, 4))).isEqualTo(ids(jobs.stream()));
	}

	@Test
	void aJobThatIsRunNowDoesNotWaitForItsTime() {
		NewJob scheduled = new NewJob(newId(), "job", "default", 0, JobTime.in(Duration.ofDays(1)), "[]", Map.of());
		NewJob retrying = job();
		enqueue(retrying);
		apply(claim(this.a, 1).get(0), new Outcome.Retry(Duration.ofDays(1), FAILURE));
		enqueue(scheduled);
		this.harness.advance(Duration.ofMinutes(7));
		assertThat(orders().runNow(scheduled.id())).isEqualTo(OrderResult.done(JobState.SCHEDULED));
		assertThat(orders().runNow(retrying.id())).isEqualTo(OrderResult.done(JobState.RETRYING));
		assertThat(orders().runNow(retrying.id())).isEqualTo(OrderResult.refused(JobState.ENQUEUED));
		assertThat(find(scheduled).dueAt()).isNull();
		Claim claim = request(this.b, 10);
		assertThat(claim.nextDue()).isEmpty();
		assertThat(ids(claim.jobs())).containsExactlyInAnyOrder(scheduled.id(), retrying.id());
		assertThat(claim.jobs()).allSatisfy((job) -> assertThat(job.waited()).isLessThan(Duration.ofMinutes(1)));
		assertThat(claim.jobs()).extracting(ClaimedJob::attempt).containsExactlyInAnyOrder(1, 2);
		this.harness.advance(Duration.ofDays(2));
		assertThat(this.leases.promote(10)).isZero();
	}

	@Test
	void aDeletedJobIsGoneWithAllThatBelongsToIt() {
		List<NewJob> jobs = jobs(3);
		enqueue(jobs);
		this.store.directory().cancel(jobs.get(2).id());
		List<ClaimedJob> claimed = claim(this.a, 2);
		apply(claimed.get(0), new Outcome.Succeeded("1"));
		apply(claimed.get(1), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		List<JobState> found = jobs.stream().map(this::state).toList();
		for (int i = 0; i < 3; i++) {
			assertThat(orders().delete(jobs.get(i).id())).isEqualTo(OrderResult.done(found.get(i)));
			assertThat(orders().delete(jobs.get(i).id())).isEqualTo(OrderResult.unknown());
		}
		assertThat(found(jobs)).isEmpty();
		assertThat(this.store.directory().count().values().stream().mapToLong(Count::value).sum()).isZero();
		assertThat(apply(claimed.get(0), new Outcome.Succeeded("1"))).isFalse();
		assertThat(apply(claimed.get(1), new Outcome.Dead(DeadReason.DISCARDED, FAILURE))).isFalse();
		this.harness.advance(Duration.ofDays(1));
		assertThat(this.leases.prune(new Retention(Duration.ZERO, Duration.ZERO, Duration.ZERO), 10)).isZero();
		assertThat(claim(this.b, 10)).isEmpty();
		enqueue(jobs.get(1));
		assertThat(find(jobs.get(1)).failure()).as("nothing is left of its attempts").isNull();
	}

	@Test
	void anOrderThatMeansNothingInTheJobsStateIsRefusedAndChangesNothing() {
		NewJob scheduled = new NewJob(newId(), "job", "default", 0, JobTime.in(Duration.ofDays(1)), "[]", Map.of());
		List<NewJob> jobs = jobs(6);
		enqueue(jobs);
		enqueue(scheduled);
		this.store.directory().cancel(jobs.get(5).id());
		List<ClaimedJob> claimed = claim(this.a, 4);
		apply(claimed.get(0), new Outcome.Succeeded(null));
		apply(claimed.get(1), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		apply(claimed.get(2), new Outcome.Retry(Duration.ofDays(1), FAILURE));
		assertRefused(scheduled, JobState.SCHEDULED, List.of(orders()::retry, orders()::delete));
		assertRefused(jobs.get(4), JobState.ENQUEUED, List.of(orders()::retry, orders()::delete, orders()::runNow));
		assertRefused(jobs.get(3), JobState.RUNNING, List.of(orders()::retry, orders()::delete, orders()::runNow));
		assertRefused(jobs.get(2), JobState.RETRYING, List.of(orders()::retry, orders()::delete));
		assertRefused(jobs.get(1), JobState.DEAD, List.of(orders()::cancel, orders()::runNow));
		for (NewJob ended : List.of(jobs.get(0), jobs.get(5))) {
			assertRefused(ended, state(ended), List.of(orders()::retry, orders()::cancel, orders()::runNow));
		}
		for (Function<UUID, OrderResult> order : List.<Function<UUID, OrderResult>>of(orders()::retry, orders()::cancel,
				orders()::runNow, orders()::delete)) {
			assertThat(order.apply(newId())).isEqualTo(OrderResult.unknown());
		}
	}

	private void assertRefused(NewJob job, JobState found, List<Function<UUID, OrderResult>> orders) {
		JobStatus before = find(job);
		assertThat(before.state()).isEqualTo(found);
		orders.forEach((order) -> assertThat(order.apply(job.id())).isEqualTo(OrderResult.refused(found)));
		assertThat(find(job)).isEqualTo(before);
	}

	@Test
	void whatHasNotStartedIsCancelledByAnOrderAtOnce() {
		NewJob scheduled = new NewJob(newId(), "job", "default", 0, JobTime.in(Duration.ofMinutes(1)), "[]", Map.of());
		List<NewJob> jobs = jobs(2);
		enqueue(jobs);
		enqueue(scheduled);
		apply(claim(this.a, 1).get(0), new Outcome.Retry(Duration.ofMinutes(1), FAILURE));
		assertThat(orders().cancel(jobs.get(0).id())).isEqualTo(OrderResult.done(JobState.RETRYING));
		assertThat(orders().cancel(jobs.get(1).id())).isEqualTo(OrderResult.done(JobState.ENQUEUED));
		assertThat(orders().cancel(scheduled.id())).isEqualTo(OrderResult.done(JobState.SCHEDULED));
		assertThat(this.store.directory().count().get(JobState.CANCELLED)).isEqualTo(new Count(3, true));
		this.harness.advance(Duration.ofHours(1));
		assertThat(this.leases.promote(10)).isZero();
		assertThat(claim(this.a, 10)).isEmpty();
	}

	@Test
	void aNodeIsToldWhichOfItsJobsAreToBeCancelledUntilTheirLeasesEnd() {
		enqueue(jobs(3));
		ClaimedJob first = claim(this.a, 1).get(0);
		ClaimedJob second = claim(this.a, 1).get(0);
		ClaimedJob others = claim(this.b, 1).get(0);
		assertThat(this.store.nodes().orders(this.a).cancellations()).isEmpty();
		for (ClaimedJob job : List.of(first, second, others, first)) {
			assertThat(orders().cancel(job.id())).isEqualTo(OrderResult.requested());
		}
		for (int i = 0; i < 2; i++) {
			assertThat(this.store.nodes().orders(this.a).cancellations()).containsExactlyInAnyOrder(
					new CancelRequest(first.id(), first.lease()), new CancelRequest(second.id(), second.lease()));
		}
		assertThat(this.store.nodes().orders(this.b).cancellations())
			.containsExactly(new CancelRequest(others.id(), others.lease()));
		apply(first, new Outcome.Succeeded(null));
		apply(second, new Outcome.Cancelled(LEFT));
		assertThat(this.store.nodes().orders(this.a).cancellations()).isEmpty();
		assertThat(this.store.nodes().orders(4711).cancellations()).isEmpty();
	}

	@Test
	void aNodeIsQuietUntilItIsResumed() {
		Nodes nodes = this.store.nodes();
		assertThat(nodes.orders(this.a)).isEqualTo(NodeOrders.NONE);
		assertThat(nodes.resume(this.a)).isFalse();
		assertThat(nodes.quiet(this.a)).isTrue();
		assertThat(nodes.quiet(this.a)).isFalse();
		assertThat(nodes.heartbeat(this.a)).isTrue();
		assertThat(nodes.orders(this.a)).isEqualTo(new NodeOrders(true, Set.of()));
		assertThat(nodes.orders(this.b)).isEqualTo(NodeOrders.NONE);
		assertThat(quietNodes()).containsExactly(this.a);
		assertThat(nodes.resume(this.a)).isTrue();
		assertThat(nodes.resume(this.a)).isFalse();
		assertThat(nodes.orders(this.a)).isEqualTo(NodeOrders.NONE);
		assertThat(quietNodes()).isEmpty();
	}

	@Test
	void aQuietNodeIsToldOfJobsToCancelAsWell() {
		NewJob job = job();
		enqueue(job);
		ClaimedJob claimed = claim(this.a, 1).get(0);
		this.store.nodes().quiet(this.a);
		orders().cancel(job.id());
		assertThat(this.store.nodes().orders(this.a))
			.isEqualTo(new NodeOrders(true, Set.of(new CancelRequest(job.id(), claimed.lease()))));
	}

	@Test
	void aNodeThatHasEndedOrIsUnknownCanNotBeQuiet() {
		this.store.nodes().end(this.a);
		for (long node : new long[] { this.a, 4711 }) {
			assertThat(this.store.nodes().quiet(node)).isFalse();
			assertThat(this.store.nodes().resume(node)).isFalse();
			assertThat(this.store.nodes().orders(node)).isEqualTo(NodeOrders.NONE);
		}
	}

	private List<Long> quietNodes() {
		return this.store.overview().nodes().stream().filter(NodeSnapshot::quiet).map(NodeSnapshot::number).toList();
	}

	@ParameterizedTest
	@MethodSource("outcomes")
	void aJobThatIsToBeCancelledDoesNotGoOnWhateverItsAttemptCameTo(Outcome outcome) {
		NewJob job = job();
		enqueue(job);
		ClaimedJob claimed = claim(this.a, 1).get(0);
		orders().cancel(job.id());
		assertThat(apply(claimed, outcome)).isTrue();
		JobStatus ended = find(job);
		assertThat(ended.state())
			.isEqualTo((outcome instanceof Outcome.Succeeded) ? JobState.SUCCEEDED : JobState.CANCELLED);
		assertThat(ended.endedAt()).isNotNull();
		assertThat(ended.reason()).isNull();
		assertThat(ended.attempts())
			.isEqualTo((outcome instanceof Outcome.Released || outcome instanceof Outcome.Snoozed) ? 0 : 1);
		assertThat(ended.failure() != null)
			.isEqualTo(outcome instanceof Outcome.Retry || outcome instanceof Outcome.Dead);
		this.harness.advance(Duration.ofHours(1));
		assertThat(apply(claimed, outcome)).as("the same again").isTrue();
		assertThat(find(job)).isEqualTo(ended);
		assertThat(this.leases.promote(10)).isZero();
		assertThat(claim(this.b, 10)).isEmpty();
		assertThat(this.store.directory().count().values().stream().mapToLong(Count::value).sum()).isEqualTo(1);
	}

	@Test
	void aBodyThatLeftIsCancelled() {
		NewJob job = job();
		enqueue(job);
		ClaimedJob claimed = claim(this.a, 1).get(0);
		orders().cancel(job.id());
		assertThat(apply(with(claimed, new Lease(this.b, 1)), new Outcome.Cancelled(LEFT))).isFalse();
		assertThat(apply(claimed, new Outcome.Cancelled(LEFT))).isTrue();
		JobStatus cancelled = find(job);
		assertThat(cancelled.state()).isEqualTo(JobState.CANCELLED);
		assertThat(cancelled.attempts()).isEqualTo(1);
		assertThat(cancelled.failure()).as("leaving is no failure").isNull();
		assertThat(apply(claimed, new Outcome.Cancelled(LEFT))).isTrue();
		assertThat(apply(claimed, new Outcome.Succeeded("1"))).isTrue();
		assertThat(find(job)).isEqualTo(cancelled);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void aJobThatIsToBeCancelledIsNotRunAgainWhenItsNodeIsLost(int maxCrashes) {
		NewJob job = job();
		NewJob other = job();
		enqueue(job, other);
		List<ClaimedJob> claimed = claim(this.a, 2);
		orders().cancel(job.id());
		this.store.nodes().end(this.a);
		assertThat(this.leases.rescue(LEASE, maxCrashes, 10)).isEqualTo(2);
		JobStatus cancelled = find(job);
		assertThat(cancelled.state()).isEqualTo(JobState.CANCELLED);
		assertThat(cancelled.attempts()).isEqualTo(1);
		assertThat(cancelled.reason()).isNull();
		assertThat(cancelled.failure()).isNotNull().extracting(Failure::outcome).isEqualTo(AttemptOutcome.LOST);
		assertThat(state(other)).isEqualTo((maxCrashes == 1) ? JobState.DEAD : JobState.ENQUEUED);
		assertThat(claim(this.b, 10)).extracting(ClaimedJob::id).doesNotContain(job.id());
		assertThat(apply(claimed.get(0), new Outcome.Succeeded(null))).as("its node is back").isFalse();
		assertThat(find(job)).isEqualTo(cancelled);
	}

	@Test
	void aJobThatIsToBeCancelledIsNotGivenBackWhenItsNodeDoesNotKnowIt() {
		enqueue(jobs(2));
		List<ClaimedJob> claimed = claim(this.a, 2);
		orders().cancel(claimed.get(0).id());
		assertThat(this.leases.reclaim(this.a, Set.of(), this.tokens.get() + 1)).isEqualTo(2);
		JobStatus cancelled = this.store.directory().find(ids(claimed)).get(claimed.get(0).id());
		assertThat(cancelled.state()).isEqualTo(JobState.CANCELLED);
		assertThat(cancelled.attempts()).isZero();
		assertThat(ids(claim(this.b, 10))).containsExactly(claimed.get(1).id());
		assertThat(apply(claimed.get(0), new Outcome.Succeeded(null))).isFalse();
	}

	@Test
	void aJobThatIsToBeCancelledMayCompleteInItsTransaction() {
		TransactionTemplate transaction = transaction();
		NewJob job = job();
		enqueue(job);
		ClaimedJob claimed = claim(this.a, 1).get(0);
		orders().cancel(job.id());
		transaction
			.executeWithoutResult((status) -> this.leases.completeInTransaction(claimed, new Outcome.Succeeded("1")));
		assertThat(state(job)).isEqualTo(JobState.SUCCEEDED);
	}

	@Test
	void ordersCommitAndRollBackWithTheCallersTransaction() {
		TransactionTemplate transaction = transaction();
		NewJob scheduled = new NewJob(newId(), "job", "default", 0, JobTime.in(Duration.ofDays(1)), "[]", Map.of());
		List<NewJob> jobs = jobs(3);
		enqueue(jobs);
		enqueue(scheduled);
		List<ClaimedJob> claimed = claim(this.a, 3);
		apply(claimed.get(0), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		apply(claimed.get(1), new Outcome.Succeeded(null));
		List<NewJob> all = List.of(jobs.get(0), jobs.get(1), jobs.get(2), scheduled);
		List<JobStatus> before = all.stream().map(this::find).toList();
		transaction.executeWithoutResult((status) -> {
			giveOrders(jobs, scheduled);
			assertThat(all.stream().map(this::find).toList()).as("not committed").isEqualTo(before);
			assertThat(this.store.nodes().orders(this.a).cancellations()).isEmpty();
			status.setRollbackOnly();
		});
		assertThat(all.stream().map(this::find).toList()).isEqualTo(before);
		assertThat(this.store.nodes().orders(this.a).cancellations()).isEmpty();
		transaction.executeWithoutResult((status) -> giveOrders(jobs, scheduled));
		assertThat(state(jobs.get(0))).isEqualTo(JobState.ENQUEUED);
		assertThat(find(jobs.get(1))).isNull();
		assertThat(this.store.nodes().orders(this.a).cancellations()).hasSize(1);
		assertThat(state(scheduled)).isEqualTo(JobState.ENQUEUED);
	}

	private void giveOrders(List<NewJob> jobs, NewJob scheduled) {
		assertThat(orders().retry(jobs.get(0).id())).isEqualTo(OrderResult.done(JobState.DEAD));
		assertThat(orders().delete(jobs.get(1).id())).isEqualTo(OrderResult.done(JobState.SUCCEEDED));
		assertThat(orders().cancel(jobs.get(2).id())).isEqualTo(OrderResult.requested());
		assertThat(orders().runNow(scheduled.id())).isEqualTo(OrderResult.done(JobState.SCHEDULED));
	}

	@Test
	void aClaimAndACancelOrderAtTheSameMomentComeOneAfterTheOther() throws Exception {
		JobOrders orders = orders();
		for (int round = 0; round < 20; round++) {
			NewJob job = job();
			enqueue(job);
			AtomicReference<@Nullable OrderResult> ordered = new AtomicReference<>();
			int claimed = inParallel(List.<Callable<Integer>>of(() -> claim(this.a, 1).size(), () -> {
				ordered.set(orders.cancel(job.id()));
				return 0;
			})).get(0);
			assertThat(ordered.get())
				.isEqualTo((claimed == 1) ? OrderResult.requested() : OrderResult.done(JobState.ENQUEUED));
			assertThat(state(job)).isEqualTo((claimed == 1) ? JobState.RUNNING : JobState.CANCELLED);
			assertThat(this.store.nodes().orders(this.a).cancellations()).hasSize(claimed);
			this.leases.reclaim(this.a, Set.of(), this.tokens.get() + 1);
		}
	}

	@Test
	void aFailureAndACancelOrderAtTheSameMomentLeaveTheJobCancelled() throws Exception {
		JobOrders orders = orders();
		for (int round = 0; round < 20; round++) {
			NewJob job = job();
			enqueue(job);
			ClaimedJob claimed = claim(this.a, 1).get(0);
			Outcome outcome = (round % 2 == 0) ? new Outcome.Retry(Duration.ofDays(1), FAILURE)
					: new Outcome.Released();
			inParallel(List.of(() -> apply(claimed, outcome), () -> {
				assertThat(orders.cancel(job.id()).kind()).isIn(OrderResult.Kind.DONE, OrderResult.Kind.REQUESTED);
				return true;
			}));
			assertThat(state(job)).isEqualTo(JobState.CANCELLED);
		}
		assertThat(claim(this.b, 10)).isEmpty();
	}

	@Test
	void ofManyOrdersAtTheSameMomentOneIsCarriedOut() throws Exception {
		JobOrders orders = orders();
		for (int round = 0; round < 10; round++) {
			NewJob job = job();
			enqueue(job);
			apply(claim(this.a, 1).get(0), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
			List<OrderResult> results = inParallel(
					List.of(() -> orders.retry(job.id()), () -> orders.delete(job.id()), () -> orders.retry(job.id())));
			assertThat(results).filteredOn(OrderResult::isDone)
				.singleElement()
				.isEqualTo(OrderResult.done(JobState.DEAD));
			boolean deleted = results.get(1).isDone();
			assertThat(results).filteredOn((result) -> !result.isDone())
				.containsOnly(deleted ? OrderResult.unknown() : OrderResult.refused(JobState.ENQUEUED));
			assertThat(claim(this.b, 10)).hasSize(deleted ? 0 : 1);
		}
	}

	@Test
	void aPromotionAndARunNowOrderAtTheSameMomentMakeTheJobReadyOnce() throws Exception {
		JobOrders orders = orders();
		for (int round = 0; round < 10; round++) {
			NewJob job = new NewJob(newId(), "job", "default", 0, JobTime.in(Duration.ofMinutes(1)), "[]", Map.of());
			enqueue(job);
			this.harness.advance(Duration.ofMinutes(2));
			List<Integer> both = inParallel(
					List.of(() -> this.leases.promote(10), () -> orders.runNow(job.id()).isDone() ? 1 : 0));
			assertThat(both.get(0) + both.get(1)).isEqualTo(1);
			assertThat(claim(this.b, 10)).hasSize(1);
		}
	}

	private JobOrders orders() {
		return this.store.orders();
	}

	// What the tests are written with

	protected final NewJob job() {
		return job("default", 0);
	}

	protected final NewJob job(String queue, int priority) {
		UUID id = newId();
		return new NewJob(id, "job", queue, priority, null, "[\"" + id + "\"]", Map.of());
	}

	protected final List<NewJob> jobs(int count) {
		return jobs("default", count);
	}

	protected final List<NewJob> jobs(String queue, int count) {
		return IntStream.range(0, count).mapToObj((i) -> job(queue, 0)).toList();
	}

	// Random where a real id is ordered by time: no store may order by it.
	protected static UUID newId() {
		return new UUID(UUID.randomUUID().getMostSignificantBits(), ids.incrementAndGet());
	}

	protected final void enqueue(NewJob... jobs) {
		enqueue(Arrays.asList(jobs));
	}

	protected final void enqueue(List<NewJob> jobs) {
		this.store.intake().enqueue(jobs);
	}

	// As everybody does whose call failed: whether it did anything is then unknown.
	private void enqueueUntilItWorks(List<NewJob> jobs) {
		for (int failures = 0;; failures++) {
			try {
				enqueue(jobs);
				return;
			}
			catch (JobStoreException ex) {
				assertThat(failures).as("failures, the last one: %s", ex).isLessThan(20);
			}
		}
	}

	protected final Claim request(long node, int limit) {
		return this.leases.claim(new ClaimRequest(lease(node), null, Map.of(), Set.of("job", "other.job"), limit));
	}

	protected final List<ClaimedJob> claim(long node, int limit) {
		return request(node, limit).jobs();
	}

	private List<ClaimedJob> claim(long node, @Nullable Set<String> queues, Map<String, Integer> atMost, int limit) {
		return this.leases.claim(new ClaimRequest(lease(node), queues, atMost, Set.of("job"), limit)).jobs();
	}

	protected final Lease lease(long node) {
		return new Lease(node, this.tokens.incrementAndGet());
	}

	private long register(String name) {
		return this.store.nodes().register(new NodeInfo(name, "1.0", Set.of("job", "other.job")));
	}

	protected final boolean apply(ClaimedJob job, Outcome outcome) {
		Set<UUID> accepted = this.leases.apply(List.of(new Ending(job, outcome)));
		assertThat(accepted).isSubsetOf(job.id());
		return !accepted.isEmpty();
	}

	private TransactionTemplate transaction() {
		PlatformTransactionManager transactions = this.harness.transactions();
		assertThat(transactions != null).isEqualTo(this.store.canJoinTransactions());
		assumeThat(transactions).isNotNull();
		return new TransactionTemplate(transactions);
	}

	private void assertStale(TransactionTemplate transaction, ClaimedJob job) {
		assertThatExceptionOfType(LeaseLostException.class)
			.isThrownBy(() -> transaction.executeWithoutResult(
					(status) -> this.leases.completeInTransaction(job, new Outcome.Succeeded("\"stale\""))))
			.withMessageContaining(job.id().toString());
	}

	protected final JobStatus find(NewJob job) {
		return this.store.directory().find(List.of(job.id())).get(job.id());
	}

	protected final JobState state(NewJob job) {
		return find(job).state();
	}

	private Set<UUID> found(List<NewJob> jobs) {
		return this.store.directory().find(ids(jobs.stream())).keySet();
	}

	protected static List<UUID> ids(List<ClaimedJob> jobs) {
		return jobs.stream().map(ClaimedJob::id).toList();
	}

	protected static List<UUID> ids(Stream<NewJob> jobs) {
		return jobs.map(NewJob::id).toList();
	}

	private static ClaimedJob with(ClaimedJob job, Lease lease) {
		return new ClaimedJob(job.id(), job.name(), job.queue(), job.priority(), job.attempt(), job.arguments(),
				job.headers(), lease, job.waited(), job.forgiven());
	}

	protected static <T> List<T> inParallel(int threads, Callable<T> task) throws Exception {
		return inParallel(Collections.nCopies(threads, task));
	}

	protected static <T> List<T> inParallel(List<Callable<T>> tasks) throws Exception {
		CyclicBarrier start = new CyclicBarrier(tasks.size());
		ExecutorService executor = Executors.newFixedThreadPool(tasks.size());
		try {
			List<Future<T>> futures = tasks.stream().map((task) -> executor.submit(() -> {
				start.await(60, TimeUnit.SECONDS);
				return task.call();
			})).toList();
			List<T> results = new ArrayList<>();
			for (Future<T> future : futures) {
				results.add(future.get(60, TimeUnit.SECONDS));
			}
			return results;
		}
		finally {
			executor.shutdownNow();
		}
	}

}
