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

package dev.aftercommit.handle;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.aftercommit.JobAttempt;
import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobFailedException;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobState;
import dev.aftercommit.JobWords;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.JobTime;
import dev.aftercommit.JobTimeoutException;
import dev.aftercommit.serialization.JacksonJobSerializer;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.QueueDepth;
import dev.aftercommit.store.Rate;
import dev.aftercommit.store.StoredArguments;
import dev.aftercommit.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

class JobHandleTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final Duration SHORT = Duration.ofMillis(200);

	private final JobStore store = new MemoryJobStore(Clock.systemUTC());

	private final Directory directory = new Directory(this.store.directory());

	private final ResultWatcher watcher = new ResultWatcher(this.directory, System::nanoTime);

	private final JobHandles handles = new JobHandles(this.directory, new JacksonJobSerializer(262_144, Set.of()),
			this.watcher);

	private final long node = this.store.nodes().register(new NodeInfo("node", "1", Set.of("job")));

	private final AtomicLong token = new AtomicLong();

	@AfterEach
	void close() {
		this.watcher.close();
	}

	@Test
	void joinGetsTheResultOfAJobThatRanAnywhere() {
		JobHandle<String> handle = enqueued(String.class);
		CompletableFuture<String> future = handle.future();
		assertThat(handle.state()).contains(JobState.ENQUEUED);
		end(new Outcome.Succeeded("\"done\""));
		assertThat(handle.join(LONG)).isEqualTo("done");
		assertThat(future).succeedsWithin(LONG).isEqualTo("done");
		assertThat(handle.state()).contains(JobState.SUCCEEDED);
	}

	@Test
	void aJobWithoutAResultJoinsWithNull() {
		JobHandle<Void> handle = enqueued(Void.class);
		end(new Outcome.Succeeded(null));
		assertThat(handle.join(LONG)).isNull();
	}

	@Test
	void joinGivesUpAfterItsTimeAndTheJobGoesOn() {
		JobHandle<String> handle = enqueued(String.class);
		assertThatExceptionOfType(JobTimeoutException.class).isThrownBy(() -> handle.join(SHORT))
			.withMessageContaining("'timeout' (PT0.2S)");
		end(new Outcome.Succeeded("\"late\""));
		assertThat(handle.join(LONG)).isEqualTo("late");
	}

	@Test
	void anInterruptedJoinEndsAndKeepsTheMark() {
		JobHandle<String> handle = enqueued(String.class);
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(JobTimeoutException.class).isThrownBy(() -> handle.join(LONG));
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void aTimeoutThatIsNotPositiveIsRefused() {
		JobHandle<String> handle = enqueued(String.class);
		assertThatIllegalArgumentException().isThrownBy(() -> handle.join(Duration.ZERO))
			.withMessageContaining("'timeout' (PT0S)");
	}

	@Test
	void aDeadJobFailsAndSaysWhy() {
		JobHandle<String> handle = enqueued(String.class);
		end(new Outcome.Dead(DeadReason.DISCARDED, new Failure(AttemptOutcome.FAILED, "java.io.IOException",
				"java.io.IOException: disk full\n\tat somewhere")));
		assertThatExceptionOfType(JobFailedException.class).isThrownBy(() -> handle.join(LONG))
			.withMessageContaining("DISCARDED")
			.withMessageEndingWith("FAILED: java.io.IOException: disk full");
	}

	@Test
	void aCancelledJobFailsAndSaysSo() {
		JobHandle<String> handle = enqueued(String.class);
		CompletableFuture<String> future = handle.future();
		assertThat(handle.cancel()).isTrue();
		assertThat(handle.cancel()).isFalse();
		assertThat(future).failsWithin(LONG).withThrowableThat().withMessageContaining("was cancelled");
	}

	@Test
	void aJobThatTheStoreDoesNotHaveFailsAndSaysSo() {
		JobHandle<String> handle = this.handles.handle(UUID.randomUUID(), String.class);
		assertThat(handle.state()).isEmpty();
		assertThatExceptionOfType(JobFailedException.class).isThrownBy(() -> handle.join(LONG))
			.withMessageContaining("is not in the store");
	}

	@Test
	void aResultThatCantBeReadAsTodaysTypeFailsAndSaysSo() {
		JobHandle<Integer> handle = enqueued(Integer.class);
		end(new Outcome.Succeeded("\"no number\""));
		assertThatExceptionOfType(JobFailedException.class).isThrownBy(() -> handle.join(LONG))
			.withMessageContaining("succeeded, but its result can't be read as java.lang.Integer");
	}

	@Test
	void cancellingTheFutureCancelsNothing() {
		JobHandle<String> handle = enqueued(String.class);
		assertThat(handle.future().cancel(true)).isTrue();
		end(new Outcome.Succeeded("\"done\""));
		assertThat(handle.join(LONG)).isEqualTo("done");
	}

	@Test
	void aThousandWaitersAreOneLookUp() {
		List<CompletableFuture<String>> futures = IntStream.range(0, 1000)
			.mapToObj((i) -> enqueued(String.class).future().thenApply(String::toUpperCase))
			.toList();
		await().atMost(LONG).until(() -> this.directory.sizes.contains(1000));
		while (end(new Outcome.Succeeded("\"done\"")) > 0) {
			this.watcher.wakeUp();
		}
		assertThat(CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))).succeedsWithin(LONG);
		assertThat(this.directory.sizes).allMatch((size) -> size <= 1000);
	}

	@Test
	void nobodyIsAskedWhileNobodyWaits() {
		JobHandle<String> handle = enqueued(String.class);
		CompletableFuture<String> ignored = handle.future();
		await().during(Duration.ofMillis(500)).atMost(LONG).until(() -> this.directory.sizes.isEmpty());
		assertThat(ignored.getNumberOfDependents()).isZero();
	}

	@Test
	void aFutureThatEverybodyHasForgottenIsNotAskedForForEver() {
		JobHandle<String> handle = enqueued(String.class);
		assertThat(handle.future().isDone()).isFalse();
		AtomicLong asked = new AtomicLong();
		await().atMost(LONG).pollInterval(Duration.ofSeconds(2)).until(() -> {
			System.gc();
			long before = asked.getAndSet(this.directory.sizes.size());
			return before > 0 && before == asked.get();
		});
	}

	@Test
	void whatHangsOnAForgottenFutureStillCompletes() {
		CompletableFuture<Void> all = CompletableFuture.allOf(enqueued(String.class).future(),
				enqueued(String.class).future());
		CompletableFuture<Integer> derived = enqueued(String.class).future().thenApply(String::length);
		await().pollDelay(Duration.ofSeconds(1)).until(() -> {
			System.gc();
			return true;
		});
		while (end(new Outcome.Succeeded("\"done\"")) > 0) {
			this.watcher.wakeUp();
		}
		assertThat(all).succeedsWithin(LONG);
		assertThat(derived).succeedsWithin(LONG).isEqualTo(4);
	}

	@Test
	void whatEndsOnThisNodeIsSeenWithoutWaitingForTheNextRound() {
		// Time stands still, so that no round ever comes by itself.
		try (ResultWatcher still = new ResultWatcher(this.directory, () -> 0)) {
			JobHandles own = new JobHandles(this.directory, new JacksonJobSerializer(262_144, Set.of()), still);
			UUID id = enqueue();
			CompletableFuture<String> future = own.<String>handle(id, String.class).future();
			assertThat(future.isDone()).isFalse();
			end(new Outcome.Succeeded("\"done\""));
			JobListener.Job job = new JobListener.Job(id, "job", "default");
			still.applied(new JobListener.Attempt(job, 1, Duration.ZERO, Map.of()), AttemptOutcome.SUCCEEDED,
					JobState.SUCCEEDED);
			await().atMost(LONG).until(future::isDone);
			assertThat(future.join()).isEqualTo("done");
		}
	}

	@Test
	void anOutageOfTheStoreEndsNoWait() {
		JobHandle<String> handle = enqueued(String.class);
		this.directory.failures = 3;
		CompletableFuture<String> future = handle.future().whenComplete((result, failure) -> {
		});
		await().atMost(LONG).until(() -> this.directory.failures == 0);
		end(new Outcome.Succeeded("\"done\""));
		assertThat(future).succeedsWithin(LONG).isEqualTo("done");
	}

	@Test
	void closingTellsThoseWhoWait() throws InterruptedException {
		JobHandle<String> handle = enqueued(String.class);
		List<Throwable> failures = new CopyOnWriteArrayList<>();
		Thread waiting = new Thread(() -> {
			try {
				handle.join(LONG);
			}
			catch (JobTimeoutException ex) {
				failures.add(ex);
			}
		});
		waiting.start();
		await().atMost(LONG).until(() -> !this.directory.sizes.isEmpty());
		this.watcher.close();
		waiting.join(TimeUnit.SECONDS.toMillis(30));
		assertThat(failures).hasSize(1);
		assertThat(failures.get(0)).hasMessageContaining("stopping");
	}

	@Test
	void aCallOfAnUnknownCommitWaitsForTheJobAWhile() {
		Admission admission = Admission.held();
		UUID id = UUID.randomUUID();
		JobHandle<String> handle = this.handles.handle(id, String.class, admission);
		admission.doubt();
		CompletableFuture<Integer> future = handle.future().thenApply(String::length);
		await().atMost(LONG).until(() -> this.directory.sizes.size() > 1);
		assertThat(future).isNotDone();
		this.store.intake().enqueue(List.of(new NewJob(id, "job", "default", 0, null, "[]", Map.of())));
		end(new Outcome.Succeeded("\"done\""));
		assertThat(future).succeedsWithin(LONG).isEqualTo(4);
	}

	@Test
	void theHandleOfACallWhoseKeyIsHeldIsOneOfTheHolderOnceThatHasCommitted() {
		UUID holder = enqueue();
		UUID own = UUID.randomUUID();
		Admission admission = Admission.held();
		JobHandle<String> handle = this.handles.handle(own, String.class, admission);
		CompletableFuture<String> early = handle.future();
		assertThat(handle.id()).isEqualTo(own);
		admission.stage();
		admission.redirect(holder);
		assertThat(handle.id()).isEqualTo(holder);
		assertThat(handle.state()).isEmpty();
		admission.enqueue();
		assertThat(handle.state()).contains(JobState.ENQUEUED);
		end(new Outcome.Succeeded("\"done\""));
		assertThat(handle.join(LONG)).isEqualTo("done");
		assertThat(early).succeedsWithin(LONG).isEqualTo("done");
		assertThat(handle.state()).contains(JobState.SUCCEEDED);
	}

	@Test
	void whoWaitsAlreadyIsTakenToTheHolderWhenThatIsFoundOutLater() {
		UUID holder = enqueue();
		UUID own = UUID.randomUUID();
		this.store.intake()
			.enqueue(List.of(new NewJob(own, "job", "default", 0, JobTime.in(Duration.ofHours(1)), "[]", Map.of())));
		Admission admission = Admission.held();
		JobHandle<String> handle = this.handles.handle(own, String.class, admission);
		admission.enqueue();
		CompletableFuture<Integer> future = handle.future().thenApply(String::length);
		await().atMost(LONG).until(() -> !this.directory.sizes.isEmpty());
		admission.redirect(holder);
		end(new Outcome.Succeeded("\"done\""));
		assertThat(future).succeedsWithin(LONG).isEqualTo(4);
		assertThat(handle.state()).contains(JobState.SUCCEEDED);
	}

	@Test
	void aRolledBackCallIsNobodysHandleEvenIfItsKeyWasHeld() {
		UUID holder = enqueue();
		UUID own = UUID.randomUUID();
		Admission admission = Admission.held();
		JobHandle<String> handle = this.handles.handle(own, String.class, admission);
		admission.stage();
		admission.redirect(holder);
		admission.drop("its transaction was rolled back");
		assertThat(handle.id()).isEqualTo(own);
		assertThat(handle.state()).isEmpty();
		assertThat(handle.cancel()).isFalse();
		assertThatExceptionOfType(JobFailedException.class).isThrownBy(() -> handle.join(LONG))
			.withMessageContaining("Job " + own + " was never enqueued: its transaction was rolled back");
		assertThat(this.store.directory().find(Set.of(holder))).containsKey(holder);
	}

	@Test
	void theHandleOfACallWhoseKeyIsHeldCancelsTheHolder() {
		UUID holder = enqueue();
		Admission admission = Admission.held();
		JobHandle<String> handle = this.handles.handle(UUID.randomUUID(), String.class, admission);
		admission.write();
		admission.redirect(holder);
		admission.enqueue();
		assertThat(handle.cancel()).isTrue();
		assertThat(handle.state()).contains(JobState.CANCELLED);
		assertThatExceptionOfType(JobFailedException.class).isThrownBy(() -> handle.join(LONG))
			.withMessageContaining("Job " + holder + " (job) was cancelled");
	}

	private <T> JobHandle<T> enqueued(Class<T> type) {
		return this.handles.handle(enqueue(), type);
	}

	private UUID enqueue() {
		UUID id = UUID.randomUUID();
		this.store.intake().enqueue(List.of(new NewJob(id, "job", "default", 0, null, "[]", Map.of())));
		return id;
	}

	private int end(Outcome outcome) {
		Lease lease = new Lease(this.node, this.token.incrementAndGet());
		List<ClaimedJob> jobs = this.store.leases()
			.claim(new ClaimRequest(lease, null, Map.of(), Set.of("job"), 1000))
			.jobs();
		List<Ending> endings = jobs.stream().map((job) -> new Ending(job, outcome)).toList();
		if (!endings.isEmpty()) {
			assertThat(this.store.leases().apply(endings)).hasSize(endings.size());
		}
		return endings.size();
	}

	private static final class Directory implements JobDirectory {

		final List<Integer> sizes = new CopyOnWriteArrayList<>();

		volatile int failures;

		private final JobDirectory target;

		Directory(JobDirectory target) {
			this.target = target;
		}

		@Override
		public Map<UUID, JobStatus> find(Collection<UUID> ids) {
			this.sizes.add(ids.size());
			if (this.failures > 0) {
				this.failures--;
				throw new JobStoreException("An outage", null);
			}
			return this.target.find(new ArrayList<>(ids));
		}

		@Override
		public Optional<StoredArguments> arguments(UUID id) {
			return this.target.arguments(id);
		}

		@Override
		public JobWords words(UUID id) {
			return this.target.words(id);
		}

		@Override
		public List<JobAttempt> attempts(UUID id) {
			return this.target.attempts(id);
		}

		@Override
		public boolean cancel(UUID id) {
			return this.target.cancel(id);
		}

		@Override
		public Map<JobState, Count> count() {
			return this.target.count();
		}

		@Override
		public Duration untilNextStart(Rate rate) {
			return this.target.untilNextStart(rate);
		}

		@Override
		public Set<String> pausedQueues() {
			return this.target.pausedQueues();
		}

		@Override
		public List<QueueDepth> depths() {
			return this.target.depths();
		}

	}

}
