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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aftercommit.DeadReason;
import dev.aftercommit.JobFilter;
import dev.aftercommit.OrderResult;
import dev.aftercommit.Paging;

import static dev.aftercommit.JobState.BLOCKED;
import static dev.aftercommit.JobState.CANCELLED;
import static dev.aftercommit.JobState.DEAD;
import static dev.aftercommit.JobState.ENQUEUED;
import static dev.aftercommit.JobState.RETRYING;
import static dev.aftercommit.JobState.RUNNING;
import static dev.aftercommit.JobState.SCHEDULED;
import static dev.aftercommit.JobState.SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every store must keep of concurrency keys. A store passes it by one subclass that
 * gives a harness.
 */
public abstract class AbstractConcurrencyKeyContractTests extends AbstractKeysTests {

	private static final String KEY = "server:1";

	// The line

	@Test
	void noMoreJobsOfAKeyGoOnThanItsLimitSays() {
		NewJob[] jobs = jobs(5, 2);
		enqueue(jobs);
		assertThat(states(jobs)).containsExactly(ENQUEUED, ENQUEUED, BLOCKED, BLOCKED, BLOCKED);
		List<ClaimedJob> claimed = claim(10);
		assertThat(claimed).hasSize(2);
		assertThat(claim(this.b, 10)).isEmpty();
		apply(claimed.get(1), new Outcome.Succeeded(null));
		assertThat(states(jobs)).containsExactly(RUNNING, SUCCEEDED, ENQUEUED, BLOCKED, BLOCKED);
		apply(claimed.get(0), new Outcome.Succeeded(null));
		assertThat(states(jobs)).containsExactly(SUCCEEDED, SUCCEEDED, ENQUEUED, ENQUEUED, BLOCKED);
		succeed(claim(10));
		succeed(claim(10));
		assertThat(count(SUCCEEDED)).isEqualTo(5);
	}

	@Test
	void jobsOfAKeyGoInTheOrderOfTheirEnqueueingWhateverTheirPriorityAndQueue() {
		NewJob first = job(limited(KEY, 1), "default", 5, Duration.ZERO);
		NewJob second = job(limited(KEY, 1), "bulk", 9, Duration.ZERO);
		NewJob third = job(limited(KEY, 1), "default", -7, Duration.ZERO);
		enqueue(first);
		enqueue(second, third);
		List<UUID> order = new ArrayList<>();
		for (List<ClaimedJob> claimed = claim(10); !claimed.isEmpty(); claimed = claim(10)) {
			assertThat(claimed).hasSize(1);
			order.add(claimed.get(0).id());
			succeed(claimed);
		}
		assertThat(order).containsExactly(first.id(), second.id(), third.id());
	}

	@Test
	void whoHasNoPlaceHoldsUpNobodyElse() {
		NewJob[] jobs = jobs(3, 1);
		NewJob other = job(limited("server:2", 1));
		NewJob unkeyed = job();
		enqueue(jobs);
		enqueue(other, unkeyed);
		assertThat(states(other, unkeyed)).containsExactly(ENQUEUED, ENQUEUED);
		assertThat(claim(10)).extracting(ClaimedJob::id).containsExactly(jobs[0].id(), other.id(), unkeyed.id());
	}

	@Test
	void whatIsBlockedIsListedAndCountedAndNotAmongWhatWaitsForAWorker() {
		NewJob[] jobs = jobs(4, 1);
		enqueue(jobs);
		assertThat(this.store.overview().list(JobFilter.all().states(BLOCKED), Paging.oldestFirst(10)).jobs())
			.containsOnlyKeys(jobs[1].id(), jobs[2].id(), jobs[3].id());
		assertThat(count(BLOCKED)).isEqualTo(3);
		assertThat(count(ENQUEUED)).isOne();
		assertThat(this.store.directory().depths()).singleElement()
			.satisfies((depth) -> assertThat(depth.waiting().value()).isOne());
		assertThat(claim(10)).hasSize(1);
		assertThat(this.store.directory().depths()).isEmpty();
	}

