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
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;

/**
 * How often a node looks after the store, and how much at once, by a time moved by hand.
 */
class MaintenanceTests {

	private static final WorkerSettings SETTINGS = WorkersHarness.settings().build();

	private static final long MINUTE = Duration.ofMinutes(1).toNanos();

	private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - MINUTE / 2);

	private final NodeState node = new NodeState(this.nanoTime::get);

	private final JobLeases leases = mock(JobLeases.class);

	private final FaultyJobStore store = new FaultyJobStore(new MemoryJobStore(new MovableClock()));

	private final Membership membership = new Membership(this.store.nodes(), new NodeInfo("test", "", Set.of()),
			SETTINGS, this.nanoTime::get, new Outage("be alive", Duration.ofSeconds(1)));

	private final AtomicInteger told = new AtomicInteger();

	private double random;

	private final Maintenance maintenance = new Maintenance(this.leases, SETTINGS, this.membership, this.node,
			() -> this.random, this.told::incrementAndGet);

	@BeforeEach
	void register() {
		this.membership.beat();
	}

	@Test
	void aNodeThatIsNotSureOfItsLeaseTouchesNothing() {
		after(SETTINGS.fencedAfterNanos());
		assertThat(this.maintenance.work()).isEqualTo(SETTINGS.heartbeat().toNanos());
		then(this.leases).shouldHaveNoInteractions();
	}

	@Test
	void nodesThatStartedTogetherDriftApart() {
		this.random = 0.75;
		assertThat(this.maintenance.work()).isEqualTo(SETTINGS.heartbeat().toNanos() * 3 / 4);
	}

	@Test
	void leasesNobodyKnowsOfAreLookedForOnceALease() {
		NodeSession session = this.membership.session();
		assertThat(session).isNotNull();
		long token = session.tokens().take();
		work(SETTINGS.lease().toNanos() - 1);
		then(this.leases).should(never()).reclaim(anyLong(), any(), anyLong());
		work(1);
		then(this.leases).should().reclaim(session.number(), Set.of(token), token + 1);
		work(SETTINGS.lease().toNanos() - 1);
		then(this.leases).should(times(1)).reclaim(anyLong(), any(), anyLong());
		work(1);
		then(this.leases).should(times(2)).reclaim(anyLong(), any(), anyLong());
		assertThat(this.told).hasValue(0);
	}

	@Test
	void jobsThatWereGivenBackAreToldOf() {
		given(this.leases.reclaim(anyLong(), any(), anyLong())).willReturn(1);
		this.maintenance.reclaimSoon();
		this.maintenance.work();
		assertThat(this.told).hasValue(1);
	}

	@Test
	void jobsThatWereRescuedAreToldOfOnce() {
		given(this.leases.rescue(any(), anyInt(), anyInt())).willReturn(500, 500, 499);
		this.maintenance.work();
		then(this.leases).should(times(3)).rescue(SETTINGS.lease(), SETTINGS.maxCrashes(), 500);
		assertThat(this.told).hasValue(1);
	}

	@Test
	void aRescueWithoutEndLeavesTimeForOtherWork() {
		given(this.leases.rescue(any(), anyInt(), anyInt())).willReturn(500);
		this.maintenance.work();
		then(this.leases).should(times(20)).rescue(any(), anyInt(), anyInt());
	}

	@Test
	void whereNothingIsToBeRescuedNobodyIsTold() {
		this.maintenance.work();
		then(this.leases).should().rescue(any(), anyInt(), anyInt());
		assertThat(this.told).hasValue(0);
	}

	@Test
	void aNodeThatIsBackFromAnOutageRescuesNobodyForALease() {
		this.store.deaf = true;
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(this.membership::beat);
		this.store.deaf = false;
		this.membership.beat();
		assertThat(this.membership.mayRescue()).isFalse();
		work(SETTINGS.lease().toNanos() - 1);
		then(this.leases).should(never()).rescue(any(), anyInt(), anyInt());
		work(1);
		then(this.leases).should().rescue(any(), anyInt(), anyInt());
	}

	@Test
	void oldJobsArePrunedOnceAMinuteUntilNoneIsLeft() {
		given(this.leases.prune(any(), anyInt())).willReturn(1000, 0);
		work(MINUTE - 1);
		then(this.leases).should(never()).prune(any(), anyInt());
		work(1);
		then(this.leases).should(times(2)).prune(SETTINGS.retention(), 1000);
		work(MINUTE - 1);
		then(this.leases).should(times(2)).prune(any(), anyInt());
		work(1);
		then(this.leases).should(times(3)).prune(any(), anyInt());
	}

	/** A minute's worth of jobs may be more than one step may take. */
	@Test
	void pruningGoesOnSoonWhereMoreIsLeft() {
		given(this.leases.prune(any(), anyInt())).willReturn(1000);
		after(MINUTE);
		this.membership.beat();
		assertThat(this.maintenance.work()).isLessThanOrEqualTo(Duration.ofSeconds(1).toNanos());
		then(this.leases).should(times(20)).prune(any(), anyInt());
		work(Duration.ofSeconds(1).toNanos());
		then(this.leases).should(times(40)).prune(any(), anyInt());
	}

	@Test
	void theAnswerToAClaimThatWasLostWakesTheLoop() {
		this.maintenance.loop().start();
		try {
			this.maintenance.reclaimNow();
			await().atMost(WorkersHarness.PATIENCE)
				.untilAsserted(() -> then(this.leases).should().reclaim(anyLong(), any(), anyLong()));
		}
		finally {
			this.maintenance.loop().close();
			assertThat(this.maintenance.loop().awaitEnd(WorkersHarness.PATIENCE)).isTrue();
		}
	}

	private void work(long afterNanos) {
		after(afterNanos);
		this.membership.beat();
		this.maintenance.work();
	}

	private void after(long nanos) {
		this.nanoTime.addAndGet(nanos);
	}

}
