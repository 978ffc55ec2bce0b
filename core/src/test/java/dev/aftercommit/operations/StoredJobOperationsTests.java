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

package dev.aftercommit.operations;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.mockito.AdditionalAnswers;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.BulkResult;
import dev.aftercommit.DeadReason;
import dev.aftercommit.Explanation;
import dev.aftercommit.FailureGroup;
import dev.aftercommit.JobArguments;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobOrder;
import dev.aftercommit.JobPage;
import dev.aftercommit.JobSnapshot;
import dev.aftercommit.JobState;
import dev.aftercommit.JobTime;
import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.OrderResult;
import dev.aftercommit.Paging;
import dev.aftercommit.QueueSnapshot;
import dev.aftercommit.ScheduleSnapshot;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobList;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.Rate;
import dev.aftercommit.store.RateLimit;
import dev.aftercommit.store.Overview;
import dev.aftercommit.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Orders reach the store, and the workers hear of those that were carried out.
 */
class StoredJobOperationsTests {

	private static final Failure FAILURE = new Failure(AttemptOutcome.FAILED, "java.lang.Exception", "planted");

	private static final Rate RATE = Rate.ofJob("job", Set.of("job"), RateLimit.parse("1/1h"));

	private final JobStore store = new MemoryJobStore(Clock.systemUTC());

	private final List<String> heard = new ArrayList<>();

	private final JobOperations operations = new StoredJobOperations(this.store, new LocalWorkers() {

		@Override
		public Optional<Lease> reserve(NewJob job) {
			return Optional.empty();
		}

		@Override
		public void run(ClaimedJob job) {
		}

		@Override
		public void free(Lease lease) {
		}

		@Override
		public List<Rate> rates() {
			return List.of(RATE, Rate.ofQueue("other", RATE.limit()));
		}

		@Override
		public void ordersGiven() {
			StoredJobOperationsTests.this.heard.add("cancel requested");
		}

		@Override
		public void wakeUp() {
			StoredJobOperationsTests.this.heard.add("jobs wait");
		}

	}, Duration.ofSeconds(30), NextFireTimes.NONE);

	private long tokens;

	@Test
	void aJobIsSeenWithoutItsValues() {
		UUID id = enqueue(null);
		apply(id, new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		JobStatus status = this.store.directory().find(Set.of(id)).get(id);
		assertThat(this.operations.find(id)).contains(new JobSnapshot(id, "job", "bulk", 4, JobState.DEAD, 1,
				status.enqueuedAt(), null, status.endedAt(), DeadReason.DISCARDED,
				new JobSnapshot.Failure(AttemptOutcome.FAILED, "java.lang.Exception", "planted"), List.of()));
		assertThat(this.operations.find(UUID.randomUUID())).isEmpty();
		UUID later = enqueue(JobTime.in(Duration.ofHours(1)));
		assertThat(this.operations.find(later)).get().satisfies((job) -> {
			assertThat(job.state()).isEqualTo(JobState.SCHEDULED);
			assertThat(job.dueAt()).isEqualTo(job.enqueuedAt().plusSeconds(3600));
			assertThat(job.lastFailure()).isNull();
		});
	}

	@Test
	void workersHearOfWhatTheyCanDoSomethingAbout() {
		UUID id = enqueue(JobTime.in(Duration.ofHours(1)));
		assertThat(this.operations.runNow(id)).isEqualTo(OrderResult.done(JobState.SCHEDULED));
		assertThat(this.heard).containsExactly("jobs wait");
		claim();
		assertThat(this.operations.cancel(id)).isEqualTo(OrderResult.requested());
		assertThat(this.heard).containsExactly("jobs wait", "cancel requested");
		UUID dead = enqueue(null);
		apply(dead, new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		assertThat(this.operations.retry(dead)).isEqualTo(OrderResult.done(JobState.DEAD));
		assertThat(this.heard).containsExactly("jobs wait", "cancel requested", "jobs wait");
	}

	@Test
	void workersHearOfAQueueThatIsPausedOrResumed() {
		assertThat(this.operations.pauseQueue("bulk")).isTrue();
		assertThat(this.operations.pausedQueues()).containsExactly("bulk");
		assertThat(this.operations.pauseQueue("bulk")).isFalse();
		assertThat(this.heard).containsExactly("jobs wait");
		assertThat(this.operations.resumeQueue("bulk")).isTrue();
		assertThat(this.operations.resumeQueue("bulk")).isFalse();
		assertThat(this.operations.pausedQueues()).isEmpty();
		assertThat(this.heard).containsExactly("jobs wait", "jobs wait");
	}

	@Test
	void aNameThatNoQueueCanHaveIsRefused() {
		for (String name : List.of("", " ", "x".repeat(101))) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.operations.pauseQueue(name))
				.withMessageContaining("'queue' (" + name + ") must be the name of a queue");
			assertThatIllegalArgumentException().isThrownBy(() -> this.operations.resumeQueue(name))
				.withMessageContaining("'queue' (" + name + ") must be the name of a queue");
		}
	}

