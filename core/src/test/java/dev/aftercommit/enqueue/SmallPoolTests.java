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

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.enqueue.MatrixSetup.Db;
import dev.aftercommit.handle.JobHandles;
import dev.aftercommit.handle.ResultWatcher;
import dev.aftercommit.handler.BeanHandlerRegistry;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.jdbc.JdbcCommitCheck;
import dev.aftercommit.store.jdbc.JdbcJobStore;
import dev.aftercommit.store.jdbc.JdbcStoreSettings;
import dev.aftercommit.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Pools of one and two connections, with auto-commit on and off: enqueueing never waits
 * for a connection that its own thread holds, and nothing is lost in silence.
 */
class SmallPoolTests {

	private static final Duration SHORT = Duration.ofMillis(500);

	private static final Duration LONG = Duration.ofSeconds(30);

	static List<Arguments> pools() {
		List<Arguments> pools = new ArrayList<>();
		for (Db database : Db.values()) {
			for (int size : new int[] { 1, 2 }) {
				for (boolean autoCommit : new boolean[] { true, false }) {
					pools.add(Arguments.of(database, size, autoCommit));
				}
			}
		}
		return pools;
	}

	@ParameterizedTest
	@MethodSource("pools")
	void enqueueingInATransactionNeedsNoSecondConnection(Db database, int size, boolean autoCommit) {
		try (Pool pool = new Pool(database, size, autoCommit)) {
			for (int i = 0; i < 5; i++) {
				String text = "a" + i;
				pool.inTransaction(() -> {
					pool.jdbc.update("INSERT INTO note (text) VALUES (?)", text);
					pool.jobs.note(text);
				});
			}
			assertThat(pool.claimed()).containsExactly("[\"a0\"]", "[\"a1\"]", "[\"a2\"]", "[\"a3\"]", "[\"a4\"]");
			assertThat(pool.jdbc.queryForObject("SELECT COUNT(*) FROM note", Integer.class)).isEqualTo(5);
		}
	}

