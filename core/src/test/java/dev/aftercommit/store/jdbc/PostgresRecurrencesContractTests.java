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
import java.util.Map;

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

}
