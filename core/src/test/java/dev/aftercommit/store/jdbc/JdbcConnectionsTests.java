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

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.StatementCallback;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobState;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.Retention;
import dev.aftercommit.store.StagedJob;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Whatever the pool is like, the store works and gives connections back as they came.
 */
class JdbcConnectionsTests extends AbstractJdbcStoreTests {

	@BeforeEach
	void createTables() {
		databases().forEach((database) -> {
			try (HikariDataSource pool = database.pool(3)) {
				store(pool);
			}
		});
	}

	@OnEachDatabase
	void onePooledConnectionIsEnough(TestDatabase database) {
		HikariConfig config = database.config(1);
		config.setConnectionTimeout(5_000);
		try (HikariDataSource pool = new HikariDataSource(config)) {
			assertAllWorks(pool);
		}
	}

	@OnEachDatabase
	void autoCommitMayBeOff(TestDatabase database) throws SQLException {
		HikariConfig config = database.config(2);
		config.setAutoCommit(false);
		try (HikariDataSource pool = new HikariDataSource(config)) {
			assertAllWorks(pool);
			try (Connection connection = pool.getConnection()) {
				assertThat(connection.getAutoCommit()).isFalse();
			}
		}
	}

	@OnEachDatabase
	void thePoolsIsolationMayBeStricter(TestDatabase database) throws SQLException {
		HikariConfig config = database.config(1);
		config.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
		try (HikariDataSource pool = new HikariDataSource(config)) {
			assertAllWorks(pool);
			try (Connection connection = pool.getConnection()) {
				assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
			}
		}
	}

	@Test
	void noCallWaitsForAnAnswerForEverAndThePoolsOwnLimitIsKept() throws SQLException {
		TestDatabase database = databases().filter(TestDatabase::isPostgres).findFirst().orElseThrow();
		try (HikariDataSource pool = database.pool(1)) {
			assertThat(networkTimeout(pool)).isEqualTo(NetworkLimit.MILLIS);
			try (Connection connection = pool.getConnection()) {
				assertThat(connection.getNetworkTimeout()).isZero();
			}
		}
		HikariConfig config = database.config(1);
		config.addDataSourceProperty("socketTimeout", "5");
		try (HikariDataSource pool = new HikariDataSource(config)) {
			assertThat(networkTimeout(pool)).isEqualTo(5_000);
		}
	}

	// H2 keeps a statement's time limit for whatever runs on the connection next.
	@OnEachDatabase
	void statementsOfTheApplicationHaveNoTimeLimitOfOurs(TestDatabase database) {
		try (HikariDataSource pool = database.pool(1)) {
			JdbcJobStore store = store(pool);
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			assertAllWorks(pool);
			assertThat(jdbc.execute((StatementCallback<Integer>) Statement::getQueryTimeout)).isZero();
			new TransactionTemplate(new DataSourceTransactionManager(pool)).executeWithoutResult((status) -> {
				store.intake().stage(List.of(new StagedJob(job(), null)));
				new JdbcCommitCheck().check();
				assertThat(jdbc.execute((StatementCallback<Integer>) Statement::getQueryTimeout)).isZero();
			});
		}
	}

	private static int networkTimeout(HikariDataSource pool) {
		return new OwnTransactions(pool).run("look", Connection::getNetworkTimeout);
	}

	@Test
	void plannerSettingsNeverLeaveTheStoresOwnTransactions() {
		TestDatabase database = databases().filter(TestDatabase::isPostgres).findFirst().orElseThrow();
		try (HikariDataSource pool = database.pool(2)) {
			JdbcJobStore store = store(pool);
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			assertAllWorks(pool);
			new TransactionTemplate(new DataSourceTransactionManager(pool)).executeWithoutResult((status) -> {
				NewJob job = job();
				store.intake().stage(List.of(new StagedJob(job, null)));
				store.directory().cancel(job.id());
				assertThat(jdbc.queryForObject("SHOW enable_seqscan", String.class)).isEqualTo("on");
			});
			for (int i = 0; i < 3; i++) {
				assertThat(jdbc.queryForObject("SHOW enable_seqscan", String.class)).isEqualTo("on");
			}
		}
	}

