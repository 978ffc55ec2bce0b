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

package dev.aftercommit.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.JobFlow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * What every store must keep of how many jobs came and went.
 */
public abstract class AbstractFlowContractTests {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final JobFlow.Counts SOME = new JobFlow.Counts(10, 6, 2, 1, 3);

	private StoreHarness harness;

	private Flow flow;

	/**
	 * A harness whose store has counted nothing.
	 */
	protected abstract StoreHarness newHarness() throws Exception;

	protected StoreHarness harness() {
		return this.harness;
	}

	@BeforeEach
	void openStore() throws Exception {
		this.harness = newHarness();
		this.flow = this.harness.store().flow();
		startOfAMinute();
	}

	@AfterEach
	void closeStore() throws Exception {
		this.harness.close();
	}

	/** A test takes less than the half of a minute. */
	private void startOfAMinute() {
		Instant now = this.flow.read().readAt();
		this.harness.advance(Duration.between(now, Instant.ofEpochSecond((FlowMinutes.number(now) + 1) * 60 + 1)));
	}

	@Test
	void whereNothingWasCountedAllMinutesAreThereAndEmpty() {
		this.harness.advance(Duration.ofDays(3));
		JobFlow read = this.flow.read();
		assertThat(read.minutes()).hasSize(Flow.MINUTES + 1).allMatch((minute) -> minute.queues().isEmpty());
		assertThat(read.minutes().get(0).begin().getEpochSecond() % 60).isZero();
		for (int i = 1; i <= Flow.MINUTES; i++) {
			assertThat(Duration.between(read.minutes().get(i - 1).begin(), read.minutes().get(i).begin()))
				.isEqualTo(MINUTE);
		}
		assertThat(Duration.between(present(read).begin(), read.readAt())).isBetween(Duration.ZERO, MINUTE);
		assertThat(read.readAt()).isAfter(Instant.now().plus(Duration.ofDays(2)));
		assertThat(read.recent()).isEqualTo(JobFlow.Counts.NONE);
		assertThat(read.recentQueues()).isEmpty();
	}

	@Test
	void whatIsAddedIsToldOfItsMinuteAndQueue() {
		this.flow.add(Map.of("mail", SOME, "bulk", new JobFlow.Counts(1, 0, 0, 0, 0)));
		this.harness.advance(MINUTE);
		this.flow.add(Map.of("mail", new JobFlow.Counts(0, 4, 0, 0, 0)));
		JobFlow read = this.flow.read();
		assertThat(present(read).queues()).isEqualTo(Map.of("mail", new JobFlow.Counts(0, 4, 0, 0, 0)));
		assertThat(read.minutes().get(Flow.MINUTES - 1).queues())
			.isEqualTo(Map.of("mail", SOME, "bulk", new JobFlow.Counts(1, 0, 0, 0, 0)));
		assertThat(read.minutes().subList(0, Flow.MINUTES - 1)).allMatch((minute) -> minute.queues().isEmpty());
	}

	@Test
	void countsOfAMinuteAreSummedUpWhoeverAddsThem() throws Exception {
		try (StoreHarness other = another()) {
			for (Flow node : List.of(this.flow, other.store().flow(), this.flow)) {
				node.add(Map.of("mail", SOME));
			}
		}
		JobFlow.Counts three = SOME.plus(SOME).plus(SOME);
		JobFlow read = this.flow.read();
		assertThat(present(read).of("mail")).isEqualTo(three);
		assertThat(present(read).total()).isEqualTo(three);
	}

	/** Another node's store, where a test can have one. */
	protected StoreHarness another() {
		return new StoreHarness() {

			@Override
			public JobStore store() {
				return AbstractFlowContractTests.this.harness.store();
			}

			@Override
			public void advance(Duration duration) {
				throw new UnsupportedOperationException();
			}

		};
	}

