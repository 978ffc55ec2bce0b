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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobState;
import dev.aftercommit.JobTime;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.Paging;
import dev.aftercommit.UniqueUntil;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
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
		NewJob job = new NewJob(id, name, queue, 0, time, "[]",
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
