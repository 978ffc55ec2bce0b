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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobState;
import dev.aftercommit.JobTime;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An ANALYZE at the wrong moment tells the planner that the tables are empty. What the
 * store's statements read must not depend on it; it is counted by PostgreSQL.
 */
class PostgresPlansTests {

	private static final int JOBS = 20_000;

	private static final Failure FAILURE = new Failure(AttemptOutcome.FAILED, "type", "text");

	private static final TestDatabase database = TestDatabases.postgres();

	private static final Tables tables = new Tables(null, "aftercommit_");

	private static final Statements statements = new Statements(UnaryOperator.identity());

	private static final Dialect dialect = new PostgresDialect(statements, tables, PostgresDialect.BUNDLE_FROM);

	private static HikariDataSource pool;

	private static long node;

	private static long token;

	private static final Endings endings = new Endings(statements, dialect, new Moves(statements, dialect));

	private static final Promotion promotion = new Promotion(statements, dialect);

	private static final Pruning pruning = new Pruning(statements, dialect);

	private static final Lookup lookup = new Lookup(statements, dialect);

	private static final Cancellation cancellation = new Cancellation(statements, dialect);

	@BeforeAll
	static void planOnEmptyTablesThenFillThem() throws SQLException {
		HikariConfig config = database.config(1);
		// One connection, on which every statement has its final plan before there is
		// anything to read.
		config.addDataSourceProperty("prepareThreshold", "1");
		pool = new HikariDataSource(config);
		try (HikariDataSource other = database.pool(2)) {
			JdbcJobStore store = new JdbcJobStore(other, other, JdbcStoreSettings.DEFAULTS);
			new JdbcTemplate(other).execute("ANALYZE");
			node = store.nodes().register(new NodeInfo("a", "", Set.of("job")));
			for (int i = 0; i < 12; i++) {
				plan();
			}
			new JdbcTemplate(other).execute("ANALYZE");
			for (int i = 0; i < 12; i++) {
				plan();
			}
			enqueue(store, "default", "unknown", null, JOBS);
			enqueue(store, "default", null, JOBS);
			enqueue(store, "second", null, JOBS / 4);
			enqueue(store, "third", JobTime.in(Duration.ofHours(1)), JOBS / 4);
			enqueue(store, "third", JobTime.in(Duration.ofMillis(1)), JOBS / 4);
			for (int i = 0; i < 10; i++) {
				List<ClaimedJob> claimed = store.leases().claim(request(Set.of("second"), 500)).jobs();
				store.leases()
					.apply(claimed.stream().map((job) -> new Ending(job, new Outcome.Succeeded(null))).toList());
			}
		}
	}

	private static void plan() throws SQLException {
		List<NewJob> jobs = jobs("default", null, 9);
		List<UUID> ids = jobs.stream().map(NewJob::id).toList();
		inTransaction((connection) -> {
			dialect.insertMissing(connection, Inserted.of(jobs));
			return cancellation.cancel(connection, ids.get(8));
		});
		List<ClaimedJob> claimed = new ArrayList<>(
				inTransaction((connection) -> dialect.claim(connection, request(null, 4))).jobs());
		claimed.addAll(inTransaction((connection) -> dialect.claim(connection, request(Set.of("default"), 4))).jobs());
		List<Outcome> outcomes = List.of(new Outcome.Succeeded("1"), new Outcome.Retry(Duration.ZERO, FAILURE),
				new Outcome.Dead(DeadReason.DISCARDED, FAILURE), new Outcome.Released());
		List<Ending> ended = IntStream.range(0, 8)
			.mapToObj((n) -> new Ending(claimed.get(n), outcomes.get(n % 4)))
			.toList();
		inTransaction((connection) -> endings.apply(connection, ended));
		inTransaction((connection) -> endings.apply(connection, ended));
		inTransaction((connection) -> promotion.promote(connection, 100));
		inTransaction((connection) -> lookup.find(connection, ids));
		inTransaction((connection) -> dialect.claim(connection, request(null, 100))).jobs()
			.forEach((job) -> applied(new Ending(job, new Outcome.Succeeded(null))));
		inTransaction((connection) -> pruning.pruneHistory(connection, JobState.SUCCEEDED, Duration.ZERO, 100));
		inTransaction((connection) -> pruning.pruneHistory(connection, JobState.CANCELLED, Duration.ZERO, 100));
		inTransaction((connection) -> pruning.pruneDead(connection, Duration.ZERO, 100));
	}

