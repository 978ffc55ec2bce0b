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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobContext;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobState;
import dev.aftercommit.JobTime;
import dev.aftercommit.store.JobStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * From a stored job to an outcome.
 */
class WorkersTests {

	private final WorkersHarness harness = new WorkersHarness();

	@AfterEach
	void stop() {
		this.harness.close();
	}

	@Test
	void aJobRunsWithItsContextAndItsResultIsStored() {
		Map<String, Object> seen = new ConcurrentHashMap<>();
		this.harness.handlers.add("greet", (argument, context) -> {
			seen.putAll(MDC.getCopyOfContextMap());
			seen.put("current", JobContext.current().jobId());
			seen.put("stopping", context.isStopping());
			seen.put("owned", context.stillOwned());
			context.checkpoint();
			return JobHandle.completed("hello " + argument);
		});
		this.harness.start();
		UUID id = this.harness.enqueue("greet", "world");
		JobStatus status = this.harness.awaitState(id, JobState.SUCCEEDED);
		assertThat(status.result()).isEqualTo("hello world");
		assertThat(status.attempts()).isEqualTo(1);
		assertThat(seen).containsEntry("aftercommit.jobId", id.toString())
			.containsEntry("aftercommit.jobName", "greet")
			.containsEntry("aftercommit.attempt", "1")
			.containsEntry("current", id)
			.containsEntry("stopping", false)
			.containsEntry("owned", true);
	}

	@Test
	void aPausedQueueStartsNothingWhileOthersGoOnAndWhatRunsEnds() {
		CompletableFuture<String> running = new CompletableFuture<>();
		this.harness.handlers.add("future", (argument, context) -> running);
		this.harness.handlers.add("quick", (argument, context) -> null);
		this.harness.start();
		UUID first = this.harness.enqueue("future");
		this.harness.awaitState(first, JobState.RUNNING);
		this.harness.store.orders().pause("default");
		UUID second = this.harness.enqueue("quick");
		UUID other = this.harness.enqueue(WorkersHarness.job("other", "quick", "argument", null));
		this.harness.awaitState(other, JobState.SUCCEEDED);
		running.complete("done");
		this.harness.awaitState(first, JobState.SUCCEEDED);
		assertThat(this.harness.status(second).state()).isEqualTo(JobState.ENQUEUED);
		this.harness.store.orders().resume("default");
		this.harness.awaitState(second, JobState.SUCCEEDED);
	}

	@Test
	void aFutureIsWaitedFor() {
		CompletableFuture<String> future = new CompletableFuture<>();
		this.harness.handlers.add("future", (argument, context) -> future);
		this.harness.start();
		UUID id = this.harness.enqueue("future");
		this.harness.awaitState(id, JobState.RUNNING);
		future.complete("late");
		assertThat(this.harness.awaitState(id, JobState.SUCCEEDED).result()).isEqualTo("late");
	}

	@Test
	void aFutureThatFailsIsAFailureOfItsCause() {
		this.harness.handlers
			.add("future", (argument, context) -> CompletableFuture.failedFuture(new IllegalStateException("planted")))
			.maxAttempts(1);
		this.harness.start();
		JobStatus status = this.harness.awaitState(this.harness.enqueue("future"), JobState.DEAD);
		assertThat(status.failure().type()).isEqualTo(IllegalStateException.class.getName());
	}

	@Test
	void aFailedJobIsTriedAgainUntilItsAttemptsAreSpent() {
		List<Integer> attempts = new ArrayList<>();
		this.harness.handlers.add("fail", (argument, context) -> {
			attempts.add(context.attempt());
			throw new IllegalArgumentException("planted");
		});
		this.harness.start();
		JobStatus status = this.harness.awaitState(this.harness.enqueue("fail"), JobState.DEAD);
		assertThat(attempts).containsExactly(1, 2, 3);
		assertThat(status.reason()).isEqualTo(DeadReason.ATTEMPTS_SPENT);
		assertThat(status.failure().outcome()).isEqualTo(AttemptOutcome.FAILED);
		assertThat(status.failure().text()).contains("planted").contains("WorkersTests");
	}

	@Test
	void anErrorIsAFailureAndTheSlotGoesOn() {
		this.harness.handlers.add("overflow", (argument, context) -> overflow(1)).maxAttempts(1);
		this.harness.handlers.add("memory", (argument, context) -> {
			throw new OutOfMemoryError("planted");
		}).maxAttempts(1);
		this.harness.handlers.add("ok", (argument, context) -> null);
		this.harness.start((settings) -> settings.concurrency(1));
		UUID overflow = this.harness.enqueue("overflow");
		UUID memory = this.harness.enqueue("memory");
		UUID fine = this.harness.enqueue("ok");
		this.harness.awaitState(fine, JobState.SUCCEEDED);
		assertThat(this.harness.status(overflow).failure().type()).isEqualTo(StackOverflowError.class.getName());
		assertThat(this.harness.status(memory).failure().type()).isEqualTo(OutOfMemoryError.class.getName());
	}