	@Test
	void theLastQuarterOfAnHourIsToldOf() {
		this.flow.add(Map.of("mail", SOME));
		this.harness.advance(MINUTE.multipliedBy(Flow.MINUTES));
		assertThat(this.flow.read().minutes().get(0).of("mail")).isEqualTo(SOME);
		this.harness.advance(MINUTE);
		assertThat(this.flow.read().minutes()).allMatch((minute) -> minute.queues().isEmpty());
	}

	@Test
	void whatIsOlderThanAnHourIsForgotten() {
		Retention retention = new Retention(Duration.ZERO, Duration.ZERO, Duration.ZERO);
		for (int i = 0; i < 15; i++) {
			this.flow.add(Map.of("mail", SOME));
			this.harness.advance(MINUTE);
		}
		this.harness.store().leases().prune(retention, 10);
		assertThat(kept()).isEqualTo(15);
		this.harness.advance(MINUTE.multipliedBy(Flow.KEPT_MINUTES + 1));
		this.harness.store().leases().prune(retention, 10);
		this.harness.store().leases().prune(retention, 10);
		this.flow.add(Map.of("mail", SOME));
		assertThat(kept()).isOne();
		assertThat(this.flow.read().recent()).isEqualTo(SOME);
	}

	/** How many minutes the store has. */
	protected abstract int kept();

	@Test
	void ratesAreThoseOfTheLastMinuteAndThePresentOne() {
		this.flow.add(Map.of("mail", new JobFlow.Counts(100, 100, 0, 0, 0)));
		this.harness.advance(MINUTE);
		this.flow.add(Map.of("mail", new JobFlow.Counts(120, 60, 0, 0, 0), "bulk", SOME));
		this.harness.advance(MINUTE);
		this.flow.add(Map.of("mail", new JobFlow.Counts(60, 60, 3, 0, 0)));
		this.harness.advance(Duration.ofSeconds(29));
		JobFlow read = this.flow.read();
		assertThat(read.recent("mail")).isEqualTo(new JobFlow.Counts(180, 120, 3, 0, 0));
		assertThat(read.recent("none")).isEqualTo(JobFlow.Counts.NONE);
		assertThat(read.recentQueues()).containsExactly("bulk", "mail");
		assertThat(read.perSecond(180)).isCloseTo(2.0, within(0.5));
		assertThat(read.recent("bulk").ended()).isEqualTo(10);
	}

	@Test
	void aQueueMayHaveAnyName() {
		Map<String, JobFlow.Counts> counts = new HashMap<>();
		List.of("a:b", "ü ß\n", "%2F+", "q\"'\\;--", Flow.OTHER_QUEUES, "n".repeat(100))
			.forEach((queue) -> counts.put(queue, SOME));
		this.flow.add(counts);
		JobFlow read = this.flow.read();
		assertThat(present(read).queues()).isEqualTo(counts);
		assertThat(read.recentQueues()).hasSize(counts.size() - 1).doesNotContain(Flow.OTHER_QUEUES);
	}

	@Test
	void theCountsOfAHundredQueuesAreOneCall() {
		Map<String, JobFlow.Counts> counts = new HashMap<>();
		for (int i = 0; i < Flow.MOST_QUEUES; i++) {
			counts.put("queue-" + i, new JobFlow.Counts(i + 1, 0, 0, 0, Long.MAX_VALUE / 1000));
		}
		this.flow.add(counts);
		assertThat(present(this.flow.read()).queues()).isEqualTo(counts);
	}

	@Test
	void nodesThatAddAtTheSameMomentLoseNothing() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try (StoreHarness other = another()) {
			List<Future<Void>> added = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				Flow node = (i % 2 == 0) ? this.flow : other.store().flow();
				added.add(threads.submit(() -> {
					for (int j = 0; j < 25; j++) {
						node.add(Map.of("mail", SOME, "bulk", SOME));
					}
					return null;
				}));
			}
			for (Future<Void> each : added) {
				each.get();
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(this.flow.read().recent().enqueued()).isEqualTo(2 * 4 * 25 * SOME.enqueued());
	}

	private static JobFlow.Minute present(JobFlow read) {
		return read.minutes().get(Flow.MINUTES);
	}

}
