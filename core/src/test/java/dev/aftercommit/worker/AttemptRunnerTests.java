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

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.SimpleTransactionStatus;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobLeaveError;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobState;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.LeaseLostException;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

/**
 * From a job in hand to its outcome, on this thread.
 */
class AttemptRunnerTests {

	private final Attempts attempts = new Attempts();

	private final TestHandlers handlers = new TestHandlers();

	private final List<String> heard = new ArrayList<>();

	private @Nullable Throwable heardFailure;

	private final Watch watch = mock(Watch.class);

	private final AttemptRunner runner = runner(
			new BodyTransactions(new MemoryJobStore(Clock.systemUTC()), this.handlers, null));

	private AttemptRunner runner(BodyTransactions transactions) {
		return new AttemptRunner(new Jobs(this.handlers, new TestSerializer(), new Listeners(List.of(new JobListener() {

			@Override
			public void started(Attempt attempt) {
				AttemptRunnerTests.this.heard.add("started " + attempt.job().name());
			}

			@Override
			public void ended(Attempt attempt, AttemptOutcome outcome, @Nullable Throwable failure) {
				AttemptRunnerTests.this.heard.add("ended " + outcome);
				AttemptRunnerTests.this.heardFailure = failure;
			}

		})), Interceptors.NONE, null, null),
				new RetryDecision(new RetrySettings(3, Duration.ofSeconds(1), 2, Duration.ofHours(1), 0), () -> 0.5),
				this.watch, transactions, new FailureLog(System::nanoTime));
	}

	@AfterEach
	void nothingIsLeftForTheNextJob() {
		assertThat(Thread.interrupted()).isFalse();
		assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
	}

	@Test
	void aBodyThatReturnsHasSucceeded() {
		this.handlers.add("work", (argument, context) -> argument + "!");
		Attempt attempt = this.attempts.next("work");
		Finished finished = this.runner.run(attempt);
		assertThat(finished.outcome()).isEqualTo(new Outcome.Succeeded("argument!"));
		assertThat(finished.kind()).isEqualTo(AttemptOutcome.SUCCEEDED);
		assertThat(finished.attempt()).isSameAs(attempt);
		assertThat(finished.stored()).isEqualTo(Finished.Stored.NO);
		assertThat(this.heard).containsExactly("started work", "ended SUCCEEDED");
		assertThat(this.heardFailure).isNull();
		verify(this.watch).started(attempt);
	}

	@Test
	void aBodyThatSnoozesAndReturnsIsRunAgainLaterWhateverItReturned() {
		this.handlers.add("work", (argument, context) -> {
			context.snooze(Duration.ofDays(1));
			CompletableFuture.runAsync(() -> context.snooze(Duration.ofMinutes(1))).join();
			return argument;
		});
		Attempt attempt = this.attempts.next("work");
		Finished finished = this.runner.run(attempt);
		assertThat(finished.outcome()).isEqualTo(new Outcome.Snoozed(Duration.ofMinutes(1)));
		assertThat(finished.kind()).isEqualTo(AttemptOutcome.SNOOZED);
		assertThat(finished.state()).isEqualTo(JobState.SCHEDULED);
		assertThat(this.heard).containsExactly("started work", "ended SNOOZED");
		assertThatIllegalStateException().isThrownBy(() -> attempt.snooze(Duration.ZERO))
			.withMessageContaining(attempt.jobId().toString())
			.withMessageContaining("before the body returns");
	}

	@Test
	void aBodyThatSnoozesAndThrowsHasFailed() {
		this.handlers.add("work", (argument, context) -> {
			context.snooze(Duration.ofMinutes(1));
			throw new IllegalStateException("planted");
		});
		Finished finished = this.runner.run(this.attempts.next("work"));
		assertThat(finished.outcome()).isInstanceOf(Outcome.Retry.class);
		assertThat(finished.kind()).isEqualTo(AttemptOutcome.FAILED);
	}

