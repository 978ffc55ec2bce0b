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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.Rate;
import dev.aftercommit.store.RateLimit;
import dev.aftercommit.store.Retention;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a node costs that has nothing to do: one statement for each look, whether for jobs
 * or for what is to be kept in order. And a look reads next to nothing, whatever is in
 * the tables and whatever the statistics say.
 */
@TestInstance(Lifecycle.PER_CLASS)
class PostgresIdleTests {

	private static final int MANY = 100_000;

	private static final Duration LEASE = Duration.ofSeconds(30);

	private static final Retention RETENTION = new Retention(Duration.ofDays(1), Duration.ofDays(1),
			Duration.ofDays(30));

	private final TestDatabase database = TestDatabases.postgres();

	private final HikariDataSource pool = pool();

	private final JdbcTemplate jdbc = new JdbcTemplate(this.pool);

	private final List<String> texts = new ArrayList<>();

	private final Statements statements = new Statements((sql) -> {
		this.texts.add(sql);
		return sql;
	});

	private final Dialect dialect = new PostgresDialect(this.statements, new Tables(null, "aftercommit_"),
			PostgresDialect.BUNDLE_FROM);

	private final JobLeases leases = new JdbcLeases(new BoundConnections(this.pool), new OwnTransactions(this.pool),
			this.statements, this.dialect);

	private long token;

	/** One connection, on which the driver has every plan kept that it can. */
	private HikariDataSource pool() {
		HikariConfig config = this.database.config(1);
		config.addDataSourceProperty("prepareThreshold", "1");
		return new HikariDataSource(config);
	}

	@BeforeAll
	void planOnEmptyTables() {
		try (HikariDataSource other = this.database.pool(2)) {
			new JdbcJobStore(other, other, JdbcStoreSettings.DEFAULTS);
			new JdbcTemplate(other).execute("ANALYZE");
		}
		for (int i = 0; i < 12; i++) {
			claim(null);
			claim(Set.of("default", "other"));
			this.leases.rescue(LEASE, 3, 100);
			this.leases.prune(RETENTION, 100);
		}
	}

	@BeforeEach
	void emptyTheTables() {
		for (String table : List.of("job", "ready", "scheduled", "unsettled", "paused_queue", "lease", "bundle", "node",
				"rate", "history", "dead")) {
			this.jdbc.execute("TRUNCATE aftercommit_" + table);
		}
		this.jdbc.execute("ANALYZE");
		assertThat(claim(null).jobs()).isEmpty();
		this.texts.clear();
	}

