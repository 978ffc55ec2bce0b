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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A thread that takes steps: when the next one comes, what keeps it going, how it ends.
 */
class LoopTests {

	private static final String NAME = "aftercommit-loop-tests";

	private final AtomicInteger steps = new AtomicInteger();

	@Test
	void aStepFollowsAtOnceOrAfterItsPauseOrWhenWoken() {
		Loop loop = loop(() -> switch (this.steps.incrementAndGet()) {
			case 1 -> 0;
			case 2 -> Duration.ofMillis(1).toNanos();
			default -> Loop.FOREVER;
		});
		loop.start();
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.steps.get() == 3);
		Thread thread = awaitSleep();
		assertThat(thread.isDaemon()).isTrue();
		loop.wakeUp();
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.steps.get() == 4);
		awaitSleep();
		assertThat(this.steps).as("one wake-up, one step").hasValue(4);
		end(loop);
		assertThat(this.steps).hasValue(4);
	}

	@Test
	void aWakeUpThatComesDuringAStepIsNotLost() {
		CountDownLatch goOn = new CountDownLatch(1);
		Loop loop = loop(() -> {
			this.steps.incrementAndGet();
			WaitFor.latch(goOn);
			return Loop.FOREVER;
		});
		loop.start();
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.steps.get() == 1);
		loop.wakeUp();
		loop.wakeUp();
		goOn.countDown();
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.steps.get() == 2);
		awaitSleep();
		assertThat(this.steps).hasValue(2);
		end(loop);
	}

	@Test
	void aStepThatFailsEndsNothingAndIsRepeatedAfterAPause() {
		Loop loop = loop(() -> {
			if (this.steps.incrementAndGet() < 3) {
				throw new AssertionError("planted");
			}
			return Loop.FOREVER;
		});
		Quiet.logs(() -> {
			loop.start();
			await().atMost(WorkersHarness.PATIENCE).until(() -> this.steps.get() == 3);
		});
		end(loop);
	}

	@Test
	void aWakeUpDoesNotShortenThePauseAfterAFailure() {
		Loop loop = loop(() -> {
			this.steps.incrementAndGet();
			throw new IllegalStateException("planted");
		});
		Quiet.logs(() -> {
			loop.start();
			await().atMost(WorkersHarness.PATIENCE).until(() -> this.steps.get() >= 2);
			Thread thread = awaitSleep();
			int before = this.steps.get();
			loop.wakeUp();
			assertThat(thread.getState()).isEqualTo(Thread.State.TIMED_WAITING);
			assertThat(this.steps.get()).isLessThanOrEqualTo(before + 1);
			end(loop);
		});
	}

	@Test
	void anInterruptionEndsNothing() {
		Loop loop = loop(() -> {
			this.steps.incrementAndGet();
			return Loop.FOREVER;
		});
		loop.start();
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.steps.get() == 1);
		awaitSleep().interrupt();
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.steps.get() == 2);
		end(loop);
	}

	@Test
	void oneLoopKeepsTheJvmAlive() {
		Loop loop = loop(() -> Loop.FOREVER);
		loop.startAndKeepAlive();
		assertThat(awaitSleep().isDaemon()).isFalse();
		end(loop);
	}

	@Test
	void whoeverWaitsForItsEndIsToldWhetherItHasCome() {
		CountDownLatch goOn = new CountDownLatch(1);
		Loop loop = loop(() -> {
			this.steps.incrementAndGet();
			WaitFor.latch(goOn);
			return Loop.FOREVER;
		});
		assertThat(loop.awaitEnd(Duration.ZERO)).as("never started").isTrue();
		loop.start();
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.steps.get() == 1);
		loop.close();
		assertThat(loop.awaitEnd(Duration.ZERO)).isFalse();
		Thread.currentThread().interrupt();
		assertThat(loop.awaitEnd(Duration.ofMinutes(5))).isFalse();
		assertThat(Thread.interrupted()).isTrue();
		goOn.countDown();
		assertThat(loop.awaitEnd(WorkersHarness.PATIENCE)).isTrue();
	}

	private static Loop loop(Loop.Step step) {
		return new Loop(NAME, new Outage("loop", Duration.ofMinutes(1)), step);
	}

	private static void end(Loop loop) {
		loop.close();
		assertThat(loop.awaitEnd(WorkersHarness.PATIENCE)).isTrue();
	}

	private static Thread awaitSleep() {
		return await().atMost(WorkersHarness.PATIENCE)
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.filter((thread) -> thread.getName().equals(NAME) && thread.getState() == Thread.State.TIMED_WAITING)
				.findFirst()
				.orElse(null), (thread) -> thread != null);
	}

}