	@Test
	void aSnoozeHasBounds() {
		Attempt attempt = this.attempts.next("work");
		for (Duration delay : List.of(Duration.ofNanos(-1), Duration.ofDays(36500).plusNanos(1))) {
			assertThatIllegalArgumentException().isThrownBy(() -> attempt.snooze(delay))
				.withMessageContaining("'delay' (" + delay + ")")
				.withMessageContaining("36500 days");
		}
		attempt.snooze(Duration.ofDays(36500));
		attempt.snooze(Duration.ZERO);
		assertThat(attempt.decideSnooze()).isZero();
	}

	@Test
	void theLogSaysWhichJobTheBodyIsOf() {
		this.handlers.add("work", (argument, context) -> MDC.get("aftercommit.jobId") + " "
				+ MDC.get("aftercommit.jobName") + " " + MDC.get("aftercommit.attempt"));
		Attempt attempt = this.attempts.next("work");
		assertThat(this.runner.run(attempt).outcome()).isEqualTo(new Outcome.Succeeded(attempt.jobId() + " work 1"));
	}

	@Test
	void aJobThatNobodyKnowsIsGivenBackUnstarted() {
		Finished finished = this.runner.run(this.attempts.next("unknown"));
		assertThat(finished.outcome()).isInstanceOf(Outcome.Released.class);
		assertThat(finished.kind()).isNull();
		assertThat(this.heard).isEmpty();
	}

	@Test
	void aNodeThatIsStoppingGivesBackWhatItHasNotStarted() {
		this.handlers.add("work", (argument, context) -> argument);
		this.attempts.node.stop();
		Attempt attempt = this.attempts.next("work");
		Finished finished = this.runner.run(attempt);
		assertThat(finished.outcome()).isInstanceOf(Outcome.Released.class);
		assertThat(finished.kind()).isNull();
		assertThat(this.heard).isEmpty();
		attempt.interrupt(Interruption.STOPPING);
		assertThat(Thread.interrupted()).as("an interrupt of an attempt that has ended").isFalse();
	}

	@Test
	void aBodyThatThrowsIsTriedAgain() {
		IllegalStateException failure = new IllegalStateException("planted");
		this.handlers.add("work", (argument, context) -> {
			throw failure;
		});
		Attempt attempt = this.attempts.next("work");
		Finished finished = this.runner.run(attempt);
		assertThat(finished.kind()).isEqualTo(AttemptOutcome.FAILED);
		Outcome.Retry retry = (Outcome.Retry) finished.outcome();
		assertThat(retry.delay()).isEqualTo(Duration.ofSeconds(1));
		assertThat(retry.failure().outcome()).isEqualTo(AttemptOutcome.FAILED);
		assertThat(retry.failure().type()).isEqualTo(IllegalStateException.class.getName());
		assertThat(retry.failure().text()).contains("planted");
		assertThat(this.heard).containsExactly("started work", "ended FAILED");
		assertThat(this.heardFailure).isSameAs(failure);
		attempt.interrupt(Interruption.STOPPING);
		assertThat(Thread.interrupted()).as("an interrupt of an attempt that has ended").isFalse();
	}

	@Test
	void anErrorIsAFailureToo() {
		this.handlers.add("work", (argument, context) -> {
			throw new AssertionError("planted");
		});
		assertThat(this.runner.run(this.attempts.next("work")).outcome()).isInstanceOf(Outcome.Retry.class);
	}

	@Test
	void theLastAttemptEndsTheJob() {
		this.handlers.add("work", (argument, context) -> {
			throw new IllegalStateException("planted");
		});
		Finished finished = this.runner.run(this.attempts.again(new UUID(1, 1), "work", "argument", 3));
		assertThat(((Outcome.Dead) finished.outcome()).reason()).isEqualTo(DeadReason.ATTEMPTS_SPENT);
	}