	private static void applied(Ending ending) {
		try {
			inTransaction((connection) -> endings.apply(connection, List.of(ending)));
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@AfterAll
	static void close() {
		pool.close();
		database.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aClaimReadsWhatItClaims(boolean allQueues) throws SQLException {
		for (int i = 0; i < 7; i++) {
			assertReads(2_500, (connection) -> assertThat(
					dialect.claim(connection, request(allQueues ? null : Set.of("default", "second"), 500)).jobs())
				.hasSize(500));
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aClaimReadsNothingOfWhatWaitsUnderUnknownNames(boolean allQueues) throws SQLException {
		for (int i = 0; i < 7; i++) {
			assertReads(200, (connection) -> assertThat(
					dialect.claim(connection, request(allQueues ? null : Set.of("default", "second"), 10)).jobs())
				.hasSize(10));
		}
	}

	@Test
	void outcomesReadWhatTheyEnd() throws SQLException {
		List<Outcome> outcomes = List.of(new Outcome.Succeeded("1"), new Outcome.Retry(Duration.ofHours(1), FAILURE),
				new Outcome.Dead(DeadReason.DISCARDED, FAILURE), new Outcome.Released());
		for (int i = 0; i < 7; i++) {
			List<ClaimedJob> claimed = inTransaction((connection) -> dialect.claim(connection, request(null, 200)))
				.jobs();
			List<Ending> ended = IntStream.range(0, claimed.size())
				.mapToObj((n) -> new Ending(claimed.get(n), outcomes.get(n % 4)))
				.toList();
			assertReads(4_000, (connection) -> assertThat(endings.apply(connection, ended)).hasSize(200));
			assertReads(4_000, (connection) -> assertThat(endings.apply(connection, ended)).hasSize(200));
		}
	}

	@Test
	void enqueueingPromotingPruningAndLookingUpReadWhatTheyTouch() throws SQLException {
		for (int i = 0; i < 7; i++) {
			List<NewJob> jobs = jobs("default", null, 100);
			List<UUID> ids = jobs.stream().map(NewJob::id).toList();
			assertReads(1_000, (connection) -> dialect.insertMissing(connection, Inserted.of(jobs)));
			assertReads(1_000, (connection) -> promotion.promote(connection, 100));
			assertReads(1_000, (connection) -> assertThat(
					pruning.pruneHistory(connection, JobState.SUCCEEDED, Duration.ofDays(1), 100))
				.isZero());
			assertReads(3_000,
					(connection) -> assertThat(pruning.pruneHistory(connection, JobState.SUCCEEDED, Duration.ZERO, 100))
						.isEqualTo(100));
			assertReads(2_000, (connection) -> lookup.find(connection, ids));
			assertReads(500, (connection) -> assertThat(cancellation.cancel(connection, ids.get(0))).isTrue());
		}
	}

	private static void assertReads(int most, RowsRead.Work work) throws SQLException {
		RowsRead.assertReads(pool, most, work);
	}

	private static <T> T inTransaction(OwnTransactions.Work<T> work) throws SQLException {
		return RowsRead.inTransaction(pool, work);
	}

	private static ClaimRequest request(Set<String> queues, int limit) {
		return new ClaimRequest(new Lease(node, ++token), queues, Map.of(), Set.of("job"), limit);
	}

	private static void enqueue(JdbcJobStore store, String queue, JobTime time, int count) {
		enqueue(store, queue, "job", time, count);
	}

	private static void enqueue(JdbcJobStore store, String queue, String name, JobTime time, int count) {
		store.intake().enqueue(jobs(queue, name, time, count));
	}

	private static List<NewJob> jobs(String queue, JobTime time, int count) {
		return jobs(queue, "job", time, count);
	}

	private static List<NewJob> jobs(String queue, String name, JobTime time, int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> new NewJob(UUID.randomUUID(), name, queue, 0, time, "[]", Map.of()))
			.toList();
	}

}
