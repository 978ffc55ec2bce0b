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

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.store.Outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.times;

/**
 * The threads that run bodies: how many there are, and that each job that was given to
 * them has an outcome and gives its place back.
 */
class SlotsTests {

	private static final int MOST = 3;

	private static final long PATIENCE = WorkersHarness.PATIENCE.toMillis();

	private final Attempts attempts = new Attempts();

	private final RunningAttempts running = new RunningAttempts();

	private final AttemptBuffer buffer = new AttemptBuffer();

	private final Capacity capacity = mock(Capacity.class);

	private final AttemptRunner runner = mock(AttemptRunner.class);

	private final OutcomeFlusher flusher = mock(OutcomeFlusher.class);

	private final CountDownLatch goOn = new CountDownLatch(1);

	private final AtomicInteger inside = new AtomicInteger();

	private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

	private final List<Finished> handed = Collections.synchronizedList(new ArrayList<>());

	private final Slots slots = new Slots(WorkersHarness.settings().concurrency(MOST).build(), this.running,
			this.buffer, this.capacity, this.runner, this.flusher);

	@BeforeEach
	void begin() {
		willAnswer((call) -> {
			this.threads.add(Thread.currentThread());
			this.inside.incrementAndGet();
			WaitFor.latch(this.goOn);
			return succeeded(call.getArgument(0));
		}).given(this.runner).run(any());
		willAnswer((call) -> this.handed.add(call.getArgument(0))).given(this.flusher).put(any());
	}

	@AfterEach
	void end() {
		this.goOn.countDown();
		this.slots.close();
	}

	@Test
	void thereAreAsManyThreadsAsJobsInHandAndNoMoreThanSlots() {
		this.slots.start();
		inHand(1);
		this.slots.run(List.of(this.attempts.next("a")));
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.inside.get() == 1);
		inHand(5);
		this.slots.run(next(4));
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.inside.get() == MOST);
		assertThat(this.running.count()).isEqualTo(MOST);
		this.goOn.countDown();
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.handed.size() == 5);
		assertThat(this.threads).hasSize(MOST).allSatisfy((thread) -> {
			assertThat(thread.isDaemon()).isTrue();
			assertThat(thread.getName()).matches("aftercommit-slot-[123]");
			assertThat(thread.getContextClassLoader()).isSameAs(Thread.currentThread().getContextClassLoader());
		});
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.running.count() == 0);
	}

	@Test
	void whatHasRunGivesItsPlaceBackAndCountsForTheSizeOfClaims() {
		this.goOn.countDown();
		inHand(1);
		this.slots.run(List.of(this.attempts.next("a")));
		then(this.capacity).should(timeout(PATIENCE)).release("default");
		then(this.capacity).should().ran();
		assertThat(this.handed).hasSize(1);
	}

	@Test
	void whatDidNotStartGivesItsPlaceBackAndDoesNotCount() {
		willAnswer((call) -> Finished.unstarted(call.getArgument(0))).given(this.runner).run(any());
		inHand(1);
		this.slots.run(List.of(this.attempts.next("a")));
		then(this.capacity).should(timeout(PATIENCE)).release("default");
		then(this.capacity).should(never()).ran();
		assertThat(this.handed).hasSize(1);
	}

	@Test
	void anOutcomeThatCouldNotBeMadeIsReplacedAndTheSlotGoesOn() {
		Attempt broken = this.attempts.next("broken");
		Finished late = succeeded(broken);
		willThrow(new OutOfMemoryError("planted")).given(this.runner).run(broken);
		given(this.runner.broken(any(), any())).willReturn(late);
		this.goOn.countDown();
		inHand(1);
		this.slots.run(List.of(broken, this.attempts.next("a")));
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.handed.size() == 2);
		assertThat(this.handed).first().isSameAs(late);
		assertThat(this.threads).hasSize(1);
	}

	@Test
	void anOutcomeIsNotLostWhenThereIsNoMemoryForIt() {
		AtomicInteger tries = new AtomicInteger();
		willAnswer((call) -> {
			if (tries.incrementAndGet() < 3) {
				throw new OutOfMemoryError("planted");
			}
			return this.handed.add(call.getArgument(0));
		}).given(this.flusher).put(any());
		this.goOn.countDown();
		inHand(1);
		this.slots.run(List.of(this.attempts.next("a")));
		then(this.capacity).should(timeout(PATIENCE)).release("default");
		assertThat(this.handed).hasSize(1);
	}

	@Test
	void noBodyStartsWhileTooManyOutcomesAreUnstored() {
		CountDownLatch room = new CountDownLatch(1);
		willAnswer((call) -> {
			WaitFor.latch(room);
			return null;
		}).given(this.flusher).awaitRoom();
		inHand(1);
		this.slots.run(List.of(this.attempts.next("a")));
		then(this.flusher).should(timeout(PATIENCE)).awaitRoom();
		assertThat(this.buffer.size()).isOne();
		room.countDown();
		this.goOn.countDown();
		then(this.flusher).should(timeout(PATIENCE).times(2)).awaitRoom();
		assertThat(this.handed).hasSize(1);
	}

	@Test
	void whatIsNotStartedInTimeOrAtTheEndGoesBack() {
		Attempt attempt = this.attempts.next("a");
		Attempt other = this.attempts.next("b");
		this.buffer.addAll(List.of(attempt, other));
		long now = this.attempts.nanoTime.get();
		this.slots.giveBackOlderThan(10, now + 10);
		assertThat(this.handed).isEmpty();
		this.slots.giveBackOlderThan(10, now + 11);
		assertGivenBack(attempt, other);
		this.buffer.addAll(List.of(attempt));
		this.slots.close();
		assertGivenBack(attempt, other, attempt);
		this.slots.run(List.of(other));
		assertGivenBack(attempt, other, attempt, other);
		then(this.runner).should(never()).run(any());
	}

	private void assertGivenBack(Attempt... expected) {
		assertThat(this.handed).extracting(Finished::attempt).containsExactly(expected);
		assertThat(this.handed).allSatisfy((finished) -> assertThat(finished.kind()).isNull());
		then(this.capacity).should(times(expected.length)).release("default");
	}

	private List<Attempt> next(int count) {
		List<Attempt> next = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			next.add(this.attempts.next("a"));
		}
		return next;
	}

	private void inHand(int count) {
		given(this.capacity.inHand()).willReturn(count);
	}

	private static Finished succeeded(Attempt attempt) {
		return new Finished(attempt, new Outcome.Succeeded(null), AttemptOutcome.SUCCEEDED);
	}

}