	@Test
	void whatCannotBeReadEndsTheJobAtOnceWithoutItsBody() {
		for (String argument : List.of("unreadable", "broken")) {
			this.heard.clear();
			this.handlers.add("work", (text, context) -> {
				throw new AssertionError("The body must not run");
			});
			Finished finished = this.runner.run(this.attempts.next("work", argument));
			assertThat(((Outcome.Dead) finished.outcome()).reason()).isEqualTo(DeadReason.UNREADABLE);
			assertThat(finished.kind()).isEqualTo(AttemptOutcome.FAILED);
			assertThat(this.heard).containsExactly("started work", "ended FAILED");
		}
	}

	@Test
	void theResultIsWhatAFutureOrAHandleHolds() {
		this.handlers.add("future", (argument, context) -> CompletableFuture.completedFuture("later"));
		this.handlers.add("handle", (argument, context) -> JobHandle.completed("held"));
		this.handlers.add("nothing", (argument, context) -> null);
		assertThat(this.runner.run(this.attempts.next("future")).outcome()).isEqualTo(new Outcome.Succeeded("later"));
		assertThat(this.runner.run(this.attempts.next("handle")).outcome()).isEqualTo(new Outcome.Succeeded("held"));
		assertThat(this.runner.run(this.attempts.next("nothing")).outcome()).isEqualTo(new Outcome.Succeeded(null));
	}

	@Test
	void aFutureThatFailsFailsTheJobWithItsCause() {
		IllegalStateException failure = new IllegalStateException("planted");
		this.handlers.add("work", (argument, context) -> CompletableFuture.failedFuture(failure));
		assertThat(this.runner.run(this.attempts.next("work")).kind()).isEqualTo(AttemptOutcome.FAILED);
		assertThat(this.heardFailure).isSameAs(failure);
	}

	@Test
	void aFutureThatIsWaitedForIsCancelledByAnInterrupt() {
		CompletableFuture<String> never = new CompletableFuture<>();
		Attempt attempt = this.attempts.next("work");
		this.handlers.add("work", (argument, context) -> {
			attempt.interrupt(Interruption.LEASE_LOST);
			return never;
		});
		Finished finished = this.runner.run(attempt);
		assertThat(finished.kind()).isEqualTo(AttemptOutcome.INTERRUPTED);
		assertThat(never).isCancelled();
	}

	@Test
	void theHandleOfAnotherJobIsNoResult() {
		this.handlers.add("work", (argument, context) -> mock(JobHandle.class));
		Finished finished = this.runner.run(this.attempts.next("work"));
		assertThat(((Outcome.Dead) finished.outcome()).reason()).isEqualTo(DeadReason.DISCARDED);
	}

	@Test
	void aResultThatCannotBeStoredDoesNotUndoTheWork() {
		this.handlers.add("work", (argument, context) -> 5);
		Finished finished = this.runner.run(this.attempts.next("work"));
		assertThat(finished.outcome()).isEqualTo(new Outcome.Succeeded(null));
		assertThat(finished.kind()).isEqualTo(AttemptOutcome.SUCCEEDED);
	}

	@Test
	void afterItsTimeoutABodyHasFailedEvenIfItReturns() {
		Attempt returning = this.attempts.next("returning");
		this.handlers.add("returning", (argument, context) -> {
			returning.interrupt(Interruption.TIMEOUT);
			return "too late";
		}).timeout(Duration.ofSeconds(9));
		Finished finished = this.runner.run(returning);
		assertThat(finished.kind()).isEqualTo(AttemptOutcome.TIMED_OUT);
		Failure failure = ((Outcome.Retry) finished.outcome()).failure();
		assertThat(failure.outcome()).isEqualTo(AttemptOutcome.TIMED_OUT);
		assertThat(failure.type()).isEqualTo(TimeoutException.class.getName());
		assertThat(failure.text()).contains("PT9S, and returned after it");
		assertThat(this.heard).containsExactly("started returning", "ended TIMED_OUT");
	}

