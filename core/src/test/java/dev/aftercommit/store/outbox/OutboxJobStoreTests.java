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

package dev.aftercommit.store.outbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.Explanation;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobFlow;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobState;
import dev.aftercommit.JobTime;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.OrderResult;
import dev.aftercommit.Paging;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.operations.NextFireTimes;
import dev.aftercommit.operations.StoredJobOperations;
import dev.aftercommit.store.AuditNote;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.StagedJob;
import dev.aftercommit.store.StoredArguments;
import dev.aftercommit.store.jdbc.JdbcOutbox;
import dev.aftercommit.store.jdbc.JdbcStoreSettings;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What is committed gets to the target, whatever happens to it and to the nodes.
 */
class OutboxJobStoreTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Duration LONG = Duration.ofMinutes(10);

	private final TestDatabase database = TestDatabases.h2Memory();

	private final HikariDataSource pool = this.database.pool(8);

	private final FlakyStore target = new FlakyStore();

	private final List<OutboxJobStore> nodes = new ArrayList<>();

	private final TransactionTemplate transaction = new TransactionTemplate(
			new DataSourceTransactionManager(this.pool));

	@AfterEach
	void close() throws Exception {
		for (OutboxJobStore node : this.nodes) {
			node.close();
		}
		this.pool.close();
		this.database.close();
	}

	private OutboxJobStore node(Duration grace, Duration takeOver) {
		JdbcOutbox outbox = new JdbcOutbox(this.pool, this.pool, JdbcStoreSettings.DEFAULTS, takeOver);
		OutboxJobStore node = new OutboxJobStore(this.target, outbox, this.target, grace, System::nanoTime);
		this.nodes.add(node);
		return node;
	}

	private OutboxJobStore started(Duration grace, Duration takeOver) {
		OutboxJobStore node = node(grace, takeOver);
		node.start();
		return node;
	}

	private static NewJob job() {
		return new NewJob(UUID.randomUUID(), "job", "default", 0, null, "[]", Map.of());
	}

	private static List<NewJob> jobs(int number) {
		return IntStream.range(0, number).mapToObj((i) -> job()).toList();
	}

	private static List<UUID> ids(List<NewJob> jobs) {
		return jobs.stream().map(NewJob::id).toList();
	}

	private static NewJob unique(String key) {
		JobTerms terms = new JobTerms(null, 1, key, UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of());
		return new NewJob(UUID.randomUUID(), "job", "default", 0, null, "[]", terms.toHeaders());
	}

	/** As the enqueue path does it. */
	private void commit(OutboxJobStore node, List<NewJob> jobs) {
		commitAndDie(node, jobs);
		assertThat(node.intake().committed(jobs)).isFalse();
	}

	private void commitAndDie(OutboxJobStore node, List<NewJob> jobs) {
		this.transaction.executeWithoutResult(
				(status) -> node.intake().stage(jobs.stream().map((job) -> new StagedJob(job, null)).toList()));
	}

	private void awaitPushed(List<NewJob> jobs) {
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(new HashSet<>(this.target.pushedIds())).containsAll(ids(jobs)));
	}

	@Test
	void operatorsOrdersAreKeptWhereTheJobsAre() {
		OutboxJobStore node = node(LONG, LONG);
		node.auditTrail().append(new AuditNote("operator", "pause", AuditEntry.Kind.QUEUE, "mail", "DONE", List.of()));
		assertThat(this.target.auditTrail().latest(10)).isEqualTo(node.auditTrail().latest(10)).hasSize(1);
	}

	@Test
	void whichJobWasKeptInsteadOfOneIsToldWhenItIsPushed() {
		OutboxJobStore node = started(LONG, LONG);
		Map<UUID, UUID> kept = new ConcurrentHashMap<>();
		node.intake().onKeptLater(kept::putAll);
		NewJob holder = unique("k");
		NewJob other = unique("another k");
		NewJob merged = unique("k");
		commit(node, List.of(holder));
		commit(node, List.of(other, merged));
		await().atMost(PATIENCE).until(() -> !kept.isEmpty());
		assertThat(kept).containsExactly(Map.entry(merged.id(), holder.id()));
		assertThat(this.target.claimAll()).containsExactly(holder.id(), other.id());
	}

	@Test
	void aJobInsteadOfWhichAnotherOneWasKeptIsNotPushedAgain() {
		OutboxJobStore node = started(LONG, LONG);
		JdbcOutbox outbox = new JdbcOutbox(this.pool, this.pool, JdbcStoreSettings.DEFAULTS, LONG);
		NewJob holder = unique("k");
		NewJob merged = unique("k");
		commit(node, List.of(holder));
		commit(node, List.of(merged));
		await().atMost(PATIENCE).until(() -> outbox.find(List.of(merged.id())).isEmpty());
		assertThat(outbox.find(List.of(holder.id()))).as("may be lost yet").hasSize(1);
		this.target.loseAll();
		await().atMost(PATIENCE).until(() -> Collections.frequency(this.target.pushedIds(), holder.id()) == 2);
		assertThat(this.target.claimAll()).containsExactly(holder.id());
	}

	@Test
	void cancellingOneThatIsOnItsWayCancelsTheOneThatIsKeptInstead() {
		OutboxJobStore node = node(LONG, LONG);
		Map<UUID, UUID> kept = new ConcurrentHashMap<>();
		node.intake().onKeptLater(kept::putAll);
		NewJob holder = unique("k");
		commit(node, List.of(holder));
		node.pushAll();
		NewJob merged = unique("k");
		commit(node, List.of(merged));
		assertThat(node.directory().cancel(merged.id())).isTrue();
		assertThat(kept).containsExactly(Map.entry(merged.id(), holder.id()));
		assertThat(node.directory().find(List.of(holder.id())).get(holder.id()).state()).isEqualTo(JobState.CANCELLED);
	}

	@Test
	void whatWasCancelledWithTheOneThatIsKeptInsteadDoesNotRunAfterAll() {
		OutboxJobStore node = node(LONG, LONG);
		NewJob holder = unique("k");
		commit(node, List.of(holder));
		node.pushAll();
		NewJob left = unique("k");
		commit(node, List.of(left));
		assertThat(node.directory().cancel(left.id())).isTrue();
		node.pushAll();
		assertThat(this.target.claimAll()).as("left to the relay").isEmpty();
		NewJob next = unique("k");
		commit(node, List.of(next));
		node.pushAll();
		NewJob inHand = unique("k");
		NewJob last = job();
		commit(node, List.of(inHand));
		assertThat(node.directory().cancel(inHand.id())).isTrue();
		node.start();
		commit(node, List.of(last));
		awaitPushed(List.of(last));
		assertThat(this.target.claimAll()).as("in the pusher's hand").containsExactly(last.id());
		assertThat(node.directory().find(List.of(left.id(), inHand.id()))).isEmpty();
	}

	@Test
	void anOrderAboutOneThatIsOnItsWayFindsThatItIsNone() {
		OutboxJobStore node = node(LONG, LONG);
		Map<UUID, UUID> kept = new ConcurrentHashMap<>();
		node.intake().onKeptLater(kept::putAll);
		NewJob holder = unique("k");
		NewJob merged = unique("k");
		commit(node, List.of(holder));
		node.pushAll();
		commit(node, List.of(merged));
		assertThat(node.orders().cancel(merged.id())).isEqualTo(OrderResult.unknown());
		assertThat(kept).containsExactly(Map.entry(merged.id(), holder.id()));
		assertThat(node.directory().find(List.of(merged.id()))).isEmpty();
		assertThat(node.directory().cancel(holder.id())).isTrue();
		node.pushAll();
		assertThat(this.target.claimAll()).isEmpty();
	}

	@Test
	void committedJobsArePushedInTheirOrderAndRolledBackOnesNever() {
		OutboxJobStore node = started(LONG, LONG);
		List<NewJob> all = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			List<NewJob> jobs = jobs(5);
			commit(node, jobs);
			all.addAll(jobs);
			this.transaction.executeWithoutResult((status) -> {
				node.intake().stage(List.of(new StagedJob(job(), null)));
				status.setRollbackOnly();
			});
		}
		awaitPushed(all);
		assertThat(this.target.claimAll()).containsExactlyElementsOf(ids(all));
	}

	@Test
	void whileTheTargetIsAwayNobodyWaitsAndEverythingRunsInOrderWhenItReturns() {
		OutboxJobStore node = started(LONG, LONG);
		this.target.down = true;
		List<NewJob> all = new ArrayList<>();
		for (int i = 0; i < 30; i++) {
			List<NewJob> jobs = jobs(40);
			commit(node, jobs);
			all.addAll(jobs);
		}
		assertThat(node.outbox().orElseThrow().jobs().value()).isEqualTo(1200);
		this.target.down = false;
		awaitPushed(all);
		List<NewJob> later = jobs(3);
		commit(node, later);
		awaitPushed(later);
		all.addAll(later);
		assertThat(this.target.claimAll()).containsExactlyElementsOf(ids(all));
	}

	@Test
	void rowsAreRemovedAsSoonAsTheTargetSaysThatTheJobsSurvive() {
		this.target.durable = true;
		OutboxJobStore node = started(LONG, LONG);
		commit(node, jobs(50));
		await().atMost(PATIENCE).until(() -> node.outbox().orElseThrow().jobs().value() == 0);
		assertThat(this.target.claimAll()).hasSize(50);
	}

	@Test
	void rowsAreRemovedAfterTheGraceWhereTheTargetCannotSay() {
		OutboxJobStore node = started(Duration.ofMillis(10), LONG);
		commit(node, jobs(50));
		await().atMost(PATIENCE).until(() -> node.outbox().orElseThrow().jobs().value() == 0);
		assertThat(this.target.pushedIds()).doesNotHaveDuplicates().hasSize(50);
	}

	@Test
	void whatTheTargetHasLostIsPushedAgain() {
		OutboxJobStore node = started(LONG, LONG);
		List<NewJob> jobs = jobs(700);
		commit(node, jobs);
		awaitPushed(jobs);
		this.target.loseAll();
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(this.target.count().get(JobState.ENQUEUED).value()).isEqualTo(700));
		assertThat(this.target.claimAll()).containsExactlyElementsOf(ids(jobs));
	}

	@Test
	void aTargetThatDoesNotSayWhichLifeItIsInGetsEverythingTwiceBeforeItIsRemoved() {
		this.target.silent = true;
		OutboxJobStore node = started(Duration.ofMillis(10), LONG);
		List<NewJob> jobs = jobs(5);
		commit(node, jobs);
		await().atMost(PATIENCE).until(() -> node.outbox().orElseThrow().jobs().value() == 0);
		assertThat(this.target.pushedIds()).hasSize(10);
		assertThat(this.target.claimAll()).containsExactlyElementsOf(ids(jobs));
	}

	@Test
	void aJobThatTheTargetNeverTakesStopsNoOther() {
		OutboxJobStore node = started(LONG, LONG);
		List<NewJob> first = jobs(3);
		this.target.poison.add(first.get(1).id());
		commit(node, first);
		List<NewJob> second = jobs(3);
		this.target.poison.add(second.get(0).id());
		commit(node, second);
		List<NewJob> third = jobs(3);
		commit(node, third);
		awaitPushed(List.of(first.get(0), first.get(2), second.get(1), second.get(2)));
		awaitPushed(third);
		this.target.poison.clear();
		awaitPushed(first);
		awaitPushed(second);
	}

	@Test
	void aJobThatTheTargetNeverTakesDoesNotHoldUpWhatComesAfterItAlone() {
		OutboxJobStore node = started(LONG, LONG);
		NewJob poisonous = job();
		this.target.poison.add(poisonous.id());
		commit(node, List.of(poisonous));
		List<NewJob> good = jobs(1);
		commit(node, good);
		awaitPushed(good);
		assertThat(this.target.pushedIds()).doesNotContain(poisonous.id());
	}

	@Test
	void whatADeadNodeHasNotPushedIsPushedByAnother() {
		OutboxJobStore dead = node(LONG, Duration.ofMillis(500));
		OutboxJobStore alive = started(LONG, Duration.ofMillis(500));
		alive.pushAll();
		List<NewJob> jobs = jobs(5);
		commitAndDie(dead, jobs);
		awaitPushed(jobs);
		assertThat(this.target.claimAll()).containsExactlyElementsOf(ids(jobs));
	}

	@Test
	void whatWasLeftBeforeAStartIsPushedAtOnceAfterIt() {
		List<NewJob> jobs = jobs(5);
		commitAndDie(node(LONG, LONG), jobs);
		started(LONG, LONG);
		awaitPushed(jobs);
	}

	@Test
	void twoNodesNeverPushTheSameRow() throws Exception {
		List<NewJob> jobs = jobs(3000);
		OutboxJobStore one = node(LONG, LONG);
		OutboxJobStore other = node(LONG, LONG);
		commitAndDie(one, jobs);
		CountDownLatch done = new CountDownLatch(2);
		for (OutboxJobStore node : List.of(one, other)) {
			Thread thread = new Thread(() -> {
				node.pushAll();
				done.countDown();
			});
			thread.start();
		}
		assertThat(done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		one.pushAll();
		assertThat(this.target.pushedIds()).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(ids(jobs));
	}

	@Test
	void anEnqueueWithoutATransactionSurvivesAnOutageToo() {
		this.target.down = true;
		OutboxJobStore node = started(LONG, LONG);
		List<NewJob> jobs = jobs(2);
		node.intake().enqueue(jobs);
		node.intake().enqueue(jobs);
		assertThat(node.outbox().orElseThrow().jobs().value()).isEqualTo(2);
		this.target.down = false;
		awaitPushed(jobs);
		assertThat(this.target.claimAll()).containsExactlyElementsOf(ids(jobs));
	}

	@Test
	void aJobOnItsWayIsSeenAndCanBeCancelled() {
		OutboxJobStore node = node(LONG, LONG);
		NewJob job = job();
		commit(node, List.of(job));
		UUID unknown = UUID.randomUUID();
		assertThat(node.directory().find(List.of(job.id(), unknown))).containsOnlyKeys(job.id())
			.extractingByKey(job.id())
			.returns(JobState.ENQUEUED, (status) -> status.state())
			.returns("default", (status) -> status.queue());
		assertThat(node.directory().cancel(job.id())).isTrue();
		assertThat(node.directory().cancel(unknown)).isFalse();
		node.pushAll();
		assertThat(this.target.claimAll()).isEmpty();
		assertThat(node.directory().find(List.of(job.id())).get(job.id()).state()).isEqualTo(JobState.CANCELLED);
	}

	@Test
	void theTagsOfAJobOnItsWayAreKnownAndItIsListedOnceItIsThere() {
		OutboxJobStore node = node(LONG, LONG);
		NewJob tagged = new NewJob(UUID.randomUUID(), "job", "default", 0, null, "[]",
				new JobTerms(null, 1, null, UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of("b", "a")).toHeaders());
		NewJob without = job();
		commit(node, List.of(tagged, without));
		assertThat(node.overview().tags(ids(List.of(tagged, without))))
			.isEqualTo(Map.of(tagged.id(), List.of("a", "b")));
		JobFilter filter = JobFilter.all().tag("a");
		assertThat(node.overview().list(filter, Paging.newestFirst(10)).jobs()).isEmpty();
		node.pushAll();
		assertThat(node.overview().list(filter, Paging.newestFirst(10)).jobs()).containsOnlyKeys(tagged.id());
		assertThat(node.overview().tags(ids(List.of(tagged, without))))
			.isEqualTo(Map.of(tagged.id(), List.of("a", "b")));
	}

	@Test
	void whatIsCountedIsCountedWhereTheJobsRunFrom() {
		OutboxJobStore node = node(LONG, LONG);
		node.flow().add(Map.of("default", new JobFlow.Counts(3, 2, 0, 0, 0)));
		assertThat(this.target.flow().read().recent()).isEqualTo(new JobFlow.Counts(3, 2, 0, 0, 0));
		assertThat(node.flow().read().recentQueues()).containsExactly("default");
	}

	@Test
	void aJobOnItsWayIsExplainedByThat() {
		OutboxJobStore node = node(LONG, LONG);
		NewJob job = job();
		commit(node, List.of(job));
		JobOperations operations = new StoredJobOperations(node, LocalWorkers.NONE, LONG, NextFireTimes.NONE);
		assertThat(operations.explain(job.id()).reasons()).extracting(Explanation.Reason::kind)
			.containsExactly(Explanation.Kind.IN_OUTBOX);
		node.pushAll();
		assertThat(operations.explain(job.id()).reasons()).extracting(Explanation.Reason::kind)
			.containsExactly(Explanation.Kind.NO_NODE_IS_ALIVE);
	}

	@Test
	void theArgumentsOfAJobAreKnownWhereverItIsOnItsWay() {
		OutboxJobStore node = node(LONG, LONG);
		NewJob job = new NewJob(UUID.randomUUID(), "job", "default", 0, null, "[\"\u00e4\"]", Map.of());
		commit(node, List.of(job));
		assertThat(this.target.directory().arguments(job.id())).isEmpty();
		assertThat(node.directory().arguments(job.id())).contains(new StoredArguments("job", "[\"\u00e4\"]"));
		node.pushAll();
		assertThat(this.target.directory().arguments(job.id())).isPresent();
		assertThat(node.directory().arguments(job.id())).contains(new StoredArguments("job", "[\"\u00e4\"]"));
		assertThat(node.directory().arguments(UUID.randomUUID())).isEmpty();
	}

	@Test
	void ordersReachAJobOnItsWay() {
		OutboxJobStore node = node(LONG, LONG);
		NewJob cancelled = job();
		NewJob later = new NewJob(UUID.randomUUID(), "job", "default", 0, JobTime.in(Duration.ofDays(1)), "[]",
				Map.of());
		commit(node, List.of(cancelled, later));
		assertThat(node.orders().retry(cancelled.id())).isEqualTo(OrderResult.refused(JobState.ENQUEUED));
		assertThat(node.orders().cancel(cancelled.id())).isEqualTo(OrderResult.done(JobState.ENQUEUED));
		assertThat(node.orders().runNow(later.id())).isEqualTo(OrderResult.done(JobState.SCHEDULED));
		assertThat(node.orders().cancel(UUID.randomUUID())).isEqualTo(OrderResult.unknown());
		node.pushAll();
		assertThat(this.target.claimAll()).containsExactly(later.id());
		assertThat(node.orders().cancel(later.id())).isEqualTo(OrderResult.requested());
	}

	@Test
	void aJobThatTheOutboxStillKeepsIsNotDeletedAsItWouldBePushedAgain() {
		OutboxJobStore node = node(LONG, LONG);
		NewJob job = job();
		commit(node, List.of(job));
		assertThat(node.orders().delete(job.id())).isEqualTo(OrderResult.refused(JobState.ENQUEUED));
		node.orders().cancel(job.id());
		assertThat(node.orders().delete(job.id())).isEqualTo(OrderResult.refused(JobState.CANCELLED));
		this.target.durable = true;
		node.start();
		await().atMost(PATIENCE).until(() -> node.outbox().orElseThrow().jobs().value() == 0);
		assertThat(node.orders().delete(job.id())).isEqualTo(OrderResult.done(JobState.CANCELLED));
		node.pushAll();
		assertThat(this.target.claimAll()).isEmpty();
		assertThat(node.orders().delete(job.id())).isEqualTo(OrderResult.unknown());
	}

	@Test
	void thisNodesWorkersAreToldOnceTheJobsCanBeClaimed() throws Exception {
		OutboxJobStore node = started(LONG, LONG);
		CountDownLatch told = new CountDownLatch(1);
		List<NewJob> jobs = jobs(1);
		try (AutoCloseable ear = node.wakeUps().listen(() -> {
			if (this.target.find(ids(jobs)).size() == 1) {
				told.countDown();
			}
		})) {
			commit(node, jobs);
			assertThat(told.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
			assertThat(ear).isNotNull();
		}
	}

	@Test
	void aStoreThatIsStoppedAndStartedAgainGoesOn() {
		OutboxJobStore node = started(LONG, LONG);
		List<NewJob> first = jobs(3);
		commit(node, first);
		awaitPushed(first);
		node.stop();
		List<NewJob> second = jobs(3);
		commit(node, second);
		assertThat(this.target.pushedIds()).doesNotContainAnyElementsOf(ids(second));
		node.start();
		awaitPushed(second);
		List<NewJob> third = jobs(3);
		commit(node, third);
		awaitPushed(third);
		List<NewJob> all = new ArrayList<>(first);
		all.addAll(second);
		all.addAll(third);
		assertThat(this.target.claimAll()).containsExactlyElementsOf(ids(all));
	}

	@Test
	void closingPushesWhatWaits() throws Exception {
		OutboxJobStore node = started(LONG, LONG);
		List<NewJob> jobs = jobs(2000);
		commit(node, jobs);
		node.close();
		assertThat(new HashSet<>(this.target.pushedIds())).hasSize(2000);
		List<NewJob> late = jobs(1);
		commit(node, late);
		assertThat(this.target.pushedIds()).doesNotContainAnyElementsOf(ids(late));
		started(LONG, LONG);
		awaitPushed(late);
	}

}