	@AfterAll
	void close() {
		this.pool.close();
		this.database.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anEmptyClaimAfterAnEmptyClaimIsOneStatement(boolean allQueues) {
		put("default", "unknown", 1, 1);
		put("paused", "job", 1, 1);
		pause("paused");
		Set<String> queues = allQueues ? null : Set.of("default", "paused");
		assertThat(claim(queues).jobs()).isEmpty();
		assertThat(statements()).isOne();
		this.jdbc.update("DELETE FROM aftercommit_paused_queue");
		assertThat(claim(Set.of("default", "other")).jobs()).isEmpty();
		assertThat(statements()).isOne();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whatCameInBetweenIsFoundByTheVeryNextClaim(boolean allQueues) {
		Set<String> queues = allQueues ? null : Set.of("default", "empty");
		for (int i = 0; i < 3; i++) {
			assertThat(claim(queues).jobs()).isEmpty();
			put("default", "unknown", 1, 2);
			put("default", "job", 1, 2);
			this.texts.clear();
			assertThat(claim(queues).jobs()).hasSize(2);
			assertThat(statements()).as("a look, the settings and the claim").isEqualTo(3);
			put("default", "job", 11, 11);
			assertThat(claim(queues).jobs()).hasSize(1);
			assertThat(statements()).as("no look after a claim that found something").isEqualTo(2);
			emptyTheTables();
		}
	}

	@Test
	void aRateWithoutAJobThatWaitsIsNotAsked() {
		Rate rate = Rate.ofJob("job", Set.of("job"), new RateLimit(1, Duration.ofHours(1)));
		put("default", "other", 1, 1);
		assertThat(claim(null, List.of(rate)).jobs()).isEmpty();
		assertThat(statements()).isOne();
		put("default", "job", 1, 2);
		assertThat(claim(null, List.of(rate)).jobs()).hasSize(1);
		for (int i = 0; i < 2; i++) {
			Claim claim = claim(null, List.of(rate));
			assertThat(claim.jobs()).isEmpty();
			assertThat(claim.nextStart()).hasValueSatisfying((wait) -> assertThat(wait).isPositive());
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aLookSaysOfTheStoreWhatAClaimSays(boolean allQueues) {
		Set<String> queues = allQueues ? null : Set.of("default");
		this.jdbc.update("""
				INSERT INTO aftercommit_scheduled (run_at, id, attempt, retrying)
				SELECT now() + i * interval '1 hour', gen_random_uuid(), 0, false FROM generate_series(1, 3) i""");
		pause("first");
		pause("second");
		for (boolean unsettled : new boolean[] { false, true }) {
			Claim look = claim(queues);
			assertThat(statements()).isOne();
			// A node that has found something before does not look.
			Dialect other = new PostgresDialect(this.statements, new Tables(null, "aftercommit_"), 16);
			Claim claim = inTransaction((connection) -> other.claim(connection, request(queues, List.of())));
			assertThat(statements()).isEqualTo(2);
			assertThat(look).usingRecursiveComparison().ignoringFields("nextDue").isEqualTo(claim);
			assertThat(look.unsettled()).isEqualTo(unsettled);
			assertThat(look.pausedQueues()).containsExactlyInAnyOrder("first", "second");
			assertThat(look.nextDue().orElseThrow()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1))
				.isBetween(claim.nextDue().orElseThrow(), claim.nextDue().orElseThrow().plusSeconds(10));
			this.jdbc.update("INSERT INTO aftercommit_unsettled (key_text) VALUES ('key')");
		}
		this.jdbc.update("DELETE FROM aftercommit_scheduled");
		assertThat(claim(queues).nextDue()).isEqualTo(Optional.empty());
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aLookReadsNothingOfWhatIsNotForItsNode(boolean allQueues) {
		putMany("default", "unknown");
		putMany("paused", "job");
		pause("paused");
		Set<String> queues = allQueues ? null : Set.of("default", "paused");
		assertThat(rowsRead("ready", () -> assertThat(claim(queues).jobs()).isEmpty())).isLessThan(20);
		assertThat(pagesRead(() -> assertThat(claim(queues).jobs()).isEmpty())).isLessThan(100);
		assertThat(statements()).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aLookReadsNoMoreOfWhatIsGoneThanAClaim(boolean allQueues) {
		putMany("default", "job");
		this.jdbc.update(
				"INSERT INTO aftercommit_unsettled (key_text) SELECT repeat('key', 100) FROM generate_series(1, ?)",
				MANY);
		this.jdbc.update("DELETE FROM aftercommit_ready");
		this.jdbc.execute("ANALYZE");
		this.jdbc.update("DELETE FROM aftercommit_unsettled");
		Set<String> queues = allQueues ? null : Set.of("default", "other");
		// The first one marks in the indexes what is gone, whoever it is.
		claim(queues);
		this.texts.clear();
		assertThat(rowsRead("ready", () -> assertThat(claim(queues).jobs()).isEmpty())).isZero();
		long look = pagesRead(() -> assertThat(claim(queues).jobs()).isEmpty());
		assertThat(statements()).isEqualTo(2);
		Dialect other = new PostgresDialect(this.statements, new Tables(null, "aftercommit_"), 16);
		long claim = pagesRead(
				() -> inTransaction((connection) -> other.claim(connection, request(queues, List.of()))));
		assertThat(look).isLessThanOrEqualTo(claim).isLessThan(1_500);
	}

	@Test
	void whereTheDriverCantBeToldToPlanAnewTheClaimItselfLooks() throws SQLException {
		try (Connection connection = new CountingDataSource(this.pool).hidingTheDriver().getConnection()) {
			for (int i = 0; i < 2; i++) {
				this.texts.clear();
				assertThat(this.dialect.claim(connection, request(null, List.of())).jobs()).isEmpty();
				assertThat(this.texts.get(this.texts.size() - 1)).contains("SKIP LOCKED");
			}
		}
	}

	@Test
	void keepingOrderIsAStatementForEachLookWhereThereIsNothingToMend() {
		long node = node("now()", null);
		lease(node, 5_000);
		bundles(node, 500, "now()");
		this.jdbc.execute("ANALYZE aftercommit_node");
		this.texts.clear();
		assertThat(rowsRead("lease", () -> assertThat(this.leases.rescue(LEASE, 3, 100)).isZero()))
			.isLessThanOrEqualTo(5_000);
		assertThat(rowsRead("bundle", () -> this.leases.rescue(LEASE, 3, 100))).isLessThanOrEqualTo(1_000);
		assertThat(rowsRead("node", () -> this.leases.rescue(LEASE, 3, 100))).isLessThan(10);
		assertThat(statements()).isEqualTo(3);
		this.texts.clear();
		assertThat(this.leases.prune(RETENTION, 100)).isZero();
		assertThat(statements()).isOne();
	}

	@ParameterizedTest
	@ValueSource(strings = { "silent", "ended", "unknown" })
	void whoeverIsToBeRescuedIsFoundByTheVeryNextLook(String what) {
		long alive = node("now()", null);
		assertThat(this.leases.rescue(LEASE, 3, 100)).isZero();
		lease(alive, 1);
		assertThat(this.leases.rescue(LEASE, 3, 100)).isZero();
		long node = switch (what) {
			case "silent" -> node("now() - interval '31 seconds'", null);
			case "ended" -> node("now()", "now()");
			default -> 4711;
		};
		lease(node, 1);
		assertThat(this.leases.rescue(LEASE, 3, 100)).isOne();
		bundles(node, 1, "now()");
		assertThat(this.leases.rescue(LEASE, 3, 100)).isEqualTo(16);
		assertThat(this.leases.rescue(LEASE, 3, 100)).isZero();
		assertThat(this.jdbc.queryForList("SELECT node FROM aftercommit_running", Long.class)).containsExactly(alive);
	}

	@Test
	void aBundleThatTakesLongIsUntiedThoughItsNodeIsWell() {
		long node = node("now()", null);
		bundles(node, 1, "now() - interval '31 seconds'");
		assertThat(this.leases.rescue(LEASE, 3, 100)).isZero();
		assertThat(this.jdbc.queryForList("SELECT node FROM aftercommit_bundle")).isEmpty();
		assertThat(this.jdbc.queryForList("SELECT node FROM aftercommit_lease")).hasSize(16);
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"node (started_at, heartbeat_at, name, version, names, ended_at) VALUES (now(), now(), '', '', '{}'",
			"known_name (name, version, heard_at) VALUES ('', ''",
			"flow (writer, enqueued, succeeded, retried, dead, cancelled, queue, epoch_minute) VALUES (gen_random_uuid(), 0, 0, 0, 0, 0, ''",
			"audit (who, action, kind, subject, result, written_at) VALUES ('', '', '', '', ''",
			"audit_about (seq, kind, subject, written_at) VALUES (1, '', ''",
			"history (enqueued_at, id, attempts, priority, queue, name, state, ended_at) VALUES (now(), gen_random_uuid(), 1, 0, '', '', 'SUCCEEDED'",
			"history (enqueued_at, id, attempts, priority, queue, name, state, ended_at) VALUES (now(), gen_random_uuid(), 1, 0, '', '', 'CANCELLED'",
			"dead (node, token, seq, enqueued_at, started_at, id, attempts, priority, queue, name, reason, headers, arguments, ended_at) VALUES (1, 1, 1, now(), now(), gen_random_uuid(), 1, 0, '', '', '', '', ''" })
	void whateverIsOldIsFoundByTheVeryNextLook(String row) {
		String table = "aftercommit_" + row.substring(0, row.indexOf(' '));
		assertThat(this.leases.prune(RETENTION, 100)).isZero();
		boolean minutes = row.startsWith("flow");
		this.jdbc.update("INSERT INTO aftercommit_" + row + ", "
				+ (minutes ? "floor(extract(epoch FROM now()) / 60) - 61)" : "now() - interval '31 days')"));
		this.leases.prune(RETENTION, 100);
		assertThat(this.jdbc.queryForList("SELECT 1 FROM " + table)).isEmpty();
		this.jdbc.update("INSERT INTO aftercommit_" + row + ", "
				+ (minutes ? "floor(extract(epoch FROM now()) / 60) - 58)" : "now() - interval '23 hours')"));
		this.texts.clear();
		this.leases.prune(RETENTION, 100);
		assertThat(statements()).isOne();
		assertThat(this.jdbc.queryForList("SELECT 1 FROM " + table)).hasSize(1);
		this.jdbc.execute("DELETE FROM " + table);
	}

	private Claim claim(@Nullable Set<String> queues) {
		return this.leases.claim(request(queues, List.of()));
	}

	private Claim claim(@Nullable Set<String> queues, List<Rate> rates) {
		return this.leases.claim(request(queues, rates));
	}

	private ClaimRequest request(@Nullable Set<String> queues, List<Rate> rates) {
		return new ClaimRequest(new Lease(1, ++this.token), queues, Map.of(), Set.of("job"), 10, Map.of(), rates, 10,
				Set.of());
	}

	private void put(String queue, String name, int from, int to) {
		this.jdbc.update("""
				WITH new AS (
					INSERT INTO aftercommit_job (seq, enqueued_at, id, priority, queue, name, headers, arguments)
					SELECT i, now(), gen_random_uuid(), 0, ?, ?, '', '[]' FROM generate_series(?, ?) i
					RETURNING seq, enqueued_at, id, queue, name
				)
				INSERT INTO aftercommit_ready (seq, due_at, id, attempt, priority, queue, name)
				SELECT seq, enqueued_at, id, 0, 0, queue, name FROM new""", queue, name, from, to);
	}

	private void pause(String queue) {
		this.jdbc.update("INSERT INTO aftercommit_paused_queue (paused_at, queue) VALUES (now(), ?)", queue);
	}

	private long node(String heartbeatAt, @Nullable String endedAt) {
		return this.jdbc.queryForObject("""
				INSERT INTO aftercommit_node (started_at, heartbeat_at, ended_at, name, version, names)
				VALUES (now(), %s, %s, 'node', '', '{job}') RETURNING id""".formatted(heartbeatAt, endedAt),
				Long.class);
	}

	/** Jobs that are leased one by one. */
	private void lease(long node, int jobs) {
		this.jdbc
			.update("""
					WITH new AS (
						INSERT INTO aftercommit_job (seq, enqueued_at, id, priority, queue, name, headers, arguments)
						SELECT nextval('aftercommit_seq'), now(), gen_random_uuid(), 0, 'default', 'job', '', '[]' FROM generate_series(1, ?)
						RETURNING id
					)
					INSERT INTO aftercommit_lease (node, token, claimed_at, id, attempt) SELECT ?, 1, now(), id, 1 FROM new""",
					jobs, node);
	}

	/** Bundles of sixteen jobs. */
	private void bundles(long node, int bundles, String claimedAt) {
		this.jdbc.update("""
				WITH new AS (
					INSERT INTO aftercommit_job (seq, enqueued_at, id, priority, queue, name, headers, arguments)
					SELECT nextval('aftercommit_seq'), now(), gen_random_uuid(), 0, 'default', 'job', '', '[]'
					FROM generate_series(1, ? * 16)
					RETURNING id
				)
				INSERT INTO aftercommit_bundle (node, token, claimed_at, open, ids, attempts)
				SELECT ?, 100 + place / 16, %s, 16, array_agg(id), array_agg(1)
				FROM (SELECT id, row_number() OVER () - 1 AS place FROM new) n GROUP BY place / 16"""
			.formatted(claimedAt), bundles, node);
	}

	/** What waits without being anything: for those who must not read it. */
	private void putMany(String queue, String name) {
		this.jdbc.update("""
				INSERT INTO aftercommit_ready (seq, due_at, id, attempt, priority, queue, name)
				SELECT i, now(), gen_random_uuid(), 0, 0, ?, ? FROM generate_series(1, ?) i""", queue, name, MANY);
	}

	/** Statements as PostgreSQL counts them, since the last call. */
	private long statements() {
		long before = this.texts.stream().flatMap(String::lines).filter((line) -> line.endsWith(";")).count();
		long statements = before + this.texts.size();
		this.texts.clear();
		return statements;
	}

	private long rowsRead(String table, Runnable work) {
		return read("""
				SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables
				WHERE relname = 'aftercommit_""" + table + "'", work);
	}

	private long pagesRead(Runnable work) {
		return read("""
				SELECT sum(heap_blks_hit + heap_blks_read + coalesce(idx_blks_hit + idx_blks_read, 0))
				FROM pg_statio_user_tables""", work);
	}

	private long read(String counter, Runnable work) {
		long before = flushed(counter);
		work.run();
		return flushed(counter) - before;
	}

	private long flushed(String counter) {
		this.jdbc.queryForList("SELECT pg_stat_force_next_flush()");
		return this.jdbc.queryForObject(counter, Long.class);
	}

	private <T> T inTransaction(OwnTransactions.Work<T> work) {
		try {
			return RowsRead.inTransaction(this.pool, work);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