	private static Object overflow(int depth) {
		return overflow(depth + 1) + "x";
	}

	@Test
	void anExceptionWhoseMessageCannotBeMadeIsAFailureLikeAnyOther() {
		this.harness.handlers.add("nasty", (argument, context) -> {
			throw new IllegalStateException() {

				@Override
				public String getMessage() {
					throw new UnsupportedOperationException("planted");
				}

			};
		}).maxAttempts(1);
		this.harness.start();
		JobStatus status = this.harness.awaitState(this.harness.enqueue("nasty"), JobState.DEAD);
		assertThat(status.reason()).isEqualTo(DeadReason.ATTEMPTS_SPENT);
		assertThat(status.failure().text()).contains("message or stack failed");
	}

	@Test
	void whatMustNotBeTriedAgainIsGivenUpAtOnce() {
		this.harness.handlers.add("fail", (argument, context) -> {
			throw new IllegalArgumentException("planted");
		}).retryable((failure) -> !(failure instanceof IllegalArgumentException));
		this.harness.start();
		JobStatus status = this.harness.awaitState(this.harness.enqueue("fail"), JobState.DEAD);
		assertThat(status.reason()).isEqualTo(DeadReason.DISCARDED);
		assertThat(status.attempts()).isEqualTo(1);
	}

	@Test
	void argumentsThatCannotBeBoundEndTheJobAndNoOther() {
		this.harness.handlers.add("ok", (argument, context) -> null);
		this.harness.start((settings) -> settings.concurrency(1));
		UUID unreadable = this.harness.enqueue("ok", "unreadable");
		UUID broken = this.harness.enqueue("ok", "broken");
		UUID fine = this.harness.enqueue("ok", "fine");
		this.harness.awaitState(fine, JobState.SUCCEEDED);
		assertThat(this.harness.status(unreadable).reason()).isEqualTo(DeadReason.UNREADABLE);
		assertThat(this.harness.status(broken).reason()).isEqualTo(DeadReason.UNREADABLE);
	}

	@Test
	void aResultThatCannotBeStoredDoesNotUndoTheSuccess() {
		this.harness.handlers.add("odd", (argument, context) -> new Object());
		this.harness.start();
		JobStatus status = this.harness.awaitState(this.harness.enqueue("odd"), JobState.SUCCEEDED);
		assertThat(status.result()).isNull();
		assertThat(status.attempts()).isEqualTo(1);
	}

	@Test
	void theHandleOfAnotherJobIsNoResult() {
		this.harness.handlers.add("foreign", (argument, context) -> new OtherHandle());
		this.harness.start();
		JobStatus status = this.harness.awaitState(this.harness.enqueue("foreign"), JobState.DEAD);
		assertThat(status.reason()).isEqualTo(DeadReason.DISCARDED);
		assertThat(status.failure().text()).contains("JobHandle.completed(result)");
	}

	@Test
	void aScheduledJobRunsWhenItIsDue() {
		this.harness.handlers.add("ok", (argument, context) -> null);
		this.harness.start((settings) -> settings.pollInterval(Duration.ofMillis(50)));
		UUID id = this.harness
			.enqueue(WorkersHarness.job("default", "ok", "argument", new JobTime.In(Duration.ofHours(1))));
		UUID marker = this.harness.enqueue("ok");
		this.harness.awaitState(marker, JobState.SUCCEEDED);
		assertThat(this.harness.status(id).state()).isEqualTo(JobState.SCHEDULED);
		this.harness.storeClock.advance(Duration.ofHours(1));
		this.harness.awaitState(id, JobState.SUCCEEDED);
	}

	@Test
	void onlyServedQueuesAndKnownNamesAreRun() {
		this.harness.handlers.add("ok", (argument, context) -> null);
		this.harness.start((settings) -> settings.queues("mine"));
		UUID other = this.harness.enqueue(WorkersHarness.job("other", "ok", "argument", null));
		UUID unknown = this.harness.enqueue(WorkersHarness.job("mine", "unknown", "argument", null));
		UUID mine = this.harness.enqueue(WorkersHarness.job("mine", "ok", "argument", null));
		this.harness.awaitState(mine, JobState.SUCCEEDED);
		assertThat(this.harness.status(other).state()).isEqualTo(JobState.ENQUEUED);
		assertThat(this.harness.status(unknown).state()).isEqualTo(JobState.ENQUEUED);
	}

	private static final class OtherHandle implements JobHandle<String> {

		@Override
		public UUID id() {
			return new UUID(0, 1);
		}

		@Override
		public Optional<JobState> state() {
			return Optional.empty();
		}

		@Override
		public String join(Duration timeout) {
			throw new IllegalStateException("Nobody may join inside a job");
		}

		@Override
		public CompletableFuture<String> future() {
			throw new IllegalStateException("Nobody may wait inside a job");
		}

		@Override
		public boolean cancel() {
			return false;
		}

	}

}
