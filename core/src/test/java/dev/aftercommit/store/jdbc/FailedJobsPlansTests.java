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
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.FailureGroup;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobState;
import dev.aftercommit.Paging;
import dev.aftercommit.store.FailureGroups;
import dev.aftercommit.store.IdRange;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * To group what failed reads so many jobs that failed and nothing else, by plans that
 * were made when the tables were empty.
 */
class FailedJobsPlansTests {

	private static final int JOBS = 12_000;

	/** Scheduled ones and others that succeeded after a failed attempt, beside them. */
	private static final List<String> FILL = List.of(
			"""
					INSERT INTO aftercommit_job (seq, enqueued_at, id, priority, queue, name, headers, arguments)
					SELECT i, now(), gen_random_uuid(), 0, 'default', 'job.' || i %% 3, '', '[]' FROM generate_series(1, %d) i""",
			"""
					INSERT INTO aftercommit_scheduled (run_at, id, attempt, retrying)
					SELECT now() + seq * interval '1 second', id, 2, seq %% 2 = 0 FROM aftercommit_job""",
			"""
					INSERT INTO aftercommit_dead (node, token, seq, enqueued_at, started_at, ended_at, id, attempts, priority, queue, name,
						reason, headers, arguments)
					SELECT 1, 2, i, now(), now(), TIMESTAMPTZ '2026-01-01Z' + i * interval '1 second', gen_random_uuid(), 2, 0, 'default',
						'dead', 'DISCARDED', '', '[]' FROM generate_series(1, %2$d) i""",
			"""
					INSERT INTO aftercommit_attempt (node, token, started_at, ended_at, job_id, attempt, outcome, error_type, error_text)
					SELECT 1, n, now(), now() + n * interval '1 second', id, n, 'FAILED', 'type.' || n, 'text'
					FROM (SELECT id FROM aftercommit_job UNION ALL SELECT id FROM aftercommit_dead
						UNION ALL SELECT gen_random_uuid() FROM generate_series(1, %d)) x, generate_series(1, 2) n""");

	private static final TestDatabase database = TestDatabases.postgres();

	private static final Statements statements = new Statements(UnaryOperator.identity());

	private static final Dialect dialect = new PostgresDialect(statements, new Tables(null, "aftercommit_"),
			PostgresDialect.BUNDLE_FROM);

	private static final FailedJobs failedJobs = new FailedJobs(statements, dialect);

	private static final Listing listing = new Listing(statements, dialect);

	private static final Set<JobState> BOTH = EnumSet.of(JobState.DEAD, JobState.RETRYING);

	private static HikariDataSource pool;

	@BeforeAll
	static void planOnEmptyTablesThenFillThem() throws SQLException {
		HikariConfig config = database.config(1);
		config.addDataSourceProperty("prepareThreshold", "1");
		pool = new HikariDataSource(config);
		try (HikariDataSource other = database.pool(2)) {
			new JdbcJobStore(other, other, JdbcStoreSettings.DEFAULTS);
			JdbcTemplate jdbc = new JdbcTemplate(other);
			jdbc.execute("ANALYZE");
			for (int i = 0; i < 12; i++) {
				assertThat(groups()).isEmpty();
				for (JobFilter filter : List.of(JobFilter.all(), JobFilter.all().states(JobState.DEAD),
						JobFilter.all().states(JobState.RETRYING))) {
					RowsRead.inTransaction(pool, (connection) -> page(connection, filter.errorType("none")));
				}
			}
			FILL.forEach((fill) -> jdbc.execute(fill.formatted(2 * JOBS, JOBS)));
		}
	}

	@AfterAll
	static void close() {
		pool.close();
		database.close();
	}

	@Test
	void ofMoreFailedJobsThanAreLookedAtTheLatestAreCounted() throws SQLException {
		UUID latest = new JdbcTemplate(pool).queryForObject("SELECT id FROM aftercommit_dead WHERE seq = " + JOBS,
				UUID.class);
		List<FailureGroup> groups = groups();
		assertThat(groups).hasSize(4).noneMatch(FailureGroup::exact);
		assertThat(groups.get(0).latest()).isEqualTo(latest);
		assertThat(groups.get(0).count()).isEqualTo(FailureGroups.LIMIT);
		assertThat(groups).extracting(FailureGroup::errorType).containsOnly("type.2");
		assertThat(groups.subList(1, 4)).extracting(FailureGroup::name)
			.containsExactlyInAnyOrder("job.0", "job.1", "job.2");
		assertThat(groups.subList(1, 4).stream().mapToLong(FailureGroup::count).sum()).isEqualTo(FailureGroups.LIMIT);
	}

	@Test
	void nothingElseIsRead() throws SQLException {
		// Of each retrying job, its two attempts, for the type and for the time.
		RowsRead.assertReads(pool, 5 * (FailureGroups.LIMIT + 1), (connection) -> failedJobs.group(connection, BOTH));
		RowsRead.assertReads(pool, FailureGroups.LIMIT + 1,
				(connection) -> failedJobs.group(connection, EnumSet.of(JobState.DEAD)));
	}

	@Test
	void aPageOfOneTypeReadsTheAttemptsOfTheJobsThatItLooksAt() throws SQLException {
		JobFilter filter = JobFilter.all().errorType("type.1");
		RowsRead.assertReads(pool, 2 * Listing.MOST_ROWS + 100,
				(connection) -> page(connection, filter.states(JobState.DEAD)));
		RowsRead.assertReads(pool, 4 * Listing.MOST_ROWS + 100, (connection) -> page(connection, filter));
		RowsRead.assertReads(pool, 4 * Listing.MOST_IDS + 100,
				(connection) -> page(connection, filter.states(JobState.RETRYING)));
	}

	private static Listing.Page page(Connection connection, JobFilter filter) throws SQLException {
		return listing.page(connection, filter, Paging.newestFirst(50),
				IdRange.of(filter, Paging.Order.NEWEST_FIRST, null));
	}

	private static List<FailureGroup> groups() throws SQLException {
		return RowsRead.inTransaction(pool, (connection) -> failedJobs.group(connection, BOTH));
	}

}
