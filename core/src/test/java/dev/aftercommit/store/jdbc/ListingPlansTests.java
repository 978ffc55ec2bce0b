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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.JobFilter;
import dev.aftercommit.JobState;
import dev.aftercommit.JobTime;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.Paging;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.IdRange;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A page reads no more than it says, whatever the planner believes: also plans that were
 * made and kept while the tables were empty.
 */
class ListingPlansTests {

	private static final int JOBS = 30_000;

	private static final int RUNNING = 40;

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	private static final TestDatabase database = TestDatabases.postgres();

	private static final Statements statements = new Statements(UnaryOperator.identity());

	private static final Dialect dialect = new PostgresDialect(statements, new Tables(null, "aftercommit_"),
			PostgresDialect.BUNDLE_FROM);

	private static final Listing listing = new Listing(statements, dialect);

	private static final Location location = new Location(statements, dialect);

	private static HikariDataSource pool;

	@BeforeAll
	static void planOnEmptyTablesThenFillThem() throws SQLException {
		HikariConfig config = database.config(1);
		config.addDataSourceProperty("prepareThreshold", "1");
		pool = new HikariDataSource(config);
		try (HikariDataSource other = database.pool(2)) {
			JdbcJobStore store = new JdbcJobStore(other, other, JdbcStoreSettings.DEFAULTS);
			new JdbcTemplate(other).execute("ANALYZE");
			for (int i = 0; i < 12; i++) {
				for (JobFilter filter : filters()) {
					list(filter, Paging.newestFirst(50));
				}
				plan(location::running);
				plan((connection) -> location.of(connection, new UUID(0, 0)));
				plan((connection) -> location.ahead(connection, job(0, null).id(), Set.of("job")));
			}
			store.intake()
				.enqueue(IntStream.range(0, JOBS)
					.mapToObj((i) -> job(i, (i % 3 == 0) ? JobTime.in(Duration.ofHours(1)) : null))
					.toList());
			long node = store.nodes().register(new NodeInfo("n1", "", Set.of("job")));
			assertThat(store.leases()
				.claim(new ClaimRequest(new Lease(node, 1), null, Map.of(), Set.of("job"), RUNNING))
				.jobs()).as("leased together").hasSize(RUNNING);
		}
	}

	@AfterAll
	static void close() {
		pool.close();
		database.close();
	}

	@Test
	void aPageReadsSoManyRowsOfEachTable() throws SQLException {
		for (JobFilter filter : filters()) {
			assertReads(filter, 3 * Listing.MOST_ROWS + 100);
		}
	}

	@Test
	void aPageOfATagOrOfFewStatesReadsSoManyIds() throws SQLException {
		assertReads(JobFilter.all().tag("tag:0"), 2 * Listing.MOST_IDS + 100);
		assertReads(JobFilter.all().states(JobState.SCHEDULED), 3 * Listing.MOST_IDS + 100);
		assertReads(JobFilter.all().states(JobState.RUNNING), 3 * RUNNING + 100);
	}

	@Test
	void whatIsSaidOfOneJobReadsSoManyRows() throws SQLException {
		UUID last = job(JOBS - 1, null).id();
		assertReads("locate", (connection) -> location.of(connection, last), 10);
		assertReads("ahead", (connection) -> location.ahead(connection, last, Set.of("job", "none")), 1010);
		assertReads("ahead of the first", (connection) -> location.ahead(connection, job(1, null).id(), Set.of("job")),
				1010);
		assertReads("running", location::running, RUNNING + 10);
	}

	private static List<JobFilter> filters() {
		return List.of(JobFilter.all(), JobFilter.all().tag("tag:0"), JobFilter.all().states(JobState.SCHEDULED),
				JobFilter.all().states(JobState.RUNNING), JobFilter.all().states(JobState.ENQUEUED).name("none"),
				JobFilter.all().states(JobState.DEAD, JobState.CANCELLED, JobState.RETRYING));
	}

	private static NewJob job(int number, JobTime time) {
		UUID id = new UUID(START.plusMillis(number).toEpochMilli() << 16 | 7 << 12, number);
		return new NewJob(id, "job", "default", 0, time, "[]",
				new JobTerms(null, 1, null, UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of("tag:" + number % 20))
					.toHeaders());
	}

	private static Listing.Page list(JobFilter filter, Paging paging) throws SQLException {
		try (Connection connection = pool.getConnection()) {
			connection.setAutoCommit(false);
			Listing.Page page = listing.page(connection, filter, paging, IdRange.of(filter, paging.order(), null));
			connection.commit();
			connection.setAutoCommit(true);
			return page;
		}
	}

	private static void plan(OwnTransactions.Work<?> work) throws SQLException {
		try (Connection connection = pool.getConnection()) {
			connection.setAutoCommit(false);
			work.in(connection);
			connection.commit();
			connection.setAutoCommit(true);
		}
	}

	private static void assertReads(JobFilter filter, int most) throws SQLException {
		assertReads(filter.toString(), (connection) -> listing.page(connection, filter, Paging.newestFirst(50),
				IdRange.of(filter, Paging.Order.NEWEST_FIRST, null)), most);
	}

	private static void assertReads(String what, OwnTransactions.Work<?> work, int most) throws SQLException {
		try (Connection connection = pool.getConnection()) {
			connection.setAutoCommit(false);
			Map<String, Long> before = reads(connection);
			work.in(connection);
			Map<String, Long> after = reads(connection);
			after.replaceAll((how, rows) -> rows - before.getOrDefault(how, 0L));
			assertThat(after).isNotEmpty()
				.allSatisfy(
						(how, rows) -> assertThat(rows).as("%s, %s", what, how).isLessThanOrEqualTo(most(how, most)));
			connection.rollback();
			connection.setAutoCommit(true);
		}
	}

	/** Of bundles there are a few for each node: they are read as a whole. */
	private static int most(String how, int most) {
		if (how.endsWith("without an index")) {
			return how.contains("bundle") ? 5 : 0;
		}
		return most;
	}

	private static Map<String, Long> reads(Connection connection) throws SQLException {
		Map<String, Long> reads = new TreeMap<>();
		statements.query(connection, """
				SELECT relname, coalesce(seq_tup_read, 0), coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables
				WHERE relname LIKE 'aftercommit%'""", (row) -> {
			reads.put(row.getString(1) + " without an index", row.getLong(2));
			return reads.put(row.getString(1) + " by index", row.getLong(3));
		});
		return reads;
	}

}
