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

package dev.aftercommit.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;

import dev.aftercommit.JobFlow;
import dev.aftercommit.flow.FlowCounts.Kind;
import dev.aftercommit.store.Flow;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Counting on many threads, of many queues.
 */
class FlowCountsTests {

	private final FlowCounts counts = new FlowCounts();

	@Test
	void whatWasCountedIsTakenOnce() {
		for (Kind kind : Kind.values()) {
			for (int i = 0; i <= kind.ordinal(); i++) {
				this.counts.add("mail", kind);
			}
		}
		assertThat(this.counts.take()).isEqualTo(Map.of("mail", new JobFlow.Counts(1, 2, 3, 4, 5)));
		assertThat(this.counts.take()).isEmpty();
	}

	@Test
	void whatIsGivenBackIsTakenAgain() {
		this.counts.add("mail", Kind.DEAD);
		Map<String, JobFlow.Counts> taken = this.counts.take();
		this.counts.add("mail", Kind.DEAD);
		this.counts.giveBack(taken);
		assertThat(this.counts.take()).isEqualTo(Map.of("mail", new JobFlow.Counts(0, 0, 0, 2, 0)));
	}

	@Test
	void ofMoreQueuesThanTheStoreTakesTheOthersAreOne() {
		for (int i = 0; i < Flow.MOST_QUEUES + 50; i++) {
			this.counts.add("queue-" + i, Kind.ENQUEUED);
		}
		Map<String, JobFlow.Counts> taken = this.counts.take();
		assertThat(taken).hasSize(Flow.MOST_QUEUES + 1);
		assertThat(taken.get(Flow.OTHER_QUEUES).enqueued()).isEqualTo(50);
	}

	@Test
	void queuesThatAreStillMakeRoomForOthers() {
		for (int i = 0; i < Flow.MOST_QUEUES; i++) {
			this.counts.add("old-" + i, Kind.ENQUEUED);
		}
		this.counts.take();
		this.counts.take();
		this.counts.add("new", Kind.ENQUEUED);
		assertThat(this.counts.take()).containsOnlyKeys("new");
	}

	@Test
	void whatIsGivenBackAfterOthersHaveComeIsNoMoreThanTheStoreTakes() {
		for (int i = 0; i < Flow.MOST_QUEUES; i++) {
			this.counts.add("old-" + i, Kind.ENQUEUED);
		}
		Map<String, JobFlow.Counts> taken = this.counts.take();
		this.counts.take();
		for (int i = 0; i < Flow.MOST_QUEUES; i++) {
			this.counts.add("new-" + i, Kind.ENQUEUED);
		}
		this.counts.giveBack(taken);
		assertThat(this.counts.take()).hasSize(Flow.MOST_QUEUES + 1)
			.containsEntry(Flow.OTHER_QUEUES, new JobFlow.Counts(Flow.MOST_QUEUES, 0, 0, 0, 0));
	}

	@Test
	void countingWhileItIsTakenLosesNothing() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			List<Future<?>> counting = new ArrayList<>();
			for (int thread = 0; thread < 4; thread++) {
				counting.add(threads.submit(() -> {
					for (int i = 0; i < 100_000; i++) {
						this.counts.add("queue-" + i / 1000, Kind.SUCCEEDED);
					}
				}));
			}
			long taken = 0;
			while (counting.stream().anyMatch((each) -> !each.isDone())) {
				taken += sum(this.counts.take());
			}
			taken += sum(this.counts.take()) + sum(this.counts.take());
			assertThat(taken).isEqualTo(400_000);
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static long sum(Map<String, JobFlow.Counts> taken) {
		return taken.values().stream().mapToLong(JobFlow.Counts::succeeded).sum();
	}

}
