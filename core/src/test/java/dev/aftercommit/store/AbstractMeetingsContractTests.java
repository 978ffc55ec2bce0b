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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.BulkResult;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobOrder;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.OrderResult;
import dev.aftercommit.Paging;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.operations.NextFireTimes;
import dev.aftercommit.operations.StoredJobOperations;

import static dev.aftercommit.JobState.BLOCKED;
import static dev.aftercommit.JobState.CANCELLED;
import static dev.aftercommit.JobState.DEAD;
import static dev.aftercommit.JobState.ENQUEUED;
import static dev.aftercommit.JobState.RETRYING;
import static dev.aftercommit.JobState.RUNNING;
import static dev.aftercommit.JobState.SCHEDULED;
import static dev.aftercommit.JobState.SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What happens when features meet at one job: the cells of
 * {@code docs/when-features-meet.md} that no other contract has.
 */
public abstract class AbstractMeetingsContractTests extends AbstractKeysTests {

	private static final String LINE = "server:1";

	private static final String KEY = "reports.send:7";

	/** Of all jobs here: one start an hour. */
	private static final Rate RATE = Rate.ofJob("job", Set.of("job"), RateLimit.parse("1/1h"));

	private static final Duration MORE_THAN_AN_HOUR = Duration.ofHours(2);

	/** Ways in which a job that runs comes to wait for a worker again. */
	enum WayBack {

		RETRIED, SNOOZED, RELEASED, RECLAIMED, RESCUED

	}

	private void comeBack(ClaimedJob job, WayBack way) {
		switch (way) {
			case RETRIED -> apply(job, new Outcome.Retry(Duration.ZERO, FAILURE));
			case SNOOZED -> apply(job, new Outcome.Snoozed(Duration.ZERO));
			case RELEASED -> apply(job, new Outcome.Released());
			case RECLAIMED ->
				assertThat(this.leases.reclaim(this.a, Collections.emptySet(), Long.MAX_VALUE)).as("reclaimed").isOne();
			case RESCUED -> rescue(3);
		}
		promote();
		assertThat(this.store.directory().find(List.of(job.id())).get(job.id()).state()).isEqualTo(ENQUEUED);
	}

	// A unique key

	@Test
	void whoComesBackGoesBeforeItsSuccessor() {
		for (WayBack way : WayBack.values()) {
			NewJob holder = unique(OnDuplicate.REPLACE);
			NewJob successor = unique(OnDuplicate.REPLACE);
			enqueue(holder);
			ClaimedJob running = claim(holder);
			enqueue(successor);
			comeBack(running, way);
			assertThat(states(holder, successor)).as("%s", way).containsExactly(ENQUEUED, BLOCKED);
			assertKept(holder);
			apply(claim(holder), new Outcome.Succeeded(null));
			apply(claim(successor), new Outcome.Succeeded(null));
		}
	}

	@Test
	void whoHasStartedDoesNotGetItsKeyBack() {
		for (WayBack way : WayBack.values()) {
			NewJob first = untilStarted();
			NewJob second = untilStarted();
			enqueue(first);
			ClaimedJob running = claim(first);
			comeBack(running, way);
			assertThat(enqueue(second)).as("%s", way).isEmpty();
			List<ClaimedJob> claimed = claim(10);
			assertThat(claimed).extracting(ClaimedJob::id).containsExactly(first.id(), second.id());
			succeed(claimed);
		}
	}

