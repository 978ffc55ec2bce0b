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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.store.ClaimedJob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Who gets how many of the places of a node with four slots, two of them for the queue
 * {@code narrow}.
 */
class CapacityTests {

	private static final long WINDOW = Duration.ofMillis(50).toNanos();

	private final Attempts attempts = new Attempts();

	private final AtomicLong nanoTime = new AtomicLong();

	private final AtomicInteger told = new AtomicInteger();

	private final AttemptBuffer buffer = new AttemptBuffer();

	private final Capacity capacity = new Capacity(
			WorkersHarness.settings().concurrency(4).queueConcurrency("narrow", 2).build(), this.buffer,
			this.nanoTime::get);

	@BeforeEach
	void listen() {
		this.capacity.onRoom(this.told::incrementAndGet);
	}

	@Test
	void aFreeSlotIsGivenToAJobThatIsBeingEnqueued() {
		assertThat(this.capacity.reserve("default")).isTrue();
	}

	@Test
	void noSlotIsGivenWhileOthersWaitInTheStore() {
		this.capacity.seeBacklog();
		assertThat(this.capacity.reserve("default")).isFalse();
		this.capacity.settle(this.capacity.hold(), List.of());
		assertThat(this.capacity.reserve("default")).isTrue();
	}

	@Test
	void whatIsSeenToWaitDuringAClaimStillWaitsAfterIt() {
		Capacity.Room room = this.capacity.hold();
		this.capacity.seeBacklog();
		this.capacity.settle(room, List.of());
		assertThat(this.capacity.reserve("default")).isFalse();
		this.capacity.settle(this.capacity.hold(), List.of());
		assertThat(this.capacity.reserve("default")).isTrue();
	}

	@Test
	void aClaimThatFilledItsRoomMayHaveLeftOthersWaiting() {
		this.capacity.settle(this.capacity.hold(), jobs("default", 4));
		this.capacity.release("default");
		assertThat(this.capacity.reserve("default")).isFalse();
	}

	@Test
	void noMoreSlotsAreGivenThanThereAre() {
		for (int i = 0; i < 4; i++) {
			assertThat(this.capacity.reserve("default")).isTrue();
		}
		assertThat(this.capacity.reserve("default")).isFalse();
		assertThat(this.capacity.inHand()).isEqualTo(4);
		this.capacity.release("default");
		assertThat(this.capacity.reserve("default")).isTrue();
	}

	@Test
	void aQueueGetsNoMorePlacesThanItsLimitAndTheOthersGetTheRest() {
		assertThat(this.capacity.reserve("narrow")).isTrue();
		assertThat(this.capacity.reserve("narrow")).isTrue();
		assertThat(this.capacity.reserve("narrow")).isFalse();
		assertThat(this.capacity.reserve("default")).isTrue();
		this.capacity.release("narrow");
		assertThat(this.capacity.reserve("narrow")).isTrue();
	}

	@Test
	void aQueueKeepsItsPlaceIfThereIsNoSlotForIt() {
		for (int i = 0; i < 4; i++) {
			this.capacity.reserve("default");
		}
		for (int i = 0; i < 3; i++) {
			assertThat(this.capacity.reserve("narrow")).isFalse();
		}
		this.capacity.release("default");
		this.capacity.release("default");
		assertThat(this.capacity.reserve("narrow")).isTrue();
		assertThat(this.capacity.reserve("narrow")).isTrue();
	}

	@Test
	void aClaimGetsWhatIsFreeAndNobodyElseGetsItMeanwhile() {
		this.capacity.reserve("default");
		this.capacity.reserve("narrow");
		Capacity.Room room = this.capacity.hold();
		assertThat(room).isEqualTo(new Capacity.Room(2, Map.of("narrow", 1), 2));
		assertThat(this.capacity.reserve("default")).isFalse();
		this.capacity.settle(room, List.of());
		assertThat(this.capacity.inHand()).isEqualTo(2);
		assertThat(this.capacity.reserve("narrow")).isTrue();
		assertThat(this.capacity.reserve("default")).isTrue();
	}

	@Test
	void whatAClaimBroughtIsInHand() {
		this.capacity.settle(this.capacity.hold(), jobs("narrow", 1));
		assertThat(this.capacity.inHand()).isOne();
		assertThat(this.capacity.hold()).isEqualTo(new Capacity.Room(3, Map.of("narrow", 1), 3));
	}

