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

import java.sql.SQLException;
import java.util.UUID;
import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.JobFilter;
import dev.aftercommit.JobState;
import dev.aftercommit.Paging;
import dev.aftercommit.store.IdRange;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A page reads the range of ids that it has found, and not all jobs in a state.
 */
class H2ListingPlansTests {

	private static final int ENDED = 20_000;

	@ParameterizedTest
	@EnumSource(names = { "SUCCEEDED", "CANCELLED" })
	void aPageOfEndedJobsReadsOnlyItsRange(JobState state) throws SQLException {
		Statements statements = new Statements(UnaryOperator.identity());
		Dialect dialect = new H2Dialect(statements, new Tables(null, "aftercommit_"));
		try (TestDatabase database = TestDatabases.h2Memory(); HikariDataSource pool = database.pool(2)) {
			new JdbcJobStore(pool, pool, JdbcStoreSettings.DEFAULTS);
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			jdbc.update("""
					INSERT INTO aftercommit_history (enqueued_at, ended_at, id, attempts, priority, state, queue, name)
					SELECT CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, RANDOM_UUID(), 1, 0, ?, 'q', 'n'
					FROM SYSTEM_RANGE(1, ?)""", state.name(), ENDED);
			JobFilter filter = JobFilter.all().states(state);
			UUID edge = jdbc.queryForObject(
					"SELECT id FROM aftercommit_history ORDER BY id DESC LIMIT 1 OFFSET " + ENDED / 10, UUID.class);
			Matching matching = Matching.within(filter,
					IdRange.of(filter, Paging.Order.NEWEST_FIRST, null).upTo(edge, Paging.Order.NEWEST_FIRST));
			String plan = jdbc.queryForObject("EXPLAIN ANALYZE " + dialect.sql(matching.sql()), String.class,
					matching.values().toArray());
			assertThat(plan).contains("PRIMARY_KEY").doesNotContain("HISTORY_ENDED_AT");
		}
	}

}
