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

import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;

/**
 * A node's registration, its signs of life, and who is told of what, by a time moved by
 * hand.
 */
class MembershipTests {

	private static final WorkerSettings SETTINGS = WorkersHarness.settings().build();

	private static final NodeInfo INFO = new NodeInfo("test", "1.0", Set.of("a"));

	private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 100);

	private final Nodes nodes = mock(Nodes.class);

	private final AtomicInteger changes = new AtomicInteger();

	private final Membership membership = new Membership(this.nodes, INFO, SETTINGS, this.nanoTime::get,
			new Outage("be alive", Duration.ofSeconds(1)));

	@BeforeEach
	void listen() {
		this.membership.onChange(this.changes::incrementAndGet);
		given(this.nodes.register(INFO)).willReturn(7L, 8L);
		given(this.nodes.heartbeat(7)).willReturn(true);
	}

	@Test
	void aNodeThatIsNotRegisteredHasNoSession() {
		assertThat(this.membership.session()).isNull();
		assertThat(this.membership.freshSession()).isNull();
		assertThat(this.membership.mayRescue()).isFalse();
		this.membership.end();
		then(this.nodes).shouldHaveNoInteractions();
	}

	@Test
	void theFirstBeatRegistersAndTheNextOnesRenew() {
		assertThat(this.membership.beat()).isEqualTo(SETTINGS.heartbeat().toNanos());
		NodeSession session = this.membership.session();
		assertThat(session).isNotNull().isSameAs(this.membership.freshSession());
		assertThat(session.number()).isEqualTo(7);
		assertThat(this.membership.mayRescue()).isTrue();
		then(this.nodes).should(never()).heartbeat(7);
		assertThat(this.membership.beat()).isEqualTo(SETTINGS.heartbeat().toNanos());
		then(this.nodes).should().heartbeat(7);
		assertThat(this.membership.session()).isSameAs(session);
		assertThat(this.changes).as("only the registration is news").hasValue(1);
	}

	@Test
	void aRegistrationCountsFromItsSending() {
		willAnswer((call) -> {
			this.nanoTime.addAndGet(SETTINGS.fencedAfterNanos());
			return 7L;
		}).given(this.nodes).register(INFO);
		this.membership.beat();
		assertThat(this.membership.session()).isNotNull();
		assertThat(this.membership.freshSession()).isNull();
		assertThat(this.membership.mayRescue()).isFalse();
	}

	@Test
	void whoeverIsHeardAgainTellsThatItsLeasesCanBeTrusted() {
		this.membership.beat();
		this.nanoTime.addAndGet(SETTINGS.fencedAfterNanos());
		assertThat(this.membership.freshSession()).isNull();
		this.membership.beat();
		assertThat(this.membership.freshSession()).isNotNull();
		assertThat(this.changes).hasValue(2);
	}

	@Test
	void whoeverWasTakenForDeadBeginsAgainAtOnceAndRescuesNobodyForALease() {
		this.membership.beat();
		NodeSession lost = this.membership.session();
		assertThat(lost).isNotNull();
		given(this.nodes.heartbeat(7)).willReturn(false);
		this.membership.beat();
		assertThat(lost.isFresh(this.nanoTime.get())).isFalse();
		NodeSession session = this.membership.freshSession();
		assertThat(session).isNotNull();
		assertThat(session.number()).isEqualTo(8);
		assertThat(this.changes).as("registered, lost, registered").hasValue(3);
		assertMayRescueAfterALease(8);
	}

	@Test
	void whileItIsTakenForDeadAndCannotRegisterItHasNoSession() {
		this.membership.beat();
		given(this.nodes.heartbeat(7)).willReturn(false);
		given(this.nodes.register(INFO)).willThrow(new JobStoreException("planted", null));
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(this.membership::beat);
		assertThat(this.membership.session()).isNull();
		assertThat(this.changes).as("bodies are to be interrupted now").hasValue(2);
	}

	@Test
	void whoeverMissedABeatRescuesNobodyForALease() {
		this.membership.beat();
		given(this.nodes.heartbeat(7)).willThrow(new JobStoreException("planted", null)).willReturn(true);
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(this.membership::beat);
		assertThat(this.membership.mayRescue()).as("it does not know yet").isTrue();
		this.membership.beat();
		assertMayRescueAfterALease(7);
	}

	@Test
	void whoeverLeavesSaysSoAndTrustsNothing() {
		this.membership.beat();
		this.membership.end();
		then(this.nodes).should().end(7);
		assertThat(this.membership.session()).isNull();
	}

	private void assertMayRescueAfterALease(long number) {
		given(this.nodes.heartbeat(number)).willReturn(true);
		assertThat(this.membership.mayRescue()).isFalse();
		this.nanoTime.addAndGet(SETTINGS.lease().toNanos() - 1);
		this.membership.beat();
		assertThat(this.membership.mayRescue()).isFalse();
		this.nanoTime.incrementAndGet();
		assertThat(this.membership.mayRescue()).isTrue();
	}

}