	@ParameterizedTest
	@MethodSource("pools")
	void aCallFromAfterCommitIsWrittenOnceTheConnectionIsBack(Db database, int size, boolean autoCommit) {
		try (Pool pool = new Pool(database, size, autoCommit)) {
			pool.inTransaction(() -> pool.register(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					pool.jobs.note("after commit");
				}

				@Override
				public void afterCompletion(int status) {
					pool.jobs.note("after completion");
				}

			}));
			Awaitility.await()
				.atMost(LONG)
				.untilAsserted(() -> assertThat(pool.claimed()).containsExactlyInAnyOrder("[\"after commit\"]",
						"[\"after completion\"]"));
		}
	}

	@ParameterizedTest
	@MethodSource("pools")
	void aTransactionalMethodCalledAfterTheCompletionLosesNothing(Db database, int size, boolean autoCommit) {
		try (Pool pool = new Pool(database, size, autoCommit)) {
			pool.inTransaction(() -> {
				pool.jobs.note("inside");
				pool.register(new TransactionSynchronization() {

					@Override
					public void afterCompletion(int status) {
						pool.inTransaction(() -> {
							pool.jobs.note("participant");
							pool.jobs.immediate("immediate");
						});
					}

				});
			});
			Awaitility.await()
				.atMost(LONG)
				.untilAsserted(() -> assertThat(pool.claimed()).containsExactlyInAnyOrder("[\"inside\"]",
						"[\"participant\"]", "[\"immediate\"]"));
		}
	}

	@ParameterizedTest
	@MethodSource("pools")
	void aReadOnlyTransactionsCallIsWrittenOnceTheConnectionIsBack(Db database, int size, boolean autoCommit) {
		try (Pool pool = new Pool(database, size, autoCommit)) {
			TransactionTemplate readOnly = new TransactionTemplate(pool.manager);
			readOnly.setReadOnly(true);
			readOnly.executeWithoutResult((status) -> pool.jobs.note("read-only"));
			Awaitility.await()
				.atMost(LONG)
				.untilAsserted(() -> assertThat(pool.claimed()).containsExactly("[\"read-only\"]"));
		}
	}

	@ParameterizedTest
	@MethodSource("pools")
	void aCallWithoutATransactionIsThereWhenItReturns(Db database, int size, boolean autoCommit) {
		try (Pool pool = new Pool(database, size, autoCommit)) {
			pool.jobs.note("a");
			assertThat(pool.claimed()).containsExactly("[\"a\"]");
		}
	}

	@ParameterizedTest
	@MethodSource("pools")
	void immediateInsideATransactionNeedsASecondConnectionAndSaysSo(Db database, int size, boolean autoCommit) {
		try (Pool pool = new Pool(database, size, autoCommit, (size == 1) ? SHORT : LONG)) {
			pool.inTransaction(() -> {
				pool.jobs.note("joined");
				if (size == 1) {
					assertThatExceptionOfType(JobStoreException.class)
						.isThrownBy(() -> pool.jobs.immediate("immediate"))
						.withMessageContaining("IMMEDIATE")
						.withMessageContaining("pool");
				}
				else {
					pool.jobs.immediate("immediate");
				}
			});
			assertThat(pool.claimed()).hasSize(size).contains("[\"joined\"]");
		}
	}

	@ParameterizedTest
	@MethodSource("pools")
	void requiresNewInsideATransactionKeepsThemApart(Db database, int size, boolean autoCommit) {
		try (Pool pool = new Pool(database, size, autoCommit, (size == 1) ? SHORT : LONG)) {
			TransactionTemplate inner = new TransactionTemplate(pool.manager);
			inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
			pool.inTransaction(() -> {
				pool.jobs.note("outer");
				if (size == 1) {
					assertThatExceptionOfType(RuntimeException.class)
						.isThrownBy(() -> inner.executeWithoutResult((status) -> pool.jobs.note("inner")));
				}
				else {
					inner.executeWithoutResult((status) -> pool.jobs.note("inner"));
				}
			});
			assertThat(pool.claimed()).hasSize(size).contains("[\"outer\"]");
		}
	}

	private static final class Pool implements AutoCloseable {

		final TestDatabase database;

		final HikariDataSource dataSource;

		final JdbcTransactionManager manager;

		final JdbcTemplate jdbc;

		final MatrixJobs jobs;

		final List<String> claimed = new ArrayList<>();

		private final JobStore store;

		private final EnqueuePath path;

		private final long node;

		private long token;

		Pool(Db db, int size, boolean autoCommit) {
			this(db, size, autoCommit, LONG);
		}

		Pool(Db db, int size, boolean autoCommit, Duration connectionTimeout) {
			MatrixWorld world = MatrixWorld.of(db);
			this.database = MatrixWorld.open(db);
			HikariConfig config = this.database.config(size);
			config.setAutoCommit(autoCommit);
			config.setMinimumIdle(size);
			config.setConnectionTimeout(connectionTimeout.toMillis());
			this.dataSource = new HikariDataSource(config);
			// Flyway needs two connections, as everywhere.
			try (HikariDataSource migration = this.database.pool(3)) {
				MatrixWorld.store(migration);
			}
			this.store = new JdbcJobStore(this.dataSource, this.dataSource,
					new JdbcStoreSettings("aftercommit_", null, false, false));
			this.node = this.store.nodes().register(new NodeInfo("small", "1", Set.of("note")));
			this.manager = world.told(new JdbcTransactionManager(this.dataSource));
			this.jdbc = new JdbcTemplate(this.dataSource);
			new TransactionTemplate(this.manager).executeWithoutResult(
					(status) -> this.jdbc.execute("CREATE TABLE note (text VARCHAR(100) PRIMARY KEY)"));
			JobHandles handles = new JobHandles(this.store.directory(), world.serializer,
					new ResultWatcher(this.store.directory(), System::nanoTime));
			CallFactory calls = new CallFactory(world.serializer, handles, List.of(), Clock.systemUTC());
			this.path = new EnqueuePath(this.store, LocalWorkers.NONE, List.of(), new JdbcCommitCheck(),
					System::nanoTime);
			world.registrar.postProcessAfterInitialization(this.path, "path");
			BeanHandlerRegistry registry = world.context.getBean(BeanHandlerRegistry.class);
			world.interceptor = new EnqueueInterceptor(() -> registry, () -> calls, () -> this.path);
			this.jobs = world.context.getBean(MatrixJobs.class);
		}

		void inTransaction(Runnable body) {
			new TransactionTemplate(this.manager).executeWithoutResult((status) -> body.run());
		}

		void register(TransactionSynchronization synchronization) {
			TransactionSynchronizationManager.registerSynchronization(synchronization);
		}

		List<String> claimed() {
			this.store.leases()
				.claim(new ClaimRequest(new Lease(this.node, ++this.token), null, Map.of(), Set.of("note", "immediate"),
						100))
				.jobs()
				.stream()
				.map(ClaimedJob::arguments)
				.forEach(this.claimed::add);
			return this.claimed;
		}

		@Override
		public void close() {
			this.path.close();
			this.dataSource.close();
			this.database.close();
		}

	}

}
