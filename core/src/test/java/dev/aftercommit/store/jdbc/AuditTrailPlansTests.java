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
import java.util.List;
import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.AuditEntry.Kind;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Operators' orders are read and pruned by index, by plans that were made when the tables
 * were empty.
 */
class AuditTrailPlansTests {

	private static final int ORDERS = 20_000;

	private static final TestDatabase database = TestDatabases.postgres();

	private static final Statements statements = new Statements(UnaryOperator.identity());

	private static final Dialect dialect = new PostgresDialect(statements, new Tables(null, "aftercommit_"),
			PostgresDialect.BUNDLE_FROM);

	private static HikariDataSource pool;

	private static JdbcAuditTrail trail;

	@BeforeAll
	static void planOnEmptyTablesThenFillThem() {
		HikariConfig config = database.config(1);
		config.addDataSourceProperty("prepareThreshold", "1");
		pool = new HikariDataSource(config);
		new JdbcJobStore(pool, pool, JdbcStoreSettings.DEFAULTS);
		trail = new JdbcAuditTrail(new OwnTransactions(pool), statements, dialect);
		JdbcTemplate jdbc = new JdbcTemplate(pool);
		jdbc.execute("ANALYZE");
		for (int i = 0; i < 12; i++) {
			trail.latest(100);
			trail.about(Kind.QUEUE, "q1", 100);
		}
		jdbc.execute("""
				INSERT INTO aftercommit_audit (written_at, who, action, kind, subject, result)
				SELECT now() - i * interval '1 second', 'operator', 'pause', 'QUEUE', 'q' || i %% 100, 'DONE'
				FROM generate_series(1, %d) i""".formatted(ORDERS));
		jdbc.execute(
				"INSERT INTO aftercommit_audit_about (seq, written_at, kind, subject) SELECT seq, written_at, kind, subject FROM aftercommit_audit");
	}

	@AfterAll
	static void close() {
		pool.close();
		database.close();
	}

	@Test
	void theLatestOrdersAreReadAndNoOthers() throws SQLException {
		RowsRead.assertReads(pool, 100, (connection) -> assertThat(trail.latest(connection, 100)).hasSize(100));
		RowsRead.assertReads(pool, 100,
				(connection) -> assertThat(trail.about(connection, Kind.QUEUE, "q1", 100)).hasSize(100));
	}

	@Test
	void nothingIsReadThatIsNotOldEnoughToGo() throws SQLException {
		Pruning pruning = new Pruning(statements, dialect);
		RowsRead.assertReads(pool, 0, (connection) -> pruning.pruneAuditTrail(connection));
		for (String table : List.of("audit", "audit_about")) {
			new JdbcTemplate(pool)
				.update("UPDATE aftercommit_" + table + " SET written_at = now() - interval '31 days' WHERE seq <= 5");
		}
		RowsRead.assertReads(pool, 5, (connection) -> pruning.pruneAuditTrail(connection));
	}

}
