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
import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.store.Flow;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * To tell how many jobs came and went reads the counts of a quarter of an hour and
 * nothing else, by plans that were made when the tables were empty, although nobody has
 * pruned for a day.
 */
class FlowPlansTests {

	private static final int NODES = 4;

	private static final int QUEUES = 10;

	private static final int ROWS_A_MINUTE = NODES * QUEUES;

	private static final TestDatabase database = TestDatabases.postgres();

	private static final Statements statements = new Statements(UnaryOperator.identity());

	private static final Dialect dialect = new PostgresDialect(statements, new Tables(null, "aftercommit_"),
			PostgresDialect.BUNDLE_FROM);

	private static final Pruning pruning = new Pruning(statements, dialect);

	private static HikariDataSource pool;

	private static JdbcFlow flow;

	@BeforeAll
	static void planOnEmptyTablesThenFillThem() throws SQLException {
		HikariConfig config = database.config(1);
		config.addDataSourceProperty("prepareThreshold", "1");
		pool = new HikariDataSource(config);
		flow = new JdbcFlow(new OwnTransactions(pool), statements, dialect);
		try (HikariDataSource other = database.pool(2)) {
			new JdbcJobStore(other, other, JdbcStoreSettings.DEFAULTS);
			JdbcTemplate jdbc = new JdbcTemplate(other);
			jdbc.execute("ANALYZE");
			for (int i = 0; i < 12; i++) {
				assertThat(flow.read().recentQueues()).isEmpty();
				RowsRead.inTransaction(pool, pruning::pruneFlow);
			}
			jdbc.execute(
					"""
							INSERT INTO aftercommit_history (enqueued_at, ended_at, id, attempts, priority, state, queue, name)
							SELECT now(), now(), gen_random_uuid(), 1, 0, 'SUCCEEDED', 'queue-1', 'job' FROM generate_series(1, 20000)""");
			jdbc.execute(
					"""
							INSERT INTO aftercommit_flow (epoch_minute, writer, enqueued, succeeded, retried, dead, cancelled, queue)
							SELECT floor(extract(epoch FROM now()) / 60) - m, CAST(lpad(w::text, 32, '0') AS uuid), 1, 1, 0, 0, 0, 'queue-' || q
							FROM generate_series(0, 1439) m, generate_series(1, %d) w, generate_series(1, %d) q"""
						.formatted(NODES, QUEUES));
		}
	}

	@AfterAll
	static void close() {
		pool.close();
		database.close();
	}

	@Test
	void aQuarterOfAnHourIsRead() throws SQLException {
		assertThat(flow.read().minutes().subList(0, Flow.MINUTES))
			.allMatch((minute) -> minute.total().enqueued() == ROWS_A_MINUTE);
		// The minute may have changed since they were written.
		RowsRead.assertReads(pool, (Flow.MINUTES + 1) * ROWS_A_MINUTE, flow::read);
	}

	@Test
	void tenMinutesArePrunedAtOnce() throws SQLException {
		RowsRead.assertReads(pool, 11 * ROWS_A_MINUTE,
				(connection) -> assertThat(pruning.pruneFlow(connection)).isEqualTo(10 * ROWS_A_MINUTE));
	}

}
