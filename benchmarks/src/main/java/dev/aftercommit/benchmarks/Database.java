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

package dev.aftercommit.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A fresh database with the pool that every system gets, filled from the beginning, and a
 * connection beside it for those who measure.
 */
final class Database implements AutoCloseable {

	static final int POOL_SIZE = 32;

	private final HikariDataSource pool;

	private final SingleConnectionDataSource besides;

	private final JdbcTemplate admin;

	private final ClaimTimes claims = new ClaimTimes();

	private final TransactionTemplate transactions;

	private boolean clocked;

	/**
	 * A pool on a database.
	 * @param size number of connections, all of which are opened
	 */
	Database(String url, int size) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(url);
		config.setMaximumPoolSize(size);
		config.setMinimumIdle(size);
		this.pool = new HikariDataSource(config);
		this.besides = new SingleConnectionDataSource(url, true);
		this.admin = new JdbcTemplate(this.besides);
		this.transactions = new TransactionTemplate(new StampingTransactionManager(this.pool));
	}

	/**
	 * Create what every measurement needs, once, in an empty database.
	 */
	void prepare() {
		if (!isPostgres()) {
			this.admin.execute(
					"CREATE TABLE business (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar NOT NULL)");
			return;
		}
		this.admin.execute("CREATE EXTENSION pg_stat_statements");
		this.admin.execute("CREATE TABLE business (id bigserial PRIMARY KEY, name text NOT NULL)");
	}

	/**
	 * Whether this is the server that everybody shares, not a file of this JVM.
	 */
	boolean isPostgres() {
		return this.pool.getJdbcUrl().startsWith("jdbc:postgresql:");
	}

	boolean hasRows(String table) {
		return Boolean.TRUE
			.equals(this.admin.queryForObject("SELECT EXISTS (SELECT 1 FROM " + table + ")", Boolean.class));
	}

	long rows(String table) {
		Long rows = this.admin.queryForObject("SELECT count(*) FROM " + table, Long.class);
		return (rows != null) ? rows : 0;
	}

	HikariDataSource pool() {
		return this.pool;
	}

	/**
	 * What an application is given: the pool, or the pool with a clock at its claims.
	 */
	DataSource dataSource() {
		return this.clocked ? this.claims.at(this.pool) : this.pool;
	}

	/**
	 * From now on, give applications a pool with a clock at its claims.
	 */
	void clockClaims() {
		this.clocked = true;
	}

	ClaimTimes claims() {
		return this.claims;
	}

	JdbcTemplate admin() {
		return this.admin;
	}

	TransactionTemplate transactions() {
		return this.transactions;
	}

	/**
	 * Have every server process of the pool hand in its counters, which it otherwise
	 * keeps to itself for up to ten seconds.
	 * @return number of transactions that this took
	 */
	int flushStatistics() {
		if (!isPostgres()) {
			return 0;
		}
		List<Connection> all = new ArrayList<>();
		try {
			for (int i = 0; i < POOL_SIZE && this.pool.getHikariPoolMXBean().getIdleConnections() > 0; i++) {
				all.add(this.pool.getConnection());
			}
			for (Connection connection : all) {
				try (Statement statement = connection.createStatement()) {
					statement.execute("SELECT pg_stat_force_next_flush()");
				}
			}
			return all.size();
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Could not flush the server's statistics", ex);
		}
		finally {
			all.forEach(Database::giveBack);
		}
	}

	private static void giveBack(Connection connection) {
		try {
			connection.close();
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Could not give a connection back", ex);
		}
	}

	@Override
	public void close() {
		this.pool.close();
		this.besides.destroy();
	}

}
