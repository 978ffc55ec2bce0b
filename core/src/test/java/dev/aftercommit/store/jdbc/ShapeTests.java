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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.StagedJob;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a job costs PostgreSQL in figures that no busy machine can change: round trips,
 * commits, rows and pages read, bytes of WAL. Whoever makes one of them larger meets this
 * test before the benchmarks.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ShapeTests {

	private static final int JOBS = 5_000;

	private static final int BATCH = 500;

	private static final String PAYLOAD = "[1,\"" + "x".repeat(190) + "\"]";

	private final TestDatabase database = TestDatabases.postgres();

	/** One connection, which says what it has read before it is asked. */
	private final HikariDataSource pool = this.database.pool(1);

	private final CountingDataSource counting = new CountingDataSource(this.pool);

	private final JdbcTemplate jdbc = new JdbcTemplate(this.pool);

	private JobStore store;

	private long node;

	private long token;

	@BeforeAll
	void warmUp() {
		// As PostgreSQL comes; the tests' servers are in a hurry.
		this.jdbc.execute("DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = on',"
				+ " current_database()); END$$");
		this.pool.getHikariPoolMXBean().softEvictConnections();
		try (HikariDataSource other = this.database.pool(2)) {
			new JdbcJobStore(other, other, JdbcStoreSettings.DEFAULTS);
		}
		this.store = new JdbcJobStore(this.counting, this.counting,
				new JdbcStoreSettings(JdbcStoreSettings.DEFAULTS.tablePrefix(), null, false, false));
		this.node = this.store.nodes().register(new NodeInfo("n1", "", Set.of("job")));
		drain(JOBS);
	}

	@AfterAll
	void close() {
		this.pool.close();
		this.database.close();
	}

	@Test
	void aJobsLifeCostsAFractionOfAStatementAndOfACommit() {
		new Bounds(0.01, 0.01).hold(cost(() -> drain(JOBS)), JOBS);
	}

	/** The guard itself: with one statement more for each job it has to fail. */
	@Test
	void oneMoreStatementForEachJobIsNoticed() {
		Cost planted = cost(() -> {
			drain(JOBS);
			for (int i = 0; i < JOBS; i++) {
				new JdbcTemplate(this.counting).execute("SELECT 1");
			}
		});
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> new Bounds(0.01, 0.01).hold(planted, JOBS))
			.withMessageContaining("statements per job");
	}

	@Test
	void aTransactionIsOneStatementLongerForAnyNumberOfJobs() {
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(this.counting));
		for (int jobs : List.of(1, 2, 100)) {
			Cost cost = cost(() -> transaction.executeWithoutResult((status) -> this.store.intake()
				.stage(jobs(jobs).stream().map((job) -> new StagedJob(job, null)).toList())));
			assertThat(cost.statements()).as("statements for %d jobs", jobs).isOne();
			assertThat(cost.commits()).as("commits for %d jobs", jobs).isOne();
		}
		drain(0);
	}

	/** After a claim that has found nothing, one more, which looks before. */
	@Test
	void aLonelyJobIsOneStatementEachWay() {
		drain(0);
		for (int looks : List.of(1, 0, 0)) {
			enqueue(1);
			List<ClaimedJob> claimed = new ArrayList<>();
			Cost cost = cost(() -> claimed.addAll(claim(1)));
			assertThat(cost.statements()).isEqualTo(1 + looks);
			assertThat(cost.commits()).isOne();
			assertThat(cost(() -> succeed(claimed)).statements()).isOne();
		}
	}

	@Test
	void anIdleClaimIsOneStatementThatWritesNothing() {
		drain(0);
		long before = wal();
		Cost cost = cost(() -> assertThat(claim(BATCH)).isEmpty());
		assertThat(cost.statements()).isOne();
		assertThat(wal() - before).as("bytes of WAL").isLessThan(1_000);
	}

	/** Not for each execution, which takes several times what the statement does. */
	@Test
	void whatRunsAllTheTimeIsPlannedOnceForEachConnection() {
		for (int jobs = 1; jobs <= 20; jobs++) {
			enqueue(jobs);
			succeed(claim(BATCH));
		}
		assertThat(this.jdbc.queryForList("""
				SELECT statement FROM pg_prepared_statements
				WHERE custom_plans > 5 AND custom_plans > generic_plans / 10""", String.class)).isEmpty();
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM pg_prepared_statements WHERE generic_plans > 10",
				Integer.class))
			.isGreaterThanOrEqualTo(3);
	}

	/**
	 * An attempt is durable before its body starts: no crash of the database lets it be
	 * claimed a second time.
	 */
	@Test
	void aClaimWaitsForTheDisk() {
		// What else is at work in the server may write in between.
		assertThat(Stream.generate(this::isFlushedAfterClaim).limit(5)).contains(true);
	}

	private boolean isFlushedAfterClaim() {
		drain(0);
		enqueue(1);
		List<ClaimedJob> claimed = claim(1);
		assertThat(claimed).hasSize(1);
		String claim = this.jdbc.queryForObject("SELECT pg_current_wal_insert_lsn()", String.class);
		boolean flushed = Boolean.TRUE
			.equals(this.jdbc.queryForObject("SELECT pg_current_wal_flush_lsn() >= ?::pg_lsn", Boolean.class, claim));
		succeed(claimed);
		return flushed;
	}

	@Test
	void aJobsLifeWritesAKilobyteOfWal() {
		long before = wal();
		drain(JOBS);
		assertThat((wal() - before) / (double) JOBS).as("bytes of WAL per job").isBetween(400.0, 1_200.0);
	}

	@Test
	void aClaimReadsWhatItTakesHoweverMuchWasTakenBefore() {
		enqueue(JOBS);
		for (int i = 0; i < JOBS / BATCH - 2; i++) {
			succeed(claim(BATCH));
			this.jdbc.queryForList("SELECT pg_sleep(0.05)");
		}
		long before = pages();
		assertThat(claim(BATCH)).hasSize(BATCH);
		assertThat((pages() - before) / (double) BATCH).as("pages per claimed job").isBetween(1.0, 15.0);
		drain(0);
	}

	private void drain(int jobs) {
		enqueue(jobs);
		for (List<ClaimedJob> claimed = claim(BATCH); !claimed.isEmpty(); claimed = claim(BATCH)) {
			succeed(claimed);
		}
	}

	private void enqueue(int jobs) {
		for (int from = 0; from < jobs; from += BATCH) {
			this.store.intake().enqueue(jobs(Math.min(BATCH, jobs - from)));
		}
	}

	private static List<NewJob> jobs(int count) {
		List<NewJob> jobs = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			jobs.add(new NewJob(UUID.randomUUID(), "job", "default", 0, null, PAYLOAD, Map.of()));
		}
		return jobs;
	}

	private List<ClaimedJob> claim(int most) {
		return this.store.leases()
			.claim(new ClaimRequest(new Lease(this.node, ++this.token), null, Map.of(), Set.of("job"), most))
			.jobs();
	}

	private void succeed(List<ClaimedJob> jobs) {
		assertThat(this.store.leases()
			.apply(jobs.stream().map((job) -> new Ending(job, new Outcome.Succeeded(null))).toList()))
			.hasSize(jobs.size());
	}

	private Cost cost(Runnable work) {
		int statements = this.counting.statements();
		int commits = this.counting.commits();
		work.run();
		return new Cost(this.counting.statements() - statements, this.counting.commits() - commits);
	}

	private long wal() {
		return this.jdbc.queryForObject("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint", Long.class);
	}

	private long pages() {
		this.jdbc.queryForList("SELECT pg_stat_force_next_flush()");
		return this.jdbc.queryForObject("""
				SELECT sum(heap_blks_hit + heap_blks_read + coalesce(idx_blks_hit + idx_blks_read, 0))
				FROM pg_statio_user_tables""", Long.class);
	}

	private record Cost(int statements, int commits) {

	}

	/**
	 * Bounds for a job.
	 *
	 * @param statements the most statements
	 * @param commits the most commits
	 */
	private record Bounds(double statements, double commits) {

		void hold(Cost cost, int jobs) {
			assertThat(cost.statements() / (double) jobs).as("statements per job").isLessThanOrEqualTo(this.statements);
			assertThat(cost.commits() / (double) jobs).as("commits per job").isLessThanOrEqualTo(this.commits);
		}

	}

}
