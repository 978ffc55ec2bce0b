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

package dev.aftercommit.store.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.JobFilter;
import dev.aftercommit.JobState;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.JobTime;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.OrderResult;
import dev.aftercommit.Paging;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.StagedJob;
import dev.aftercommit.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What keys have to do with transactions that are open meanwhile.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KeysInTransactionsTests extends AbstractJdbcStoreTests {

	private static final String KEY = "job:1";

	@OnEachDatabase
	void aTransactionThatMeetsAHeldKeyGoesOn(TestDatabase database) {
		try (HikariDataSource pool = database.pool(4)) {
			JdbcJobStore store = store(pool);
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			jdbc.execute("CREATE TABLE business (id integer)");
			NewJob holder = unique(OnDuplicate.KEEP);
			NewJob other = unique(OnDuplicate.KEEP);
			enqueue(store, holder);
			transaction(pool).executeWithoutResult((status) -> {
				jdbc.update("INSERT INTO business (id) VALUES (1)");
				assertThat(stage(store, other)).isEqualTo(Map.of(other.id(), holder.id()));
				assertThat(stage(store, other)).isEqualTo(Map.of(other.id(), holder.id()));
				jdbc.update("INSERT INTO business (id) VALUES (2)");
			});
			assertThat(jdbc.queryForObject("SELECT count(*) FROM business", Integer.class)).isEqualTo(2);
			assertThat(claimedIds(store, 10)).containsExactly(holder.id());
			jdbc.execute("DROP TABLE business");
		}
	}

	@OnEachDatabase
	void aJobThatIsKeptDoesNotStartBeforeTheTransactionThatMetItHasEnded(TestDatabase database) {
		try (HikariDataSource pool = database.pool(4)) {
			JdbcJobStore store = store(pool);
			NewJob ready = unique(OnDuplicate.KEEP);
			NewJob scheduled = unique("job:2", null, OnDuplicate.KEEP, Duration.ofMillis(1));
			NewJob blocked = unique("job:3", "line", OnDuplicate.KEEP, Duration.ZERO);
			enqueue(store, ready, scheduled, blocked);
			transaction(pool).executeWithoutResult((status) -> {
				assertThat(
						stage(store, unique(OnDuplicate.KEEP), unique("job:2", null, OnDuplicate.KEEP, Duration.ZERO),
								unique("job:3", "line", OnDuplicate.KEEP, Duration.ZERO)))
					.hasSize(3);
				assertThat(store.leases().promote(10)).isZero();
				assertThat(store.leases().settle(10)).isZero();
				assertThat(claim(store, 10)).isEmpty();
			});
			assertThat(store.leases().promote(10)).isOne();
			assertThat(store.leases().settle(10)).isOne();
			assertThat(claimedIds(store, 10)).containsExactlyInAnyOrder(ready.id(), scheduled.id(), blocked.id());
		}
	}

	@OnEachDatabase
	void neitherAnEndNorASettlementNorAClaimWaitsForATransactionThatWantsTheKey(TestDatabase database) {
		try (HikariDataSource pool = database.pool(4)) {
			JdbcJobStore store = store(pool);
			NewJob holder = unique(OnDuplicate.REPLACE);
			NewJob successor = unique(OnDuplicate.REPLACE);
			NewJob other = unique("job:2", "line", OnDuplicate.KEEP, Duration.ZERO);
			enqueue(store, holder);
			ClaimedJob running = claim(store, 1).get(0);
			transaction(pool).executeWithoutResult((status) -> {
				assertThat(stage(store, successor)).isEmpty();
				// On this thread, so that it would never come to its end.
				enqueue(store, other);
				succeed(store, running);
				assertThat(store.leases().settle(10)).isOne();
				assertThat(claimedIds(store, 10)).containsExactly(other.id());
				assertThat(store.directory().find(List.of(successor.id()))).isEmpty();
			});
			assertThat(state(store, successor)).isEqualTo(JobState.BLOCKED);
			assertThat(store.leases().settle(10)).isOne();
			assertThat(claimedIds(store, 10)).containsExactly(successor.id());
		}
	}

	@OnEachDatabase
	void aLineWhoseFirstJobATransactionHoldsWaitsForItsEndAndIsNotForgotten(TestDatabase database) {
		try (HikariDataSource pool = database.pool(4)) {
			JdbcJobStore store = store(pool);
			NewJob first = limited();
			NewJob second = limited();
			enqueue(store, first, second);
			transaction(pool).executeWithoutResult((status) -> {
				assertThat(store.orders().cancel(first.id())).isEqualTo(OrderResult.done(JobState.BLOCKED));
				assertThat(store.leases().settle(10)).isZero();
				assertThat(store.leases().settle(10)).isZero();
				status.setRollbackOnly();
			});
			assertThat(store.leases().settle(10)).isOne();
			assertThat(claimedIds(store, 10)).containsExactly(first.id());
		}
	}

	@OnEachDatabase
	void whatATransactionReplacedIsAsItWasAfterItsRollback(TestDatabase database) {
		try (HikariDataSource pool = database.pool(4)) {
			JdbcJobStore store = store(pool);
			NewJob holder = unique(OnDuplicate.REPLACE);
			NewJob replacement = unique(OnDuplicate.REPLACE);
			enqueue(store, holder);
			transaction(pool).executeWithoutResult((status) -> {
				assertThat(stage(store, replacement)).isEmpty();
				assertThat(claim(store, 10)).isEmpty();
				status.setRollbackOnly();
			});
			assertThat(store.directory().find(List.of(replacement.id()))).isEmpty();
			NewJob kept = unique(OnDuplicate.KEEP);
			assertThat(enqueue(store, kept)).isEqualTo(Map.of(kept.id(), holder.id()));
			assertThat(claimedIds(store, 10)).containsExactly(holder.id());
		}
	}

	@OnEachDatabase
	void whoWaitedForATransactionThatRolledBackHasTheKey(TestDatabase database) throws Exception {
		try (HikariDataSource pool = database.pool(4)) {
			JdbcJobStore store = store(pool);
			NewJob first = unique(OnDuplicate.KEEP);
			NewJob second = unique(OnDuplicate.KEEP);
			CountDownLatch staged = new CountDownLatch(1);
			CompletableFuture<Map<UUID, UUID>> waiting = transaction(pool).execute((status) -> {
				stage(store, first);
				CompletableFuture<Map<UUID, UUID>> other = CompletableFuture.supplyAsync(() -> {
					staged.countDown();
					return enqueue(store, second);
				});
				awaitQuietly(staged);
				status.setRollbackOnly();
				return other;
			});
			assertThat(waiting).isNotNull();
			assertThat(waiting.get(1, TimeUnit.MINUTES)).isEmpty();
			assertThat(claimedIds(store, 10)).containsExactly(second.id());
		}
	}

	@OnEachDatabase
	void callsThatWantTheSameKeysInAnotherOrderDontWaitForEachOther(TestDatabase database) throws Exception {
		try (HikariDataSource pool = database.pool(6)) {
			JdbcJobStore store = store(pool);
			List<CompletableFuture<Void>> callers = List.of(0, 1, 2, 3)
				.stream()
				.map((caller) -> CompletableFuture.runAsync(() -> {
					for (int i = 0; i < 50; i++) {
						NewJob one = unique("job:1", null, OnDuplicate.KEEP, Duration.ZERO);
						NewJob two = unique("job:2", null, OnDuplicate.REPLACE, Duration.ZERO);
						transaction(pool).executeWithoutResult((status) -> {
							if (caller % 2 == 0) {
								stage(store, one, two);
							}
							else {
								stage(store, two, one);
							}
						});
					}
				}))
				.toList();
			for (CompletableFuture<Void> caller : callers) {
				caller.get(1, TimeUnit.MINUTES);
			}
			assertThat(store.directory().count().get(JobState.ENQUEUED).value()).isEqualTo(2);
			assertThat(store.directory().count().get(JobState.CANCELLED).value()).isEqualTo(199);
		}
	}

	@OnEachDatabase
	void aKeyThatASnapshotSeesIsMetInEveryIsolation(TestDatabase database) {
		try (HikariDataSource pool = database.pool(4)) {
			JdbcJobStore store = store(pool);
			NewJob holder = unique(OnDuplicate.KEEP);
			enqueue(store, holder);
			for (int isolation : List.of(TransactionDefinition.ISOLATION_READ_COMMITTED,
					TransactionDefinition.ISOLATION_REPEATABLE_READ, TransactionDefinition.ISOLATION_SERIALIZABLE)) {
				TransactionTemplate transaction = transaction(pool);
				transaction.setIsolationLevel(isolation);
				NewJob free = unique("job:" + isolation + "0", null, OnDuplicate.KEEP, Duration.ZERO);
				transaction.executeWithoutResult((status) -> {
					new JdbcTemplate(pool).queryForObject("SELECT count(*) FROM aftercommit_job", Integer.class);
					NewJob other = unique(OnDuplicate.KEEP);
					assertThat(stage(store, other, free)).isEqualTo(Map.of(other.id(), holder.id()));
				});
				assertThat(state(store, free)).isEqualTo(JobState.ENQUEUED);
			}
		}
	}

	@OnEachDatabase
	void aKeyThatWasTakenAfterASnapshotFailsTheCallOfItsTransaction(TestDatabase database) {
		try (HikariDataSource pool = database.pool(4)) {
			JdbcJobStore store = store(pool);
			NewJob holder = unique(OnDuplicate.KEEP);
			NewJob other = unique(OnDuplicate.KEEP);
			TransactionTemplate transaction = transaction(pool);
			transaction.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
			assertThatExceptionOfType(JobStoreException.class)
				.isThrownBy(() -> transaction.executeWithoutResult((status) -> {
					new JdbcTemplate(pool).queryForObject(
							"SELECT count(*) FROM aftercommit_job j, aftercommit_unique_key u, aftercommit_ready r",
							Integer.class);
					enqueue(store, holder);
					stage(store, other);
				}))
				.withMessageContaining("must be rolled back");
			transaction.executeWithoutResult((status) -> assertThat(stage(store, other)).hasSize(1));
			assertThat(store.directory().count().get(JobState.ENQUEUED).value()).isOne();
			assertThat(claimedIds(store, 10)).containsExactly(holder.id());
		}
	}

	@OnEachDatabase
	void aBodyThatCompletesInARepeatableReadIsNotHeldUpByWhoeverWantsItsKey(TestDatabase database) {
		try (HikariDataSource pool = database.pool(4)) {
			JdbcJobStore store = store(pool);
			NewJob holder = unique(KEY, "line", OnDuplicate.REPLACE, Duration.ZERO);
			enqueue(store, holder);
			store.leases().settle(10);
			ClaimedJob running = claim(store, 1).get(0);
			NewJob successor = unique(KEY, "line", OnDuplicate.REPLACE, Duration.ZERO);
			TransactionTemplate body = transaction(pool);
			body.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
			body.executeWithoutResult((status) -> {
				new JdbcTemplate(pool).queryForObject("SELECT count(*) FROM aftercommit_job", Integer.class);
				enqueue(store, successor);
				store.leases().completeInTransaction(running, new Outcome.Succeeded(null));
				assertThat(store.leases().settle(10)).isZero();
			});
			assertThat(state(store, successor)).isEqualTo(JobState.BLOCKED);
			assertThat(store.leases().settle(10)).isOne();
			assertThat(claimedIds(store, 10)).containsExactly(successor.id());
		}
	}

	@OnEachDatabase
	void whoWaitsForAKeyIsListedAsBlockedAndWhoWasNotWrittenIsNot(TestDatabase database) {
		try (HikariDataSource pool = database.pool(4)) {
			JdbcJobStore store = store(pool);
			NewJob first = limited();
			NewJob second = limited();
			JobTerms tagged = new JobTerms(null, 1, KEY, UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of("tag"));
			NewJob holder = new NewJob(UUID.randomUUID(), "job", "default", 0, null, "[]", tagged.toHeaders());
			NewJob kept = new NewJob(UUID.randomUUID(), "job", "default", 0, null, "[]", tagged.toHeaders());
			transaction(pool).executeWithoutResult((status) -> stage(store, first, second, holder, kept));
			enqueue(store, new NewJob(UUID.randomUUID(), "job", "default", 0, null, "[]", tagged.toHeaders()));
			store.leases().settle(10);
			assertThat(listed(store, JobFilter.all().states(JobState.BLOCKED))).containsExactly(second.id());
			assertThat(listed(store, JobFilter.all().states(JobState.ENQUEUED))).containsExactlyInAnyOrder(first.id(),
					holder.id());
			assertThat(listed(store, JobFilter.all().states(JobState.ENQUEUED, JobState.BLOCKED))).hasSize(3);
			assertThat(listed(store, JobFilter.all().tag("tag"))).containsExactly(holder.id());
			assertThat(new JdbcTemplate(pool).queryForObject("SELECT count(*) FROM aftercommit_tag", Integer.class))
				.isOne();
		}
	}

	private static Set<UUID> listed(JdbcJobStore store, JobFilter filter) {
		return store.overview().list(filter, Paging.oldestFirst(10)).jobs().keySet();
	}

	@Test
	void aKeyThatNoIndexHasRoomForIsRefusedBeforeAnythingIsWritten() {
		NewJob tooLong = unique("\uD83D\uDE80".repeat(501), null, OnDuplicate.KEEP, Duration.ZERO);
		assertThatIllegalArgumentException().isThrownBy(() -> JdbcIntake.check(tooLong))
			.withMessageContaining("'uniqueKey'")
			.withMessageContaining("2000 bytes");
		JdbcIntake.check(unique("\uD83D\uDE80".repeat(500), null, OnDuplicate.KEEP, Duration.ZERO));
	}

	private static NewJob limited() {
		JobTerms terms = new JobTerms("line", 1, null, UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of());
		return new NewJob(UUID.randomUUID(), "job", "default", 0, null, "[]", terms.toHeaders());
	}

	private static NewJob unique(OnDuplicate onDuplicate) {
		return unique(KEY, null, onDuplicate, Duration.ZERO);
	}

	private static NewJob unique(String key, String line, OnDuplicate onDuplicate, Duration delay) {
		JobTerms terms = new JobTerms(line, 1, key, UniqueUntil.FINISHED, onDuplicate, List.of());
		return new NewJob(UUID.randomUUID(), "job", "default", 0, delay.isZero() ? null : JobTime.in(delay), "[]",
				terms.toHeaders());
	}

	private static Map<UUID, UUID> enqueue(JdbcJobStore store, NewJob... jobs) {
		return store.intake().enqueue(List.of(jobs));
	}

	private static Map<UUID, UUID> stage(JdbcJobStore store, NewJob... jobs) {
		return store.intake().stage(List.of(jobs).stream().map((job) -> new StagedJob(job, null)).toList());
	}

	private static void succeed(JdbcJobStore store, ClaimedJob job) {
		assertThat(store.leases().apply(List.of(new Ending(job, new Outcome.Succeeded(null)))))
			.containsExactly(job.id());
	}

	private static JobState state(JdbcJobStore store, NewJob job) {
		return store.directory().find(List.of(job.id())).get(job.id()).state();
	}

	private static TransactionTemplate transaction(HikariDataSource pool) {
		return new TransactionTemplate(new DataSourceTransactionManager(pool));
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
