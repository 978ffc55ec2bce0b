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
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.SmartLifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the workers say of themselves from their start to their stop.
 */
class WorkersLifecycleTests {

	private final WorkersHarness harness = new WorkersHarness();

	@AfterEach
	void stop() {
		this.harness.close();
	}

	@Test
	void theyRunFromTheirStartToTheirStop() {
		Workers workers = this.harness.workers((settings) -> settings.concurrency(3));
		assertThat(workers.isRunning()).isFalse();
		assertThat(workers.status())
			.isEqualTo(new WorkerStatus(false, false, null, null, false, false, 3, 0, 0, 0, 0, List.of()));
		assertThat(workers.getPhase()).isEqualTo(SmartLifecycle.DEFAULT_PHASE - 1024);
		workers.start();
		assertThat(workers.isRunning()).isTrue();
		await().atMost(WorkersHarness.PATIENCE).until(() -> workers.status().node() != null);
		Long node = workers.status().node();
		workers.stop();
		assertThat(workers.isRunning()).isFalse();
		assertThat(this.harness.store.ended).as("it has told the store").containsExactly(node);
		assertThat(workers.status().running()).isFalse();
	}

	@Test
	void startingTwiceIsStartingOnce() {
		Workers workers = this.harness.start();
		Long node = workers.status().node();
		workers.start();
		assertThat(workers.status().node()).isEqualTo(node);
	}

	@Test
	void theStatusTellsTheAgeOfTheLastHeartbeatAndWhetherLeasesAreTrusted() {
		Workers workers = this.harness
			.start((settings) -> settings.lease(Duration.ofMinutes(300), Duration.ofMinutes(100)));
		assertThat(workers.status().heartbeatAge()).isBetween(Duration.ZERO, Duration.ofMinutes(10));
		assertThat(workers.status().leasesTrusted()).isTrue();
		this.harness.nanoOffset.addAndGet(Duration.ofMinutes(200).toNanos());
		assertThat(workers.status().heartbeatAge()).isBetween(Duration.ofMinutes(200), Duration.ofMinutes(210));
		assertThat(workers.status().leasesTrusted()).isTrue();
		this.harness.nanoOffset.addAndGet(Duration.ofMinutes(60).toNanos());
		assertThat(workers.status().leasesTrusted()).isFalse();
	}

	@Test
	void whoeverIsInterruptedWhileItStopsThemStaysSoAndTheyStop() {
		Workers workers = this.harness.start();
		Thread.currentThread().interrupt();
		workers.stop();
		assertThat(Thread.interrupted()).isTrue();
		await().atMost(WorkersHarness.PATIENCE).until(() -> !workers.isRunning());
	}

	@Test
	void stoppingWhatIsNotStartedIsDoneAtOnce() {
		Workers workers = this.harness.workers((settings) -> settings);
		CountDownLatch done = new CountDownLatch(1);
		workers.stop(done::countDown);
		assertThat(done.getCount()).isZero();
		workers.stop();
		assertThat(this.harness.store.calls).hasValue(0);
	}

	@Test
	void aWakeUpIsALookAtOnce() {
		this.harness.handlers.add("a", (argument, context) -> null);
		Workers workers = this.harness.start((settings) -> settings.pollInterval(Duration.ofHours(1)));
		// The pauses double: each look that a wake-up brings is one that would not come.
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.harness.store.claims.get() > 0);
		int before = this.harness.store.claims.get();
		for (int i = 1; i <= 30; i++) {
			int looks = before + i;
			workers.wakeUp();
			await().atMost(WorkersHarness.PATIENCE)
				.pollInterval(Duration.ofMillis(1))
				.until(() -> this.harness.store.claims.get() >= looks);
		}
	}

}