	@Test
	void afterItsTimeoutABodyHasFailedEvenIfItAskedToBeRunLater() {
		Attempt snoozing = this.attempts.next("snoozing");
		this.handlers.add("snoozing", (argument, context) -> {
			context.snooze(Duration.ofMinutes(1));
			snoozing.interrupt(Interruption.TIMEOUT);
			return null;
		}).timeout(Duration.ofSeconds(9));
		Finished finished = this.runner.run(snoozing);
		assertThat(finished.kind()).isEqualTo(AttemptOutcome.TIMED_OUT);
		assertThat(finished.outcome()).isInstanceOf(Outcome.Retry.class);
	}

	@Test
	void whatABodyThrewAtItsTimeoutIsKept() {
		Attempt throwing = this.attempts.next("throwing");
		this.handlers.add("throwing", (argument, context) -> {
			throwing.interrupt(Interruption.TIMEOUT);
			throw new InterruptedException("planted");
		}).timeout(Duration.ofSeconds(9));
		Failure failure = ((Outcome.Retry) this.runner.run(throwing).outcome()).failure();
		assertThat(failure.text()).contains("PT9S")
			.doesNotContain("returned after it")
			.contains("InterruptedException: planted");
	}

	@Test
	void aBodyThatThrowsAfterTheNodeInterruptedItIsGivenBackWhateverItThrows() {
		for (Interruption cause : List.of(Interruption.STOPPING, Interruption.LEASE_LOST)) {
			Attempt attempt = this.attempts.next("work");
			this.handlers.add("work", (argument, context) -> {
				attempt.interrupt(cause);
				throw new IllegalStateException("planted");
			});
			Finished finished = this.runner.run(attempt);
			assertThat(finished.outcome()).isInstanceOf(Outcome.Released.class);
			assertThat(finished.kind()).isEqualTo(AttemptOutcome.INTERRUPTED);
		}
	}

	@Test
	void aBodyThatReturnsAfterTheNodeInterruptedItHasSucceeded() {
		Attempt attempt = this.attempts.next("work");
		this.handlers.add("work", (argument, context) -> {
			attempt.interrupt(Interruption.STOPPING);
			return "done";
		});
		assertThat(this.runner.run(attempt).outcome()).isEqualTo(new Outcome.Succeeded("done"));
	}

	@Test
	void aBodyThatLeavesAtACheckpointIsGivenBack() {
		this.handlers.add("stopping", (argument, context) -> {
			this.attempts.node.stop();
			context.checkpoint();
			return null;
		});
		Finished finished = this.runner.run(this.attempts.next("stopping"));
		assertThat(finished.outcome()).isInstanceOf(Outcome.Released.class);
		assertThat(finished.kind()).isEqualTo(AttemptOutcome.INTERRUPTED);
	}

	@Test
	void aCheckpointThatSomebodyWrappedIsOneToo() {
		this.handlers.add("wrapped", (argument, context) -> {
			this.attempts.session.lose();
			try {
				context.checkpoint();
			}
			catch (JobLeaveError ex) {
				throw new IllegalStateException("planted", ex);
			}
			return null;
		});
		assertThat(this.runner.run(this.attempts.next("wrapped")).kind()).isEqualTo(AttemptOutcome.INTERRUPTED);
	}

	@Test
	void whoeverThrowsTheErrorOfACheckpointWithoutReasonHasFailed() {
		this.handlers.add("work", (argument, context) -> {
			throw new JobLeaveError("planted");
		});
		assertThat(this.runner.run(this.attempts.next("work")).kind()).isEqualTo(AttemptOutcome.FAILED);
		this.handlers.add("other", (argument, context) -> {
			this.attempts.node.stop();
			throw new IllegalStateException("planted", new IllegalStateException("no checkpoint"));
		});
		assertThat(this.runner.run(this.attempts.next("other")).kind()).isEqualTo(AttemptOutcome.FAILED);
	}

