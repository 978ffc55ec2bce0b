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
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobState;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.OrderResult;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.NewJob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What happens when the end of a body meets keys: the cells of
 * {@code docs/when-features-meet.md} that no store knows of.
 */
class MeetingsTests {

	private static final RetrySettings LATE = new RetrySettings(3, Duration.ofHours(1), 2, Duration.ofHours(1), 0);

	private static final Duration SHORT = Duration.ofMillis(50);

	private final WorkersHarness harness = new WorkersHarness();

	private final CountDownLatch started = new CountDownLatch(1);

	private final CountDownLatch release = new CountDownLatch(1);

	private final Queue<String> ran = new ConcurrentLinkedQueue<>();

	@AfterEach
	void stop() {
		this.release.countDown();
		this.harness.close();
	}

	@Test
	void aJobThatTimesOutKeepsItsPlaceAndItsKey() {
		this.harness.handlers.add("slow", (argument, context) -> {
			this.ran.add(argument + " " + context.attempt());
			if (this.ran.size() == 1) {
				new CountDownLatch(1).await();
			}
			return null;
		}).timeout(Duration.ofSeconds(1));
		NewJob first = keyed("slow", "first");
		NewJob second = keyed("slow", "second");
		this.harness.store.intake().enqueue(List.of(first, second));
		this.harness.start((settings) -> settings.retry(LATE));
		assertThat(this.harness.awaitState(first.id(), JobState.RETRYING).failure().outcome())
			.isEqualTo(AttemptOutcome.TIMED_OUT);
		assertThat(this.harness.status(second.id()).state()).isEqualTo(JobState.BLOCKED);
		assertKept(first);
		assertThat(this.harness.store.orders().runNow(first.id())).isEqualTo(OrderResult.done(JobState.RETRYING));
		this.harness.awaitState(second.id(), JobState.SUCCEEDED);
		assertThat(this.ran).containsExactly("first 1", "first 2", "second 1");
	}

	@Test
	void aBodyThatIgnoresItsTimeoutKeepsItsPlaceAndItsKeyUntilItEnds() {
		this.harness.handlers.add("deaf", (argument, context) -> {
			WaitFor.uninterruptibly(this.release);
			return null;
		}).timeout(SHORT).maxAttempts(1);
		this.harness.handlers.add("quick", (argument, context) -> null);
		NewJob first = keyed("deaf", "first");
		NewJob second = keyed("quick", "second");
		this.harness.store.intake().enqueue(List.of(first, second));
		Workers workers = this.harness.start();
		await().atMost(WorkersHarness.PATIENCE).until(() -> workers.status().interrupted().size() == 1);
		assertThat(this.harness.status(first.id()).state()).isEqualTo(JobState.RUNNING);
		assertThat(this.harness.status(second.id()).state()).isEqualTo(JobState.BLOCKED);
		assertKept(first);
		this.release.countDown();
		this.harness.awaitState(first.id(), JobState.DEAD);
		this.harness.awaitState(second.id(), JobState.SUCCEEDED);
		assertThat(this.harness.store.intake().enqueue(List.of(keyed("quick", "first")))).isEmpty();
	}

	@Test
	void aJobThatIsGivenBackAtAShutdownIsTheNextOneOfItsKeys() {
		this.harness.handlers.add("long", (argument, context) -> {
			this.ran.add(argument + " " + context.attempt());
			if (this.ran.size() == 1) {
				this.started.countDown();
				new CountDownLatch(1).await();
			}
			return null;
		});
		NewJob first = keyed("long", "first");
		NewJob second = keyed("long", "second");
		this.harness.store.intake().enqueue(List.of(first, second));
		Workers workers = this.harness.start((settings) -> settings.shutdownTimeout(SHORT));
		WaitFor.latch(this.started);
		workers.stop();
		assertThat(this.harness.status(first.id()).state()).isEqualTo(JobState.ENQUEUED);
		assertThat(this.harness.status(second.id()).state()).isEqualTo(JobState.BLOCKED);
		assertKept(first);
		workers.start();
		this.harness.awaitState(second.id(), JobState.SUCCEEDED);
		assertThat(this.ran).containsExactly("first 1", "first 1", "second 1");
	}

	private void assertKept(NewJob holder) {
		NewJob other = keyed("merged", "first");
		assertThat(this.harness.store.intake().enqueue(List.of(other))).isEqualTo(Map.of(other.id(), holder.id()));
	}

	/** All in one line; who has the same argument is one job. */
	private static NewJob keyed(String name, String argument) {
		NewJob job = WorkersHarness.job("default", name, argument, null);
		JobTerms terms = new JobTerms("line", 1, argument, UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of());
		return new NewJob(job.id(), name, job.queue(), job.priority(), null, argument, terms.toHeaders());
	}

}
