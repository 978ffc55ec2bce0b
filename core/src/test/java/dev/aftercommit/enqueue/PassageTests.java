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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.transaction.support.TransactionSynchronizationManager;

import dev.aftercommit.EnqueueMode;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.handle.Admission;
import dev.aftercommit.handle.JobHandles;
import dev.aftercommit.handle.ResultWatcher;
import dev.aftercommit.serialization.JobSerializer;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.StagedJob;
import dev.aftercommit.store.WakeUps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;

/**
 * What a caller may rely on when its call is written outside its transaction: when it
 * returns, what it is told, and who looks for the job then.
 */
class PassageTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final Intake intake = new Intake();

	private final List<JobListener.Job> announced = Collections.synchronizedList(new ArrayList<>());

	private final AtomicInteger hints = new AtomicInteger();

	private final JobDirectory directory = mock(JobDirectory.class);

	private final LocalWorkers workers = mock(LocalWorkers.class);

	private Passage passage;

	@BeforeEach
	void begin() {
		WakeUps wakeUps = mock(WakeUps.class);
		willAnswer((call) -> this.hints.incrementAndGet()).given(wakeUps).send();
		Handover handover = new Handover(this.workers, wakeUps, List.of(new JobListener() {

			@Override
			public void enqueued(Job job) {
				PassageTests.this.announced.add(job);
			}

		}));
		this.passage = new Passage(this.intake, handover, () -> {
		}, new AfterCommitWriter(this.intake, handover, System::nanoTime));
	}

	@AfterEach
	void end() {
		TransactionSynchronizationManager.setActualTransactionActive(false);
		this.intake.goOn.countDown();
		this.passage.writer().close();
	}

	@Test
	void whatIsWrittenAtOnceIsAnnouncedAndLookedForOnAllNodes() {
		HeldCall call = call();
		this.passage.writeNow(call);
		assertThat(this.intake.written).containsExactly(call.job());
		assertThat(this.announced).containsExactly(call.described());
		assertThat(this.hints).hasValue(1);
		then(this.workers).should().wakeUp();
		assertThat(call.admission().write()).as("it can be written again").isFalse();
	}

	@Test
	void aCallThatCantBeWrittenAtOnceFailsAndIsInDoubt() {
		this.intake.failure = new IllegalStateException("expected");
		HeldCall call = call();
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> this.passage.writeNow(call))
			.withMessageContaining(call.job().id().toString())
			.withMessageEndingWith("could not be written: expected")
			.withCause(this.intake.failure);
		call.handle().state();
		then(this.directory).should().find(Set.of(call.job().id()));
		assertThat(this.announced).isEmpty();
		then(this.workers).should(never()).wakeUp();
	}

	@Test
	void insideATransactionTheErrorNamesTheSecondConnection() {
		this.intake.failure = new IllegalStateException("expected");
		TransactionSynchronizationManager.setActualTransactionActive(true);
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> this.passage.writeNow(call()))
			.withMessageContaining("expected. An IMMEDIATE job is written on a second connection");
	}

	@Test
	void aCallDuringTheEndOfATransactionReturnsWhenItsJobIsWritten() {
		this.intake.untilSomebodyWaits = Thread.currentThread();
		HeldCall call = call();
		this.passage.writeAfterwards(call);
		assertThat(this.intake.written).contains(call.job());
		assertThat(this.announced).contains(call.described());
	}

	@Test
	void theCallsOfACommittedTransactionAreWrittenWhenItsCommitReturns() {
		this.intake.untilSomebodyWaits = Thread.currentThread();
		HeldCall call = call();
		this.passage.writeAfterCommit(List.of(call));
		assertThat(this.intake.written).contains(call.job());
	}

	@Test
	void whoeverHasAConnectionOfTheStoreDoesNotWaitForASecondOne() throws InterruptedException {
		this.intake.hold();
		this.intake.bound = new Object();
		HeldCall call = call();
		Thread caller = new Thread(() -> this.passage.writeAfterCommit(List.of(call)));
		caller.start();
		caller.join();
		assertThat(this.intake.written).isEmpty();
		this.intake.goOn.countDown();
		await().until(() -> this.intake.written.contains(call.job()));
	}

	@Test
	void callsThatWereDroppedBeforeAreNotWrittenAfterTheCommit() {
		HeldCall dropped = call();
		HeldCall staged = call();
		HeldCall kept = call();
		dropped.admission().drop("expected");
		assertThat(staged.admission().stage()).isTrue();
		this.passage.writeAfterCommit(List.of(dropped, staged, kept));
		assertThat(this.intake.written).containsExactly(kept.job());
		assertThat(this.announced).containsExactly(kept.described());
		this.passage.writeAfterwards(dropped);
		assertThat(this.intake.written).containsExactly(kept.job());
	}

	@Test
	void aCallAfterTheStopFailsAndItsHandleIsTold() {
		this.passage.writer().close();
		HeldCall call = call();
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> this.passage.writeAfterwards(call))
			.withMessageContaining("stopped");
		assertThat(call.handle().future()).failsWithin(PATIENCE);
		assertThat(this.intake.written).isEmpty();
	}

	@Test
	void aCommitAfterTheStopDoesNotFailForItsJobsButTheirHandlesAreTold() {
		this.passage.writer().close();
		HeldCall call = call();
		this.passage.writeAfterCommit(List.of(call));
		assertThat(call.handle().future()).failsWithin(PATIENCE);
		assertThat(this.intake.written).isEmpty();
	}

	@Test
	void whoeverIsInterruptedWhileItWaitsStaysInterruptedAndItsJobIsWritten() {
		this.intake.hold();
		HeldCall call = call();
		Thread.currentThread().interrupt();
		this.passage.writeAfterCommit(List.of(call));
		assertThat(Thread.interrupted()).isTrue();
		this.intake.goOn.countDown();
		await().until(() -> this.intake.written.contains(call.job()));
	}

	private HeldCall call() {
		UUID id = UUID.randomUUID();
		Admission admission = Admission.held();
		JobHandle<?> handle = new JobHandles(this.directory, mock(JobSerializer.class), mock(ResultWatcher.class))
			.handle(id, String.class, admission);
		NewJob job = new NewJob(id, "note", "default", 0, null, "[]", Map.of());
		return new HeldCall(job, EnqueueMode.AFTER_COMMIT, admission, handle);
	}

	private static final class Intake implements JobIntake {

		final List<NewJob> written = Collections.synchronizedList(new ArrayList<>());

		volatile CountDownLatch goOn = new CountDownLatch(0);

		volatile RuntimeException failure;

		volatile Object bound;

		volatile Thread untilSomebodyWaits;

		void hold() {
			this.goOn = new CountDownLatch(1);
		}

		@Override
		public boolean joinsTransaction() {
			return false;
		}

		@Override
		public Optional<Object> boundResource() {
			return Optional.ofNullable(this.bound);
		}

		@Override
		public Map<UUID, UUID> stage(List<StagedJob> jobs) {
			throw new IllegalStateException("Nothing here is staged");
		}

		@Override
		public Map<UUID, UUID> enqueue(List<NewJob> jobs) {
			try {
				this.goOn.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			if (this.failure != null) {
				throw this.failure;
			}
			Thread awaited = this.untilSomebodyWaits;
			if (awaited != null) {
				await().until(() -> awaited.getState() == Thread.State.TIMED_WAITING);
			}
			this.written.addAll(jobs);
			return Map.of();
		}

	}

}
