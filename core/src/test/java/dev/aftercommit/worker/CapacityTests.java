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

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whoever comes now is not before those who wait in the store.
 */
class CapacityTests {

	private final Capacity capacity = new Capacity(WorkersHarness.settings().build(), new AttemptBuffer(), () -> 0);

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

}
