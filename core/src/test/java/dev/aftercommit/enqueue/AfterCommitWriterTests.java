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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.EnqueueMode;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.handle.Admission;
import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.StagedJob;
import dev.aftercommit.store.WakeUps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class AfterCommitWriterTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private final Intake intake = new Intake();

	private final AtomicLong skipped = new AtomicLong();

	private final AfterCommitWriter writer = new AfterCommitWriter(this.intake,
			new Handover(LocalWorkers.NONE, WakeUps.NONE, List.of()), () -> System.nanoTime() + this.skipped.get());

	@AfterEach
	void close() {
		this.writer.close();
	}

	@Test
	void callsAreWrittenInTheirOrder() {
		List<HeldCall> calls = IntStream.range(0, 10).mapToObj((i) -> call("" + i)).toList();
		assertThat(this.writer.submit(calls)).succeedsWithin(LONG);
		assertThat(this.intake.texts()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
	}

	@Test
	void anOutageDelaysAndLosesNothing() {
		this.intake.failures = 3;
		assertThat(this.writer.submit(List.of(call("a"), call("b")))).succeedsWithin(LONG);
		assertThat(this.intake.texts()).containsExactly("a", "b");
	}

	@Test
	void oneThatCanNeverBeWrittenHoldsUpNobody() {
		this.intake.refused = "poison";
		CompletableFuture<Void> poison = this.writer.submit(List.of(call("poison")));
		List<CompletableFuture<Void>> others = IntStream.range(0, 5)
			.mapToObj((i) -> this.writer.submit(List.of(call("" + i))))
			.toList();
		assertThat(CompletableFuture.allOf(others.toArray(CompletableFuture[]::new))).succeedsWithin(LONG);
		assertThat(poison).isNotDone();
		this.intake.refused = null;
		assertThat(poison).succeedsWithin(LONG);
	}

	@Test
	void whatWaitsTogetherIsWrittenTogether() throws InterruptedException {
		CountDownLatch go = new CountDownLatch(1);
		CountDownLatch inside = new CountDownLatch(1);
		this.intake.during = (jobs) -> {
			inside.countDown();
			awaitLatch(go);
		};
		CompletableFuture<Void> first = this.writer.submit(List.of(call("first")));
		inside.await();
		List<CompletableFuture<Void>> others = IntStream.range(0, 50)
			.mapToObj((i) -> this.writer.submit(List.of(call("" + i))))
			.toList();
		go.countDown();
		assertThat(first).succeedsWithin(LONG);
		assertThat(CompletableFuture.allOf(others.toArray(CompletableFuture[]::new))).succeedsWithin(LONG);
		assertThat(this.intake.written).hasSize(2);
	}

	@Test
	void aCallThatIsCancelledWhileItWaitsIsNotWritten() throws InterruptedException {
		CountDownLatch go = new CountDownLatch(1);
		CountDownLatch inside = new CountDownLatch(1);
		this.intake.during = (jobs) -> {
			inside.countDown();
			awaitLatch(go);
		};
		this.writer.submit(List.of(call("first")));
		inside.await();
		HeldCall dropped = call("dropped");
		CompletableFuture<Void> second = this.writer.submit(List.of(dropped, call("kept")));
		dropped.admission().drop("expected");
		go.countDown();
		assertThat(second).succeedsWithin(LONG);
		assertThat(this.intake.texts()).containsExactly("first", "kept");
	}

	@Test
	void callersThatAreFasterThanTheStoreWaitForIt() throws InterruptedException {
		CountDownLatch go = new CountDownLatch(1);
		CountDownLatch inside = new CountDownLatch(1);
		this.intake.during = (jobs) -> {
			inside.countDown();
			awaitLatch(go);
		};
		this.writer.submit(List.of(call("first")));
		inside.await();
		this.writer.submit(IntStream.range(0, AfterCommitWriter.CAPACITY).mapToObj((i) -> call("" + i)).toList());
		Thread caller = new Thread(() -> this.writer.submit(List.of(call("one more"))));
		caller.start();
		await().atMost(LONG).until(() -> caller.getState() == Thread.State.TIMED_WAITING);
		go.countDown();
		caller.join();
		await().atMost(LONG).until(() -> this.intake.texts().size() == AfterCommitWriter.CAPACITY + 2);
		assertThat(this.intake.texts()).last().isEqualTo("one more");
	}

	@Test
	void aTransactionWithMoreThanTheCapacityIsTakenWhenNothingWaits() {
		List<HeldCall> calls = IntStream.rangeClosed(0, AfterCommitWriter.CAPACITY)
			.mapToObj((i) -> call("" + i))
			.toList();
		assertThat(this.writer.submit(calls)).succeedsWithin(LONG);
		assertThat(this.intake.texts()).hasSize(AfterCommitWriter.CAPACITY + 1);
	}

	@Test
	void moreThanItsCapacityIsRefused() {
		this.intake.refused = "stuck";
		this.writer.submit(List.of(call("stuck")));
		List<HeldCall> many = IntStream.range(0, AfterCommitWriter.CAPACITY).mapToObj((i) -> call("stuck")).toList();
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> {
			this.writer.submit(many);
			this.writer.submit(List.of(call("one more"), call("and another")));
		}).withMessageContaining("wait to be written");
		this.intake.refused = null;
	}

	@Test
	void closingWritesWhatWaits() {
		this.intake.failures = 2;
		CompletableFuture<Void> written = this.writer.submit(List.of(call("a")));
		this.writer.close();
		assertThat(written).isCompleted();
		assertThat(this.intake.texts()).containsExactly("a");
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> this.writer.submit(List.of(call("late"))))
			.withMessageContaining("stopped");
	}

	@Test
	void whatCantBeWrittenUntilTheEndIsLostLoudly() {
		this.intake.refused = "never";
		HeldCall call = call("never");
		CompletableFuture<Void> written = this.writer.submit(List.of(call));
		await().atMost(LONG).until(() -> this.intake.tries > 0);
		// The ten seconds that it may take pass at once.
		this.intake.during = (jobs) -> this.skipped.set(Duration.ofMinutes(1).toNanos());
		this.writer.close();
		assertThat(written).failsWithin(LONG)
			.withThrowableThat()
			.withMessageContaining("Lost")
			.withMessageContaining(call.job().id().toString());
	}

	private static HeldCall call(String text) {
		NewJob job = new NewJob(UUID.randomUUID(), "note", "default", 0, null, text, Map.of());
		return new HeldCall(job, EnqueueMode.AFTER_COMMIT, Admission.held(), JobHandle.completed(text));
	}

	private static void awaitLatch(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static final class Intake implements JobIntake {

		final List<List<NewJob>> written = Collections.synchronizedList(new ArrayList<>());

		volatile int failures;

		volatile int tries;

		volatile String refused;

		volatile Consumer<List<NewJob>> during = (jobs) -> {
		};

		@Override
		public boolean joinsTransaction() {
			return false;
		}

		@Override
		public Optional<Object> boundResource() {
			return Optional.empty();
		}

		@Override
		public Map<UUID, UUID> stage(List<StagedJob> jobs) {
			throw new IllegalStateException("Not for a writer");
		}

		@Override
		public Map<UUID, UUID> enqueue(List<NewJob> jobs) {
			this.tries++;
			this.during.accept(jobs);
			if (this.failures > 0) {
				this.failures--;
				throw new JobStoreException("An outage", null);
			}
			if (this.refused != null && jobs.stream().anyMatch((job) -> job.arguments().equals(this.refused))) {
				throw new JobStoreException("Refused", null);
			}
			this.written.add(jobs);
			return Map.of();
		}

		List<String> texts() {
			return this.written.stream().flatMap(List::stream).map(NewJob::arguments).toList();
		}

	}

}
