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

package dev.aftercommit.store.outbox;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.aftercommit.store.NewJob;

import static org.assertj.core.api.Assertions.assertThat;

class PushQueueTests {

	private final PushQueue queue = new PushQueue();

	private static List<NewJob> jobs(int number, int length) {
		String arguments = "x".repeat(length);
		return IntStream.range(0, number)
			.mapToObj((i) -> new NewJob(UUID.randomUUID(), "job", "default", 0, null, arguments, Map.of()))
			.toList();
	}

	@Test
	void takesNothingUntilTheRelayHasCaughtUp() {
		this.queue.offer(jobs(1, 2));
		assertThat(this.queue.poll()).isEmpty();
		this.queue.caughtUp(this.queue.left());
		List<NewJob> jobs = jobs(3, 2);
		this.queue.offer(jobs);
		assertThat(this.queue.poll()).isEqualTo(jobs);
	}

	@Test
	void staysBehindIfSomethingWasLeftWhileTheRelayLooked() {
		long left = this.queue.left();
		this.queue.offer(jobs(1, 2));
		this.queue.caughtUp(left);
		assertThat(this.queue.isBehind()).isTrue();
	}

	@Test
	void forgetsEverythingWhenThereAreTooManyOrTheyAreTooLong() {
		this.queue.caughtUp(this.queue.left());
		this.queue.offer(jobs(PushQueue.CAPACITY, 2));
		assertThat(this.queue.isBehind()).isFalse();
		this.queue.offer(jobs(1, 2));
		assertThat(this.queue.isBehind()).isTrue();
		assertThat(this.queue.poll()).isEmpty();
		this.queue.caughtUp(this.queue.left());
		this.queue.offer(jobs(33, 1_000_000));
		assertThat(this.queue.isBehind()).isTrue();
		assertThat(this.queue.poll()).isEmpty();
	}

	@Test
	void aBatchIsNoMoreThanOneCallTakes() {
		this.queue.caughtUp(this.queue.left());
		this.queue.offer(jobs(700, 2));
		assertThat(this.queue.poll()).hasSize(500);
		assertThat(this.queue.poll()).hasSize(200);
		this.queue.offer(jobs(10, 1_000_000));
		assertThat(this.queue.poll()).hasSize(4);
	}

}
