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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Rate;
import dev.aftercommit.store.RateLimit;
import dev.aftercommit.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyList;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;

/**
 * When a node looks for jobs, for how many it asks and when it looks again, step by step
 * and by a time moved by hand. Four slots, two of them for the queue {@code narrow}.
 */
class ClaimLoopTests {

	private static final WorkerSettings SETTINGS = WorkersHarness.settings()
		.queues("default", "narrow")
		.queueConcurrency("narrow", 2)
		.build();

	private static final long FIRST_PAUSE = Duration.ofMillis(50).toNanos();

	private static final long LONGEST_PAUSE = SETTINGS.pollInterval().toNanos();

	private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1_000);

	private final NodeState node = new NodeState(this.nanoTime::get);

	private final JobLeases leases = mock(JobLeases.class);

	private final Slots slots = mock(Slots.class);

	private final AttemptBuffer buffer = new AttemptBuffer();

	private final Capacity capacity = new Capacity(SETTINGS, this.buffer, this.nanoTime::get);

	private final Membership membership = new Membership(new MemoryJobStore(new MovableClock()).nodes(),
			new NodeInfo("test", "", Set.of()), SETTINGS, this.nanoTime::get,
			new Outage("be alive", Duration.ofSeconds(1)));

	private final List<Attempt> given = new ArrayList<>();

	private final List<Attempt> first = new ArrayList<>();

	private final List<ClaimRequest> requests = new ArrayList<>();

	private final AtomicInteger unknown = new AtomicInteger();

	private final AtomicInteger settled = new AtomicInteger();

	private boolean unsettled;

	private @Nullable Duration nextDue;

	private @Nullable Duration nextStart;

	private int waiting;

	private final ClaimLoop claimLoop = claimLoop("a");

	@BeforeEach
	void register() {
		this.membership.beat();
		willAnswer((call) -> this.given.addAll(call.getArgument(0))).given(this.slots).run(anyList());
		given(this.leases.claim(any())).willAnswer((call) -> claim(call.getArgument(0)));
	}

	@Test
	void itAsksForAsManyJobsAsThereIsRoomFor() {
		this.claimLoop.look();
		ClaimRequest request = this.requests.get(0);
		assertThat(request.limit()).isEqualTo(4);
		assertThat(request.atMost()).isEqualTo(Map.of("narrow", 2));
		assertThat(request.names()).containsExactly("a");
		assertThat(request.queues()).isEqualTo(SETTINGS.queues());
		assertThat(request.lease().node()).isEqualTo(session().number());
	}

	@Test
	void whatItGotIsGivenToTheSlotsUnderItsToken() {
		this.waiting = 3;
		this.claimLoop.look();
		assertThat(this.given).hasSize(3)
			.allSatisfy((attempt) -> assertThat(attempt.inHandNanos()).isEqualTo(this.nanoTime.get()));
		long token = this.requests.get(0).lease().token();
		for (int i = 0; i < 3; i++) {
			assertThat(session().tokens().snapshot().held()).containsExactly(token);
			session().tokens().release(token);
		}
		assertThat(session().tokens().snapshot().held()).isEmpty();
		assertThat(this.capacity.inHand()).isEqualTo(3);
	}

	@Test
	void whereNothingWaitsItLooksEverRarer() {
		assertThat(this.claimLoop.look()).isEqualTo(FIRST_PAUSE);
		assertThat(this.claimLoop.look()).isEqualTo(LONGEST_PAUSE);
		assertThat(this.claimLoop.look()).isEqualTo(LONGEST_PAUSE);
		assertThat(session().tokens().snapshot().held()).isEmpty();
	}

	@Test
	void afterAJobItLooksSoonAgainAndAfterAFullClaimAtOnce() {
		this.claimLoop.look();
		this.claimLoop.look();
		this.waiting = 1;
		assertThat(this.claimLoop.look()).isEqualTo(FIRST_PAUSE);
		this.waiting = 3;
		assertThat(this.claimLoop.look()).isZero();
	}

	@Test
	void itLooksAgainWhenARateLetsTheNextOneStartButNotInHaste() {
		this.nextStart = Duration.ofMillis(30);
		assertThat(this.claimLoop.look()).isEqualTo(this.nextStart.toNanos());
		this.nextStart = Duration.ZERO;
		assertThat(this.claimLoop.look()).isEqualTo(Duration.ofMillis(10).toNanos());
		this.nextStart = Duration.ofDays(1);
		assertThat(this.claimLoop.look()).isEqualTo(LONGEST_PAUSE);
	}

	@Test
	void whatARateAllowsGoesBeforeWhatIsInHandAndIsNoMoreThanCanStart() {
		TestHandlers handlers = new TestHandlers();
		handlers.add("a", (argument, context) -> null).rateLimit(RateLimit.parse("10/1s"));
		willAnswer((call) -> this.first.addAll(call.getArgument(0))).given(this.slots).runFirst(anyList());
		this.waiting = 3;
		claimLoop(handlers).look();
		assertThat(this.first).hasSize(3);
		assertThat(this.given).isEmpty();
		ClaimRequest request = this.requests.get(0);
		assertThat(request.rates()).containsExactly(new Rate("job:a", RateLimit.parse("10/1s"), Set.of(), Set.of("a")));
		assertThat(request.atMostRated()).isEqualTo(4);
		claimLoop(handlers).look();
		assertThat(this.requests.get(1).atMostRated()).isOne();
	}

	@Test
	void aFullClaimResetsThePausesToo() {
		this.claimLoop.look();
		this.claimLoop.look();
		this.waiting = 4;
		assertThat(this.claimLoop.look()).isZero();
		this.given.forEach((attempt) -> this.capacity.release("default"));
		assertThat(this.claimLoop.look()).isEqualTo(FIRST_PAUSE);
	}

	@Test
	void withoutRoomNobodyIsAskedUntilThereIsSome() {
		this.waiting = 4;
		this.claimLoop.look();
		assertThat(this.claimLoop.look()).isEqualTo(LONGEST_PAUSE);
		then(this.leases).should(times(1)).claim(any());
		this.capacity.release("default");
		this.claimLoop.look();
		assertThat(this.requests.get(1).limit()).isOne();
	}

	@Test
	void withoutHandlersNobodyIsAskedAndNoRoomIsTaken() {
		assertThat(claimLoop().look()).isEqualTo(LONGEST_PAUSE);
		then(this.leases).should(never()).claim(any());
		assertThat(this.capacity.reserve("default")).isTrue();
	}

	@Test
	void aNodeThatStopsOrIsNotSureOfItsLeaseAsksNobody() {
		this.nanoTime.addAndGet(SETTINGS.fencedAfterNanos());
		assertThat(this.claimLoop.look()).isEqualTo(LONGEST_PAUSE);
		this.membership.beat();
		this.node.stop();
		assertThat(this.claimLoop.look()).isEqualTo(LONGEST_PAUSE);
		then(this.leases).shouldHaveNoInteractions();
	}

	@Test
	void itLooksWhenTheNextJobIsDueAndPromotesItThen() {
		this.nextDue = Duration.ofMillis(20);
		assertThat(this.claimLoop.look()).isEqualTo(Duration.ofMillis(20).toNanos());
		after(Duration.ofMillis(20).minusNanos(1));
		assertThat(this.claimLoop.look()).isEqualTo(Duration.ofMillis(20).toNanos());
		then(this.leases).should(never()).promote(anyInt());
		after(Duration.ofMillis(20));
		this.nextDue = null;
		this.claimLoop.look();
		then(this.leases).should().promote(1000);
		assertThat(this.claimLoop.look()).isEqualTo(LONGEST_PAUSE);
		then(this.leases).should(times(1)).promote(anyInt());
	}

	@Test
	void aJobThatIsDueLaterShortensNoPause() {
		this.nextDue = Duration.ofDays(400_000);
		assertThat(this.claimLoop.look()).isEqualTo(FIRST_PAUSE);
		assertThat(this.claimLoop.look()).isEqualTo(LONGEST_PAUSE);
	}

	@Test
	void asLongAsMoreIsDueThanIsPromotedAtOnceItGoesOn() {
		this.nextDue = Duration.ZERO;
		assertThat(this.claimLoop.look()).isZero();
		given(this.leases.promote(anyInt())).willReturn(1000, 999);
		this.waiting = 4;
		this.claimLoop.look();
		// No room, and so no claim that says what is due.
		this.claimLoop.look();
		this.claimLoop.look();
		then(this.leases).should(times(2)).promote(anyInt());
	}

	@Test
	void whoeverHasNoRoomToLookPromotesForTheOthersNowAndThen() {
		this.waiting = 4;
		this.claimLoop.look();
		after(SETTINGS.pollInterval().multipliedBy(2));
		this.claimLoop.look();
		then(this.leases).should(never()).promote(anyInt());
		after(Duration.ofNanos(1));
		this.claimLoop.look();
		this.claimLoop.look();
		then(this.leases).should(times(1)).promote(anyInt());
	}

	@Test
	void whatIsInHandForTooLongGoesBack() {
		this.claimLoop.look();
		then(this.slots).should().giveBackOlderThan(Duration.ofSeconds(1).toNanos(), this.nanoTime.get());
	}

	@Test
	void anAnswerThatWasLostIsReportedAndItsRoomIsFreeButNobodyJumpsTheQueue() {
		given(this.leases.claim(any())).willThrow(new JobStoreException("planted", null));
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(this.claimLoop::look);
		assertThat(this.unknown).hasValue(1);
		assertThat(session().tokens().snapshot().held()).isEmpty();
		assertThat(this.capacity.inHand()).isZero();
		assertThat(this.capacity.reserve("default")).isFalse();
	}

	@Test
	void anAnswerThatCameIsNotReported() {
		this.claimLoop.look();
		assertThat(this.unknown).hasValue(0);
		assertThat(this.capacity.reserve("default")).isTrue();
		then(this.leases).should(never()).reclaim(anyLong(), any(), anyLong());
	}

	@Test
	void keysAreSettledWhenTheStoreSaysSoAndWhoMayGoOnIsLookedForAtOnceAndByOthers() {
		this.claimLoop.look();
		then(this.leases).should(never()).settle(anyInt());
		this.unsettled = true;
		this.waiting = 1;
		given(this.leases.settle(anyInt())).willReturn(2);
		assertThat(this.claimLoop.look()).isZero();
		assertThat(this.given).hasSize(1);
		assertThat(this.settled).hasValue(1);
	}

	@Test
	void keysThatSomebodyElseSettlesAreLeftToTheNextPoll() {
		this.unsettled = true;
		assertThat(this.claimLoop.look()).isEqualTo(FIRST_PAUSE);
		then(this.leases).should().settle(anyInt());
		assertThat(this.settled).hasValue(0);
	}

	private Claim claim(ClaimRequest request) {
		this.requests.add(request);
		List<ClaimedJob> jobs = new ArrayList<>();
		while (this.waiting > 0 && jobs.size() < request.limit()) {
			this.waiting--;
			jobs.add(new ClaimedJob(UUID.randomUUID(), "a", "default", 0, 1, "", Map.of(), request.lease(),
					Duration.ZERO, 0));
		}
		return new Claim(jobs, Optional.ofNullable(this.nextDue), this.unsettled, Set.of(),
				Optional.ofNullable(this.nextStart));
	}

	private ClaimLoop claimLoop(String... names) {
		TestHandlers handlers = new TestHandlers();
		for (String name : names) {
			handlers.add(name, (argument, context) -> null);
		}
		return claimLoop(handlers);
	}

	private ClaimLoop claimLoop(TestHandlers handlers) {
		return new ClaimLoop(this.leases, this.membership, this.capacity, this.slots, this.node,
				new ClaimLoop.ClaimSettings(SETTINGS, new StartRules(SETTINGS, handlers), () -> 0,
						this.unknown::incrementAndGet, this.settled::incrementAndGet),
				new Outage("claim", Duration.ofSeconds(1)));
	}

	private NodeSession session() {
		NodeSession session = this.membership.session();
		assertThat(session).isNotNull();
		return session;
	}

	private void after(Duration time) {
		this.nanoTime.addAndGet(time.toNanos());
		this.membership.beat();
	}

}
