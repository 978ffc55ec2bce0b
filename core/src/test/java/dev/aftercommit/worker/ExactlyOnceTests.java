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

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.dao.DataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobProgress;
import dev.aftercommit.JobState;
import dev.aftercommit.JobWords;
import dev.aftercommit.OrderResult;
import dev.aftercommit.store.JobStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * Effects of {@code transactional} jobs, which are there exactly once whatever becomes of
 * an attempt.
 */
@ParameterizedClass
@MethodSource("dev.aftercommit.worker.ExactlyOnceWorld#all")
class ExactlyOnceTests {

	private final ExactlyOnceWorld world;

	private final AtomicInteger runs = new AtomicInteger();

	ExactlyOnceTests(ExactlyOnceWorld world) {
		this.world = world;
	}

	@AfterEach
	void reset() {
		this.world.reset();
	}

	@Test
	void theBodysEffectAndItsCompletionAreCommittedTogether() {
		this.world.start();
		UUID job = enqueue((context) -> this.world.effect(context.jobId()));
		JobStatus status = this.world.awaitState(job, JobState.SUCCEEDED);
		assertThat(status.result()).isEqualTo("\"attempt 1\"");
		assertThat(this.world.effects(job)).isEqualTo(1);
		await().atMost(WorkersHarness.PATIENCE)
			.untilAsserted(() -> assertThat(this.world.applied).containsExactly("1 SUCCEEDED SUCCEEDED"));
	}

	@Test
	void theEffectOfAnAttemptThatThrowsIsRolledBackAndThatOfTheNextIsThereOnce() {
		this.world.start();
		UUID job = enqueue((context) -> {
			this.world.effect(context.jobId());
			if (context.attempt() == 1) {
				throw new IOException("planted: checked exceptions roll back, too");
			}
		});
		JobStatus status = this.world.awaitState(job, JobState.SUCCEEDED);
		assertThat(status.attempts()).isEqualTo(2);
		assertThat(status.failure().type()).isEqualTo(IOException.class.getName());
		assertThat(this.world.effects(job)).isEqualTo(1);
		assertThat(this.runs).hasValue(2);
	}

	@Test
	void aBodyWhoseJobWasGivenToAnotherNodeLeavesNoEffect() {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		Workers paused = this.world.start();
		UUID job = enqueue((context) -> {
			this.world.effect(context.jobId());
			if (context.attempt() == 1) {
				started.countDown();
				WaitFor.uninterruptibly(release);
			}
		});
		WaitFor.latch(started);
		this.world.start((settings) -> settings.lease(Duration.ofSeconds(1), Duration.ofMillis(250)));
		this.world.awaitState(job, JobState.SUCCEEDED);
		assertThat(this.world.effects(job)).isEqualTo(1);
		release.countDown();
		await().atMost(WorkersHarness.PATIENCE).until(() -> paused.status().stale() == 1);
		assertThat(this.world.effects(job)).isEqualTo(1);
		assertThat(this.world.status(job).attempts()).isGreaterThan(1);
		assertThat(this.runs).hasValueGreaterThan(1);
	}

	@Test
	void jobsThatTheBodyEnqueuesAreThereOnceAndOnlyIfItCommits() {
		this.world.start();
		UUID job = enqueue((context) -> {
			this.world.effect(context.jobId());
			this.world.bodies.next("attempt " + context.attempt());
			if (context.attempt() == 1) {
				throw new IllegalStateException("planted");
			}
		});
		this.world.awaitState(job, JobState.SUCCEEDED);
		await().atMost(WorkersHarness.PATIENCE).until(() -> succeeded() == 2);
		assertThat(this.world.script.nextRuns).containsExactly("attempt 2");
		assertThat(this.world.effects(job)).isEqualTo(1);
	}

	@Test
	void aBodyThatMarksItsTransactionForRollbackHasFailed() {
		this.world.start();
		UUID job = enqueue((context) -> {
			this.world.effect(context.jobId());
			new TransactionTemplate(this.world.transactionManager).executeWithoutResult((status) -> {
				if (context.attempt() == 1) {
					status.setRollbackOnly();
				}
			});
		});
		JobStatus status = this.world.awaitState(job, JobState.SUCCEEDED);
		assertThat(status.attempts()).isEqualTo(2);
		assertThat(status.failure().type()).endsWith("UnexpectedRollbackException");
		assertThat(this.world.effects(job)).isEqualTo(1);
	}

