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

import java.time.Duration;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.store.AuditTrail;
import dev.aftercommit.store.Flow;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.JobOrders;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Nodes;
import dev.aftercommit.store.Overview;
import dev.aftercommit.store.Recurrences;
import dev.aftercommit.store.WakeUps;

/**
 * Keeps jobs in tables beside the application's own, so that they commit and roll back
 * with them. PostgreSQL 15 and later, H2 2.2.220 and later.
 */
public final class JdbcJobStore implements JobStore, AutoCloseable {

	private final String description;

	private final JobIntake intake;

	private final JobLeases leases;

	private final Nodes nodes;

	private final JobDirectory directory;

	private final Overview overview;

	private final Flow flow;

	private final Recurrences recurrences;

	private final JobOrders orders;

	private final AuditTrail auditTrail;

	private final WakeUps wakeUps;

	/**
	 * Create a store, and its tables if they are missing.
	 * @param dataSource where the application's transactions are
	 * @param ownConnections where heartbeats, {@code LISTEN} and Flyway get their
	 * connections: better not the application's pool, which may be exhausted. May be the
	 * same; then nobody listens
	 * @param settings how to use the database
	 * @throws JobConfigurationException if the database is none that works, or its tables
	 * are missing and may not be created, or are of a later version that this one can't
	 * work with
	 */
	public JdbcJobStore(DataSource dataSource, DataSource ownConnections, JdbcStoreSettings settings) {
		this(dataSource, ownConnections, settings, null, PostgresDialect.BUNDLE_FROM);
	}

	/**
	 * For tests, which move the store's clock.
	 */
	JdbcJobStore(DataSource dataSource, DataSource ownConnections, JdbcStoreSettings settings,
			@Nullable Supplier<Duration> clockOffset) {
		this(dataSource, ownConnections, settings, clockOffset, PostgresDialect.BUNDLE_FROM);
	}

	/**
	 * For tests, which want bundles of few jobs, too.
	 */
	JdbcJobStore(DataSource dataSource, DataSource ownConnections, JdbcStoreSettings settings,
			@Nullable Supplier<Duration> clockOffset, int bundleFrom) {
		Tables tables = new Tables(settings.schema(), settings.tablePrefix());
		OwnTransactions transactions = new OwnTransactions(dataSource);
		Database database = Database.of(transactions);
		Statements statements = database.statements(clockOffset);
		Dialect dialect = database.dialect(statements, tables, bundleFrom);
		JdbcSchema schema = new JdbcSchema(transactions, statements, dialect,
				JdbcSchema.migration(ownConnections, transactions, dialect, tables));
		if (settings.initializeSchema()) {
			schema.initialize();
		}
		schema.require();
		BoundConnections bound = new BoundConnections(dataSource);
		this.description = database.description();
		JdbcIntake jdbcIntake = new JdbcIntake(bound, transactions, statements, dialect);
		this.intake = jdbcIntake;
		this.leases = new JdbcLeases(bound, transactions, statements, dialect);
		this.nodes = new JdbcNodes(new OwnTransactions(ownConnections), statements, dialect);
		this.recurrences = new JdbcRecurrences(transactions, statements, dialect, jdbcIntake::enqueue);
		CallersTransaction callersTransaction = new CallersTransaction(bound, transactions);
		this.orders = new JdbcOrders(callersTransaction, statements, dialect);
		this.directory = new JdbcDirectory(callersTransaction, transactions, statements, dialect);
		this.overview = new JdbcOverview(transactions, statements, dialect);
		this.flow = new JdbcFlow(transactions, statements, dialect);
		this.auditTrail = new JdbcAuditTrail(transactions, statements, dialect);
		this.wakeUps = settings.notifications()
				? database.wakeUps(ownConnections, BoundConnections.isSame(dataSource, ownConnections), tables)
				: WakeUps.NONE;
	}

	@Override
	public String description() {
		return this.description;
	}

	@Override
	public boolean canJoinTransactions() {
		return true;
	}

	@Override
	public JobIntake intake() {
		return this.intake;
	}

	@Override
	public JobLeases leases() {
		return this.leases;
	}

	@Override
	public Nodes nodes() {
		return this.nodes;
	}

	@Override
	public JobDirectory directory() {
		return this.directory;
	}

	@Override
	public Overview overview() {
		return this.overview;
	}

	@Override
	public Flow flow() {
		return this.flow;
	}

	@Override
	public Recurrences recurrences() {
		return this.recurrences;
	}

	@Override
	public JobOrders orders() {
		return this.orders;
	}

	@Override
	public AuditTrail auditTrail() {
		return this.auditTrail;
	}

	@Override
	public WakeUps wakeUps() {
		return this.wakeUps;
	}

	/**
	 * Gives back what the store keeps for its hints. Jobs can still be written and read.
	 */
	@Override
	public void close() throws Exception {
		if (this.wakeUps instanceof AutoCloseable closeable) {
			closeable.close();
		}
	}

}