	@Test
	void anExceptionThatCannotSayItsMessageIsAFailureLikeAnyOther() {
		this.handlers.add("work", (argument, context) -> {
			throw new IllegalStateException() {

				@Override
				public String getMessage() {
					throw new IllegalArgumentException("planted");
				}

			};
		});
		Finished finished = this.runner.run(this.attempts.next("work"));
		assertThat(finished.outcome()).isInstanceOf(Outcome.Retry.class);
		assertThat(finished.kind()).isEqualTo(AttemptOutcome.FAILED);
	}

	@Test
	void aTransactionalBodyHasSucceededOnceItsTransactionHasCommitted() {
		Transactions transactions = new Transactions();
		Finished finished = transactions.run();
		verify(transactions.leases).completeInTransaction(finished.attempt().job(), new Outcome.Succeeded("argument!"));
		assertThat(finished.isStored()).isTrue();
		assertThat(finished.outcome()).isEqualTo(new Outcome.Succeeded("argument!"));
		assertThat(this.heard).containsExactly("started pay", "ended SUCCEEDED");
	}

	@Test
	void aTransactionalBodyThatLostItsLeaseIsLostAndToldSo() {
		Transactions transactions = new Transactions();
		willAnswer((call) -> {
			throw new LeaseLostException(call.getArgument(0));
		}).given(transactions.leases).completeInTransaction(any(), any());
		Finished finished = transactions.run();
		assertThat(finished.outcome()).isInstanceOf(Outcome.Released.class);
		assertThat(finished.kind()).isEqualTo(AttemptOutcome.LOST);
		assertThat(finished.stored()).isEqualTo(Finished.Stored.NO);
	}

	@Test
	void aTransactionalBodyWhoseCommitFailedIsInDoubt() {
		Transactions transactions = new Transactions();
		willThrow(new TransactionSystemException("planted: no answer")).given(transactions.manager).commit(any());
		Finished finished = transactions.run();
		assertThat(finished.outcome()).isInstanceOf(Outcome.Retry.class);
		assertThat(finished.kind()).isEqualTo(AttemptOutcome.FAILED);
		assertThat(finished.isInDoubt()).isTrue();
	}

	@Test
	void aTransactionalBodyThatFailedIsInNoDoubt() {
		Transactions transactions = new Transactions();
		willThrow(new IllegalStateException("planted")).given(transactions.leases).completeInTransaction(any(), any());
		Finished finished = transactions.run();
		assertThat(finished.outcome()).isInstanceOf(Outcome.Retry.class);
		assertThat(finished.stored()).isEqualTo(Finished.Stored.NO);
	}

	@Test
	void anOutcomeThatCouldNotBeMadeIsALateRetryInDoubt() {
		Finished broken = this.runner.broken(this.attempts.next("work"), new OutOfMemoryError("planted"));
		Outcome.Retry retry = (Outcome.Retry) broken.outcome();
		assertThat(retry.delay()).isEqualTo(Duration.ofHours(1));
		assertThat(retry.failure().type()).isEqualTo(OutOfMemoryError.class.getName());
		assertThat(broken.kind()).isEqualTo(AttemptOutcome.FAILED);
		assertThat(broken.isInDoubt()).isTrue();
	}

	/** A store that joins transactions, and a transactional handler. */
	private final class Transactions {

		private final JobLeases leases = mock(JobLeases.class);

		private final PlatformTransactionManager manager = mock(PlatformTransactionManager.class);

		private Finished run() {
			AttemptRunnerTests.this.handlers.add("pay", (argument, context) -> argument + "!").inTransaction();
			JobStore store = mock(JobStore.class);
			given(store.canJoinTransactions()).willReturn(true);
			given(store.leases()).willReturn(this.leases);
			given(this.manager.getTransaction(any())).willReturn(new SimpleTransactionStatus());
			BodyTransactions transactions = new BodyTransactions(store, AttemptRunnerTests.this.handlers, this.manager);
			return runner(transactions).run(AttemptRunnerTests.this.attempts.next("pay"));
		}

	}

}
