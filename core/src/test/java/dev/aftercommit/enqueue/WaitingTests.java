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

package dev.aftercommit.enqueue;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.transaction.TransactionDefinition;

import dev.aftercommit.CurrentJob;
import dev.aftercommit.JobContext;
import dev.aftercommit.JobFailedException;
import dev.aftercommit.JobHandle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Waiting for a job's result, seen from its transaction.
 */
class WaitingTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void waitingInsideTheTransactionThatEnqueuesThrowsAtOnce(Scenario scenario) {
		scenario.inTransaction(() -> {
			JobHandle<String> handle = scenario.jobs.answer("a");
			CompletableFuture<String> future = scenario.jobs.promise("b");
			for (ThrowingCallable wait : new ThrowingCallable[] { () -> handle.join(LONG), () -> handle.future().get(),
					() -> handle.future().get(1, TimeUnit.MINUTES), () -> handle.future().join(), future::get,
					() -> future.thenApply(String::length).join() }) {
				assertThatIllegalStateException().isThrownBy(wait).withMessageContaining("would wait for itself");
			}
			scenario.transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
				.executeWithoutResult(
						(status) -> assertThatIllegalStateException().isThrownBy(() -> handle.join(LONG)));
		});
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#jdbc")
	void waitingInsideAJobThrowsAtOnceAndSaysWhatToDo(Scenario scenario) throws Throwable {
		JobContext context = mock(JobContext.class);
		given(context.jobId()).willReturn(new UUID(0, 1));
		JobHandle<String> handle = scenario.jobs.answer("a");
		CurrentJob.with(context, () -> {
			assertThatIllegalStateException().isThrownBy(() -> handle.join(LONG)).withMessageContaining("await");
			assertThatIllegalStateException().isThrownBy(() -> handle.future().join());
			return null;
		});
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void theFutureOfARolledBackCallFails(Scenario scenario) {
		JobHandle<?>[] handle = new JobHandle<?>[1];
		CompletableFuture<?>[] early = new CompletableFuture<?>[1];
		scenario.rolledBack(() -> {
			handle[0] = scenario.jobs.answer("a");
			early[0] = scenario.jobs.promise("b");
		});
		assertThat(handle[0].state()).isEmpty();
		assertThat(handle[0].cancel()).isFalse();
		assertThatExceptionOfType(JobFailedException.class).isThrownBy(() -> handle[0].join(LONG))
			.withMessageContaining("rolled back");
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> early[0].get(1, TimeUnit.MINUTES))
			.withCauseInstanceOf(JobFailedException.class);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void theIdIsKnownAndTheStateIsEmptyBeforeTheCommit(Scenario scenario) {
		JobHandle<?>[] handle = new JobHandle<?>[1];
		scenario.inTransaction(() -> {
			handle[0] = scenario.jobs.answer("a");
			assertThat(handle[0].id()).isNotNull();
			assertThat(handle[0].state()).isEmpty();
		});
		scenario.path.close();
		assertThat(handle[0].state()).isPresent();
	}

}
