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
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aftercommit.DeadReason;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.OrderResult;
import dev.aftercommit.UniqueUntil;

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
 * What every store must keep of unique keys. A store passes it by one subclass that gives
 * a harness.
 */
public abstract class AbstractUniqueKeyContractTests extends AbstractKeysTests {

	private static final String KEY = "reports.send:7";

	// KEEP

	@Test
	void aJobWhoseKeyAnotherOneHasIsNotWrittenAndItsCallerIsToldOfThatOne() {
		NewJob holder = keep();
		NewJob other = keep();
		assertThat(enqueue(holder)).isEmpty();
		assertThat(enqueue(other)).isEqualTo(Map.of(other.id(), holder.id()));
		assertThat(find(other)).isNull();
		assertThat(claim(10)).extracting(ClaimedJob::id).containsExactly(holder.id());
	}

	@Test
	void ofOneCallTheFirstOneIsKept() {
		NewJob first = keep();
		NewJob second = keep();
		NewJob unkeyed = job();
		NewJob otherKey = job(unique("reports.send:8", OnDuplicate.KEEP));
		NewJob third = keep();
		assertThat(enqueue(first, second, unkeyed, otherKey, third))
			.isEqualTo(Map.of(second.id(), first.id(), third.id(), first.id()));
		assertThat(claim(10)).extracting(ClaimedJob::id).containsExactly(first.id(), unkeyed.id(), otherKey.id());
	}

	@Test
	void aJobIsKeptWhereverItIsUntilItEnds() {
		NewJob holder = job(unique(KEY, OnDuplicate.KEEP), Duration.ofMinutes(1));
		enqueue(holder);
		assertKept(holder);
		advance(Duration.ofMinutes(2));
		assertKept(holder);
		ClaimedJob claimed = claim(holder);
		assertKept(holder);
		apply(claimed, new Outcome.Retry(Duration.ofMinutes(1), FAILURE));
		assertKept(holder);
		advance(Duration.ofMinutes(2));
		assertKept(holder);
		apply(claim(holder), new Outcome.Snoozed(Duration.ofMinutes(1)));
		assertKept(holder);
		advance(Duration.ofMinutes(2));
		apply(claim(holder), new Outcome.Released());
		assertKept(holder);
		claim(holder);
		rescue(3);
		assertKept(holder);
		claimed = claim(holder);
		cancel(holder);
		assertKept(holder);
	}

	private void assertKept(NewJob holder) {
		NewJob other = keep();
		assertThat(enqueue(other)).isEqualTo(Map.of(other.id(), holder.id()));
	}

	@ParameterizedTest
	@EnumSource(WayOut.class)
	void whateverEndsAJobGivesItsKeyUp(WayOut way) {
		for (int i = 0; i < 2; i++) {
			NewJob holder = keep();
			assertThat(enqueue(holder)).isEmpty();
			end(holder, way);
		}
		NewJob scheduled = job(unique(KEY, OnDuplicate.KEEP), Duration.ofMinutes(1));
		assertThat(enqueue(scheduled)).isEmpty();
		cancel(scheduled);
		assertThat(enqueue(keep())).isEmpty();
	}

