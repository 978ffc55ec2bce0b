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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobState;
import dev.aftercommit.JobTime;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.StagedJob;
import dev.aftercommit.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everybody at once: callers, claims, ends of all kinds, settlements, orders. Nobody may
 * fail, no key may be had by too many, and in the end nothing may be left.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class KeysUnderLoadTests extends AbstractJdbcStoreTests {

	private static final int JOBS_OF_A_CALLER = 150;

	private static final Failure FAILURE = new Failure(AttemptOutcome.FAILED, "type", "text");

	private static final AtomicLong tokens = new AtomicLong();

	private final Queue<UUID> enqueued = new ConcurrentLinkedQueue<>();

	private final Map<String, Integer> running = new ConcurrentHashMap<>();

	private final Queue<String> tooMany = new ConcurrentLinkedQueue<>();

	@OnEachDatabase
	void noKeyIsHadByTooManyNobodyWaitsForEverAndNothingIsLeft(TestDatabase database) throws Exception {
		try (HikariDataSource pool = database.pool(12)) {
			JdbcJobStore store = store(pool);
			long before = deadlocks(database, pool);
			ExecutorService threads = Executors.newFixedThreadPool(9);
			List<CompletableFuture<?>> callers = List.of(run(threads, () -> call(store, pool, 1)),
					run(threads, () -> call(store, pool, 2)), run(threads, () -> call(store, pool, 3)));
			CompletableFuture<Void> calling = CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new));
			List<CompletableFuture<?>> others = List.of(run(threads, () -> work(store, pool, calling, 11)),
					run(threads, () -> work(store, pool, calling, 12)),
					run(threads, () -> work(store, pool, calling, 13)), run(threads, () -> settle(store, calling)),
					run(threads, () -> settle(store, calling)), run(threads, () -> order(store, calling, 14)));
			calling.get(2, TimeUnit.MINUTES);
			for (CompletableFuture<?> other : others) {
				other.get(1, TimeUnit.MINUTES);
			}
			threads.shutdown();
			drain(store);
			assertThat(this.tooMany).isEmpty();
			KeyTables.assertEmpty(pool);
			assertThat(deadlocks(database, pool)).isEqualTo(before);
			assertThat(store.directory().count().get(JobState.SUCCEEDED).value()).isGreaterThan(50);
		}
	}

	private static CompletableFuture<?> run(ExecutorService threads, Runnable work) {
		return CompletableFuture.runAsync(work, threads);
	}

	private void call(JdbcJobStore store, HikariDataSource pool, long seed) {
		Random random = new Random(seed);
		TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(pool));
		for (int i = 0; i < JOBS_OF_A_CALLER; i++) {
			List<StagedJob> jobs = new ArrayList<>();
			for (int count = random.nextInt(4); count >= 0; count--) {
				jobs.add(new StagedJob(job(random), null));
			}
			transaction.executeWithoutResult((status) -> {
				store.intake().stage(jobs);
				if (random.nextInt(5) == 0) {
					status.setRollbackOnly();
				}
			});
			jobs.forEach((job) -> this.enqueued.add(job.job().id()));
		}
	}

	private static NewJob job(Random random) {
		int line = random.nextInt(4);
		int key = random.nextInt(6);
		JobTerms terms = new JobTerms((line < 3) ? "line " + line : null, line + 1, (key < 3) ? "key " + key : null,
				(key == 0) ? UniqueUntil.STARTED : UniqueUntil.FINISHED,
				random.nextBoolean() ? OnDuplicate.KEEP : OnDuplicate.REPLACE, List.of());
		Duration delay = Duration.ofMillis(random.nextInt(20));
		return new NewJob(UUID.randomUUID(), "job", "default", 0, random.nextBoolean() ? null : JobTime.in(delay), "[]",
				terms.toHeaders());
	}

	private void work(JdbcJobStore store, HikariDataSource pool, CompletableFuture<Void> calling, long seed) {
		Random random = new Random(seed);
		TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(pool));
		long node = node(store);
		while (!calling.isDone()) {
			List<ClaimedJob> jobs = claimed(store, node, 5);
			jobs.forEach(this::began);
			jobs.forEach(this::ended);
			if (!jobs.isEmpty() && random.nextInt(3) == 0) {
				ClaimedJob first = jobs.get(0);
				transaction.executeWithoutResult(
						(status) -> store.leases().completeInTransaction(first, new Outcome.Succeeded(null)));
				jobs = jobs.subList(1, jobs.size());
			}
			List<Ending> endings = jobs.stream().map((job) -> new Ending(job, outcome(random))).toList();
			assertThat(store.leases().apply(endings)).hasSize(endings.size());
		}
	}

	private static Outcome outcome(Random random) {
		return switch (random.nextInt(8)) {
			case 0 -> new Outcome.Retry(Duration.ofMillis(random.nextInt(5)), FAILURE);
			case 1 -> new Outcome.Dead(DeadReason.DISCARDED, FAILURE);
			case 2 -> new Outcome.Released();
			case 3 -> new Outcome.Snoozed(Duration.ofMillis(random.nextInt(5)));
			default -> new Outcome.Succeeded(null);
		};
	}

	private void began(ClaimedJob job) {
		JobTerms terms = job.terms();
		began(terms.concurrencyKey(), terms.concurrencyLimit());
		began((terms.uniqueUntil() == UniqueUntil.FINISHED) ? terms.uniqueKey() : null, 1);
	}

	private void began(@Nullable String key, int limit) {
		if (key != null && this.running.merge(key, 1, Integer::sum) > limit) {
			this.tooMany.add(key);
		}
	}

	private void ended(ClaimedJob job) {
		JobTerms terms = job.terms();
		if (terms.concurrencyKey() != null) {
			this.running.merge(terms.concurrencyKey(), -1, Integer::sum);
		}
		if (terms.uniqueKey() != null && terms.uniqueUntil() == UniqueUntil.FINISHED) {
			this.running.merge(terms.uniqueKey(), -1, Integer::sum);
		}
	}

	private static void settle(JdbcJobStore store, CompletableFuture<Void> calling) {
		while (!calling.isDone()) {
			store.leases().settle(20);
			store.leases().promote(20);
		}
	}

	private void order(JdbcJobStore store, CompletableFuture<Void> calling, long seed) {
		Random random = new Random(seed);
		while (!calling.isDone()) {
			UUID id = this.enqueued.poll();
			if (id != null) {
				switch (random.nextInt(4)) {
					case 0 -> store.orders().cancel(id);
					case 1 -> store.orders().runNow(id);
					case 2 -> store.orders().delete(id);
					default -> store.directory().cancel(id);
				}
				this.enqueued.add(id);
				store.orders().retry(this.enqueued.remove());
			}
		}
	}

	private void drain(JdbcJobStore store) {
		long node = node(store);
		while (!ended(store)) {
			store.leases().settle(20);
			store.leases().promote(100);
			List<ClaimedJob> jobs = claimed(store, node, 100);
			jobs.forEach(this::began);
			jobs.forEach(this::ended);
			store.leases().apply(jobs.stream().map((job) -> new Ending(job, new Outcome.Succeeded(null))).toList());
		}
		for (int i = 0; i < 100; i++) {
			store.leases().settle(20);
		}
	}

	private static boolean ended(JdbcJobStore store) {
		return store.directory()
			.count()
			.entrySet()
			.stream()
			.allMatch((count) -> count.getKey().isEnded() || count.getValue().value() == 0);
	}

	private static List<ClaimedJob> claimed(JdbcJobStore store, long node, int limit) {
		return store.leases()
			.claim(new ClaimRequest(new Lease(node, tokens.incrementAndGet()), null, Map.of(), Set.of("job"), limit))
			.jobs();
	}

	private static long deadlocks(TestDatabase database, HikariDataSource pool) {
		return database.isPostgres() ? new JdbcTemplate(pool).queryForObject(
				"SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()", Long.class) : 0;
	}

}