	@Test
	void aQueueWhoseClaimFilledItsLimitHasABacklog() {
		this.capacity.settle(this.capacity.hold(), jobs("narrow", 2));
		this.capacity.release("narrow");
		assertThat(this.told).as("its jobs wait for the place").hasValue(1);
		assertThat(this.capacity.reserve("narrow")).isFalse();
		assertThat(this.capacity.reserve("default")).isTrue();
		this.capacity.settle(this.capacity.hold(), List.of());
		assertThat(this.capacity.reserve("narrow")).isTrue();
		this.capacity.release("narrow");
		assertThat(this.told).as("nobody waits any more").hasValue(1);
	}

	@Test
	void aQueueThatIsFullGetsNothingAndOwesNothing() {
		this.capacity.reserve("narrow");
		this.capacity.reserve("narrow");
		Capacity.Room room = this.capacity.hold();
		assertThat(room).isEqualTo(new Capacity.Room(2, Map.of("narrow", 0), 2));
		this.capacity.settle(room, List.of());
		this.capacity.release("narrow");
		assertThat(this.capacity.hold().atMost()).containsEntry("narrow", 1);
	}

	@Test
	void whoeverFoundNoRoomIsToldOnceWhenThereIsSome() {
		this.capacity.settle(this.capacity.hold(), jobs("default", 4));
		assertThat(this.capacity.hold()).isSameAs(Capacity.Room.NONE);
		assertThat(this.told).hasValue(0);
		this.capacity.release("default");
		assertThat(this.told).hasValue(1);
		this.capacity.release("default");
		assertThat(this.told).hasValue(1);
	}

	@Test
	void whoeverFoundRoomIsToldNothing() {
		this.capacity.settle(this.capacity.hold(), jobs("default", 3));
		this.capacity.settle(this.capacity.hold(), List.of());
		this.capacity.release("default");
		assertThat(this.told).hasValue(0);
	}

	@Test
	void quickJobsAreClaimedAsManyAsWereLatelyFinishedInFiftyMilliseconds() {
		ran(100, WINDOW);
		Capacity.Room room = this.capacity.hold();
		assertThat(room.slots()).isEqualTo(100);
		List<ClaimedJob> jobs = jobs("default", 100);
		this.capacity.settle(room, jobs);
		fill(51);
		assertThat(this.capacity.hold()).as("not in driblets").isSameAs(Capacity.Room.NONE);
		this.buffer.take();
		this.capacity.release("default");
		assertThat(this.told).as("half of them are left").hasValue(1);
		assertThat(this.capacity.hold().slots()).isEqualTo(50);
	}

	@Test
	void aClaimIsNeverForMoreThanAThousand() {
		ran(5_000, WINDOW);
		assertThat(this.capacity.hold().slots()).isEqualTo(1000);
	}

	@Test
	void waitingForTheLastOneEndsWithItsRelease() {
		assertThat(this.capacity.awaitIdle(Duration.ZERO)).isTrue();
		this.capacity.reserve("default");
		this.capacity.reserve("default");
		assertThat(this.capacity.awaitIdle(Duration.ZERO)).isFalse();
		CompletableFuture<Boolean> idle = new CompletableFuture<>();
		Thread waiting = new Thread(() -> idle.complete(this.capacity.awaitIdle(Duration.ofMinutes(5))));
		waiting.start();
		await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
		this.capacity.release("default");
		assertThat(idle).isNotDone();
		this.capacity.release("default");
		assertThat(idle).succeedsWithin(WorkersHarness.PATIENCE).isEqualTo(true);
	}

	@Test
	void whoeverIsInterruptedStopsWaitingAndStaysInterrupted() {
		this.capacity.reserve("default");
		Thread.currentThread().interrupt();
		assertThat(this.capacity.awaitIdle(Duration.ofMinutes(5))).isFalse();
		assertThat(Thread.interrupted()).isTrue();
	}

	private void ran(int jobs, long nanos) {
		for (int i = 0; i < jobs; i++) {
			this.capacity.ran();
		}
		this.nanoTime.addAndGet(nanos);
	}

	private void fill(int count) {
		List<Attempt> added = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			added.add(this.attempts.next("a"));
		}
		this.buffer.addAll(added);
	}

	private List<ClaimedJob> jobs(String queue, int count) {
		List<ClaimedJob> jobs = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			ClaimedJob job = this.attempts.next("a").job();
			jobs.add(new ClaimedJob(job.id(), job.name(), queue, 0, 1, job.arguments(), Map.of(), job.lease(),
					Duration.ZERO, 0));
		}
		return jobs;
	}

}
