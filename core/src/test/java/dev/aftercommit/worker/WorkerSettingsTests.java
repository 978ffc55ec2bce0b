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
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Settings that make no sense are refused, to the last one that does.
 */
class WorkerSettingsTests {

	@Test
	void aNodeNeedsASlot() {
		assertThat(build((settings) -> settings.concurrency(1)).concurrency()).isOne();
		refused((settings) -> settings.concurrency(0), "'concurrency' (0)");
	}

	@Test
	void aQueueThatIsServedNeedsASlot() {
		assertThat(build((settings) -> settings.queueConcurrency("a", 1)).queueSettings()).containsEntry("a",
				new QueueSettings(1, 1, null));
		refused((settings) -> settings.queueConcurrency("a", 0), "'concurrency' (0) of a queue");
	}

	@Test
	void aQueueWeighsOneToAHundred() {
		for (int weight : new int[] { 1, 100 }) {
			QueueSettings queue = new QueueSettings(null, weight, null);
			assertThat(build((settings) -> settings.queueSettings("a", queue)).queueSettings()).containsEntry("a",
					queue);
		}
		refused((settings) -> settings.queueSettings("a", new QueueSettings(null, 0, null)), "'weight' (0) of a queue");
		refused((settings) -> settings.queueSettings("a", new QueueSettings(null, 101, null)),
				"'weight' (101) of a queue");
	}

	@Test
	void timesAreAtLeastAMillisecond() {
		Duration least = Duration.ofMillis(1);
		assertThat(build((settings) -> settings.pollInterval(least)).pollInterval()).isEqualTo(least);
		assertThat(build((settings) -> settings.lease(least.multipliedBy(3), least)).heartbeat()).isEqualTo(least);
		refused((settings) -> settings.pollInterval(least.minusNanos(1)), "'pollInterval' (PT0.000999999S)");
		refused((settings) -> settings.lease(least.multipliedBy(3), least.minusNanos(1)),
				"'heartbeat' (PT0.000999999S) must be at least 1 ms");
	}

	@Test
	void aMissedHeartbeatMustNotLoseAJob() {
		Duration heartbeat = Duration.ofSeconds(10);
		WorkerSettings settings = build((change) -> change.lease(Duration.ofSeconds(30), heartbeat));
		assertThat(settings.fencedAfterNanos()).isEqualTo(Duration.ofSeconds(25).toNanos());
		refused((change) -> change.lease(Duration.ofMillis(29_999), heartbeat),
				"'heartbeat' (PT10S) must be at most a third of 'lease' (PT29.999S)");
	}

	@Test
	void aShutdownMayTakeNoTimeButNotLess() {
		assertThat(build((settings) -> settings.shutdownTimeout(Duration.ZERO)).shutdownTimeout()).isZero();
		refused((settings) -> settings.shutdownTimeout(Duration.ofNanos(-1)), "'shutdownTimeout'");
	}

	@Test
	void aJobMayCrashOnceAtLeast() {
		refused((settings) -> {
			settings.maxCrashes = 0;
			return settings;
		}, "'maxCrashes' (0)");
		assertThat(build((settings) -> {
			settings.maxCrashes = 1;
			return settings;
		}).maxCrashes()).isOne();
	}

	@Test
	void aNodeServesTheQueuesThatItIsToldOrAll() {
		assertThat(build(UnaryOperator.identity()).serves("any")).isTrue();
		WorkerSettings settings = build((change) -> change.queues("a", "b"));
		assertThat(settings.serves("b")).isTrue();
		assertThat(settings.serves("c")).isFalse();
	}

	private static void refused(UnaryOperator<WorkersHarness.Settings> change, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> build(change)).withMessageContaining(message);
	}

	private static WorkerSettings build(UnaryOperator<WorkersHarness.Settings> change) {
		return change.apply(WorkersHarness.settings()).build();
	}

}
