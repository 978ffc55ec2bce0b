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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.JobTime;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * However many jobs wait for a key, nobody reads them: by plans that were made when the
 * tables were empty.
 */
class PostgresKeyPlansTests {

	private static final int JOBS = 20_000;

	private static final TestDatabase database = TestDatabases.postgres();

	private static final Statements statements = new Statements(UnaryOperator.identity());

	private static final Dialect dialect = new PostgresDialect(statements, new Tables(null, "aftercommit_"),
			PostgresDialect.BUNDLE_FROM);

	private static final Writing writing = new Writing(statements, dialect);

	private static final Settlement settlement = new Settlement(statements, dialect);

	private static final Promotion promotion = new Promotion(statements, dialect);

	private static final Cancellation cancellation = new Cancellation(statements, dialect);

	private static final Endings endings = new Endings(statements, dialect, new Moves(statements, dialect));

	private static HikariDataSource pool;

	private static long node;

	private static long token;

	@BeforeAll
	static void planOnEmptyTablesThenFillThem() throws SQLException {
		HikariConfig config = database.config(1);
		config.addDataSourceProperty("prepareThreshold", "1");
		pool = new HikariDataSource(config);
		try (HikariDataSource other = database.pool(2)) {
			JdbcJobStore store = new JdbcJobStore(other, other, JdbcStoreSettings.DEFAULTS);
			new JdbcTemplate(other).execute("ANALYZE");
			node = store.nodes().register(new NodeInfo("a", "", Set.of("job")));
			for (int i = 0; i < 12; i++) {
				once(Integer.MAX_VALUE);
			}
			store.intake().enqueue(jobs("waiting", "line", null, JOBS));
			store.intake().enqueue(IntStream.range(0, 100).mapToObj((i) -> job("held", "line " + i, null)).toList());
			RowsRead.inTransaction(pool, (connection) -> settlement.settle(connection, 1000));
			claim(101).forEach(PostgresKeyPlansTests::isClaimed);
		}
	}

	@AfterAll
	static void close() {
		pool.close();
		database.close();
	}

	@Test
	void nobodyReadsWhatWaitsForAKey() throws SQLException {
		for (int i = 0; i < 7; i++) {
			once(100);
		}
	}

	/** All that is done with keys, each with a few jobs. */
	private static void once(int most) throws SQLException {
		String line = "once " + UUID.randomUUID();
		List<NewJob> jobs = jobs("once", line, null, 3);
		RowsRead.assertReads(pool, most, (connection) -> writing.write(connection, Inserted.staged(jobs)));
		RowsRead.assertReads(pool, most,
				(connection) -> writing.writeMissing(connection, jobs("once", "line", null, 3)));
		RowsRead.assertReads(pool, most, (connection) -> settlement.settle(connection, 100));
		List<ClaimedJob> claimed = claim(10);
		RowsRead.assertReads(pool, most,
				(connection) -> assertThat(endings.apply(connection,
						claimed.stream().map((job) -> new Ending(job, new Outcome.Succeeded(null))).toList()))
					.hasSize(claimed.size()));
		RowsRead.assertReads(pool, most, (connection) -> settlement.settle(connection, 100));
		boolean cancelled = RowsRead.inTransaction(pool,
				(connection) -> cancellation.cancel(connection, jobs.get(2).id()));
		assertThat(cancelled).isTrue();
		RowsRead.assertReads(pool, most, (connection) -> writing.write(connection,
				Inserted.staged(jobs("later", line, JobTime.in(Duration.ofNanos(1000)), 3))));
		RowsRead.assertReads(pool, most, (connection) -> promotion.promote(connection, 100));
		RowsRead.assertReads(pool, most, (connection) -> settlement.settle(connection, 100));
		for (List<ClaimedJob> left = claim(10); !left.isEmpty(); left = claim(10)) {
			List<Ending> ends = left.stream().map((job) -> new Ending(job, new Outcome.Succeeded(null))).toList();
			RowsRead.inTransaction(pool, (connection) -> endings.apply(connection, ends));
			RowsRead.inTransaction(pool, (connection) -> settlement.settle(connection, 100));
		}
	}

	private static void isClaimed(ClaimedJob job) {
		assertThat(job.terms().concurrencyKey()).startsWith("line");
	}

	private static List<ClaimedJob> claim(int limit) throws SQLException {
		return RowsRead
			.inTransaction(pool, (connection) -> dialect.claim(connection,
					new ClaimRequest(new Lease(node, ++token), null, Map.of(), Set.of("job"), limit)))
			.jobs();
	}

	private static List<NewJob> jobs(String queue, String line, @Nullable JobTime time, int count) {
		return IntStream.range(0, count).mapToObj((i) -> job(queue, line, time)).toList();
	}

	private static NewJob job(String queue, String line, @Nullable JobTime time) {
		JobTerms terms = new JobTerms(line, 1, "unique " + UUID.randomUUID(), UniqueUntil.FINISHED, OnDuplicate.REPLACE,
				List.of());
		return new NewJob(UUID.randomUUID(), "job", queue, 0, time, "[]", terms.toHeaders());
	}

}
