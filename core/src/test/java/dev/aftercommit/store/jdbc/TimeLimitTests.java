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

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;

import dev.aftercommit.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;

/**
 * That statements which take too long end, and no others.
 */
class TimeLimitTests extends AbstractJdbcStoreTests {

	private static final String CANCELLED = "57014";

	private final TimeLimit limit = TimeLimit.of(Duration.ofMillis(200));

	private final Statements statements = new Statements(UnaryOperator.identity(), this.limit);

	@OnEachDatabase
	void aStatementThatTakesTooLongEnds(TestDatabase database) throws SQLException {
		try (HikariDataSource pool = database.pool(1); Connection connection = pool.getConnection()) {
			for (int i = 0; i < 2; i++) {
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> this.statements.query(connection, endless(database), (row) -> 1))
					.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo(CANCELLED));
				assertThat(this.statements.query(connection, "SELECT 1", (row) -> row.getInt(1))).containsExactly(1);
			}
		}
	}

	@OnEachDatabase
	void soDoesOneThatWasPreparedToBeRunSeveralTimes(TestDatabase database) throws SQLException {
		try (HikariDataSource pool = database.pool(1);
				Connection connection = pool.getConnection();
				PreparedStatement statement = this.statements.prepare(connection, endless(database))) {
			for (int i = 0; i < 2; i++) {
				assertThatExceptionOfType(SQLException.class).isThrownBy(statement::execute)
					.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo(CANCELLED));
			}
		}
	}

	@OnEachDatabase
	void whatHasEndedIsForgotten(TestDatabase database) throws SQLException {
		TimeLimit neverLooked = new TimeLimit((look) -> {
		});
		Statements statements = new Statements(UnaryOperator.identity(), neverLooked);
		try (HikariDataSource pool = database.pool(1); Connection connection = pool.getConnection()) {
			statements.query(connection, "SELECT 1", (row) -> 1);
			assertThat(neverLooked.size()).isZero();
			this.statements.prepare(connection, "SELECT 1").close();
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> this.statements.query(connection, "SELECT oops", (row) -> 1));
			await().until(() -> this.limit.size() == 0);
		}
	}

	@Test
	void onlyWhatHasTakenTooLongIsCancelled() throws SQLException {
		Deque<Runnable> looks = new ArrayDeque<>();
		TimeLimit looked = new TimeLimit(looks::add);
		Statement first = mock(Statement.class);
		Statement second = mock(Statement.class);
		looked.begins(first);
		looks.remove().run();
		looked.begins(second);
		for (int i = 1; i < TimeLimit.LOOKS; i++) {
			looks.remove().run();
		}
		then(first).should(never()).cancel();
		looks.remove().run();
		then(first).should(timeout(10_000)).cancel();
		then(second).should(never()).cancel();
	}

	@Test
	void oneThatCouldNotBeCancelledIsCancelledAgainUntilItEnds() throws SQLException {
		Statement statement = mock(Statement.class);
		willThrow(new SQLException("planted")).willDoNothing().given(statement).cancel();
		this.limit.begins(statement);
		then(statement).should(timeout(10_000).atLeast(2)).cancel();
		this.limit.ended(statement);
		assertThat(this.limit.size()).isZero();
	}

	@Test
	void aStatementThatCantBeAskedIsForgotten() throws SQLException {
		Statement broken = mock(Statement.class);
		given(broken.isClosed()).willThrow(new SQLException("planted"));
		this.limit.begins(broken);
		await().until(() -> this.limit.size() == 0);
		then(broken).should(never()).cancel();
	}

	// As some pools have it, once their statements are closed.
	@Test
	void oneThatAnswersNothingIsForgottenAndTheOthersAreLookedAt() throws SQLException {
		Deque<Runnable> looks = new ArrayDeque<>();
		TimeLimit looked = new TimeLimit(looks::add);
		Statement broken = (Statement) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { Statement.class }, (proxy, method, arguments) -> {
					throw new IllegalStateException("planted: " + method.getName());
				});
		Statement other = mock(Statement.class);
		looked.begins(broken);
		looked.begins(other);
		looks.remove().run();
		assertThat(looked.size()).isOne();
		for (int i = 0; i < TimeLimit.LOOKS; i++) {
			looks.remove().run();
		}
		then(other).should(timeout(10_000)).cancel();
	}

	@Test
	void nobodyLooksWhileThereIsNothing() {
		Deque<Runnable> looks = new ArrayDeque<>();
		TimeLimit looked = new TimeLimit(looks::add);
		Statement first = mock(Statement.class);
		Statement second = mock(Statement.class);
		looked.begins(first);
		looked.begins(second);
		assertThat(looks).hasSize(1);
		looked.ended(first);
		looks.remove().run();
		assertThat(looks).hasSize(1);
		looked.ended(second);
		looks.remove().run();
		assertThat(looks).isEmpty();
		looked.begins(first);
		assertThat(looks).hasSize(1);
	}

	private static String endless(TestDatabase database) {
		return database.isPostgres() ? "SELECT pg_sleep(600)"
				: "SELECT count(*) FROM SYSTEM_RANGE(1, 1000000000) a, SYSTEM_RANGE(1, 1000000000) b WHERE a.x = -b.x";
	}

}
