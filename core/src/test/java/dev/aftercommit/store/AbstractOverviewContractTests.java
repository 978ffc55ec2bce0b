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
package dev.aftercommit.store;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.Explanation;
import dev.aftercommit.FailureGroup;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobOrder;
import dev.aftercommit.JobState;
import dev.aftercommit.JobTime;
import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.OrderResult;
import dev.aftercommit.Paging;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.UnknownName;
import dev.aftercommit.operations.NextFireTimes;
import dev.aftercommit.operations.StoredJobOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What operators see of every store. A store passes it by one subclass that gives a
 * harness.
 */
public abstract class AbstractOverviewContractTests {

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	private static final Set<JobState> STATES = EnumSet.complementOf(EnumSet.of(JobState.BLOCKED));

	private static final Failure FAILURE = new Failure(AttemptOutcome.FAILED, "type", "text");

	private final List<NewJob> called = new ArrayList<>();

	private StoreHarness harness;

	private JobStore store;

	private long node;

	private long token;

	/**
	 * A harness whose store has no jobs and no nodes.
	 */
	protected abstract StoreHarness newHarness() throws Exception;

	@BeforeEach
	void openStore() throws Exception {
		this.called.clear();
		this.harness = newHarness();
		this.store = this.harness.store();
		this.node = this.store.nodes().register(new NodeInfo("node", "1", Set.of("job", "other.job")));
	}

	@AfterEach
	void closeStore() throws Exception {
		this.harness.close();
	}

	// Lists

	@Test
	void anEmptyStoreHasOneEmptyPage() {
		assertThat(list(JobFilter.all(), Paging.newestFirst(10))).isEqualTo(new JobList(Map.of(), null));
		assertThat(list(JobFilter.all().tag("none"), Paging.oldestFirst(10))).isEqualTo(new JobList(Map.of(), null));
	}

	@Test
	void allJobsAreListedInTheOrderOfTheirCallsWhereverTheyAre() {
		oneInEachState();
		List<UUID> ids = ids(this.called);
		for (int size : List.of(1, 2, 3, 7, 1000)) {
			assertThat(all(JobFilter.all(), Paging.oldestFirst(size))).as("pages of %s", size).isEqualTo(ids);
			Collections.reverse(ids);
			assertThat(all(JobFilter.all(), Paging.newestFirst(size))).as("pages of %s", size).isEqualTo(ids);
			Collections.reverse(ids);
		}
	}

	@Test
	void aListedJobIsAsItIsFoundButForItsResult() {
		oneInEachState();
		Map<UUID, JobStatus> listed = list(JobFilter.all(), Paging.oldestFirst(100)).jobs();
		Map<UUID, JobStatus> found = this.store.directory().find(ids(this.called));
		assertThat(listed).hasSameSizeAs(found)
			.allSatisfy((id, job) -> assertThat(job).usingRecursiveComparison()
				.ignoringFields("result")
				.isEqualTo(found.get(id)))
			.allSatisfy((id, job) -> assertThat(job.result()).isNull());
	}

	@ParameterizedTest
	@EnumSource
	void jobsAreListedByTheirStates(JobState state) {
		Map<JobState, UUID> jobs = oneInEachState();
		List<UUID> expected = jobs.containsKey(state) ? List.of(jobs.get(state)) : List.of();
		assertThat(all(JobFilter.all().states(state), Paging.newestFirst(3))).isEqualTo(expected);
		assertThat(all(JobFilter.all().states(state), Paging.oldestFirst(1))).isEqualTo(expected);
		JobState[] others = Arrays.stream(JobState.values()).filter((other) -> other != state).toArray(JobState[]::new);
		List<UUID> rest = new ArrayList<>(ids(this.called));
		rest.removeAll(expected);
		assertThat(all(JobFilter.all().states(others), Paging.oldestFirst(2))).isEqualTo(rest);
	}

	@Test
	void jobsAreListedByQueueNameAndTimeOfTheCall() {
		NewJob mail = enqueue("job", "mail", null);
		NewJob other = enqueue("other.job", "mail", null);
		NewJob third = enqueue("job", "default", null);
		claimAll("mail").forEach((job) -> apply(job, new Outcome.Succeeded(null)));
		NewJob fourth = enqueue("job", "mail", JobTime.in(Duration.ofHours(1)));
		assertThat(all(JobFilter.all().queue("mail"), Paging.oldestFirst(2)))
			.isEqualTo(ids(List.of(mail, other, fourth)));
		assertThat(all(JobFilter.all().queue("mail").name("job"), Paging.newestFirst(2)))
			.isEqualTo(ids(List.of(fourth, mail)));
		assertThat(all(JobFilter.all().name("other.job"), Paging.newestFirst(2))).isEqualTo(ids(List.of(other)));
		assertThat(all(JobFilter.all().queue("nothing"), Paging.newestFirst(2))).isEmpty();
		assertThat(all(JobFilter.all().called(time(1), time(3)), Paging.newestFirst(1)))
			.isEqualTo(ids(List.of(third, other)));
		assertThat(all(JobFilter.all().called(time(2), null), Paging.oldestFirst(1)))
			.isEqualTo(ids(List.of(third, fourth)));
		assertThat(all(JobFilter.all().called(Instant.MIN, time(1)), Paging.oldestFirst(1)))
			.isEqualTo(ids(List.of(mail)));
		assertThat(all(JobFilter.all().called(null, Instant.MAX), Paging.oldestFirst(3))).hasSize(4);
		assertThat(all(JobFilter.all().called(time(3), null), Paging.newestFirst(3).after(key(mail, third)))).isEmpty();
	}

	@Test
	void whatComesAndGoesElsewhereMovesNothing() {
		List<NewJob> jobs = IntStream.range(0, 10).mapToObj((i) -> enqueue("job", "default", null)).toList();
		JobList first = list(JobFilter.all(), Paging.newestFirst(4));
		assertThat(first.jobs().keySet()).containsExactlyElementsOf(reversed(jobs.subList(6, 10)));
		enqueue("job", "default", null);
		claimAll("default").forEach((job) -> apply(job, new Outcome.Retry(Duration.ofHours(1), FAILURE)));
		this.store.orders().cancel(jobs.get(7).id());
		this.store.orders().delete(jobs.get(7).id());
		this.store.orders().cancel(jobs.get(4).id());
		this.store.orders().delete(jobs.get(4).id());
		List<UUID> rest = all(JobFilter.all(), Paging.newestFirst(4).after(first.next()));
		assertThat(rest).containsExactlyElementsOf(
				reversed(List.of(jobs.get(0), jobs.get(1), jobs.get(2), jobs.get(3), jobs.get(5))));
	}