	@OnEachDatabase
	void aFailedCallLeavesNoConnectionAndTheNextOneWorks(TestDatabase database) {
		try (HikariDataSource pool = database.pool(1)) {
			JdbcJobStore store = store(pool);
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			jdbc.execute("ALTER TABLE aftercommit_lease RENAME TO aftercommit_lease_away");
			store.intake().enqueue(List.of(job()));
			assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> claim(store, 1))
				.withMessageContaining("could not claim jobs");
			jdbc.execute("ALTER TABLE aftercommit_lease_away RENAME TO aftercommit_lease");
			assertThat(claim(store, 1)).hasSize(1);
			assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
		}
	}

	@OnEachDatabase
	void anInterruptedThreadLeavesNeitherConnectionNorHalfOfAClaim(TestDatabase database) throws Exception {
		try (HikariDataSource pool = database.pool(2)) {
			JdbcJobStore store = store(pool);
			store.intake().enqueue(List.of(job(), job()));
			CompletableFuture<Boolean> stillInterrupted = new CompletableFuture<>();
			Thread thread = new Thread(() -> {
				Thread.currentThread().interrupt();
				try {
					claim(store, 10);
				}
				catch (JobStoreException ex) {
					// May fail, must not leak.
				}
				stillInterrupted.complete(Thread.currentThread().isInterrupted());
			});
			thread.start();
			assertThat(stillInterrupted.get(60, TimeUnit.SECONDS)).isTrue();
			await().atMost(Duration.ofSeconds(60)).until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
			long running = store.directory().count().get(JobState.RUNNING).value();
			assertThat(running).isIn(0L, 2L);
			assertThat(claim(store, 10)).hasSize(2 - (int) running);
		}
	}

	@Test
	void aServerOfH2Works() {
		try (TestDatabase database = TestDatabases.h2Server(); HikariDataSource pool = database.pool(2)) {
			assertAllWorks(pool);
		}
	}

	@OnEachDatabase
	void theDescriptionNamesTheDatabaseAndItsVersion(TestDatabase database) {
		try (HikariDataSource pool = database.pool(1)) {
			assertThat(store(pool).description())
				.matches((database.isPostgres() ? "PostgreSQL 1[5-9]\\.[0-9]+" : "H2 2\\.[0-9]+\\.[0-9]+"));
			assertThat(store(pool).canJoinTransactions()).isTrue();
		}
	}

	private static void assertAllWorks(HikariDataSource pool) {
		JdbcJobStore store = new JdbcJobStore(pool, pool, JdbcStoreSettings.DEFAULTS);
		NewJob cancelled = job();
		store.intake().enqueue(List.of(job(), job(), job(), job(), cancelled));
		assertThat(store.directory().cancel(cancelled.id())).isTrue();
		List<ClaimedJob> jobs = claim(store, 10);
		Failure failure = new Failure(AttemptOutcome.FAILED, "type", "text");
		assertThat(store.leases()
			.apply(List.of(new Ending(jobs.get(0), new Outcome.Succeeded("1")),
					new Ending(jobs.get(1), new Outcome.Retry(Duration.ZERO, failure)),
					new Ending(jobs.get(2), new Outcome.Dead(DeadReason.DISCARDED, failure)))))
			.hasSize(3);
		assertThat(store.leases().promote(10)).isEqualTo(1);
		long node = jobs.get(3).lease().node();
		assertThat(store.nodes().heartbeat(node)).isTrue();
		assertThat(store.leases().reclaim(node, Set.of(), Long.MAX_VALUE)).isEqualTo(1);
		assertThat(claim(store, 10)).hasSize(2).allSatisfy((job) -> store.nodes().end(job.lease().node()));
		assertThat(store.leases().rescue(Duration.ofSeconds(30), 3, 10)).isEqualTo(2);
		assertThat(store.directory().count().get(JobState.ENQUEUED).value()).isEqualTo(2);
		assertThat(store.directory().depths()).hasSize(1);
		Retention none = new Retention(Duration.ZERO, Duration.ZERO, Duration.ZERO);
		assertThat(store.leases().prune(none, 10)).isEqualTo(3);
		new TransactionTemplate(new DataSourceTransactionManager(pool))
			.executeWithoutResult((status) -> store.intake().stage(List.of(new StagedJob(job(), null))));
		assertThat(claim(store, 10)).hasSize(3)
			.allSatisfy((job) -> store.leases().apply(List.of(new Ending(job, new Outcome.Succeeded(null)))));
		assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
	}

}
