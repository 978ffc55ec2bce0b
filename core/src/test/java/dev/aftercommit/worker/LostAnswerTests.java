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
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * What is found again, and how soon, when the answer to a claim is lost at a bad moment
 * or a node dies.
 */
class LostAnswerTests {

	private static final WorkerSettings SETTINGS = WorkersHarness.settings().build();

	private final AtomicLong nanoTime = new AtomicLong(1);

	private final NodeState node = new NodeState(this.nanoTime::get);

	private final JobLeases leases = mock(JobLeases.class);

	private final Membership membership = new Membership(new MemoryJobStore(new MovableClock()).nodes(),
			new NodeInfo("test", "", Set.of()), SETTINGS, this.nanoTime::get,
			new Outage("be alive", Duration.ofSeconds(1)));

	private final Maintenance maintenance = new Maintenance(this.leases, SETTINGS, this.membership, this.node, () -> 0,
			() -> {
			});

	@BeforeEach
	void register() {
		this.membership.beat();
	}

	@Test
	void theTokenOfAClaimWithoutAnAnswerIsNoLongerHeldWhenItsLeasesAreLookedFor() {
		given(this.leases.claim(any())).willThrow(new JobStoreException("planted", null));
		AtomicReference<@Nullable Set<Long>> held = new AtomicReference<>();
		NodeSession session = this.membership.session();
		assertThat(session).isNotNull();
		TestHandlers handlers = new TestHandlers();
		handlers.add("a", (argument, context) -> null);
		ClaimLoop claimLoop = new ClaimLoop(this.leases, this.membership,
				new Capacity(SETTINGS, new AttemptBuffer(), this.nanoTime::get), mock(Slots.class), this.node,
				new ClaimLoop.ClaimSettings(SETTINGS, new StartRules(SETTINGS, handlers), () -> 0,
						() -> held.set(session.tokens().snapshot().held()), () -> {
						}),
				new Outage("claim", Duration.ofSeconds(1)));
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(claimLoop::look);
		assertThat(held.get()).isEmpty();
	}

	@Test
	void anAnswerThatIsLostWhileLeasesAreLookedForIsLookedForNext() {
		AtomicInteger looks = new AtomicInteger();
		given(this.leases.reclaim(anyLong(), any(), anyLong())).willAnswer((call) -> {
			if (looks.incrementAndGet() == 1) {
				this.maintenance.reclaimSoon();
			}
			return 0;
		});
		this.maintenance.reclaimSoon();
		for (int i = 0; i < 3; i++) {
			this.maintenance.work();
		}
		verify(this.leases, times(2)).reclaim(anyLong(), any(), anyLong());
	}

	@Test
	void whereJobsWereRescuedMoreMayWaitAndNotForAHeartbeat() {
		given(this.leases.rescue(any(), anyInt(), anyInt())).willReturn(1, 0);
		assertThat(this.maintenance.work()).isEqualTo(Duration.ofSeconds(1).toNanos());
		assertThat(this.maintenance.work()).isEqualTo(SETTINGS.heartbeat().toNanos());
	}

	@Test
	void aLookThatFailedIsRepeated() {
		given(this.leases.reclaim(anyLong(), any(), anyLong())).willThrow(new JobStoreException("planted", null))
			.willReturn(0);
		this.maintenance.reclaimSoon();
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(this.maintenance::work);
		this.maintenance.work();
		this.maintenance.work();
		verify(this.leases, times(2)).reclaim(anyLong(), any(), anyLong());
	}

}