	@Test
	void aConstraintThatTheFlushViolatesIsAFailureOfTheAttempt() {
		this.world.jdbc.update("INSERT INTO effect (id, unique_key) VALUES ('taken', 'taken')");
		this.world.start();
		UUID job = enqueue(
				(context) -> this.world.effect(context.jobId(), (context.attempt() == 1) ? "taken" : "free"));
		JobStatus status = this.world.awaitState(job, JobState.SUCCEEDED);
		assertThat(status.attempts()).isEqualTo(2);
		assertThat(status.failure().outcome()).isEqualTo(AttemptOutcome.FAILED);
		assertThat(status.failure().type()).startsWith("org.springframework.dao.");
		assertThat(this.world.effects(job)).isEqualTo(1);
	}

	@Test
	void aCommitWhoseAnswerWasLostIsNotRepeated() {
		this.world.start();
		UUID job = enqueue((context) -> {
			this.world.effect(context.jobId());
			this.world.bodies.next("attempt " + context.attempt());
			this.world.dataSource.loseNext(UnsureDataSource.Loss.ANSWER);
		});
		this.world.awaitState(job, JobState.SUCCEEDED);
		await().atMost(WorkersHarness.PATIENCE).until(() -> succeeded() == 2);
		await().atMost(WorkersHarness.PATIENCE)
			.untilAsserted(() -> assertThat(this.world.applied).containsExactlyInAnyOrder("1 SUCCEEDED SUCCEEDED",
					"1 SUCCEEDED SUCCEEDED"));
		assertThat(this.runs).hasValue(1);
		assertThat(this.world.effects(job)).isEqualTo(1);
		assertThat(this.world.script.nextRuns).containsExactly("attempt 1");
	}

	@Test
	void aBodyThatSnoozesCommitsItsEffectAndRunsAgainWithTheSameAttempt() {
		this.world.start();
		UUID job = enqueue((context) -> {
			this.world.effect(context.jobId());
			if (this.runs.get() == 1) {
				context.snooze(Duration.ofMillis(1));
			}
		});
		assertThat(this.world.awaitState(job, JobState.SUCCEEDED).attempts()).isEqualTo(1);
		assertThat(this.world.effects(job)).isEqualTo(2);
		assertThat(this.runs).hasValue(2);
		await().atMost(WorkersHarness.PATIENCE)
			.untilAsserted(() -> assertThat(this.world.applied).containsExactly("1 SNOOZED SCHEDULED",
					"1 SUCCEEDED SUCCEEDED"));
	}

	@Test
	void whatABodySaysIsKeptWhateverBecomesOfItsTransaction() {
		this.world.start();
		UUID job = enqueue((context) -> {
			context.log("attempt " + context.attempt());
			context.progress(context.attempt(), 2);
			if (context.attempt() == 1) {
				throw new IOException("planted");
			}
		});
		this.world.awaitState(job, JobState.SUCCEEDED);
		assertThat(this.world.store.directory().words(job))
			.isEqualTo(new JobWords(new JobProgress(2, 2), List.of("attempt 1", "attempt 2")));
	}

