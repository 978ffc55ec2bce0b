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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.JobState;
import dev.aftercommit.WorkersIdleEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * When the workers tell that they have nothing to do.
 */
class WorkersIdleTests {

	private final WorkersHarness harness = new WorkersHarness();

	private final List<Object> events = new CopyOnWriteArrayList<>();

	@AfterEach
	void stop() {
		this.harness.close();
	}

	private Workers start() {
		Workers workers = this.harness.workers(UnaryOperator.identity());
		workers.setApplicationEventPublisher(this.events::add);
		workers.start();
		return workers;
	}

	private void awaitEvents(int count) {
		await().atMost(WorkersHarness.PATIENCE)
			.untilAsserted(() -> assertThat(this.events).hasSize(count).containsOnly(new WorkersIdleEvent("test")));
	}

	@Test
	void itIsToldOnceAfterTheStartAndOnceAfterEachTimeThatThereWasSomethingToDo() {
		CountDownLatch release = new CountDownLatch(1);
		this.harness.handlers.add("work", (argument, context) -> {
			WaitFor.uninterruptibly(release);
			return null;
		});
		start();
		awaitEvents(1);
		List<java.util.UUID> jobs = List.of(this.harness.enqueue("work"), this.harness.enqueue("work"));
		await().atMost(WorkersHarness.PATIENCE)
			.untilAsserted(() -> assertThat(jobs)
				.allSatisfy((job) -> assertThat(this.harness.status(job).state()).isEqualTo(JobState.RUNNING)));
		int claims = this.harness.store.claims.get();
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.harness.store.claims.get() > claims + 3);
		assertThat(this.events).as("while something is in hand").hasSize(1);
		release.countDown();
		awaitEvents(2);
		int later = this.harness.store.claims.get();
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.harness.store.claims.get() > later + 3);
		assertThat(this.events).hasSize(2);
	}

	@Test
	void aListenerThatFailsOrTakesItsTimeHoldsUpNoJob() {
		CountDownLatch release = new CountDownLatch(1);
		this.harness.handlers.add("work", (argument, context) -> null);
		Workers workers = this.harness.workers(UnaryOperator.identity());
		workers.setApplicationEventPublisher((event) -> {
			this.events.add(event);
			if (this.events.size() == 1) {
				throw new IllegalStateException("planted");
			}
			WaitFor.uninterruptibly(release);
		});
		workers.start();
		awaitEvents(1);
		this.harness.awaitState(this.harness.enqueue("work"), JobState.SUCCEEDED);
		awaitEvents(2);
		this.harness.awaitState(this.harness.enqueue("work"), JobState.SUCCEEDED);
		release.countDown();
		awaitEvents(3);
	}

}