	@Test
	void aDeadJobThatIsRetriedHasItsKeyUntilTheStartOnceMore() {
		NewJob dead = untilStarted();
		NewJob holder = untilStarted();
		NewJob merged = untilStarted();
		enqueue(dead);
		apply(claim(dead), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		enqueue(holder);
		assertThat(orders().retry(dead.id())).isEqualTo(OrderResult.held(holder.id()));
		claim(holder);
		assertThat(orders().retry(dead.id())).isEqualTo(OrderResult.done(DEAD));
		settle();
		assertThat(enqueue(merged)).isEqualTo(Map.of(merged.id(), dead.id()));
		claim(dead);
		assertThat(enqueue(merged)).isEmpty();
	}

	@Test
	void deletingADeadJobLeavesItsKeyToWhoeverHasIt() {
		NewJob dead = unique(OnDuplicate.KEEP);
		NewJob holder = unique(OnDuplicate.KEEP);
		enqueue(dead);
		apply(claim(dead), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		enqueue(holder);
		assertThat(orders().delete(holder.id())).isEqualTo(OrderResult.refused(ENQUEUED));
		assertThat(orders().delete(dead.id())).isEqualTo(OrderResult.done(DEAD));
		settle();
		assertKept(holder);
		end(holder, WayOut.SUCCEEDED);
		assertThat(orders().delete(holder.id())).isEqualTo(OrderResult.done(SUCCEEDED));
		assertThat(enqueue(unique(OnDuplicate.KEEP))).isEmpty();
	}

	@Test
	void aFireTimeMakesNoJobWhileTheOneOfAnotherFireTimeIsKept() {
		NewJob first = unique(OnDuplicate.KEEP);
		NewJob second = unique(OnDuplicate.KEEP);
		NewJob third = unique(OnDuplicate.KEEP);
		fire(first, second);
		assertThat(find(second)).isNull();
		end(first, WayOut.SUCCEEDED);
		fire(third);
		assertThat(state(third)).isEqualTo(ENQUEUED);
	}

	@Test
	void aFireTimesJobReplacesTheOneOfAnotherFireTime() {
		NewJob first = unique(OnDuplicate.REPLACE);
		NewJob second = unique(OnDuplicate.REPLACE);
		NewJob third = unique(OnDuplicate.REPLACE);
		fire(first, second);
		assertThat(states(first, second)).containsExactly(CANCELLED, ENQUEUED);
		claim(second);
		fire(third);
		assertThat(states(second, third)).containsExactly(RUNNING, BLOCKED);
	}

	private void fire(NewJob... jobs) {
		for (NewJob job : jobs) {
			Recurrence present = this.store.recurrences()
				.agree(Map.of("nightly", "every 1m"), Duration.ofHours(1))
				.get("nightly");
			Instant next = present.last().plusSeconds(60);
			this.harness.advance(Duration.ofMinutes(1));
			assertThat(this.store.recurrences()
				.fire(new FireRequest("nightly", "every 1m", present.last(), next, List.of(job)))
				.accepted()).isTrue();
			settle();
		}
	}

	@Test
	void aJobOfAPausedQueueKeepsItsKeyAndCanBeReplaced() {
		NewJob paused = unique(OnDuplicate.REPLACE);
		NewJob replacement = unique(OnDuplicate.REPLACE);
		orders().pause("default");
		enqueue(paused);
		assertKept(paused);
		enqueue(replacement);
		assertThat(states(paused, replacement)).containsExactly(CANCELLED, ENQUEUED);
		assertThat(claim(10)).isEmpty();
		orders().resume("default");
		claim(replacement);
	}

	@Test
	void aCallThatIsMergedChangesNothingOfTheJobThatIsKept() {
		NewJob holder = job(unique(KEY, OnDuplicate.KEEP), "default", 5, Duration.ofHours(1));
		NewJob merged = job(unique(KEY, OnDuplicate.KEEP), "urgent", -5, Duration.ZERO);
		enqueue(holder);
		JobStatus before = find(holder);
		assertThat(enqueue(merged)).isEqualTo(Map.of(merged.id(), holder.id()));
		assertThat(find(holder)).isEqualTo(before);
		assertThat(claim(10)).isEmpty();
		advance(MORE_THAN_AN_HOUR);
		assertThat(claim(holder)).satisfies((claimed) -> {
			assertThat(claimed.queue()).isEqualTo("default");
			assertThat(claimed.priority()).isEqualTo(5);
			assertThat(claimed.arguments()).isEqualTo(holder.arguments());
		});
	}

	@Test
	void aSuccessorThatIsRunNowStillWaitsForTheOneThatRuns() {
		NewJob holder = unique(OnDuplicate.REPLACE);
		NewJob successor = job(unique(KEY, OnDuplicate.REPLACE), Duration.ofHours(1));
		enqueue(holder);
		ClaimedJob running = claim(holder);
		enqueue(successor);
		assertThat(orders().runNow(successor.id())).isEqualTo(OrderResult.done(SCHEDULED));
		settle();
		assertThat(state(successor)).isEqualTo(BLOCKED);
		assertThat(orders().runNow(successor.id())).isEqualTo(OrderResult.refused(BLOCKED));
		apply(running, new Outcome.Succeeded(null));
		claim(successor);
	}

	@Test
	void ofDeadJobsOfOneKeyThatAreRetriedTogetherOneIs() {
		NewJob[] dead = Stream.generate(() -> unique(OnDuplicate.KEEP)).limit(3).toArray(NewJob[]::new);
		for (NewJob job : dead) {
			enqueue(job);
			apply(claim(job), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		}
		BulkResult result = orderAll(JobOrder.RETRY);
		assertThat(result.count(OrderResult.Kind.DONE)).isOne();
		assertThat(result.count(OrderResult.Kind.REFUSED)).isEqualTo(2);
		assertThat(states(dead)).containsOnlyOnce(ENQUEUED).contains(DEAD);
		claim(10);
		assertThat(orderAll(JobOrder.RETRY).count(OrderResult.Kind.REFUSED)).isEqualTo(3);
	}

	// A concurrency key

	@Test
	void aJobThatIsToBeCancelledKeepsItsPlaceUntilItsAttemptHasEnded() {
		NewJob first = job(limited(LINE, 1));
		NewJob second = job(limited(LINE, 1));
		enqueue(first, second);
		ClaimedJob running = claim(first);
		assertThat(orders().cancel(first.id())).isEqualTo(OrderResult.requested());
		settle();
		assertThat(states(first, second)).containsExactly(RUNNING, BLOCKED);
		apply(running, new Outcome.Retry(Duration.ZERO, FAILURE));
		assertThat(states(first, second)).containsExactly(CANCELLED, ENQUEUED);
	}

	@Test
	void whoComesBackHasOneOfSeveralPlaces() {
		for (WayBack way : WayBack.values()) {
			NewJob[] jobs = Stream.generate(() -> job(limited(LINE, 2))).limit(3).toArray(NewJob[]::new);
			enqueue(jobs[0]);
			ClaimedJob running = claim(jobs[0]);
			enqueue(jobs[1], jobs[2]);
			comeBack(running, way);
			assertThat(states(jobs)).as("%s", way).containsExactly(ENQUEUED, ENQUEUED, BLOCKED);
			succeed(claim(10));
			apply(claim(jobs[2]), new Outcome.Succeeded(null));
		}
	}

	@Test
	void aJobOfAPausedQueueHasItsPlaceAndTheLineWaitsForIt() {
		NewJob paused = job(limited(LINE, 1), "paused", 0, Duration.ZERO);
		NewJob behind = job(limited(LINE, 1));
		NewJob alsoPaused = job(limited(LINE, 1), "paused", 0, Duration.ZERO);
		NewJob last = job(limited(LINE, 1));
		orders().pause("paused");
		enqueue(paused, behind, alsoPaused, last);
		assertThat(claim(10)).isEmpty();
		assertThat(states(paused, behind, alsoPaused, last)).containsExactly(ENQUEUED, BLOCKED, BLOCKED, BLOCKED);
		cancel(paused);
		apply(claim(behind), new Outcome.Succeeded(null));
		assertThat(states(alsoPaused, last)).as("its turn comes though it can't run")
			.containsExactly(ENQUEUED, BLOCKED);
		assertThat(claim(10)).isEmpty();
		orders().resume("paused");
		apply(claim(alsoPaused), new Outcome.Succeeded(null));
		claim(last);
	}

	@Test
	void ofALineThatIsCancelledAsAWholeNobodyGoesOn() {
		NewJob[] jobs = Stream.generate(() -> job(limited(LINE, 1))).limit(5).toArray(NewJob[]::new);
		enqueue(jobs);
		assertThat(orderAll(JobOrder.CANCEL).count(OrderResult.Kind.DONE)).isEqualTo(5);
		settle();
		assertThat(states(jobs)).containsOnly(CANCELLED);
		assertThat(claim(10)).isEmpty();
		NewJob next = job(limited(LINE, 1));
		enqueue(next);
		claim(next);
	}

	private BulkResult orderAll(JobOrder order) {
		JobOperations operations = new StoredJobOperations(this.store, LocalWorkers.NONE, LEASE, NextFireTimes.NONE);
		BulkResult result = operations.order(order, JobFilter.all(), Paging.oldestFirst(100));
		settle();
		return result;
	}

	// Both keys

	@Test
	void whereverItWaitsACancelledJobGivesEverythingUp() {
		for (String where : List.of("SCHEDULED", "BLOCKED", "ENQUEUED", "RETRYING", "snoozed")) {
			NewJob before = job(limited(LINE, 1));
			NewJob job = both(where.equals("SCHEDULED") ? Duration.ofHours(1) : Duration.ZERO);
			if (where.equals("BLOCKED")) {
				enqueue(before);
			}
			enqueue(job);
			if (where.equals("RETRYING")) {
				apply(claim(job), new Outcome.Retry(Duration.ofHours(1), FAILURE));
			}
			if (where.equals("snoozed")) {
				apply(claim(job), new Outcome.Snoozed(Duration.ofHours(1)));
			}
			assertThat(state(job).name()).isEqualTo(where.equals("snoozed") ? "SCHEDULED" : where);
			cancel(job);
			assertThat(state(job)).isEqualTo(CANCELLED);
			NewJob next = both(Duration.ZERO);
			assertThat(enqueue(next)).as("key of one that was %s", where).isEmpty();
			succeed(claim(10));
			succeed(claim(10));
			assertThat(state(next)).as("place of one that was %s", where).isEqualTo(SUCCEEDED);
		}
	}

	@Test
	void anEndThatIsRolledBackGivesNothingUp() {
		TransactionTemplate transaction = transaction();
		NewJob job = both(Duration.ZERO);
		NewJob behind = job(limited(LINE, 1));
		enqueue(job, behind);
		ClaimedJob running = claim(job);
		for (Outcome.Returned outcome : List.of(new Outcome.Succeeded(null),
				new Outcome.Snoozed(Duration.ofHours(1)))) {
			transaction.executeWithoutResult((status) -> {
				this.leases.completeInTransaction(running, outcome);
				status.setRollbackOnly();
			});
			settle();
			assertThat(states(job, behind)).containsExactly(RUNNING, BLOCKED);
			assertKept(job);
		}
		transaction.executeWithoutResult(
				(status) -> this.leases.completeInTransaction(running, new Outcome.Snoozed(Duration.ofHours(1))));
		settle();
		assertThat(states(job, behind)).as("a snooze gives nothing up, either").containsExactly(SCHEDULED, BLOCKED);
		assertKept(job);
		advance(MORE_THAN_AN_HOUR);
		ClaimedJob again = claim(job);
		transaction
			.executeWithoutResult((status) -> this.leases.completeInTransaction(again, new Outcome.Succeeded(null)));
		settle();
		assertThat(states(job, behind)).containsExactly(SUCCEEDED, ENQUEUED);
		assertThat(enqueue(both(Duration.ZERO))).isEmpty();
	}

	@Test
	void aTransactionThatCancelsTheHolderHasItsKeyAndGivesItBackByItsRollback() {
		TransactionTemplate transaction = transaction();
		NewJob holder = both(Duration.ZERO);
		NewJob behind = job(limited(LINE, 1));
		NewJob other = unique(OnDuplicate.KEEP);
		enqueue(holder, behind);
		transaction.executeWithoutResult((status) -> {
			cancelAndStage(holder, other);
			status.setRollbackOnly();
		});
		settle();
		assertThat(states(holder, behind)).containsExactly(ENQUEUED, BLOCKED);
		assertKept(holder);
		transaction.executeWithoutResult((status) -> cancelAndStage(holder, other));
		settle();
		assertThat(states(holder, behind, other)).containsExactly(CANCELLED, ENQUEUED, ENQUEUED);
		assertKept(other);
	}

	private void cancelAndStage(NewJob holder, NewJob other) {
		assertThat(orders().cancel(holder.id())).isEqualTo(OrderResult.done(ENQUEUED));
		assertThat(this.store.intake().stage(List.of(new StagedJob(other, null)))).isEmpty();
	}

	// A rate

	@Test
	void eachAttemptSpendsAStart() {
		NewJob job = job();
		enqueue(job);
		for (WayBack way : WayBack.values()) {
			comeBack(start(job), way);
			assertNoneStarts();
			advance(MORE_THAN_AN_HOUR);
		}
		start(job);
	}

	@Test
	void whatWaitsForAKeySpendsNoStartAndWhatWaitsForAStartHasItsPlace() {
		NewJob first = job(limited(LINE, 1));
		NewJob second = job(limited(LINE, 1));
		NewJob third = job(limited(LINE, 1));
		enqueue(first, second, third);
		ClaimedJob running = start(first);
		advance(MORE_THAN_AN_HOUR);
		Claim none = claim(RATE);
		assertThat(none.jobs()).isEmpty();
		assertThat(none.nextStart()).as("nobody waits for a start").isEmpty();
		apply(running, new Outcome.Succeeded(null));
		apply(start(second), new Outcome.Succeeded(null));
		assertThat(state(third)).isEqualTo(ENQUEUED);
		assertNoneStarts();
		NewJob last = job(limited(LINE, 1));
		enqueue(last);
		assertThat(states(third, last)).containsExactly(ENQUEUED, BLOCKED);
		advance(MORE_THAN_AN_HOUR);
		start(third);
	}

	@Test
	void whatIsPausedSpendsNoStart() {
		NewJob[] jobs = { job(), job() };
		orders().pause("default");
		enqueue(jobs);
		Claim none = claim(RATE);
		assertThat(none.jobs()).isEmpty();
		assertThat(none.nextStart()).isEmpty();
		advance(Duration.ofHours(5));
		orders().resume("default");
		start(jobs[0]);
		assertNoneStarts();
	}

	@Test
	void aCancelledJobSpendsNoStartAndOneThatHasStartedGivesNoneBack() {
		NewJob waiting = job();
		NewJob running = job();
		NewJob last = job();
		enqueue(waiting, running, last);
		cancel(waiting);
		ClaimedJob started = start(running);
		cancel(running);
		apply(started, new Outcome.Released());
		assertThat(states(waiting, running)).containsOnly(CANCELLED);
		assertNoneStarts();
		advance(MORE_THAN_AN_HOUR);
		start(last);
	}

	@Test
	void whatIsDueOrRunNowOrRetriedByAnOperatorWaitsForAStart() {
		NewJob due = job(JobTerms.NONE, Duration.ofMinutes(1));
		NewJob runNow = job(JobTerms.NONE, Duration.ofDays(1));
		NewJob dead = job();
		enqueue(dead);
		apply(start(dead), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		enqueue(due, runNow);
		advance(Duration.ofMinutes(2));
		assertThat(orders().runNow(runNow.id())).isEqualTo(OrderResult.done(SCHEDULED));
		assertThat(orders().retry(dead.id())).isEqualTo(OrderResult.done(DEAD));
		settle();
		assertThat(states(due, runNow, dead)).containsOnly(ENQUEUED);
		assertNoneStarts();
		for (NewJob next : List.of(dead, due, runNow)) {
			advance(MORE_THAN_AN_HOUR);
			start(next);
			assertThat(claim(RATE).jobs()).isEmpty();
		}
	}

	@Test
	void callsThatBecomeOneJobSpendOneStart() {
		NewJob kept = unique(OnDuplicate.KEEP);
		enqueue(kept, unique(OnDuplicate.KEEP), unique(OnDuplicate.KEEP));
		NewJob last = unique(OnDuplicate.REPLACE);
		enqueue(unique(OnDuplicate.REPLACE));
		enqueue(last);
		start(last);
		Claim none = claim(RATE);
		assertThat(none.jobs()).isEmpty();
		assertThat(none.nextStart()).as("nobody is left who waits for one").isEmpty();
	}

	@Test
	void theFirstOneInTheOrderOfItsQueueGetsTheNextStart() {
		NewJob low = job(JobTerms.NONE, "default", 5, Duration.ZERO);
		NewJob high = job(JobTerms.NONE, "default", -5, Duration.ZERO);
		enqueue(low);
		enqueue(high);
		start(high);
		assertNoneStarts();
		advance(MORE_THAN_AN_HOUR);
		start(low);
	}

	@Test
	void queuesSpendStartsOfTheirOwn() {
		Rate one = Rate.ofQueue("one", RATE.limit());
		Rate two = Rate.ofQueue("two", RATE.limit());
		List<NewJob> jobs = new ArrayList<>();
		for (String queue : List.of("one", "one", "two", "two")) {
			jobs.add(job(JobTerms.NONE, queue, 0, Duration.ZERO));
		}
		enqueue(jobs.toArray(NewJob[]::new));
		assertThat(claim(one, two).jobs()).extracting(ClaimedJob::id)
			.containsExactlyInAnyOrder(jobs.get(0).id(), jobs.get(2).id());
		advance(MORE_THAN_AN_HOUR);
		assertThat(claim(one, two, RATE).jobs()).as("and one start of both by the rate of the name").hasSize(1);
	}

	/** The only one that starts, by the rate. */
	private ClaimedJob start(NewJob job) {
		Claim claim = claim(RATE);
		assertThat(claim.jobs()).extracting(ClaimedJob::id).containsExactly(job.id());
		return claim.jobs().get(0);
	}

	private void assertNoneStarts() {
		Claim claim = claim(RATE);
		assertThat(claim.jobs()).isEmpty();
		assertThat(claim.nextStart())
			.hasValueSatisfying((wait) -> assertThat(wait).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(61)));
	}

	// A paused queue

	@Test
	void whatComesBackToAPausedQueueWaitsThere() {
		NewJob job = job();
		enqueue(job);
		for (WayBack way : WayBack.values()) {
			ClaimedJob running = claim(job);
			orders().pause("default");
			comeBack(running, way);
			assertThat(claim(10)).as("%s", way).isEmpty();
			orders().resume("default");
		}
		claim(job);
	}

	@Test
	void ordersAreCarriedOutInAPausedQueueAndNothingStartsByThem() {
		NewJob due = job(JobTerms.NONE, Duration.ofMinutes(1));
		NewJob runNow = job(JobTerms.NONE, Duration.ofDays(1));
		NewJob dead = job();
		NewJob cancelled = job();
		enqueue(dead);
		apply(claim(dead), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		enqueue(due, runNow, cancelled);
		orders().pause("default");
		advance(Duration.ofMinutes(2));
		assertThat(orders().runNow(runNow.id())).isEqualTo(OrderResult.done(SCHEDULED));
		assertThat(orders().retry(dead.id())).isEqualTo(OrderResult.done(DEAD));
		assertThat(orders().cancel(cancelled.id())).isEqualTo(OrderResult.done(ENQUEUED));
		assertThat(orders().delete(cancelled.id())).isEqualTo(OrderResult.done(CANCELLED));
		assertThat(states(due, runNow, dead)).containsOnly(ENQUEUED);
		assertThat(claim(10)).isEmpty();
		orders().resume("default");
		assertThat(claim(10)).extracting(ClaimedJob::id).containsExactly(dead.id(), due.id(), runNow.id());
	}

	@Test
	void aScheduleFiresIntoAPausedQueue() {
		NewJob[] jobs = { job(), job(), job() };
		orders().pause("default");
		fire(jobs);
		assertThat(states(jobs)).containsOnly(ENQUEUED);
		assertThat(claim(10)).isEmpty();
		orders().resume("default");
		assertThat(claim(10)).extracting(ClaimedJob::id)
			.containsExactlyElementsOf(Arrays.stream(jobs).map(NewJob::id).toList());
	}

	// All of them

	@Test
	void aUniqueRatedKeyedDelayedJobThatIsCancelledWhileItRetriesLeavesNothing() {
		NewJob job = both(Duration.ofMinutes(5));
		NewJob behind = job(limited(LINE, 1));
		enqueue(job);
		assertThat(claim(RATE).nextStart()).as("it does not wait for a start").isEmpty();
		advance(Duration.ofMinutes(6));
		enqueue(behind);
		assertThat(states(job, behind)).containsExactly(ENQUEUED, BLOCKED);
		apply(start(job), new Outcome.Retry(Duration.ofHours(1), FAILURE));
		assertThat(states(job, behind)).containsExactly(RETRYING, BLOCKED);
		assertKept(job);
		assertThat(claim(RATE).nextStart()).as("nor does anybody else").isEmpty();
		assertThat(orders().cancel(job.id())).isEqualTo(OrderResult.done(RETRYING));
		settle();
		NewJob next = both(Duration.ZERO);
		assertThat(enqueue(next)).as("the key is free").isEmpty();
		assertThat(states(job, behind, next)).as("so was the place").containsExactly(CANCELLED, ENQUEUED, BLOCKED);
		assertNoneStarts();
		advance(MORE_THAN_AN_HOUR);
		apply(start(behind), new Outcome.Succeeded(null));
		advance(MORE_THAN_AN_HOUR);
		apply(start(next), new Outcome.Succeeded(null));
		assertThat(orders().delete(job.id())).isEqualTo(OrderResult.done(CANCELLED));
		assertThat(this.harness.traces(job.id())).isEmpty();
		assertThat(this.store.directory().count()).allSatisfy(
				(state, count) -> assertThat(count.value()).as("%s", state).isEqualTo((state == SUCCEEDED) ? 2 : 0));
		assertThat(this.store.directory().depths()).isEmpty();
		assertThat(claim(RATE)).satisfies((claim) -> {
			assertThat(claim.nextDue()).isEmpty();
			assertThat(claim.unsettled()).isFalse();
		});
	}

	private TransactionTemplate transaction() {
		PlatformTransactionManager transactions = this.harness.transactions();
		assumeThat(transactions).isNotNull();
		return new TransactionTemplate(transactions);
	}

	private void assertKept(NewJob holder) {
		NewJob other = unique(OnDuplicate.KEEP);
		assertThat(enqueue(other)).isEqualTo(Map.of(other.id(), holder.id()));
	}

	private NewJob both(Duration delay) {
		return job(new JobTerms(LINE, 1, KEY, UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of("tag")), delay);
	}

	private NewJob unique(OnDuplicate onDuplicate) {
		return job(unique(KEY, onDuplicate));
	}

	private NewJob untilStarted() {
		return job(unique(KEY, UniqueUntil.STARTED, OnDuplicate.KEEP));
	}

	private JobOrders orders() {
		return this.store.orders();
	}

}
