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

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import dev.aftercommit.JobFlow;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobState;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.Flow;
import dev.aftercommit.store.memory.MemoryJobStore;
import dev.aftercommit.worker.Loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What a node counts, and when it says so.
 */
class FlowRecorderTests {

	private final AtomicLong nanoTime = new AtomicLong();

	private final WatchedFlow flow = new WatchedFlow();

	private final FlowRecorder recorder = new FlowRecorder(this.flow, this.nanoTime::get);

	@Test
	void aNodeOnWhichNothingHappensSaysNothing() {
		assertThat(this.recorder.step()).isEqualTo(Loop.FOREVER);
		this.nanoTime.addAndGet(Duration.ofHours(1).toNanos());
		assertThat(this.recorder.step()).isEqualTo(Loop.FOREVER);
		assertThat(this.flow.calls).isEmpty();
	}

	@Test
	void whatWasCountedIsSaidTogetherTenSecondsAfterTheFirst() {
		enqueued("mail");
		assertThat(this.recorder.step()).isEqualTo(FlowRecorder.INTERVAL.toNanos());
		this.nanoTime.addAndGet(Duration.ofSeconds(9).toNanos());
		this.recorder.accepted("mail", JobState.SUCCEEDED);
		enqueued("bulk");
		assertThat(this.recorder.step()).isEqualTo(Duration.ofSeconds(1).toNanos());
		assertThat(this.flow.calls).isEmpty();
		this.nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
		assertThat(this.recorder.step()).isZero();
		assertThat(this.recorder.step()).isEqualTo(Loop.FOREVER);
		assertThat(this.flow.calls).containsExactly(
				Map.of("mail", new JobFlow.Counts(1, 1, 0, 0, 0), "bulk", new JobFlow.Counts(1, 0, 0, 0, 0)));
	}

	@Test
	void theStatesThatAnAcceptedOutcomeLeadsToAreCounted() {
		for (JobState state : JobState.values()) {
			this.recorder.accepted("mail", state);
		}
		say();
		assertThat(this.flow.calls).containsExactly(Map.of("mail", new JobFlow.Counts(0, 1, 1, 1, 1)));
	}

	@Test
	void whatTheStoreDoesNotTakeIsSaidLaterWithWhatHasCome() {
		this.flow.down = true;
		enqueued("mail");
		this.recorder.step();
		this.nanoTime.addAndGet(FlowRecorder.INTERVAL.toNanos());
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(this.recorder::step);
		enqueued("mail");
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(this.recorder::step);
		this.flow.down = false;
		assertThat(this.recorder.step()).isZero();
		assertThat(this.flow.calls).containsExactly(Map.of("mail", new JobFlow.Counts(2, 0, 0, 0, 0)));
		assertThat(this.recorder.step()).isEqualTo(Loop.FOREVER);
	}

	@Test
	void whatWasCountedLastIsSaidAtTheEnd() {
		this.recorder.start();
		enqueued("mail");
		this.recorder.stop();
		assertThat(this.flow.calls).containsExactly(Map.of("mail", new JobFlow.Counts(1, 0, 0, 0, 0)));
		assertThat(this.recorder.isRunning()).isFalse();
	}

	@Test
	void anEndWaitsForNoStoreThatDoesNotAnswer() {
		this.recorder.start();
		enqueued("mail");
		this.flow.stuck = new CountDownLatch(1);
		long before = System.nanoTime();
		this.recorder.stop();
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
		this.flow.stuck.countDown();
	}

	@Test
	void itsThreadSleepsUntilTheFirstCount() {
		AtomicInteger looks = new AtomicInteger();
		FlowRecorder sleeping = new FlowRecorder(this.flow, looks::getAndIncrement);
		sleeping.start();
		assertThat(looks).hasValue(0);
		sleeping.enqueued(job("mail"));
		await().atMost(Duration.ofSeconds(60)).until(() -> looks.get() > 0);
		sleeping.stop();
	}

	private void say() {
		this.recorder.step();
		this.nanoTime.addAndGet(FlowRecorder.INTERVAL.toNanos());
		this.recorder.step();
	}

	private void enqueued(String queue) {
		this.recorder.enqueued(job(queue));
	}

	private static JobListener.Job job(String queue) {
		return new JobListener.Job(UUID.randomUUID(), "job", queue);
	}

	/** Remembers what it was told. */
	private static final class WatchedFlow implements Flow {

		private final Flow real = new MemoryJobStore(Clock.systemUTC()).flow();

		private final List<Map<String, JobFlow.Counts>> calls = new ArrayList<>();

		private volatile boolean down;

		private volatile CountDownLatch stuck = new CountDownLatch(0);

		@Override
		public void add(Map<String, JobFlow.Counts> counts) {
			if (this.down) {
				throw new JobStoreException("planted", null);
			}
			try {
				this.stuck.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			this.calls.add(counts);
			this.real.add(counts);
		}

		@Override
		public JobFlow read() {
			return this.real.read();
		}

	}

}