	@Test
	void nobodyHearsOfAnOrderThatChangedNothing() {
		UUID id = enqueue(null);
		assertThat(this.operations.retry(id)).isEqualTo(OrderResult.refused(JobState.ENQUEUED));
		assertThat(this.operations.runNow(id)).isEqualTo(OrderResult.refused(JobState.ENQUEUED));
		assertThat(this.operations.delete(id)).isEqualTo(OrderResult.refused(JobState.ENQUEUED));
		assertThat(this.operations.cancel(UUID.randomUUID())).isEqualTo(OrderResult.unknown());
		assertThat(this.heard).isEmpty();
		assertThat(this.operations.cancel(id)).isEqualTo(OrderResult.done(JobState.ENQUEUED));
		assertThat(this.operations.delete(id)).isEqualTo(OrderResult.done(JobState.CANCELLED));
		assertThat(this.operations.delete(id)).isEqualTo(OrderResult.unknown());
		assertThat(this.heard).isEmpty();
	}

	@Test
	void workersHearOfAnOrderWhenItsTransactionIsOver() {
		UUID id = enqueue(JobTime.in(Duration.ofHours(1)));
		new TransactionTemplate(new NoResources()).executeWithoutResult((status) -> {
			assertThat(this.operations.runNow(id).isDone()).isTrue();
			assertThat(this.heard).isEmpty();
		});
		assertThat(this.heard).containsExactly("jobs wait");
	}

	@Test
	void jobsAreListedPageByPage() {
		UUID first = enqueue(null);
		UUID second = enqueue(null);
		JobPage page = this.operations.list(JobFilter.all().queue("bulk"), Paging.newestFirst(1));
		JobPage rest = this.operations.list(JobFilter.all().queue("bulk"), Paging.newestFirst(1).after(page.next()));
		assertThat(rest.next()).isNull();
		assertThat(Stream.concat(page.jobs().stream(), rest.jobs().stream()).map(JobSnapshot::id))
			.containsExactlyInAnyOrder(first, second);
	}

	@Test
	void onlyWhatHasFailedIsGroupedByItsFailures() {
		UUID dead = enqueue(null);
		apply(dead, new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		Instant endedAt = this.operations.find(dead).orElseThrow().endedAt();
		assertThat(this.operations.failures(Set.of(JobState.DEAD, JobState.RETRYING)))
			.containsExactly(new FailureGroup(JobState.DEAD, "job", "java.lang.Exception", 1, true, dead, endedAt));
		assertThat(this.operations.failures(Set.of(JobState.RETRYING))).isEmpty();
		assertThatIllegalArgumentException().isThrownBy(() -> this.operations.failures(Set.of()))
			.withMessageStartingWith("'states' ([]) must be DEAD, RETRYING or both");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.operations.failures(EnumSet.of(JobState.DEAD, JobState.SUCCEEDED)))
			.withMessageStartingWith("'states' ([SUCCEEDED, DEAD]) must be");
	}