	@Test
	void enqueueingTheHolderAgainChangesNothing() {
		NewJob holder = keep();
		enqueue(holder);
		assertThat(enqueue(holder, holder)).isEmpty();
		assertThat(state(holder)).isEqualTo(ENQUEUED);
		end(holder, WayOut.SUCCEEDED);
		NewJob next = replace();
		enqueue(next);
		assertThat(enqueue(holder)).isEmpty();
		assertThat(states(holder, next)).containsExactly(SUCCEEDED, ENQUEUED);
		assertThat(enqueue(next)).isEmpty();
		assertThat(state(next)).isEqualTo(ENQUEUED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", ":", "a b", "ä=%€&", "{x}", "line\nfeed", "\uD83D\uDE80" })
	void aKeyIsAnyText(String key) {
		NewJob holder = job(unique(key, OnDuplicate.KEEP));
		NewJob other = job(unique(key, OnDuplicate.KEEP));
		NewJob longer = job(unique(key + " ", OnDuplicate.KEEP));
		assertThat(enqueue(holder, other, longer)).isEqualTo(Map.of(other.id(), holder.id()));
	}

	@Test
	void ofManyCallersAtTheSameMomentOneGetsTheKeyAndTheOthersLearnOfIt() throws Exception {
		for (int round = 0; round < 5; round++) {
			String key = "round " + round;
			List<Map<UUID, UUID>> kept = AbstractJobStoreContractTests.inParallel(4, () -> {
				NewJob job = job(unique(key, OnDuplicate.KEEP));
				Queue<Map<UUID, UUID>> answers = new ConcurrentLinkedQueue<>();
				untilItWorks(() -> {
					answers.add(this.store.intake().enqueue(List.of(job)));
					return 0;
				});
				return answers.remove();
			});
			List<ClaimedJob> claimed = claim(10);
			assertThat(claimed).hasSize(1);
			assertThat(kept).filteredOn(Map::isEmpty).hasSize(1);
			assertThat(kept.stream().flatMap((redirects) -> redirects.values().stream())).hasSize(3)
				.containsOnly(claimed.get(0).id());
			succeed(claimed);
		}
	}

	// REPLACE

	@Test
	void aJobThatWaitsIsCancelledAndReplaced() {
		NewJob old = replace();
		NewJob between = job();
		NewJob replacement = replace();
		enqueue(old, between);
		assertThat(enqueue(replacement)).isEmpty();
		assertThat(states(old, replacement)).containsExactly(CANCELLED, ENQUEUED);
		assertThat(claim(10)).extracting(ClaimedJob::id).containsExactly(between.id(), replacement.id());
	}

	@Test
	void callsInShortSuccessionBecomeOneJobAfterTheLastOnesDelay() {
		NewJob last = null;
		for (int i = 0; i < 5; i++) {
			NewJob next = job(unique(KEY, OnDuplicate.REPLACE), Duration.ofMinutes(1));
			enqueue(next);
			assertThat(state(next)).isEqualTo(SCHEDULED);
			if (last != null) {
				assertThat(state(last)).isEqualTo(CANCELLED);
			}
			last = next;
			advance(Duration.ofSeconds(40));
			assertThat(claim(10)).isEmpty();
		}
		advance(Duration.ofSeconds(40));
		claim(last);
	}

	@Test
	void aJobThatWaitsForItsNextAttemptIsReplaced() {
		NewJob old = replace();
		NewJob replacement = replace();
		enqueue(old);
		apply(claim(old), new Outcome.Retry(Duration.ofMinutes(1), FAILURE));
		enqueue(replacement);
		assertThat(states(old, replacement)).containsExactly(CANCELLED, ENQUEUED);
		advance(Duration.ofMinutes(2));
		claim(replacement);
	}

	@Test
	void aJobThatSnoozesIsReplaced() {
		NewJob old = replace();
		NewJob replacement = replace();
		enqueue(old);
		apply(claim(old), new Outcome.Snoozed(Duration.ofMinutes(1)));
		enqueue(replacement);
		assertThat(states(old, replacement)).containsExactly(CANCELLED, ENQUEUED);
	}

	@Test
	void whileOneRunsOneSuccessorWaitsAndIsReplaced() {
		NewJob holder = replace();
		NewJob first = replace();
		NewJob second = replace();
		enqueue(holder);
		ClaimedJob running = claim(holder);
		enqueue(first);
		assertThat(states(holder, first)).containsExactly(RUNNING, BLOCKED);
		enqueue(second);
		assertThat(states(holder, first, second)).containsExactly(RUNNING, CANCELLED, BLOCKED);
		assertThat(count(BLOCKED)).isOne();
		assertThat(claim(10)).isEmpty();
		apply(running, new Outcome.Succeeded(null));
		assertThat(state(second)).isEqualTo(ENQUEUED);
		NewJob third = replace();
		enqueue(third);
		assertThat(states(second, third)).containsExactly(CANCELLED, ENQUEUED);
	}

	@ParameterizedTest
	@EnumSource(WayOut.class)
	void theSuccessorGoesOnWhateverEndsTheOneThatRan(WayOut way) {
		NewJob holder = replace();
		NewJob successor = replace();
		enqueue(holder);
		apply(claim(holder), new Outcome.Released());
		ClaimedJob running = claim(holder);
		enqueue(successor);
		apply(running, new Outcome.Released());
		assertThat(states(holder, successor)).as("released: the key is kept").containsExactly(ENQUEUED, BLOCKED);
		end(holder, way);
		assertThat(state(successor)).isEqualTo(ENQUEUED);
		assertKept(successor);
	}

	@Test
	void aSuccessorThatIsCancelledIsFollowedByNobody() {
		NewJob holder = replace();
		NewJob successor = replace();
		enqueue(holder);
		ClaimedJob running = claim(holder);
		enqueue(successor);
		assertThat(this.store.orders().cancel(successor.id())).isEqualTo(OrderResult.done(BLOCKED));
		settle();
		assertThat(states(holder, successor)).containsExactly(RUNNING, CANCELLED);
		apply(running, new Outcome.Succeeded(null));
		assertThat(claim(10)).isEmpty();
		assertThat(enqueue(keep())).isEmpty();
	}

	@Test
	void aSuccessorWithADelayWaitsForItsTimeAndForTheOneThatRuns() {
		NewJob holder = replace();
		NewJob successor = job(unique(KEY, OnDuplicate.REPLACE), Duration.ofMinutes(5));
		enqueue(holder);
		ClaimedJob running = claim(holder);
		enqueue(successor);
		assertThat(state(successor)).isEqualTo(SCHEDULED);
		advance(Duration.ofMinutes(6));
		assertThat(state(successor)).isEqualTo(BLOCKED);
		apply(running, new Outcome.Succeeded(null));
		assertThat(state(successor)).isEqualTo(ENQUEUED);
	}

	@Test
	void aSuccessorHasTheKeyBeforeItIsDueIfTheOneThatRanHasEnded() {
		NewJob holder = replace();
		NewJob successor = job(unique(KEY, OnDuplicate.REPLACE), Duration.ofMinutes(5));
		enqueue(holder);
		ClaimedJob running = claim(holder);
		enqueue(successor);
		apply(running, new Outcome.Succeeded(null));
		assertThat(state(successor)).isEqualTo(SCHEDULED);
		assertKept(successor);
		advance(Duration.ofMinutes(6));
		assertThat(state(successor)).isEqualTo(ENQUEUED);
	}

	@Test
	void whenTheOneThatRanWaitsForItsNextAttemptANewOneReplacesItAndItsSuccessor() {
		NewJob holder = replace();
		NewJob successor = replace();
		NewJob last = replace();
		enqueue(holder);
		ClaimedJob running = claim(holder);
		enqueue(successor);
		apply(running, new Outcome.Retry(Duration.ofMinutes(1), FAILURE));
		assertThat(states(holder, successor)).containsExactly(RETRYING, BLOCKED);
		enqueue(last);
		assertThat(states(holder, successor, last)).containsExactly(CANCELLED, CANCELLED, ENQUEUED);
		claim(last);
	}

	@Test
	void ofOneCallTheLastOneReplacesTheOthers() {
		NewJob first = replace();
		NewJob second = job(unique(KEY, OnDuplicate.REPLACE), Duration.ofMinutes(5));
		NewJob third = replace();
		assertThat(enqueue(first, second, third)).isEmpty();
		assertThat(states(first, second, third)).containsExactly(CANCELLED, CANCELLED, ENQUEUED);
		claim(third);
	}

	@Test
	void ofManyReplacementsAtTheSameMomentOneIsLeft() throws Exception {
		Queue<NewJob> jobs = new ConcurrentLinkedQueue<>();
		List<Callable<Integer>> tasks = Stream.<Callable<Integer>>generate(() -> () -> {
			for (int i = 0; i < 5; i++) {
				NewJob job = replace();
				jobs.add(job);
				untilItWorks(() -> this.store.intake().enqueue(List.of(job)).size());
			}
			return 0;
		}).limit(4).toList();
		AbstractJobStoreContractTests.inParallel(tasks);
		settle();
		assertThat(count(ENQUEUED)).isOne();
		assertThat(count(CANCELLED)).isEqualTo(19);
		assertThat(claim(10)).hasSize(1);
		assertThat(jobs).hasSize(20);
	}

	// Until it has started

	@Test
	void aKeyUntilTheStartIsGivenUpAtTheFirstClaim() {
		NewJob first = untilStarted(OnDuplicate.KEEP);
		NewJob second = untilStarted(OnDuplicate.KEEP);
		NewJob third = untilStarted(OnDuplicate.KEEP);
		enqueue(first);
		ClaimedJob running = claim(first);
		assertThat(enqueue(second)).isEmpty();
		assertThat(enqueue(third)).isEqualTo(Map.of(third.id(), second.id()));
		apply(running, new Outcome.Retry(Duration.ZERO, FAILURE));
		promote();
		assertThat(states(first, second)).as("it waits for no key, and takes none").containsExactly(ENQUEUED, ENQUEUED);
		assertThat(claim(1)).extracting(ClaimedJob::id).containsExactly(first.id());
		assertThat(enqueue(third)).isEqualTo(Map.of(third.id(), second.id()));
		rescue(3);
		apply(claim(1).get(0), new Outcome.Succeeded(null));
		assertThat(enqueue(third)).isEqualTo(Map.of(third.id(), second.id()));
	}

	@Test
	void whatHasStartedIsNotReplacedIfItsKeyIsUntilTheStart() {
		NewJob first = untilStarted(OnDuplicate.REPLACE);
		NewJob second = untilStarted(OnDuplicate.REPLACE);
		NewJob third = untilStarted(OnDuplicate.REPLACE);
		enqueue(first);
		enqueue(second);
		assertThat(states(first, second)).containsExactly(CANCELLED, ENQUEUED);
		ClaimedJob running = claim(second);
		enqueue(third);
		assertThat(states(second, third)).containsExactly(RUNNING, ENQUEUED);
		apply(running, new Outcome.Retry(Duration.ofMinutes(1), FAILURE));
		enqueue(untilStarted(OnDuplicate.REPLACE));
		assertThat(states(second, third)).containsExactly(RETRYING, CANCELLED);
	}

	// Operators

	@Test
	void aDeadJobIsNotRetriedWhileAnotherOneHasItsKeyAndItsHolderIsNamed() {
		NewJob dead = keep();
		NewJob holder = keep();
		enqueue(dead);
		apply(claim(dead), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		enqueue(holder);
		assertThat(this.store.orders().retry(dead.id())).isEqualTo(OrderResult.held(holder.id()));
		settle();
		assertThat(states(dead, holder)).containsExactly(DEAD, ENQUEUED);
		end(holder, WayOut.SUCCEEDED);
		assertThat(this.store.orders().retry(dead.id())).isEqualTo(OrderResult.done(DEAD));
		settle();
		assertThat(state(dead)).isEqualTo(ENQUEUED);
		assertKept(dead);
		end(dead, WayOut.SUCCEEDED);
		assertThat(enqueue(keep())).isEmpty();
	}

	@Test
	void aDeadJobThatIsRetriedCanBeReplaced() {
		NewJob dead = replace();
		enqueue(dead);
		apply(claim(dead), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		this.store.orders().retry(dead.id());
		settle();
		NewJob replacement = replace();
		enqueue(replacement);
		assertThat(states(dead, replacement)).containsExactly(CANCELLED, ENQUEUED);
	}

	@Test
	void aJobThatIsRunNowKeepsItsKey() {
		NewJob holder = job(unique(KEY, OnDuplicate.KEEP), Duration.ofMinutes(1));
		enqueue(holder);
		assertThat(this.store.orders().runNow(holder.id())).isEqualTo(OrderResult.done(SCHEDULED));
		settle();
		assertThat(state(holder)).isEqualTo(ENQUEUED);
		assertKept(holder);
	}

	// All at once

	@Test
	void aUniqueJobWithADelayAndAConcurrencyKeyPassesEachGateInTurn() {
		NewJob blocker = job(limited("server:1", 1));
		NewJob holder = all(Duration.ZERO);
		NewJob successor = all(Duration.ofMinutes(5));
		enqueue(holder);
		ClaimedJob running = claim(holder);
		enqueue(blocker, successor);
		assertThat(states(holder, blocker, successor)).containsExactly(RUNNING, BLOCKED, SCHEDULED);
		advance(Duration.ofMinutes(6));
		assertThat(state(successor)).as("due, the key is held").isEqualTo(BLOCKED);
		apply(running, new Outcome.Retry(Duration.ofMinutes(1), FAILURE));
		assertThat(states(holder, blocker, successor)).containsExactly(RETRYING, BLOCKED, BLOCKED);
		advance(Duration.ofMinutes(2));
		apply(claim(holder), new Outcome.Succeeded(null));
		assertThat(states(blocker, successor)).as("it has the key, and no place").containsExactly(ENQUEUED, BLOCKED);
		assertKept(successor);
		succeed(claim(10));
		assertThat(state(successor)).isEqualTo(ENQUEUED);
		end(successor, WayOut.SUCCEEDED);
		NewJob next = all(Duration.ZERO);
		assertThat(enqueue(next)).isEmpty();
		assertThat(state(next)).isEqualTo(ENQUEUED);
	}

	@Test
	void aReplacedJobGivesUpItsPlaceInTheLineAndItsSuccessorGetsOneOfItsOwn() {
		NewJob holder = all(Duration.ZERO);
		NewJob behind = job(limited("server:1", 1));
		NewJob replacement = all(Duration.ZERO);
		enqueue(holder, behind);
		assertThat(states(holder, behind)).containsExactly(ENQUEUED, BLOCKED);
		enqueue(replacement);
		assertThat(states(holder, behind, replacement)).containsExactly(CANCELLED, ENQUEUED, BLOCKED);
		NewJob again = all(Duration.ZERO);
		enqueue(again);
		assertThat(states(behind, replacement, again)).containsExactly(ENQUEUED, CANCELLED, BLOCKED);
		succeed(claim(10));
		claim(again);
	}

	@Test
	void aSuccessorThatWasEnqueuedFirstIsFirstInTheLineWhenTheOneThatRanHasEnded() {
		for (WayOut way : List.of(WayOut.SUCCEEDED, WayOut.DISCARDED, WayOut.CANCELLED_WHILE_RETRYING,
				WayOut.CANCELLED_AND_LOST, WayOut.CANCELLED_AND_RECLAIMED)) {
			NewJob holder = all(Duration.ZERO);
			NewJob successor = all(Duration.ZERO);
			NewJob behind = job(limited("server:1", 1));
			enqueue(holder);
			ClaimedJob running = claim(holder);
			enqueue(successor);
			enqueue(behind);
			apply(running, new Outcome.Released());
			assertThat(states(successor, behind)).containsExactly(BLOCKED, BLOCKED);
			end(holder, way);
			assertThat(states(successor, behind)).as("after %s", way).containsExactly(ENQUEUED, BLOCKED);
			succeed(claim(10));
			succeed(claim(10));
		}
	}

	@Test
	void aUniqueJobWithADelayThatIsCancelledWhileItRetriesGivesEverythingUp() {
		NewJob job = all(Duration.ofMinutes(1));
		enqueue(job);
		advance(Duration.ofMinutes(2));
		apply(claim(job), new Outcome.Retry(Duration.ofHours(1), FAILURE));
		assertThat(this.store.orders().cancel(job.id())).isEqualTo(OrderResult.done(RETRYING));
		settle();
		NewJob next = all(Duration.ZERO);
		assertThat(enqueue(next)).isEmpty();
		assertThat(state(next)).isEqualTo(ENQUEUED);
	}

	private NewJob all(Duration delay) {
		return job(new JobTerms("server:1", 1, KEY, UniqueUntil.FINISHED, OnDuplicate.REPLACE, List.of("tag")), delay);
	}

	private NewJob keep() {
		return job(unique(KEY, OnDuplicate.KEEP));
	}

	private NewJob replace() {
		return job(unique(KEY, OnDuplicate.REPLACE));
	}

	private NewJob untilStarted(OnDuplicate onDuplicate) {
		return job(unique(KEY, UniqueUntil.STARTED, onDuplicate));
	}

}
