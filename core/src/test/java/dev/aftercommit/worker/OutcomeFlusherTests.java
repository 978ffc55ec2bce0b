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

package dev.aftercommit.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobState;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.WakeUps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyList;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * Outcomes on their way to the store: each is applied, told and let go of once.
 */
class OutcomeFlusherTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Failure FAILURE = new Failure(AttemptOutcome.FAILED, "type", "text");

	private final Attempts attempts = new Attempts();

	private final JobLeases leases = mock(JobLeases.class);

	private final JobDirectory directory = mock(JobDirectory.class);

	private final WakeUps wakeUps = mock(WakeUps.class);

	private final JobStore store = mock(JobStore.class);

	/** Sizes of what was brought to the store together. */
	private final List<Integer> batches = new CopyOnWriteArrayList<>();

	private final Set<UUID> stale = new HashSet<>();

	private final List<String> told = new CopyOnWriteArrayList<>();

	private volatile UUID poison = new UUID(0, 0);

	private volatile boolean down;

	private final OutcomeFlusher flusher = new OutcomeFlusher(this.store, new Listeners(List.of(new JobListener() {

		@Override
		public void applied(Attempt attempt, AttemptOutcome outcome, @Nullable JobState state) {
			OutcomeFlusherTests.this.told.add(outcome + " " + state);
		}

	})), new Spokesman(this.leases, new NodeState(System::nanoTime), new Outage("say", Duration.ofMillis(200))),
			new Outage("bring outcomes", Duration.ofMillis(200)), new FailureLog(System::nanoTime));

	@BeforeEach
	void answer() {
		given(this.store.leases()).willReturn(this.leases);
		given(this.store.directory()).willReturn(this.directory);
		given(this.store.wakeUps()).willReturn(this.wakeUps);
		given(this.leases.apply(anyList())).willAnswer((call) -> apply(call.getArgument(0)));
	}

	private Set<UUID> apply(List<Ending> endings) {
		this.batches.add(endings.size());
		Set<UUID> accepted = new HashSet<>();
		endings.forEach((ending) -> accepted.add(ending.job().id()));
		if (this.down || accepted.contains(this.poison)) {
			throw new JobStoreException("planted", null);
		}
		accepted.removeAll(this.stale);
		return accepted;
	}

	@AfterEach
	void end() {
		this.flusher.close();
		assertThat(this.flusher.loop().awaitEnd(PATIENCE)).isTrue();
	}

	@Test
	void whatEndedMeanwhileIsAppliedTogetherAndToldOneByOne() {
		this.flusher.put(succeeded(this.attempts.next("a")));
		this.flusher.put(retried(this.attempts.next("b")));
		this.flusher.put(released(this.attempts.next("c")));
		assertThat(this.flusher.unstored()).isEqualTo(3);
		assertThat(this.attempts.session.tokens().snapshot().held()).hasSize(3);
		flush();
		assertThat(this.batches).containsExactly(3);
		assertThat(this.told).containsExactly("SUCCEEDED SUCCEEDED", "FAILED RETRYING", "INTERRUPTED ENQUEUED");
		assertThat(this.attempts.session.tokens().snapshot().held()).isEmpty();
		assertThat(this.flusher.stale()).isZero();
		verify(this.wakeUps, times(1)).send();
	}

	@Test
	void whatComesLaterWakesWhoeverBringsItAndHoldsUpNobody() {
		this.flusher.loop().start();
		for (int i = 1; i <= 3; i++) {
			this.flusher.put(succeeded(this.attempts.next("a")));
			assertThat(this.flusher.awaitEmpty(PATIENCE)).isTrue();
			assertThat(this.told).hasSize(i);
		}
	}

	@Test
	void whoeverHadKeysIsToldOfOnceItHasBeenStored() {
		AtomicInteger givenBack = new AtomicInteger();
		this.flusher.onKeysGivenBack(() -> {
			assertThat(this.batches).containsExactly(3);
			givenBack.incrementAndGet();
		});
		Attempt lost = this.attempts.keyed("a");
		this.stale.add(lost.jobId());
		this.flusher.put(succeeded(lost));
		this.flusher.put(succeeded(this.attempts.next("a")));
		this.flusher.put(succeeded(this.attempts.keyed("a")));
		flush();
		assertThat(givenBack).hasValue(1);
	}

	@Test
	void withoutKeysNobodyIsTold() {
		AtomicInteger givenBack = new AtomicInteger();
		this.flusher.onKeysGivenBack(givenBack::incrementAndGet);
		Attempt lost = this.attempts.keyed("a");
		this.stale.add(lost.jobId());
		this.flusher.put(succeeded(lost));
		this.flusher.put(succeeded(this.attempts.next("a")));
		flush();
		assertThat(givenBack).hasValue(0);
	}

	@Test
	void aRetryIsNoNewsForAnybodyElse() {
		this.flusher.put(retried(this.attempts.next("a")));
		flush();
		assertThat(this.told).containsExactly("FAILED RETRYING");
		verify(this.wakeUps, never()).send();
	}

	@Test
	void whatWasRefusedIsCountedToldAndNoNews() {
		Attempt lost = this.attempts.next("a");
		this.stale.add(lost.jobId());
		this.flusher.put(succeeded(lost));
		flush();
		assertThat(this.told).containsExactly("SUCCEEDED null");
		assertThat(this.flusher.stale()).isOne();
		assertThat(this.attempts.session.tokens().snapshot().held()).isEmpty();
		verify(this.wakeUps, never()).send();
	}

	@Test
	void whatWasNeverStartedIsGivenBackWithoutAWord() {
		Attempt lost = this.attempts.next("a");
		this.stale.add(lost.jobId());
		this.flusher.put(Finished.unstarted(lost));
		this.flusher.put(Finished.unstarted(this.attempts.next("b")));
		flush();
		assertThat(this.batches).containsExactly(2);
		assertThat(this.told).isEmpty();
		assertThat(this.flusher.stale()).isZero();
		assertThat(this.attempts.session.tokens().snapshot().held()).isEmpty();
	}

	@Test
	void whatItsOwnTransactionStoredIsToldAndNotAppliedAgain() {
		this.flusher.put(Finished.stored(this.attempts.next("a"), new Outcome.Succeeded(null)));
		flush();
		verify(this.leases, never()).apply(any());
		assertThat(this.told).containsExactly("SUCCEEDED SUCCEEDED");
		assertThat(this.flusher.stale()).isZero();
		verify(this.wakeUps, times(1)).send();
	}

	@Test
	void whatWasInDoubtAndAcceptedIsWhatTheStoreSays() {
		Attempt doubtful = this.attempts.next("a");
		given(this.directory.find(Set.of(doubtful.jobId()))).willReturn(Map.of(doubtful.jobId(), new JobStatus("a",
				"default", 0, JobState.SUCCEEDED, 1, Instant.EPOCH, null, null, "result", null, null)));
		this.flusher.put(retried(doubtful).inDoubt());
		this.flusher.put(retried(this.attempts.next("b")));
		flush();
		assertThat(this.told).containsExactly("SUCCEEDED SUCCEEDED", "FAILED RETRYING");
		verify(this.directory, times(1)).find(any());
	}

	@Test
	void whatWasInDoubtAndRefusedIsNotAskedFor() {
		Attempt doubtful = this.attempts.next("a");
		this.stale.add(doubtful.jobId());
		this.flusher.put(retried(doubtful).inDoubt());
		flush();
		assertThat(this.told).containsExactly("FAILED null");
		assertThat(this.flusher.stale()).isOne();
		verify(this.directory, never()).find(any());
	}

	@Test
	void twoOutcomesOfOneJobAreTwoTransactions() {
		Attempt first = this.attempts.next("a");
		Attempt second = this.attempts.again(first.jobId(), "a", "argument", 2);
		this.flusher.put(succeeded(first));
		this.flusher.put(succeeded(second));
		this.flusher.put(succeeded(this.attempts.next("b")));
		flush();
		assertThat(this.batches).containsExactly(1, 2);
	}

	@Test
	void noMoreThanAThousandAreBroughtAtOnce() {
		IntStream.range(0, 1_500).forEach((i) -> this.flusher.put(succeeded(this.attempts.next("a"))));
		flush();
		assertThat(this.batches).containsExactly(1_000, 500);
		assertThat(this.told).hasSize(1_500);
	}

	@Test
	void anOutcomeThatTheStoreNeverTakesHoldsUpNoOther() {
		List<Attempt> eight = new ArrayList<>();
		IntStream.range(0, 8).forEach((i) -> eight.add(this.attempts.next("a")));
		this.poison = eight.get(0).jobId();
		eight.forEach((attempt) -> this.flusher.put(succeeded(attempt)));
		this.flusher.loop().start();
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(this.told).hasSize(7));
		// All; half of them; the others, with the last of the first ones; and so on.
		assertThat(this.batches).startsWith(8, 4, 2, 4);
		assertThat(this.flusher.unstored()).isOne();
		assertThat(this.flusher.awaitEmpty(Duration.ofMillis(1))).isFalse();
		this.poison = new UUID(0, 0);
		assertThat(this.flusher.awaitEmpty(PATIENCE)).isTrue();
		assertThat(this.told).hasSize(8);
	}

	@Test
	void afterAnOutageMoreAreBroughtAtOnceAgain() {
		this.down = true;
		this.flusher.put(succeeded(this.attempts.next("a")));
		this.flusher.loop().start();
		await().atMost(PATIENCE).until(() -> !this.batches.isEmpty());
		IntStream.range(0, 7).forEach((i) -> this.flusher.put(succeeded(this.attempts.next("a"))));
		this.down = false;
		assertThat(this.flusher.awaitEmpty(PATIENCE)).isTrue();
		List<Integer> after = this.batches.subList(this.batches.size() - 4, this.batches.size());
		assertThat(after).containsExactly(1, 2, 4, 1);
	}

	@Test
	void nobodyWaitsForRoomWhileThereIsSome() {
		IntStream.range(0, 9_999).forEach((i) -> this.flusher.put(succeeded(this.attempts.next("a"))));
		this.flusher.awaitRoom();
		assertThat(this.flusher.unstored()).isEqualTo(9_999);
		assertThat(this.flusher.awaitEmpty(Duration.ZERO)).isFalse();
	}

	@Test
	void whoeverWaitsForRoomGoesOnWhenTheStoreHasTakenSome() throws Exception {
		Thread waiting = waitForRoom();
		this.flusher.loop().start();
		waiting.join(PATIENCE.toMillis());
		assertThat(waiting.isAlive()).isFalse();
		assertThat(this.flusher.awaitEmpty(PATIENCE)).isTrue();
	}

	@Test
	void whoeverWaitsForRoomGoesOnWhenTheWorkersStop() throws Exception {
		Thread waiting = waitForRoom();
		this.flusher.close();
		waiting.join(PATIENCE.toMillis());
		assertThat(waiting.isAlive()).isFalse();
	}

	private Thread waitForRoom() {
		IntStream.range(0, 10_000).forEach((i) -> this.flusher.put(succeeded(this.attempts.next("a"))));
		Thread waiting = new Thread(this.flusher::awaitRoom);
		waiting.start();
		await().atMost(PATIENCE).until(() -> waiting.getState() == Thread.State.WAITING);
		return waiting;
	}

	@Test
	void whatComesAfterTheStopIsDropped() {
		this.flusher.close();
		this.flusher.put(succeeded(this.attempts.next("a")));
		this.flusher.put(Finished.stored(this.attempts.next("b"), new Outcome.Succeeded(null)));
		assertThat(this.flusher.unstored()).isZero();
		assertThat(this.flusher.awaitEmpty(Duration.ofMillis(1))).isTrue();
	}

	@Test
	void aWaitThatIsInterruptedSaysSo() {
		this.flusher.put(succeeded(this.attempts.next("a")));
		Thread.currentThread().interrupt();
		assertThat(this.flusher.awaitEmpty(PATIENCE)).isFalse();
		assertThat(Thread.interrupted()).isTrue();
		flush();
	}

	private void flush() {
		this.flusher.loop().start();
		assertThat(this.flusher.awaitEmpty(PATIENCE)).isTrue();
		// What is told of the last ones is told before they count as stored; what wakes
		// others up comes after it.
		this.flusher.close();
		assertThat(this.flusher.loop().awaitEnd(PATIENCE)).isTrue();
	}

	private static Finished succeeded(Attempt attempt) {
		return new Finished(attempt, new Outcome.Succeeded(null), AttemptOutcome.SUCCEEDED);
	}

	private static Finished retried(Attempt attempt) {
		return new Finished(attempt, new Outcome.Retry(Duration.ofSeconds(1), FAILURE), AttemptOutcome.FAILED);
	}

	private static Finished released(Attempt attempt) {
		return new Finished(attempt, new Outcome.Released(), AttemptOutcome.INTERRUPTED);
	}

}
