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
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;

import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Jobs on their last chance, and several nodes that look after the store at once.
 */
class LastChanceTests extends AbstractJdbcStoreTests {

	private static final Duration LEASE = Duration.ofMinutes(1);

	private static final int MAX_CRASHES = 3;

	/** Neither sees yet what the other one returns. */
	@OnEachDatabase
	void twoNodesThatRescueAtTheSameMomentReturnOneJob(TestDatabase database) throws SQLException {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcJobStore store = store(pool);
			loseTwice(store, 2);
			whileAnotherOneRescues(database, pool,
					() -> assertThat(rescue(store)).as("while the other one rescues").isZero());
			assertThat(rescue(store)).as("while it waits for a worker").isZero();
			assertThat(claim(store, 10)).hasSize(1);
		}
	}

	@OnEachDatabase
	void aNodeReturnsNoneWhileAnotherOneReturnsOthers(TestDatabase database) throws SQLException {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcJobStore store = store(pool);
			loseTwice(store, 1);
			store.intake().enqueue(List.of(job()));
			lose(store, 1);
			whileAnotherOneRescues(database, pool,
					() -> assertThat(rescue(store)).as("while the other one rescues").isZero());
			assertThat(rescue(store)).as("while the other job waits for a worker").isZero();
			assertThat(claim(store, 10)).hasSize(1);
		}
	}

	private static void whileAnotherOneRescues(TestDatabase database, HikariDataSource pool, Runnable action)
			throws SQLException {
		Statements statements = new Statements(UnaryOperator.identity());
		Dialect dialect = dialect(database, statements);
		Returns returns = new Returns(statements, dialect, new Moves(statements, dialect));
		try (Connection other = pool.getConnection()) {
			other.setAutoCommit(false);
			assertThat(returns.rescue(other, LEASE, MAX_CRASHES, 10)).isOne();
			action.run();
			other.commit();
			other.setAutoCommit(true);
		}
	}

	private static int rescue(JdbcJobStore store) {
		return store.leases().rescue(LEASE, MAX_CRASHES, 10);
	}

	private static void loseTwice(JdbcJobStore store, int jobs) {
		store.intake().enqueue(Stream.generate(AbstractJdbcStoreTests::job).limit(jobs).toList());
		lose(store, jobs);
		assertThat(rescue(store)).isEqualTo(jobs);
		lose(store, jobs);
	}

	private static void lose(JdbcJobStore store, int jobs) {
		List<ClaimedJob> claimed = claim(store, jobs);
		assertThat(claimed).hasSize(jobs);
		claimed.stream().map((job) -> job.lease().node()).distinct().forEach(store.nodes()::end);
	}

	private static Dialect dialect(TestDatabase database, Statements statements) {
		Tables tables = new Tables(null, "aftercommit_");
		return database.isPostgres() ? new PostgresDialect(statements, tables, PostgresDialect.BUNDLE_FROM)
				: new H2Dialect(statements, tables);
	}

}