	@Test
	void anOrderAboutAllThatMatchSaysWhatBecameOfEach() {
		List<UUID> running = List.of(enqueue(null), enqueue(null), enqueue(null));
		UUID later = enqueue(JobTime.in(Duration.ofHours(1)));
		UUID dead = enqueue(null);
		apply(dead, new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		UUID waiting = enqueue(null);
		BulkResult cancelled = all(JobOrder.CANCEL, JobFilter.all());
		assertThat(cancelled.jobs(OrderResult.Kind.REQUESTED)).containsExactlyInAnyOrderElementsOf(running);
		assertThat(cancelled.jobs(OrderResult.Kind.DONE)).containsExactlyInAnyOrder(later, waiting);
		assertThat(cancelled.jobs(OrderResult.Kind.REFUSED)).containsExactly(dead);
		assertThat(cancelled.count(OrderResult.Kind.UNKNOWN)).isZero();
		assertThat(this.heard).containsExactly("cancel requested", "jobs wait");
		assertThat(all(JobOrder.DELETE, JobFilter.all().states(JobState.CANCELLED)).jobs(OrderResult.Kind.DONE))
			.containsExactlyInAnyOrder(later, waiting);
		assertThat(all(JobOrder.RETRY, JobFilter.all().states(JobState.DEAD)).jobs(OrderResult.Kind.DONE))
			.containsExactly(dead);
		assertThat(all(JobOrder.RUN_NOW, JobFilter.all().states(JobState.SCHEDULED)).jobs()).isEmpty();
	}

	@Test
	void anOrderAboutManyGoesOnWhereItStopped() {
		for (int i = 0; i < 120; i++) {
			enqueue(null);
		}
		Paging paging = Paging.oldestFirst(50);
		List<Integer> done = new ArrayList<>();
		BulkResult result = this.operations.order(JobOrder.CANCEL, JobFilter.all(), paging);
		done.add(result.count(OrderResult.Kind.DONE));
		while (result.next() != null) {
			result = this.operations.order(JobOrder.CANCEL, JobFilter.all(), paging.after(result.next()));
			done.add(result.count(OrderResult.Kind.DONE));
		}
		assertThat(done).containsExactly(50, 50, 20);
	}

	@Test
	void whatFailedInAnotherWayWhenItsTurnComesIsLeftAlone() {
		UUID same = enqueue(null);
		apply(same, new Outcome.Retry(Duration.ofHours(1), FAILURE));
		UUID other = enqueue(null);
		apply(other, new Outcome.Retry(Duration.ofHours(1), new Failure(AttemptOutcome.FAILED, "other", "planted")));
		JobStore moving = mock(JobStore.class, AdditionalAnswers.delegatesTo(this.store));
		Overview overview = mock(Overview.class);
		given(moving.overview()).willReturn(overview);
		Map<UUID, JobStatus> listed = this.store.directory().find(Set.of(same, other));
		given(overview.list(any(), any())).willReturn(new JobList(listed, null));
		BulkResult result = new StoredJobOperations(moving, LocalWorkers.NONE, Duration.ofSeconds(30),
				NextFireTimes.NONE)
			.order(JobOrder.RUN_NOW, JobFilter.all().errorType("java.lang.Exception"), Paging.newestFirst(10));
		assertThat(result.jobs()).isEqualTo(Map.of(OrderResult.Kind.DONE, List.of(same)));
	}

	@Test
	void whatDoesNotMatchAnyMoreWhenItsTurnComesIsLeftAlone() {
		UUID gone = enqueue(null);
		UUID moved = enqueue(null);
		JobStore moving = mock(JobStore.class, AdditionalAnswers.delegatesTo(this.store));
		Overview overview = mock(Overview.class);
		given(moving.overview()).willReturn(overview);
		Map<UUID, JobStatus> listed = this.store.directory().find(Set.of(gone, moved));
		given(overview.list(any(), any())).willReturn(new JobList(listed, null));
		claim();
		BulkResult result = new StoredJobOperations(moving, LocalWorkers.NONE, Duration.ofSeconds(30),
				NextFireTimes.NONE)
			.order(JobOrder.CANCEL, JobFilter.all().states(JobState.ENQUEUED), Paging.newestFirst(10));
		assertThat(result.jobs()).isEmpty();
	}

	@Test
	void argumentsAreShownAsFarAsThisNodeCanTellWhichOnesAreSensitive() {
		JobOperations masking = masking(this.store);
		UUID known = enqueue(null);
		assertThat(masking.arguments(known)).isEqualTo(new JobArguments(JobArguments.Kind.KNOWN, "job:[]"));
		assertThat(this.operations.arguments(known)).isEqualTo(new JobArguments(JobArguments.Kind.HIDDEN, null));
		NewJob unknown = new NewJob(UUID.randomUUID(), "unknown", "bulk", 0, null, "[1]", Map.of());
		this.store.intake().enqueue(List.of(unknown));
		assertThat(masking.arguments(unknown.id())).isEqualTo(new JobArguments(JobArguments.Kind.HIDDEN, null));
		this.operations.cancel(known);
		assertThat(masking.arguments(known)).isEqualTo(new JobArguments(JobArguments.Kind.NOT_KEPT, null));
		this.operations.delete(known);
		assertThat(masking.arguments(known)).isEqualTo(new JobArguments(JobArguments.Kind.UNKNOWN, null));
	}

	@Test
	void argumentsOfAJobThatIsWrittenMeanwhileAreShown() {
		UUID id = enqueue(null);
		JobStore moving = mock(JobStore.class, AdditionalAnswers.delegatesTo(this.store));
		JobDirectory directory = mock(JobDirectory.class);
		given(moving.directory()).willReturn(directory);
		given(directory.arguments(id)).willReturn(Optional.empty(), this.store.directory().arguments(id));
		assertThat(masking(moving).arguments(id).json()).isEqualTo("job:[]");
	}

	private static JobOperations masking(JobStore store) {
		return new StoredJobOperations(store, LocalWorkers.NONE, Duration.ofSeconds(30), NextFireTimes.NONE,
				(name, text) -> name.equals("job") ? Optional.of(name + ":" + text) : Optional.empty());
	}

	@Test
	void aJobThatARateHoldsUpIsExplainedByIt() {
		UUID first = enqueue(null);
		UUID second = enqueue(null);
		assertThat(this.operations.explain(first).reasons()).extracting(Explanation.Reason::kind)
			.doesNotContain(Explanation.Kind.RATE_IS_SPENT);
		long node = this.store.nodes().register(new NodeInfo("a", "", Set.of("job")));
		assertThat(this.store.leases()
			.claim(new ClaimRequest(new Lease(node, 1), null, Map.of(), Set.of("job"), 10, Map.of(), List.of(RATE), 10,
					Set.of()))
			.jobs()).hasSize(1);
		assertThat(this.operations.explain(second).reasons())
			.filteredOn((reason) -> reason.kind() == Explanation.Kind.RATE_IS_SPENT)
			.singleElement()
			.satisfies((reason) -> assertThat(reason.text())
				.matches("The rate 1/1h of jobs of its name lets the next one start in \\d+ s\\."));
	}

	@Test
	void queuesAreThoseThatWaitRunOrArePaused() {
		enqueue(null);
		claim();
		enqueue(null);
		this.store.intake().enqueue(List.of(new NewJob(UUID.randomUUID(), "job", "mail", 0, null, "[]", Map.of())));
		this.store.orders().pause("mail");
		this.store.orders().pause("empty");
		assertThat(this.operations.queues())
			.extracting(QueueSnapshot::queue, QueueSnapshot::waiting, QueueSnapshot::running, QueueSnapshot::paused)
			.containsExactly(tuple("bulk", 1L, 1L, false), tuple("empty", 0L, 0L, true), tuple("mail", 1L, 0L, true));
	}

	@Test
	void schedulesTellWhenTheyAreFiredNextIfThisNodeKnowsThem() {
		JobOperations knowing = new StoredJobOperations(this.store, LocalWorkers.NONE, Duration.ofSeconds(30),
				(name, definition, after) -> name.equals("a") ? after.plusSeconds(7) : null);
		this.store.recurrences().agree(Map.of("a", "job every PT7S", "b", "disabled"), Duration.ZERO);
		List<ScheduleSnapshot> schedules = knowing.schedules();
		assertThat(schedules).extracting(ScheduleSnapshot::name, ScheduleSnapshot::definition)
			.containsExactly(tuple("a", "job every PT7S"), tuple("b", "disabled"));
		assertThat(schedules.get(0).nextAt()).isEqualTo(schedules.get(0).decidedAt().plusSeconds(7));
		assertThat(schedules.get(1).nextAt()).isNull();
		assertThat(this.operations.schedules().get(0).nextAt()).isNull();
	}

	@Test
	void nodesAreThoseOfTheStore() {
		long node = this.store.nodes().register(new NodeInfo("node", "1", Set.of("job")));
		assertThat(this.operations.nodes()).extracting(NodeSnapshot::number).containsExactly(node);
	}

	private BulkResult all(JobOrder order, JobFilter filter) {
		BulkResult result = this.operations.order(order, filter, Paging.oldestFirst(1000));
		assertThat(result.next()).isNull();
		return result;
	}

	private UUID enqueue(@Nullable JobTime time) {
		UUID id = UUID.randomUUID();
		this.store.intake().enqueue(List.of(new NewJob(id, "job", "bulk", 4, time, "[]", Map.of())));
		return id;
	}

	private List<ClaimedJob> claim() {
		return this.store.leases()
			.claim(new ClaimRequest(new Lease(1, ++this.tokens), null, Map.of(), Set.of("job"), 10))
			.jobs();
	}

	private void apply(UUID id, Outcome outcome) {
		ClaimedJob claimed = claim().stream().filter((job) -> job.id().equals(id)).findFirst().orElseThrow();
		this.store.leases().apply(List.of(new Ending(claimed, outcome)));
	}

	/** Transactions of nothing. */
	@SuppressWarnings("serial")
	private static final class NoResources extends AbstractPlatformTransactionManager {

		@Override
		protected Object doGetTransaction() {
			return this;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
		}

	}

}