	@Test
	void aPageLooksAtSoManyJobsAndSaysThatMoreFollow() {
		NewJob first = enqueue("other.job", "default", null);
		List<NewJob> many = IntStream.range(0, 12_000).mapToObj((i) -> newJob("job", "default", null)).toList();
		for (int i = 0; i < many.size(); i += 4000) {
			this.store.intake().enqueue(many.subList(i, i + 4000));
		}
		NewJob last = enqueue("other.job", "default", null);
		JobFilter filter = JobFilter.all().queue("default").states(JobState.ENQUEUED, JobState.DEAD);
		List<UUID> found = new ArrayList<>();
		Paging paging = Paging.oldestFirst(100);
		JobList page = list(filter.name("other.job"), paging);
		for (int pages = 1; page.next() != null && pages < 10; pages++) {
			found.addAll(page.jobs().keySet());
			page = list(filter.name("other.job"), paging.after(page.next()));
		}
		found.addAll(page.jobs().keySet());
		assertThat(found).containsExactly(first.id(), last.id());
		assertThat(all(filter.name("job"), Paging.newestFirst(1000))).hasSize(12_000).doesNotHaveDuplicates();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "nonsense", "1.2", "0.0.x", "a.b.c", "00000000-0000-0000-0000-00000000000g" })
	void aKeyThatNoPageGaveIsRefused(String after) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> list(JobFilter.all(), new Paging(Paging.Order.NEWEST_FIRST, 10, after)))
			.withMessageStartingWith("'after' (" + after + ") ")
			.withMessageContaining("'next'");
	}

	// Failures

	@Test
	void whatFailedIsGroupedByNameAndByTheTypeOfTheLastFailure() {
		assertThat(failures(JobState.DEAD, JobState.RETRYING)).isEmpty();
		oneInEachState();
		NewJob first = dies("other.job", "b.Type");
		NewJob second = dies("other.job", "b.Type");
		NewJob third = dies("job", "b.Type");
		this.harness.advance(Duration.ofSeconds(10));
		NewJob earlier = failsTwice("job", "a.Type", "m.Type");
		NewJob later = failsTwice("job", "z.Type", "m.Type");
		NewJob snoozed = failsTwice("job", "a.Type", null);
		NewJob cancelled = failsTwice("job", "a.Type", "m.Type");
		this.store.orders().cancel(cancelled.id());
		NewJob retried = dies("job", "a.Type");
		this.store.orders().retry(retried.id());
		List<FailureGroup> groups = failures(JobState.DEAD, JobState.RETRYING);
		assertThat(groups)
			.extracting(FailureGroup::state, FailureGroup::name, FailureGroup::errorType, FailureGroup::count,
					FailureGroup::exact)
			.containsExactly(tuple(JobState.DEAD, "other.job", "b.Type", 2L, true),
					tuple(JobState.DEAD, "job", "b.Type", 1L, true), tuple(JobState.DEAD, "job", "type", 1L, true),
					tuple(JobState.RETRYING, "job", "m.Type", 2L, true),
					tuple(JobState.RETRYING, "job", "type", 1L, true));
		assertThat(groups.get(0).latest()).isEqualTo(second.id());
		assertThat(groups.get(0).latestAt()).isEqualTo(status(second).endedAt())
			.isAfterOrEqualTo(status(first).endedAt());
		assertThat(groups.get(1).latest()).isEqualTo(third.id());
		assertThat(groups.get(3).latest()).isEqualTo(later.id());
		assertThat(groups.get(3).latestAt()).isEqualTo(this.store.directory().attempts(later.id()).get(1).endedAt())
			.isAfterOrEqualTo(this.store.directory().attempts(earlier.id()).get(1).endedAt());
		assertThat(failures(JobState.DEAD)).isEqualTo(groups.subList(0, 3));
		assertThat(failures(JobState.RETRYING)).isEqualTo(groups.subList(3, 5));
		assertThat(failures(JobState.SUCCEEDED, JobState.SCHEDULED, JobState.ENQUEUED)).isEmpty();
		assertThat(status(snoozed).state()).isEqualTo(JobState.SCHEDULED);
	}

	@Test
	void whoseNodesWereLostAreInOneGroup() {
		List<NewJob> jobs = List.of(enqueue("job", "default", null), enqueue("job", "default", null));
		claimAll("default");
		this.store.nodes().end(this.node);
		while (this.store.leases().rescue(Duration.ofSeconds(30), 1, 10) > 0) {
			this.harness.advance(Duration.ofMinutes(10));
		}
		assertThat(failures(JobState.DEAD, JobState.RETRYING)).singleElement().satisfies((group) -> {
			assertThat(group.count()).isEqualTo(2);
			assertThat(group.errorType()).isEqualTo(status(jobs.get(0)).failure().type());
		});
	}

	@ParameterizedTest
	@MethodSource
	void theTypeOfAnErrorIsAnyText(String type) {
		NewJob job = dies("job", type);
		NewJob other = failsTwice("job", "type", type);
		String kept = status(job).failure().type();
		assertThat(kept).hasSizeLessThanOrEqualTo(200).isEqualTo(status(other).failure().type());
		assertThat(failures(JobState.DEAD, JobState.RETRYING)).extracting(FailureGroup::errorType, FailureGroup::latest)
			.containsExactly(tuple(kept, job.id()), tuple(kept, other.id()));
		assertThat(all(JobFilter.all().errorType(kept), Paging.oldestFirst(10))).isEqualTo(ids(List.of(job, other)));
	}

	static List<String> theTypeOfAnErrorIsAnyText() {
		return List.of("", " ", "a b:c", "\n\nx\n", "FAILED\n3\nabc", "3 type", "ä\u20ac\ud83d\ude00\u2028", "a\0b",
				"'; DROP TABLE aftercommit_job; --", "{aftercommit}:job", "%s ? ${x} {dead}",
				"\ud83d\ude00".repeat(100), "x" + "\ud83d\ude00".repeat(120), "y".repeat(5000));
	}

	@Test
	void jobsAreListedByTheTypeOfTheirLastFailure() {
		oneInEachState();
		NewJob dead = dies("other.job", "m.Type");
		NewJob retrying = failsTwice("job", "z.Type", "m.Type");
		NewJob other = failsTwice("job", "m.Type", "z.Type");
		NewJob snoozed = failsTwice("job", "m.Type", null);
		NewJob tagged = newJob("job", "failing", null, "t");
		this.store.intake().enqueue(List.of(tagged, newJob("job", "default", null, "t")));
		apply(claimAll("failing").get(0), new Outcome.Dead(DeadReason.DISCARDED, failure("m.Type")));
		NewJob succeeded = failsTwice("job", "a.Type", "m.Type");
		this.store.orders().runNow(succeeded.id());
		apply(claimAll("failing").get(0), new Outcome.Succeeded(null));
		JobFilter filter = JobFilter.all().errorType("m.Type");
		assertThat(all(filter, Paging.newestFirst(2)))
			.isEqualTo(ids(List.of(succeeded, tagged, snoozed, retrying, dead)));
		assertThat(all(filter.states(JobState.RETRYING), Paging.oldestFirst(2))).isEqualTo(ids(List.of(retrying)));
		assertThat(all(filter.states(JobState.DEAD), Paging.oldestFirst(1))).isEqualTo(ids(List.of(dead, tagged)));
		assertThat(all(filter.states(JobState.DEAD).name("other.job"), Paging.oldestFirst(1)))
			.isEqualTo(ids(List.of(dead)));
		assertThat(all(filter.tag("t"), Paging.oldestFirst(1))).isEqualTo(ids(List.of(tagged)));
		assertThat(all(filter.errorType("z.Type"), Paging.oldestFirst(1))).isEqualTo(ids(List.of(other)));
		for (String none : List.of("", "m.Typ", "m.Type ", "M.TYPE", "%", "m\0Type", "x".repeat(10_000))) {
			assertThat(all(filter.errorType(none), Paging.newestFirst(10))).as(none).isEmpty();
		}
	}

	@Test
	void anOrderAboutAGroupReachesItsJobsAndNoOther() {
		NewJob first = dies("job", "m.Type");
		NewJob second = dies("job", "m.Type");
		NewJob other = dies("job", "z.Type");
		FailureGroup group = failures(JobState.DEAD).get(0);
		JobFilter filter = JobFilter.all().states(group.state()).name(group.name()).errorType(group.errorType());
		assertThat(operations().order(JobOrder.RETRY, filter, Paging.oldestFirst(1000)).jobs())
			.isEqualTo(Map.of(OrderResult.Kind.DONE, ids(List.of(first, second))));
		assertThat(failures(JobState.DEAD, JobState.RETRYING)).extracting(FailureGroup::latest)
			.containsExactly(other.id());
	}

	@Test
	void theHundredLargestGroupsAreTold() {
		for (int i = 0; i < 99; i++) {
			enqueue("job", "default", null);
		}
		List<ClaimedJob> jobs = claimAll("default");
		applyAll(jobs, (number) -> new Outcome.Dead(DeadReason.DISCARDED, failure("type-" + number)));
		for (int i = 0; i < 9; i++) {
			enqueue("job", "default", null);
		}
		applyAll(claimAll("default"),
				(number) -> new Outcome.Dead(DeadReason.DISCARDED, failure("type-" + (97 + number / 3))));
		NewJob retrying = failsTwice("job", "type", "type");
		List<FailureGroup> groups = failures(JobState.DEAD, JobState.RETRYING);
		assertThat(groups).hasSize(100);
		assertThat(groups.subList(0, 3)).extracting(FailureGroup::errorType, FailureGroup::count)
			.containsExactlyInAnyOrder(tuple("type-97", 4L), tuple("type-98", 4L), tuple("type-99", 3L));
		assertThat(groups).allMatch((group) -> group.state() == JobState.DEAD);
		assertThat(failures(JobState.RETRYING)).extracting(FailureGroup::latest).containsExactly(retrying.id());
	}

	private List<FailureGroup> failures(JobState... states) {
		return this.store.overview().failures(Set.of(states));
	}

	/** At its third attempt. */
	private NewJob dies(String name, String errorType) {
		NewJob job = failsTwice(name, "a.Type", "z.Type");
		this.store.orders().runNow(job.id());
		apply(claimAll("failing").get(0), new Outcome.Dead(DeadReason.DISCARDED, failure(errorType)));
		return job;
	}

	/** The second time it may snooze instead. */
	private NewJob failsTwice(String name, String first, @Nullable String second) {
		NewJob job = enqueue(name, "failing", null);
		apply(claimAll("failing").get(0), new Outcome.Retry(Duration.ofHours(1), failure(first)));
		this.store.orders().runNow(job.id());
		apply(claimAll("failing").get(0), (second != null) ? new Outcome.Retry(Duration.ofHours(1), failure(second))
				: new Outcome.Snoozed(Duration.ofHours(1)));
		return job;
	}

	private static Failure failure(String type) {
		return new Failure(AttemptOutcome.FAILED, type, "text");
	}

	private void applyAll(List<ClaimedJob> jobs, IntFunction<Outcome> outcome) {
		List<Ending> endings = IntStream.range(0, jobs.size())
			.mapToObj((i) -> new Ending(jobs.get(i), outcome.apply(i)))
			.toList();
		assertThat(this.store.leases().apply(endings)).hasSameSizeAs(jobs);
	}

	// Arguments

	@Test
	void theArgumentsOfAJobAreKnownWhileItLivesAndIfItIsDead() {
		Map<JobState, UUID> jobs = new EnumMap<>(oneInEachState());
		keyed("key", null);
		jobs.put(JobState.BLOCKED, keyed("key", null).id());
		settle();
		assertThat(jobs).containsOnlyKeys(JobState.values()).allSatisfy((state, id) -> {
			assertThat(this.store.directory().find(List.of(id)).get(id).state()).isEqualTo(state);
			assertThat(this.store.directory().arguments(id)).as("of one that is %s", state)
				.isEqualTo((state.isEnded() && state != JobState.DEAD) ? Optional.empty() : Optional.of(stored(id)));
		});
		this.store.orders().retry(jobs.get(JobState.DEAD));
		assertThat(this.store.directory().arguments(jobs.get(JobState.DEAD))).contains(stored(jobs.get(JobState.DEAD)));
		assertThat(this.store.directory().arguments(UUID.randomUUID())).isEmpty();
	}

	@Test
	void largeArgumentsAreKnownCharacterForCharacter() {
		String large = "[\"" + "\\\"\u00e4\ud83d\ude80\\n\\u0000".repeat(50_000) + "\"]";
		NewJob job = new NewJob(UUID.randomUUID(), "a job:\u00e4", "a queue", 0, null, large, Map.of("h", "x"));
		this.store.intake().enqueue(List.of(job));
		assertThat(this.store.directory().arguments(job.id())).contains(new StoredArguments("a job:\u00e4", large));
	}

	private StoredArguments stored(UUID id) {
		NewJob job = this.called.stream().filter((each) -> each.id().equals(id)).findFirst().orElseThrow();
		return new StoredArguments(job.name(), job.arguments());
	}

	// Tags

	@Test
	void jobsAreFoundByTheirTagsWhereverTheyAre() {
		NewJob running = tagged("server:1", "account:ä \u4e16 '%&=");
		NewJob succeeded = tagged("server:1");
		NewJob dead = tagged("server:1", "server:2");
		NewJob cancelled = tagged("server:1");
		this.store.orders().cancel(cancelled.id());
		List<ClaimedJob> claimed = claimAll("default");
		apply(claimed.get(1), new Outcome.Succeeded("\"result\""));
		apply(claimed.get(2), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		enqueue("job", "default", null);
		NewJob waiting = tagged("server:1");
		assertThat(all(JobFilter.all().tag("server:1"), Paging.newestFirst(2)))
			.isEqualTo(ids(List.of(waiting, cancelled, dead, succeeded, running)));
		assertThat(all(JobFilter.all().tag("server:1"), Paging.oldestFirst(3)))
			.isEqualTo(ids(List.of(running, succeeded, dead, cancelled, waiting)));
		assertThat(all(JobFilter.all().tag("server:2"), Paging.oldestFirst(3))).isEqualTo(ids(List.of(dead)));
		assertThat(all(JobFilter.all().tag("account:ä \u4e16 '%&="), Paging.oldestFirst(3)))
			.isEqualTo(ids(List.of(running)));
		assertThat(all(JobFilter.all().tag("server"), Paging.oldestFirst(3))).isEmpty();
		assertThat(all(JobFilter.all().tag("server:1").states(JobState.DEAD, JobState.RUNNING), Paging.newestFirst(1)))
			.isEqualTo(ids(List.of(dead, running)));
		assertThat(all(JobFilter.all().tag("server:1").called(time(1), time(3)), Paging.newestFirst(1)))
			.isEqualTo(ids(List.of(dead, succeeded)));
	}

	@Test
	void theTagsOfAJobAreKnownForAsLongAsTheJob() {
		NewJob job = tagged("b", "a", "b");
		NewJob without = enqueue("job", "default", null);
		List<UUID> both = ids(List.of(job, without));
		assertThat(this.store.overview().tags(both)).isEqualTo(Map.of(job.id(), List.of("a", "b")));
		ClaimedJob claimed = claimAll("default").get(0);
		apply(claimed, new Outcome.Retry(Duration.ZERO, FAILURE));
		this.store.leases().promote(10);
		assertThat(this.store.overview().tags(both)).isEqualTo(Map.of(job.id(), List.of("a", "b")));
		apply(claimAll("default").get(0), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		this.store.orders().retry(job.id());
		claimAll("default").forEach((again) -> apply(again, new Outcome.Succeeded(null)));
		assertThat(this.store.overview().tags(both)).isEqualTo(Map.of(job.id(), List.of("a", "b")));
		this.store.orders().delete(job.id());
		assertThat(this.store.overview().tags(both)).isEmpty();
		assertThat(list(JobFilter.all().tag("a"), Paging.newestFirst(1))).isEqualTo(new JobList(Map.of(), null));
	}

	@Test
	void tagsArePrunedWithTheirJobs() {
		NewJob succeeded = tagged("t");
		NewJob dead = tagged("t");
		NewJob cancelled = tagged("t");
		this.store.orders().cancel(cancelled.id());
		List<ClaimedJob> claimed = claimAll("default");
		apply(claimed.get(0), new Outcome.Succeeded(null));
		apply(claimed.get(1), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		NewJob left = tagged("t");
		this.harness.advance(Duration.ofHours(2));
		assertThat(this.store.leases()
			.prune(new Retention(Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1)), 100)).isEqualTo(3);
		assertThat(all(JobFilter.all().tag("t"), Paging.newestFirst(1))).isEqualTo(ids(List.of(left)));
		assertThat(this.store.overview().tags(ids(List.of(succeeded, dead, cancelled, left))))
			.isEqualTo(Map.of(left.id(), List.of("t")));
	}

	@Test
	void aJobThatIsEnqueuedAgainHasItsTagsOnce() {
		NewJob job = tagged("t");
		this.store.intake().enqueue(List.of(job, job, newJob("job", "default", null)));
		claimAll("default").forEach((claimed) -> apply(claimed, new Outcome.Succeeded(null)));
		this.store.intake().enqueue(List.of(job));
		assertThat(all(JobFilter.all().tag("t"), Paging.newestFirst(10))).isEqualTo(ids(List.of(job)));
		assertThat(this.store.overview().tags(List.of(job.id()))).isEqualTo(Map.of(job.id(), List.of("t")));
	}

	@Test
	void tagsCommitAndRollBackWithTheirJobs() {
		PlatformTransactionManager transactions = this.harness.transactions();
		assumeThat(transactions).isNotNull();
		NewJob job = newJob("job", "default", null, "t");
		TransactionTemplate transaction = new TransactionTemplate(transactions);
		transaction.executeWithoutResult((status) -> {
			this.store.intake().stage(List.of(new StagedJob(job, null)));
			status.setRollbackOnly();
		});
		assertThat(list(JobFilter.all().tag("t"), Paging.newestFirst(1))).isEqualTo(new JobList(Map.of(), null));
		transaction.executeWithoutResult((status) -> this.store.intake().stage(List.of(new StagedJob(job, null))));
		assertThat(all(JobFilter.all().tag("t"), Paging.newestFirst(1))).isEqualTo(ids(List.of(job)));
	}

	@Test
	void aFiredJobHasItsTags() {
		Recurrence row = this.store.recurrences().agree(Map.of("nightly", "d"), Duration.ZERO).get("nightly");
		this.harness.advance(Duration.ofMinutes(1));
		NewJob job = newJob("job", "default", null, "t");
		assertThat(this.store.recurrences()
			.fire(new FireRequest("nightly", "d", row.last(), row.last().plusSeconds(1), List.of(job)))
			.accepted()).isTrue();
		assertThat(all(JobFilter.all().tag("t"), Paging.newestFirst(1))).isEqualTo(ids(List.of(job)));
	}

	// Nodes

	@Test
	void nodesTellWhatTheyAreAndWhatTheyHave() {
		long second = this.store.nodes()
			.register(new NodeInfo("host:7", "2.0", Set.of("a", "b ä"), Set.of("mail", "x y"), 4,
					Map.of("mail", 2, "x y", 3)));
		enqueue("job", "default", null);
		enqueue("job", "default", null);
		enqueue("job", "mail", null);
		claimAll("default");
		claimAll("mail");
		this.harness.advance(Duration.ofSeconds(20));
		assertThat(this.store.nodes().heartbeat(this.node)).isTrue();
		this.harness.advance(Duration.ofSeconds(5));
		List<NodeSnapshot> nodes = this.store.overview().nodes();
		assertThat(nodes).extracting(NodeSnapshot::number).containsExactly(second, this.node);
		NodeSnapshot named = nodes.get(0);
		assertThat(named.name()).isEqualTo("host:7");
		assertThat(named.version()).isEqualTo("2.0");
		assertThat(named.names()).containsExactlyInAnyOrder("a", "b ä");
		assertThat(named.queues()).containsExactlyInAnyOrder("mail", "x y");
		assertThat(named.concurrency()).isEqualTo(4);
		assertThat(named.queueConcurrency()).isEqualTo(Map.of("mail", 2, "x y", 3));
		assertThat(named.running()).isZero();
		assertThat(named.heartbeatAt()).isBetween(named.startedAt(), named.startedAt().plusSeconds(1));
		assertThat(named.silentFor()).isBetween(Duration.ofSeconds(25), Duration.ofMinutes(2));
		assertThat(named.endedAt()).isNull();
		NodeSnapshot running = nodes.get(1);
		assertThat(running.running()).isEqualTo(3);
		assertThat(running.queues()).isNull();
		assertThat(running.silentFor()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(20));
		assertThat(running.heartbeatAt()).isAfterOrEqualTo(running.startedAt().plusSeconds(20));
		assertThat(this.store.overview().running()).containsExactlyInAnyOrder(new RunningCount(this.node, "default", 2),
				new RunningCount(this.node, "mail", 1));
	}

	@Test
	void endedNodesAreRememberedWithTheirLastSignOfLife() {
		long ends = this.store.nodes().register(new NodeInfo("ends", "", Set.of("gone.job")));
		long silent = this.store.nodes().register(new NodeInfo("silent", "", Set.of("job")));
		this.harness.advance(Duration.ofSeconds(10));
		this.store.nodes().end(ends);
		this.harness.advance(Duration.ofSeconds(10));
		this.store.nodes().heartbeat(this.node);
		this.harness.advance(Duration.ofSeconds(15));
		this.store.leases().rescue(Duration.ofSeconds(30), 3, 10);
		List<NodeSnapshot> nodes = this.store.overview().nodes();
		assertThat(nodes).extracting(NodeSnapshot::number).containsExactly(silent, ends, this.node);
		assertThat(nodes.get(0).endedAt()).isAfterOrEqualTo(nodes.get(0).startedAt().plusSeconds(35));
		assertThat(nodes.get(0).silentFor()).isBetween(Duration.ofSeconds(35), Duration.ofSeconds(60));
		assertThat(nodes.get(1).endedAt()).isBetween(nodes.get(1).startedAt().plusSeconds(10),
				nodes.get(1).startedAt().plusSeconds(30));
		assertThat(nodes.get(1).names()).containsExactly("gone.job");
		assertThat(nodes.get(1).heartbeatAt()).isBetween(nodes.get(1).startedAt(),
				nodes.get(1).startedAt().plusSeconds(1));
		assertThat(nodes.get(2).endedAt()).isNull();
		assertThat(nodes).filteredOn((node) -> node.isAlive(Duration.ofSeconds(30)))
			.extracting(NodeSnapshot::number)
			.containsExactly(this.node);
	}

	@Test
	void schedulesAreListedWithTheirDefinitions() {
		assertThat(this.store.recurrences().all()).isEmpty();
		Map<String, Recurrence> agreed = this.store.recurrences()
			.agree(Map.of("nightly", "job cron 0 0 0 * * * UTC", "b", "disabled"), Duration.ZERO);
		assertThat(this.store.recurrences().all()).containsOnlyKeys("b", "nightly").allSatisfy((name, row) -> {
			assertThat(row.definition()).isEqualTo(agreed.get(name).definition());
			assertThat(row.last()).isEqualTo(agreed.get(name).last());
			assertThat(row.now()).isAfterOrEqualTo(row.last());
		});
	}

	// Names that nobody knows

	@Test
	void whatWaitsUnderOtherNamesIsToldWithHowMuchAndForHowLong() {
		assertThat(this.store.overview().waitingUnderOthers(Set.of())).isEmpty();
		enqueue("job", "default", null);
		enqueue("gone.job", "default", null);
		enqueue("gone.job", "mail", JobTime.in(Duration.ofHours(1)));
		this.harness.advance(Duration.ofMinutes(1));
		enqueue("gone.job", "mail", null);
		enqueue("odd name: \u00e4", "mail", null);
		this.harness.advance(Duration.ofMinutes(1));
		List<NameDepth> unknown = this.store.overview().waitingUnderOthers(Set.of("job", "other.job"));
		assertThat(unknown).extracting(NameDepth::name).containsExactly("gone.job", "odd name: \u00e4");
		assertThat(unknown).extracting(NameDepth::waiting).containsExactly(new Count(2, true), new Count(1, true));
		assertThat(unknown.get(0).oldest()).isBetween(Duration.ofMinutes(2), Duration.ofMinutes(3));
		assertThat(unknown.get(1).oldest()).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(2));
		assertThat(this.store.overview().waitingUnderOthers(Set.of("gone.job", "odd name: \u00e4")))
			.extracting(NameDepth::name)
			.containsExactly("job");
	}

	@Test
	void ofManyOtherNamesThoseThatHaveWaitedLongestAreTold() {
		List<NewJob> jobs = IntStream.range(0, NameDepths.MOST + 10)
			.mapToObj((i) -> newJob("gone.job." + i, "default", null))
			.toList();
		this.store.intake().enqueue(jobs.subList(0, NameDepths.MOST));
		this.harness.advance(Duration.ofMinutes(1));
		this.store.intake().enqueue(jobs.subList(NameDepths.MOST, jobs.size()));
		assertThat(this.store.overview().waitingUnderOthers(Set.of("job"))).extracting(NameDepth::name)
			.containsExactlyInAnyOrderElementsOf(jobs.subList(0, NameDepths.MOST).stream().map(NewJob::name).toList());
	}

	@Test
	void noMoreThanTheLimitIsCountedUnderAName() {
		List<NewJob> jobs = IntStream.range(0, NameDepths.LIMIT)
			.mapToObj((i) -> newJob("gone.job", (i % 2 == 0) ? "default" : "mail", null))
			.toList();
		this.store.intake().enqueue(jobs);
		assertThat(this.store.overview().waitingUnderOthers(Set.of("job"))).extracting(NameDepth::waiting)
			.containsExactly(new Count(NameDepths.LIMIT, true));
		enqueue("gone.job", "default", null);
		assertThat(this.store.overview().waitingUnderOthers(Set.of("job"))).extracting(NameDepth::waiting)
			.containsExactly(new Count(NameDepths.LIMIT, false));
	}

	@Test
	void whoKnewANameLastIsKeptForTheLongestRetentionAfterItsNodeIsForgotten() {
		Retention retention = new Retention(Duration.ofDays(1), Duration.ofHours(1), Duration.ofDays(30));
		Instant early = ends(new NodeInfo("a", "1.3", Set.of("gone.job", "older.job")));
		this.harness.advance(Duration.ofHours(1));
		Instant late = ends(new NodeInfo("b", "1.4", Set.of("gone.job")));
		Set<String> names = Set.of("job", "gone.job", "older.job", "never.job");
		this.store.leases().prune(retention, 10);
		assertThat(this.store.overview().lastKnown(names)).isEmpty();
		this.harness.advance(Duration.ofHours(25));
		this.store.leases().prune(retention, 10);
		assertThat(this.store.overview().nodes()).extracting(NodeSnapshot::number).containsExactly(this.node);
		Map<String, LastKnown> expected = Map.of("gone.job", new LastKnown("1.4", late), "older.job",
				new LastKnown("1.3", early));
		assertThat(this.store.overview().lastKnown(names)).isEqualTo(expected);
		assertThat(this.store.overview().lastKnown(Set.of("older.job"))).containsOnlyKeys("older.job");
		this.harness.advance(Duration.ofDays(27));
		ends(new NodeInfo("a", "", Set.of("older.job")));
		this.harness.advance(Duration.ofHours(25));
		this.store.leases().prune(retention, 10);
		assertThat(this.store.overview().lastKnown(names)).containsOnlyKeys("older.job", "gone.job")
			.hasEntrySatisfying("older.job", (last) -> assertThat(last.version()).isEmpty());
		this.harness.advance(Duration.ofDays(1));
		this.store.leases().prune(retention, 10);
		assertThat(this.store.overview().lastKnown(names)).containsOnlyKeys("older.job");
	}

	/** When it was heard last. */
	private Instant ends(NodeInfo info) {
		long number = this.store.nodes().register(info);
		this.store.nodes().heartbeat(number);
		this.store.nodes().end(number);
		return this.store.overview()
			.nodes()
			.stream()
			.filter((node) -> node.number() == number)
			.findFirst()
			.orElseThrow()
			.heartbeatAt();
	}

	@Test
	void namesThatNoLiveNodeKnowsAreToldWithTheVersionThatKnewThemLast() {
		enqueue("job", "default", null);
		assertThat(operations().unknownNames()).isEmpty();
		NewJob gone = enqueue("gone.job", "default", null);
		assertThat(operations().unknownNames())
			.extracting(UnknownName::name, UnknownName::waiting, UnknownName::exact, UnknownName::lastVersion)
			.containsExactly(tuple("gone.job", 1L, true, null));
		Instant heard = ends(new NodeInfo("a", "1.4", Set.of("gone.job")));
		assertThat(operations().unknownNames()).extracting(UnknownName::lastVersion, UnknownName::lastHeardAt)
			.containsExactly(tuple("1.4", heard));
		for (int day = 0; day < 3; day++) {
			this.harness.advance(Duration.ofHours(20));
			this.store.nodes().heartbeat(this.node);
			this.store.leases().prune(new Retention(Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(30)), 10);
		}
		assertThat(operations().unknownNames()).extracting(UnknownName::lastVersion, UnknownName::lastHeardAt)
			.containsExactly(tuple("1.4", heard));
		assertThat(only(gone, Explanation.Kind.NAME_IS_UNKNOWN).text()).contains("version '1.4'")
			.contains(heard.truncatedTo(ChronoUnit.SECONDS).toString());
		this.store.nodes().register(new NodeInfo("b", "1.5", Set.of("gone.job")));
		assertThat(operations().unknownNames()).isEmpty();
		this.harness.advance(Duration.ofMinutes(5));
		assertThat(operations().unknownNames()).extracting(UnknownName::name, UnknownName::lastVersion)
			.containsExactlyInAnyOrder(tuple("gone.job", "1.5"), tuple("job", "1"));
	}

	// Explanations

	@Test
	void whatWaitsForItsTimeSaysForWhich() {
		NewJob later = enqueue("job", "default", JobTime.in(Duration.ofHours(1)));
		Explanation.Reason reason = only(later, Explanation.Kind.WAITS_FOR_ITS_TIME);
		assertThat(reason.until()).isEqualTo(status(later).dueAt());
		assertThat(reason.text())
			.isEqualTo("It waits for its time, " + status(later).dueAt().truncatedTo(ChronoUnit.SECONDS) + ".");
		this.harness.advance(Duration.ofHours(2));
		this.store.nodes().heartbeat(this.node);
		assertThat(only(later, Explanation.Kind.IS_DUE).until()).isEqualTo(status(later).dueAt());
		NewJob failed = enqueue("job", "default", null);
		apply(claimAll("default").get(0), new Outcome.Retry(Duration.ofMinutes(5), FAILURE));
		reason = only(failed, Explanation.Kind.BACKS_OFF);
		assertThat(reason.until()).isEqualTo(status(failed).dueAt());
		assertThat(reason.text()).contains("Attempt 1").contains("FAILED").contains("type");
	}

	@Test
	void whatWaitsForAWorkerSaysForWhichOne() {
		NewJob job = enqueue("job", "default", null);
		assertThat(only(job, Explanation.Kind.ANY_MOMENT).nodes()).containsExactly(this.node);
		NewJob unknown = enqueue("gone.job", "default", null);
		assertThat(only(unknown, Explanation.Kind.NAME_IS_UNKNOWN).nodes()).isEmpty();
		long former = this.store.nodes().register(new NodeInfo("former", "1", Set.of("gone.job")));
		this.store.nodes().end(former);
		Explanation.Reason reason = only(unknown, Explanation.Kind.NAME_IS_UNKNOWN);
		assertThat(reason.nodes()).containsExactly(former);
		assertThat(reason.text()).contains("'gone.job'").contains("former");
		long other = this.store.nodes()
			.register(new NodeInfo("other", "1", Set.of("gone.job"), Set.of("mail"), 1, Map.of()));
		reason = only(unknown, Explanation.Kind.QUEUE_IS_NOT_SERVED);
		assertThat(reason.nodes()).containsExactly(other);
		assertThat(reason.text()).contains("'default'").contains("other");
		this.harness.advance(Duration.ofMinutes(5));
		assertThat(only(job, Explanation.Kind.NO_NODE_IS_ALIVE).nodes()).isEmpty();
	}

	@Test
	void whatWaitsForQuietNodesSaysSo() {
		NewJob job = enqueue("job", "default", null);
		this.store.nodes().quiet(this.node);
		assertThat(only(job, Explanation.Kind.NODES_ARE_QUIET).nodes()).containsExactly(this.node);
		long other = this.store.nodes().register(new NodeInfo("other", "1", Set.of("job")));
		assertThat(only(job, Explanation.Kind.ANY_MOMENT).nodes()).containsExactly(other);
		this.store.nodes().resume(this.node);
		assertThat(only(job, Explanation.Kind.ANY_MOMENT).nodes()).containsExactlyInAnyOrder(this.node, other);
	}

	@Test
	void whatIsBehindOthersSaysSo() {
		List<NewJob> before = IntStream.range(0, 3).mapToObj((i) -> enqueue("job", "default", null)).toList();
		enqueue("other.job", "default", null);
		enqueue("unknown.job", "default", null);
		enqueue("job", "mail", null);
		NewJob last = enqueue("job", "default", null);
		assertThat(only(last, Explanation.Kind.OTHERS_COME_FIRST).text()).startsWith("4 jobs");
		assertThat(this.store.overview().ahead(last.id(), Set.of("job"))).isEqualTo(new Count(3, true));
		assertThat(this.store.overview().ahead(before.get(1).id(), Set.of("job"))).isEqualTo(new Count(1, true));
		NewJob urgent = new NewJob(UUID.randomUUID(), "job", "default", -5, null, "[]", Map.of());
		this.store.intake().enqueue(List.of(urgent));
		assertThat(this.store.overview().ahead(last.id(), Set.of("job", "none"))).isEqualTo(new Count(4, true));
		only(urgent, Explanation.Kind.ANY_MOMENT);
		this.store.intake()
			.enqueue(IntStream.range(0, 1200)
				.mapToObj((i) -> new NewJob(UUID.randomUUID(), "job", "default", -6, null, "[]", Map.of()))
				.toList());
		assertThat(this.store.overview().ahead(last.id(), Set.of("job"))).isEqualTo(new Count(1000, false));
		assertThat(only(last, Explanation.Kind.OTHERS_COME_FIRST).text()).startsWith("At least 1000 jobs");
	}

	@Test
	void whatWaitsForASlotSaysThatAllAreTaken() {
		long busy = this.store.nodes()
			.register(new NodeInfo("busy", "1", Set.of("busy.job"), null, 10, Map.of("narrow", 2)));
		for (String queue : List.of("narrow", "narrow", "wide")) {
			enqueue("busy.job", queue, null);
		}
		assertThat(this.store.leases()
			.claim(new ClaimRequest(new Lease(busy, 1), null, Map.of(), Set.of("busy.job"), 10))
			.jobs()).hasSize(3);
		assertThat(only(enqueue("busy.job", "narrow", null), Explanation.Kind.WORKERS_ARE_BUSY).nodes())
			.containsExactly(busy);
		only(enqueue("busy.job", "wide", null), Explanation.Kind.ANY_MOMENT);
	}

	@Test
	void whatIsPausedSaysSo() {
		NewJob job = enqueue("job", "default", null);
		this.store.orders().pause("default");
		assertThat(only(job, Explanation.Kind.QUEUE_IS_PAUSED).text()).contains("'default'");
		this.store.orders().resume("default");
		only(job, Explanation.Kind.ANY_MOMENT);
	}

	@Test
	void whatRunsOrHasEndedSaysWhere() {
		NewJob job = enqueue("job", "default", null);
		ClaimedJob claimed = claimAll("default").get(0);
		Explanation.Reason reason = only(job, Explanation.Kind.RUNS);
		assertThat(reason.nodes()).containsExactly(this.node);
		assertThat(reason.text()).contains("node " + this.node).contains("attempt 1");
		this.store.orders().cancel(job.id());
		assertThat(only(job, Explanation.Kind.IS_TO_BE_CANCELLED).nodes()).containsExactly(this.node);
		this.store.nodes().end(this.node);
		assertThat(only(job, Explanation.Kind.ITS_NODE_IS_SILENT).nodes()).containsExactly(this.node);
		apply(claimed, new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		reason = only(job, Explanation.Kind.HAS_ENDED);
		assertThat(reason.until()).isEqualTo(status(job).endedAt());
		assertThat(reason.text()).contains("CANCELLED");
		this.store.orders().delete(job.id());
		assertThat(this.operations().explain(job.id()).state()).isNull();
		only(job, Explanation.Kind.UNKNOWN);
	}

	@Test
	void whatWaitsForAKeySaysWhoHasIt() {
		NewJob first = keyed("server:1 ä", null);
		NewJob second = keyed("server:1 ä", null);
		settle();
		assertThat(status(second).state()).isEqualTo(JobState.BLOCKED);
		Explanation.Reason reason = only(second, Explanation.Kind.KEY_IS_HELD);
		assertThat(reason.jobs()).containsExactly(first.id());
		assertThat(reason.text()).contains("'server:1 ä'").contains(first.id().toString());
		claimAll("default").forEach((job) -> apply(job, new Outcome.Succeeded(null)));
		settle();
		only(second, Explanation.Kind.ANY_MOMENT);
		assertThat(all(JobFilter.all().states(JobState.BLOCKED), Paging.newestFirst(1))).isEmpty();
	}

	@Test
	void whatSucceedsARunningJobSaysWhichOne() {
		NewJob first = keyed(null, "job:1");
		claimAll("default");
		NewJob second = keyed(null, "job:1");
		settle();
		assertThat(status(second).state()).isEqualTo(JobState.BLOCKED);
		Explanation.Reason reason = only(second, Explanation.Kind.UNIQUE_KEY_IS_HELD);
		assertThat(reason.jobs()).containsExactly(first.id());
		assertThat(reason.text()).contains("'job:1'");
		assertThat(all(JobFilter.all().states(JobState.BLOCKED), Paging.newestFirst(1)))
			.isEqualTo(ids(List.of(second)));
		assertThat(all(JobFilter.all().states(JobState.ENQUEUED, JobState.RUNNING), Paging.newestFirst(1)))
			.isEqualTo(ids(List.of(first)));
	}

	private NewJob keyed(@Nullable String concurrencyKey, @Nullable String uniqueKey) {
		NewJob plain = newJob("job", "default", null);
		NewJob job = new NewJob(plain.id(), plain.name(), plain.queue(), 0, null, plain.arguments(),
				new JobTerms(concurrencyKey, 1, uniqueKey, UniqueUntil.FINISHED, OnDuplicate.REPLACE, List.of())
					.toHeaders());
		this.store.intake().enqueue(List.of(job));
		return job;
	}

	private void settle() {
		while (this.store.leases().settle(100) > 0) {
			continue;
		}
	}

	private JobOperations operations() {
		return new StoredJobOperations(this.store, LocalWorkers.NONE, Duration.ofSeconds(30), NextFireTimes.NONE);
	}

	private Explanation.Reason only(NewJob job, Explanation.Kind kind) {
		Explanation explanation = operations().explain(job.id());
		assertThat(explanation.reasons()).extracting(Explanation.Reason::kind).containsExactly(kind);
		assertThat(explanation).hasToString(explanation.reasons().get(0).text());
		return explanation.reasons().get(0);
	}

	private JobStatus status(NewJob job) {
		return this.store.directory().find(List.of(job.id())).get(job.id());
	}

	// What the tests are written with

	private Map<JobState, UUID> oneInEachState() {
		NewJob succeeded = enqueue("job", "default", null);
		NewJob dead = enqueue("job", "default", null);
		NewJob retrying = enqueue("job", "default", null);
		NewJob running = enqueue("job", "default", null);
		List<ClaimedJob> claimed = claimAll("default");
		apply(claimed.get(0), new Outcome.Succeeded("\"" + "x".repeat(5000) + "\""));
		apply(claimed.get(1), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
		apply(claimed.get(2), new Outcome.Retry(Duration.ofHours(1), FAILURE));
		NewJob scheduled = enqueue("job", "default", JobTime.in(Duration.ofHours(1)));
		NewJob cancelled = enqueue("job", "default", null);
		this.store.orders().cancel(cancelled.id());
		NewJob enqueued = enqueue("job", "default", null);
		Map<JobState, UUID> jobs = Map.of(JobState.SUCCEEDED, succeeded.id(), JobState.DEAD, dead.id(),
				JobState.RETRYING, retrying.id(), JobState.RUNNING, running.id(), JobState.SCHEDULED, scheduled.id(),
				JobState.CANCELLED, cancelled.id(), JobState.ENQUEUED, enqueued.id());
		assertThat(jobs.keySet()).isEqualTo(STATES);
		return jobs;
	}

	/** After the first one of two, of a page on which it was the last one. */
	private String key(NewJob before, NewJob present) {
		JobFilter filter = JobFilter.all().called(null, time(this.called.indexOf(present) + 1));
		JobList page = list(filter, Paging.newestFirst(1));
		while (!page.jobs().containsKey(before.id()) && page.next() != null) {
			String next = page.next();
			page = list(filter, Paging.newestFirst(1).after(next));
			if (page.jobs().containsKey(before.id())) {
				return next;
			}
		}
		throw new AssertionError("No page ends before " + before);
	}

	private NewJob tagged(String... tags) {
		NewJob job = newJob("job", "default", null, tags);
		this.store.intake().enqueue(List.of(job));
		return job;
	}

	private NewJob enqueue(String name, String queue, @Nullable JobTime time) {
		NewJob job = newJob(name, queue, time);
		this.store.intake().enqueue(List.of(job));
		return job;
	}

	private NewJob newJob(String name, String queue, @Nullable JobTime time, String... tags) {
		int number = this.called.size();
		UUID id = new UUID(time(number).toEpochMilli() << 16 | 7 << 12, UUID.randomUUID().getLeastSignificantBits());
		NewJob job = new NewJob(id, name, queue, 0, time, "[" + number + ",\"\u00e4\"]",
				new JobTerms(null, 1, null, UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of(tags)).toHeaders());
		this.called.add(job);
		return job;
	}

	/** When the job of this number was called. */
	private static Instant time(int number) {
		return START.plusMillis(number);
	}

	private List<ClaimedJob> claimAll(String queue) {
		return this.store.leases()
			.claim(new ClaimRequest(new Lease(this.node, ++this.token), Set.of(queue), Map.of(),
					Set.of("job", "other.job"), 100))
			.jobs();
	}

	private void apply(ClaimedJob job, Outcome outcome) {
		assertThat(this.store.leases().apply(List.of(new Ending(job, outcome)))).containsExactly(job.id());
	}

	private JobList list(JobFilter filter, Paging paging) {
		return this.store.overview().list(filter, paging);
	}

	private List<UUID> all(JobFilter filter, Paging paging) {
		List<UUID> ids = new ArrayList<>();
		JobList page = list(filter, paging);
		while (page.next() != null) {
			assertThat(page.jobs().size()).isLessThanOrEqualTo(paging.size());
			ids.addAll(page.jobs().keySet());
			page = list(filter, paging.after(page.next()));
		}
		ids.addAll(page.jobs().keySet());
		return ids;
	}

	private static List<UUID> ids(List<NewJob> jobs) {
		return new ArrayList<>(jobs.stream().map(NewJob::id).toList());
	}

	private static List<UUID> reversed(List<NewJob> jobs) {
		List<UUID> ids = ids(jobs);
		Collections.reverse(ids);
		return ids;
	}

}
