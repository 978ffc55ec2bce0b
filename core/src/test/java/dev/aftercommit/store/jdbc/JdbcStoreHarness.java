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
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.StoreHarness;
import dev.aftercommit.testing.TestDatabase;

/**
 * A database whose tables can be emptied and whose clock can be moved.
 */
final class JdbcStoreHarness implements StoreHarness {

	static final List<String> TABLES = List.of("job", "ready", "scheduled", "blocked", "held", "unique_key",
			"unsettled", "lease", "node", "history", "dead", "attempt", "outbox", "recurring", "tag", "words",
			"paused_queue", "rate", "flow", "known_name", "audit", "audit_about");

	private final TestDatabase database;

	private final HikariDataSource dataSource;

	private final AtomicReference<Duration> clockOffset = new AtomicReference<>(Duration.ZERO);

	private final JdbcJobStore store;

	JdbcStoreHarness(TestDatabase database) {
		this(database, PostgresDialect.BUNDLE_FROM);
	}

	/** One that leases jobs together from so many of a claim on, where it can. */
	JdbcStoreHarness(TestDatabase database, int bundleFrom) {
		this.database = database;
		this.dataSource = database.pool(8);
		this.store = new JdbcJobStore(this.dataSource, this.dataSource, JdbcStoreSettings.DEFAULTS,
				this.clockOffset::get, bundleFrom);
	}

	/** As if it were new. */
	JdbcStoreHarness emptied() {
		this.clockOffset.set(Duration.ZERO);
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			for (String table : TABLES) {
				statement.execute("DELETE FROM aftercommit_" + table);
			}
			if (connection.getMetaData().getDatabaseProductName().startsWith("PostgreSQL")) {
				statement.execute("DELETE FROM aftercommit_bundle");
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		return this;
	}

	/** Another node's store, with the same clock. */
	JdbcJobStore otherNode() {
		return new JdbcJobStore(this.dataSource, this.dataSource, JdbcStoreSettings.DEFAULTS, this.clockOffset::get);
	}

	HikariDataSource dataSource() {
		return this.dataSource;
	}

	@Override
	public JobStore store() {
		return this.store;
	}

	@Override
	public Set<String> traces(UUID id) {
		JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);
		Set<String> traces = new TreeSet<>();
		List<String> columns = jdbc.query(
				"SELECT table_name, column_name FROM information_schema.columns WHERE LOWER(column_name) IN ('id', 'job_id')"
						+ " AND LOWER(data_type) = 'uuid' AND table_schema = CURRENT_SCHEMA"
						+ " AND LOWER(table_name) NOT IN ('aftercommit_running', 'aftercommit_leased')",
				(row, number) -> row.getString(1) + " WHERE " + row.getString(2) + " = ?");
		for (String column : columns) {
			if (!jdbc.queryForList("SELECT 1 FROM " + column, id).isEmpty()) {
				traces.add(column);
			}
		}
		return traces;
	}

	@Override
	public void advance(Duration duration) {
		this.clockOffset.accumulateAndGet(duration, Duration::plus);
	}

	@Override
	public PlatformTransactionManager transactions() {
		return new JdbcTransactionManager(this.dataSource);
	}

	/** The database, too, which {@link #close()} leaves for the next test. */
	void closeDatabase() {
		this.dataSource.close();
		this.database.close();
	}

}