	@Test
	void aJobWithAKeyIsClaimedWithWhatItWasGiven() {
		String arguments = "[\"" + "x".repeat(5000) + "\"]";
		NewJob given = job(limited(KEY, 3), "default", 4, Duration.ZERO);
		NewJob large = new NewJob(UUID.randomUUID(), "job", "default", 5, null, arguments, given.headers());
		enqueue(given, large);
		List<ClaimedJob> claimed = claim(10);
		assertThat(claimed).extracting(ClaimedJob::arguments).containsExactly(given.arguments(), arguments);
		assertThat(claimed).allSatisfy((job) -> {
			assertThat(job.headers()).isEqualTo(given.headers());
			assertThat(job.terms()).isEqualTo(given.terms());
			assertThat(job.attempt()).isOne();
			assertThat(job.waited()).isBetween(Duration.ZERO, Duration.ofMinutes(1));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", ":", "-", "a b", "ä=%€&", "{x}", "line\nfeed", "\uD83D\uDE80", "NONE" })
	void aKeyIsAnyText(String key) {
		enqueue(job(limited(key, 1)), job(limited(key + " ", 1)), job(limited("x" + key, 1)), job(limited(key, 1)));
		List<ClaimedJob> claimed = claim(10);
		assertThat(claimed).hasSize(3);
		succeed(claimed);
		assertThat(claim(10)).singleElement()
			.satisfies((job) -> assertThat(job.terms().concurrencyKey()).isEqualTo(key));
	}

	@Test
	void enqueueingAgainTakesNoSecondPlace() {
		NewJob[] jobs = jobs(3, 2);
		enqueue(jobs);
		enqueue(jobs);
		enqueue(jobs[2], jobs[2], jobs[0]);
		assertThat(states(jobs)).containsExactly(ENQUEUED, ENQUEUED, BLOCKED);
		assertThat(count(BLOCKED)).isOne();
		succeed(claim(10));
		enqueue(jobs);
		assertThat(states(jobs)).containsExactly(SUCCEEDED, SUCCEEDED, ENQUEUED);
	}

	@Test
	void eachJobMindsItsOwnLimit() {
		NewJob wide = job(limited(KEY, 3));
		NewJob narrow = job(limited(KEY, 1));
		NewJob behind = job(limited(KEY, 3));
		enqueue(wide, narrow, behind);
		assertThat(states(wide, narrow, behind)).as("nobody overtakes").containsExactly(ENQUEUED, BLOCKED, BLOCKED);
		succeed(claim(10));
		assertThat(states(narrow, behind)).containsExactly(ENQUEUED, ENQUEUED);
	}

	@Test
	void manyJobsOfAKeyAreDrainedInTheirOrder() {
		NewJob[] jobs = jobs(200, 7);
		enqueue(jobs);
		List<UUID> order = new ArrayList<>();
		for (List<ClaimedJob> claimed = claim(10); !claimed.isEmpty(); claimed = claim(10)) {
			assertThat(claimed).hasSizeLessThanOrEqualTo(7);
			claimed.forEach((job) -> order.add(job.id()));
			this.leases.apply(claimed.stream().map((job) -> new Ending(job, new Outcome.Succeeded(null))).toList());
			settle();
		}
		assertThat(order).containsExactly(IntStream.range(0, 200).mapToObj((i) -> jobs[i].id()).toArray(UUID[]::new));
	}

	// A place is kept until the job ends

	@Test
	void aJobThatIsTriedAgainKeepsItsPlace() {
		NewJob[] jobs = jobs(2, 1);
		enqueue(jobs);
		for (int attempt = 1; attempt <= 3; attempt++) {
			apply(claim(jobs[0]), new Outcome.Retry(Duration.ofMinutes(5), FAILURE));
			assertThat(states(jobs)).containsExactly(RETRYING, BLOCKED);
			assertThat(claim(10)).isEmpty();
			advance(Duration.ofMinutes(6));
			assertThat(states(jobs)).containsExactly(ENQUEUED, BLOCKED);
		}
		apply(claim(jobs[0]), new Outcome.Retry(Duration.ofMinutes(5), FAILURE));
		assertThat(this.store.orders().runNow(jobs[0].id())).isEqualTo(OrderResult.done(RETRYING));
		settle();
		assertThat(states(jobs)).containsExactly(ENQUEUED, BLOCKED);
	}

	@Test
	void aJobThatSnoozesKeepsItsPlace() {
		NewJob[] jobs = jobs(2, 1);
		enqueue(jobs);
		apply(claim(jobs[0]), new Outcome.Snoozed(Duration.ofMinutes(5)));
		assertThat(states(jobs)).containsExactly(SCHEDULED, BLOCKED);
		advance(Duration.ofMinutes(6));
		assertThat(states(jobs)).containsExactly(ENQUEUED, BLOCKED);
		apply(claim(jobs[0]), new Outcome.Snoozed(Duration.ofMinutes(5)));
		cancel(jobs[0]);
		assertThat(states(jobs)).containsExactly(CANCELLED, ENQUEUED);
	}

	@Test
	void aJobThatIsGivenBackOrRescuedKeepsItsPlace() {
		NewJob[] jobs = jobs(2, 1);
		enqueue(jobs);
		apply(claim(jobs[0]), new Outcome.Released());
		assertThat(states(jobs)).containsExactly(ENQUEUED, BLOCKED);
		claim(jobs[0]);
		assertThat(this.leases.reclaim(this.a, Collections.emptySet(), Long.MAX_VALUE)).isOne();
		settle();
		assertThat(states(jobs)).containsExactly(ENQUEUED, BLOCKED);
		claim(jobs[0]);
		rescue(3);
		assertThat(states(jobs)).containsExactly(ENQUEUED, BLOCKED);
		claim(jobs[0]);
	}

	@ParameterizedTest
	@EnumSource(WayOut.class)
	void whateverEndsAJobGivesItsPlaceUp(WayOut way) {
		NewJob[] jobs = jobs(3, 1);
		enqueue(jobs);
		end(jobs[0], way);
		assertThat(states(jobs[1], jobs[2])).containsExactly(ENQUEUED, BLOCKED);
		end(jobs[1], way);
		assertThat(state(jobs[2])).isEqualTo(ENQUEUED);
		end(jobs[2], way);
		NewJob next = job(limited(KEY, 1));
		enqueue(next);
		assertThat(state(next)).isEqualTo(ENQUEUED);
	}

	@Test
	void anEndThatIsRefusedOrToldAgainGivesNothingUp() {
		NewJob[] jobs = jobs(3, 1);
		enqueue(jobs);
		ClaimedJob lost = claim(jobs[0]);
		rescue(3);
		ClaimedJob present = claim(jobs[0]);
		assertThat(this.leases.apply(List.of(new Ending(lost, new Outcome.Succeeded(null))))).isEmpty();
		settle();
		assertThat(states(jobs)).containsExactly(RUNNING, BLOCKED, BLOCKED);
		apply(present, new Outcome.Succeeded(null));
		apply(present, new Outcome.Succeeded(null));
		assertThat(states(jobs)).containsExactly(SUCCEEDED, ENQUEUED, BLOCKED);
	}

	@Test
	void aJobThatIsCancelledInTheLineLeavesIt() {
		NewJob[] jobs = jobs(4, 1);
		enqueue(jobs);
		assertThat(this.store.orders().cancel(jobs[1].id())).isEqualTo(OrderResult.done(BLOCKED));
		assertThat(this.store.directory().cancel(jobs[2].id())).isTrue();
		settle();
		assertThat(states(jobs)).containsExactly(ENQUEUED, CANCELLED, CANCELLED, BLOCKED);
		succeed(claim(10));
		assertThat(state(jobs[3])).isEqualTo(ENQUEUED);
	}

	@Test
	void whoStoodBehindOneWithALowerLimitGoesOnWhenThatOneIsCancelled() {
		NewJob wide = job(limited(KEY, 2));
		NewJob narrow = job(limited(KEY, 1));
		NewJob behind = job(limited(KEY, 2));
		enqueue(wide, narrow, behind);
		cancel(narrow);
		assertThat(states(wide, narrow, behind)).containsExactly(ENQUEUED, CANCELLED, ENQUEUED);
	}

	// Operators

	@Test
	void aDeadJobThatIsRetriedGoesBackToItsOldPlaceInTheLine() {
		NewJob[] jobs = jobs(4, 1);
		enqueue(jobs);
		apply(claim(jobs[0]), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		assertThat(this.store.orders().retry(jobs[0].id())).isEqualTo(OrderResult.done(DEAD));
		settle();
		assertThat(states(jobs)).containsExactly(BLOCKED, ENQUEUED, BLOCKED, BLOCKED);
		apply(claim(jobs[1]), new Outcome.Succeeded(null));
		assertThat(states(jobs)).containsExactly(ENQUEUED, SUCCEEDED, BLOCKED, BLOCKED);
		apply(claim(jobs[0]), new Outcome.Succeeded(null));
		claim(jobs[2]);
	}

	@Test
	void aDeadJobThatIsRetriedTakesAPlaceThatIsFree() {
		NewJob[] jobs = jobs(2, 1);
		enqueue(jobs[0]);
		apply(claim(jobs[0]), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		this.store.orders().retry(jobs[0].id());
		settle();
		assertThat(state(jobs[0])).isEqualTo(ENQUEUED);
		enqueue(jobs[1]);
		assertThat(states(jobs)).containsExactly(ENQUEUED, BLOCKED);
	}

	@Test
	void deletingWhatHasEndedChangesNothingInTheLine() {
		NewJob[] jobs = jobs(3, 1);
		enqueue(jobs);
		apply(claim(jobs[0]), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		assertThat(this.store.orders().delete(jobs[0].id())).isEqualTo(OrderResult.done(DEAD));
		settle();
		assertThat(states(jobs[1], jobs[2])).containsExactly(ENQUEUED, BLOCKED);
	}

	@Test
	void noOrderButToCancelMeansAnythingToABlockedJob() {
		NewJob[] jobs = jobs(2, 1);
		enqueue(jobs);
		for (OrderResult result : List.of(this.store.orders().runNow(jobs[1].id()),
				this.store.orders().retry(jobs[1].id()), this.store.orders().delete(jobs[1].id()))) {
			assertThat(result).isEqualTo(OrderResult.refused(BLOCKED));
		}
		settle();
		assertThat(states(jobs)).containsExactly(ENQUEUED, BLOCKED);
	}

	// Time

	@Test
	void aScheduledJobEntersTheLineWhenItIsDueAtThePlaceOfItsEnqueueing() {
		NewJob scheduled = job(limited(KEY, 1), Duration.ofMinutes(5));
		NewJob[] jobs = jobs(3, 1);
		enqueue(scheduled);
		enqueue(jobs);
		assertThat(state(scheduled)).isEqualTo(SCHEDULED);
		assertThat(states(jobs)).as("it has no place yet").containsExactly(ENQUEUED, BLOCKED, BLOCKED);
		succeed(claim(10));
		this.harness.advance(Duration.ofMinutes(6));
		assertThat(promote()).isOne();
		assertThat(state(scheduled)).isEqualTo(BLOCKED);
		assertThat(find(scheduled).dueAt()).isNull();
		assertThat(promote()).isZero();
		succeed(claim(10));
		assertThat(state(scheduled)).isEqualTo(ENQUEUED);
		assertThat(states(jobs)).containsExactly(SUCCEEDED, SUCCEEDED, BLOCKED);
	}

	@Test
	void jobsThatBecomeDueTogetherGoInTheOrderOfTheirEnqueueing() {
		NewJob first = job(limited(KEY, 1), Duration.ofMinutes(5));
		NewJob second = job(limited(KEY, 1), Duration.ofMinutes(3));
		NewJob third = job(limited(KEY, 1), Duration.ofMinutes(4));
		enqueue(first, second, third);
		advance(Duration.ofMinutes(6));
		assertThat(states(first, second, third)).containsExactly(ENQUEUED, BLOCKED, BLOCKED);
		succeed(claim(10));
		assertThat(states(first, second, third)).containsExactly(SUCCEEDED, ENQUEUED, BLOCKED);
	}

	@Test
	void aScheduledJobThatIsRunNowEntersTheLine() {
		NewJob scheduled = job(limited(KEY, 1), Duration.ofMinutes(5));
		NewJob other = job(limited(KEY, 1));
		enqueue(scheduled, other);
		assertThat(this.store.orders().runNow(scheduled.id())).isEqualTo(OrderResult.done(SCHEDULED));
		settle();
		assertThat(states(scheduled, other)).containsExactly(BLOCKED, ENQUEUED);
		succeed(claim(10));
		claim(scheduled);
	}

	@Test
	void aJobThatIsCancelledBeforeItIsDueWasNeverInTheLine() {
		NewJob scheduled = job(limited(KEY, 1), Duration.ofMinutes(5));
		enqueue(scheduled);
		cancel(scheduled);
		NewJob[] jobs = jobs(2, 1);
		enqueue(jobs);
		assertThat(states(jobs)).containsExactly(ENQUEUED, BLOCKED);
		advance(Duration.ofMinutes(6));
		assertThat(state(scheduled)).isEqualTo(CANCELLED);
		assertThat(states(jobs)).containsExactly(ENQUEUED, BLOCKED);
	}

	@Test
	void runsOfARecurringJobDontOverlapWhenTheyHaveAKey() {
		Instant last = this.store.recurrences()
			.agree(Map.of("nightly", "every 1m"), Duration.ofHours(1))
			.get("nightly")
			.last();
		this.harness.advance(Duration.ofMinutes(3));
		NewJob[] jobs = jobs(2, 1);
		for (NewJob job : jobs) {
			Instant next = last.plusSeconds(60);
			assertThat(this.store.recurrences()
				.fire(new FireRequest("nightly", "every 1m", last, next, List.of(job)))
				.accepted()).isTrue();
			last = next;
		}
		settle();
		assertThat(states(jobs)).containsExactly(ENQUEUED, BLOCKED);
		succeed(claim(10));
		assertThat(state(jobs[1])).isEqualTo(ENQUEUED);
	}

	// Many at the same moment

	@Test
	void ofManyNodesAndCallersAtTheSameMomentNeverMoreThanTheLimitRunAndNoneIsForgotten() throws Exception {
		Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
		AtomicInteger left = new AtomicInteger(120);
		List<Callable<Integer>> tasks = new ArrayList<>();
		for (int caller = 0; caller < 2; caller++) {
			tasks.add(() -> {
				for (int i = 0; i < 60; i++) {
					int limit = i % 3 + 1;
					NewJob job = job(limited("key " + limit, limit), "queue " + i % 2, i % 5, Duration.ZERO);
					untilItWorks(() -> this.store.intake().enqueue(List.of(job)).size());
				}
				return 0;
			});
		}
		for (long node : List.of(this.a, this.b)) {
			tasks.add(() -> {
				int most = 0;
				while (left.get() > 0) {
					most = Math.max(most, runSome(node, running, left));
				}
				return most;
			});
		}
		assertThat(AbstractJobStoreContractTests.inParallel(tasks)).allMatch((most) -> most <= 0,
				"never more than the limit of a key");
		assertThat(count(SUCCEEDED)).isEqualTo(120);
		assertThat(count(BLOCKED)).isZero();
	}

	/** By how many a limit was exceeded at most. */
	private int runSome(long node, Map<String, AtomicInteger> running, AtomicInteger left) {
		int most = Integer.MIN_VALUE;
		untilItWorks(() -> this.leases.settle(100));
		List<ClaimedJob> claimed = new ArrayList<>();
		untilItWorks(() -> {
			claimed.addAll(claimWithoutSettling(node, 5));
			return 0;
		});
		for (ClaimedJob job : claimed) {
			AtomicInteger now = running.computeIfAbsent(job.terms().concurrencyKey(), (key) -> new AtomicInteger());
			most = Math.max(most, now.incrementAndGet() - job.terms().concurrencyLimit());
		}
		Thread.yield();
		for (ClaimedJob job : claimed) {
			running.get(job.terms().concurrencyKey()).decrementAndGet();
			untilItWorks(() -> this.leases.apply(List.of(new Ending(job, new Outcome.Succeeded(null)))).size());
			left.decrementAndGet();
		}
		return most;
	}

	private NewJob[] jobs(int count, int limit) {
		return IntStream.range(0, count).mapToObj((i) -> job(limited(KEY, limit))).toArray(NewJob[]::new);
	}

}