	@Test
	void aSnoozeWhoseAnswerWasLostHolds() {
		this.world.start();
		UUID job = enqueue((context) -> {
			this.world.effect(context.jobId());
			context.snooze(Duration.ofDays(1));
			this.world.dataSource.loseNext(UnsureDataSource.Loss.ANSWER);
		});
		await().atMost(WorkersHarness.PATIENCE)
			.untilAsserted(() -> assertThat(this.world.applied).containsExactly("1 SNOOZED SCHEDULED"));
		assertThat(this.world.awaitState(job, JobState.SCHEDULED).attempts()).isZero();
		assertThat(this.world.effects(job)).isEqualTo(1);
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void aCommitThatNeverArrivedIsRepeated() {
		this.world.start();
		UUID job = enqueue((context) -> {
			this.world.effect(context.jobId());
			this.world.bodies.next("attempt " + context.attempt());
			if (context.attempt() == 1) {
				this.world.dataSource.loseNext(UnsureDataSource.Loss.REQUEST);
			}
		});
		assertThat(this.world.awaitState(job, JobState.SUCCEEDED).attempts()).isEqualTo(2);
		await().atMost(WorkersHarness.PATIENCE).until(() -> succeeded() == 2);
		assertThat(this.world.effects(job)).isEqualTo(1);
		assertThat(this.world.script.nextRuns).containsExactly("attempt 2");
	}

	@Test
	void aBodyThatReturnsAfterItsTimeoutIsRolledBack() {
		this.world.start();
		this.world.script.body = (context) -> {
			this.world.effect(context.jobId());
			if (context.attempt() == 1) {
				awaitInterrupt();
			}
		};
		UUID job = call(this.world.bodies::timedEffect);
		JobStatus status = this.world.awaitState(job, JobState.SUCCEEDED);
		assertThat(status.attempts()).isEqualTo(2);
		assertThat(status.failure().outcome()).isEqualTo(AttemptOutcome.TIMED_OUT);
		assertThat(this.world.effects(job)).isEqualTo(1);
	}

	@Test
	void aBodyThatIsInterruptedByAShutdownIsRolledBackAndGivenBack() {
		CountDownLatch started = new CountDownLatch(1);
		Workers workers = this.world.start((settings) -> settings.shutdownTimeout(Duration.ofMillis(50)));
		UUID job = enqueue((context) -> {
			this.world.effect(context.jobId());
			if (this.runs.get() == 1) {
				started.countDown();
				awaitInterrupt();
			}
		});
		WaitFor.latch(started);
		workers.stop();
		assertThat(this.world.status(job).state()).isEqualTo(JobState.ENQUEUED);
		assertThat(this.world.effects(job)).isZero();
		workers.start();
		assertThat(this.world.awaitState(job, JobState.SUCCEEDED).attempts()).isEqualTo(1);
		assertThat(this.world.effects(job)).isEqualTo(1);
	}

	@Test
	void aBodyThatLeavesAtACheckpointIsRolledBackAndGivenBack() {
		CountDownLatch started = new CountDownLatch(1);
		Workers workers = this.world.start();
		UUID job = enqueue((context) -> {
			this.world.effect(context.jobId());
			if (this.runs.get() == 1) {
				started.countDown();
				await().atMost(WorkersHarness.PATIENCE).until(context::isStopping);
				context.checkpoint();
			}
		});
		WaitFor.latch(started);
		workers.stop();
		assertThat(this.world.status(job).state()).isEqualTo(JobState.ENQUEUED);
		assertThat(this.world.effects(job)).isZero();
		workers.start();
		assertThat(this.world.awaitState(job, JobState.SUCCEEDED).attempts()).isEqualTo(1);
		assertThat(this.world.effects(job)).isEqualTo(1);
	}

	@Test
	void aBodyThatLeavesBecauseItsJobIsToBeCancelledIsRolledBackAndNotRunAgain() {
		CountDownLatch started = new CountDownLatch(1);
		Workers workers = this.world.start();
		UUID job = enqueue((context) -> {
			this.world.effect(context.jobId());
			started.countDown();
			while (true) {
				context.checkpoint();
				LockSupport.parkNanos(1_000_000);
			}
		});
		WaitFor.latch(started);
		assertThat(this.world.store.orders().cancel(job)).isEqualTo(OrderResult.requested());
		workers.ordersGiven();
		assertThat(this.world.awaitState(job, JobState.CANCELLED).attempts()).isEqualTo(1);
		assertThat(this.world.effects(job)).isZero();
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void aUniqueBodyThatCallsItselfIsFollowedByThatJobOnceItHasCommitted() throws Exception {
		List<UUID> called = new CopyOnWriteArrayList<>();
		this.world.script.body = (context) -> {
			this.world.effect(context.jobId());
			int run = this.runs.incrementAndGet();
			if (run < 3) {
				called.add(this.world.bodies.once().id());
			}
			if (run == 1) {
				throw new IllegalStateException("planted");
			}
		};
		this.world.start();
		UUID first = this.world.bodies.once().id();
		await().atMost(WorkersHarness.PATIENCE).until(() -> succeeded() == 2);
		assertThat(this.world.status(first).attempts()).isEqualTo(2);
		assertThat(this.world.status(called.get(0))).as("rolled back").isNull();
		assertThat(this.world.status(called.get(1)).state()).isEqualTo(JobState.SUCCEEDED);
		assertThat(called.get(1)).isNotEqualTo(first);
		assertThat(List.of(this.world.effects(first), this.world.effects(called.get(1)))).containsOnly(1);
		assertThat(this.runs).hasValue(3);
	}

	@Test
	void whateverACallbackBeforeTheCommitThrowsTheEffectIsThereOnce() {
		List<RuntimeException> planted = new CopyOnWriteArrayList<>(
				List.of(new IllegalStateException("planted"), new CannotCreateTransactionException("planted")));
		this.world.start();
		UUID job = enqueue((context) -> {
			this.world.effect(context.jobId());
			beforeCommit(() -> {
				if (!planted.isEmpty()) {
					throw planted.remove(0);
				}
			});
		});
		this.world.awaitState(job, JobState.SUCCEEDED);
		assertThat(planted).isEmpty();
		assertThat(this.world.effects(job)).isEqualTo(1);
	}

	@Test
	void whatIsWrittenInACallbackBeforeTheCommitIsThereOnce() {
		this.world.start();
		UUID job = enqueue((context) -> beforeCommit(() -> {
			this.world.effect(context.jobId(), "before commit");
			this.world.bodies.next("before commit");
			if (context.attempt() == 1) {
				throw new IllegalStateException("planted");
			}
		}));
		assertThat(this.world.awaitState(job, JobState.SUCCEEDED).attempts()).isEqualTo(2);
		await().atMost(WorkersHarness.PATIENCE).until(() -> succeeded() == 2);
		assertThat(this.world.effects(job)).isEqualTo(1);
		assertThat(this.world.script.nextRuns).hasSize(1);
	}

	@Test
	void aStatementThatFailedAndWasCaughtFailsTheAttemptOnPostgres() {
		assumeThat(this.world.isPostgres()).isTrue();
		this.world.start();
		UUID job = enqueue((context) -> {
			if (context.attempt() == 1) {
				assertThatExceptionOfType(DataAccessException.class)
					.isThrownBy(() -> this.world.jdbc.update("INSERT INTO nowhere VALUES (1)"));
			}
			else {
				this.world.effect(context.jobId());
			}
		});
		assertThat(this.world.awaitState(job, JobState.SUCCEEDED).attempts()).isEqualTo(2);
		assertThat(this.world.effects(job)).isEqualTo(1);
	}

	@Test
	void theFenceLeavesNoSettingsBehindInTheBodysTransactionOnPostgres() {
		assumeThat(this.world.isPostgres()).isTrue();
		List<String> settings = new CopyOnWriteArrayList<>();
		this.world.start();
		UUID job = enqueue((context) -> beforeCommit(
				() -> settings.add(this.world.jdbc.queryForObject("SHOW enable_seqscan", String.class))));
		this.world.awaitState(job, JobState.SUCCEEDED);
		assertThat(settings).containsExactly("on");
	}

	private UUID enqueue(ExactlyOnceBodies.Body body) {
		this.world.script.body = (context) -> {
			this.runs.incrementAndGet();
			body.run(context);
		};
		return call(this.world.bodies::effect);
	}

	private static UUID call(Callable<JobHandle<String>> method) {
		try {
			return method.call().id();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private long succeeded() {
		return this.world.store.directory().count().get(JobState.SUCCEEDED).value();
	}

	private static void beforeCommit(Runnable action) {
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void beforeCommit(boolean readOnly) {
				action.run();
			}

		});
	}

	/** As a body does that swallows interruption. */
	private static void awaitInterrupt() {
		CountDownLatch never = new CountDownLatch(1);
		assertThatExceptionOfType(InterruptedException.class).isThrownBy(never::await);
	}

}
