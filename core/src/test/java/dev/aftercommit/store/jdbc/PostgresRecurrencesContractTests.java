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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import dev.aftercommit.store.FireRequest;
import dev.aftercommit.store.Recurrence;
import dev.aftercommit.store.Recurrences;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PostgresRecurrencesContractTests extends AbstractJdbcRecurrencesContractTests {

	PostgresRecurrencesContractTests() {
		super(TestDatabases.postgres());
	}

	@Test
	void aNodeThatIsStoppedInAStepHoldsUpTheOthersForSomeSecondsOnly() throws SQLException {
		Recurrences recurrences = jdbc().store().recurrences();
		Recurrence row = recurrences.agree(Map.of("a", "every second"), Duration.ZERO).get("a");
		jdbc().advance(Duration.ofMinutes(1));
		Connection stopped = jdbc().dataSource().getConnection();
		stopped.setAutoCommit(false);
		stopped.createStatement()
			.execute(PostgresDialect.NEVER_IDLE
					+ "SELECT last_at FROM aftercommit_recurring WHERE name = 'a' FOR UPDATE");
		assertThat(
				recurrences.fire(new FireRequest("a", "every second", row.last(), row.last().plusSeconds(1), List.of()))
					.accepted())
			.isTrue();
		assertThatExceptionOfType(SQLException.class).isThrownBy(stopped::commit)
			.withMessageContaining("idle-in-transaction");
		jdbc().dataSource().evictConnection(stopped);
	}

	@Test
	void aNodeThatStartsIsObeyedAlsoIfAnotherOneFiresAtThatMoment() throws Exception {
		Recurrences recurrences = jdbc().store().recurrences();
		recurrences.agree(Map.of("a", "every second"), Duration.ZERO);
		try (Connection firing = jdbc().dataSource().getConnection()) {
			firing.setAutoCommit(false);
			firing.createStatement().execute("SELECT last_at FROM aftercommit_recurring WHERE name = 'a' FOR UPDATE");
			CompletableFuture<Recurrence> starting = CompletableFuture
				.supplyAsync(() -> recurrences.agree(Map.of("a", "every minute"), Duration.ZERO).get("a"));
			Awaitility.await("it waits for the row")
				.atMost(Duration.ofSeconds(30))
				.until(() -> count(firing,
						"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%recurring%'") > 0);
			firing.createStatement().execute("UPDATE aftercommit_recurring SET seen_at = clock_timestamp()");
			firing.commit();
			assertThat(starting.get(30, TimeUnit.SECONDS).definition()).isEqualTo("every minute");
		}
	}

	private static int count(Connection connection, String sql) throws SQLException {
		try (ResultSet row = connection.createStatement().executeQuery(sql)) {
			row.next();
			return row.getInt(1);
		}
	}

}
