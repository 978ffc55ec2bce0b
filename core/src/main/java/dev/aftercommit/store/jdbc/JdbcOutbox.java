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
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.store.KeptJob;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Outbox;
import dev.aftercommit.store.OutboxDepth;
import dev.aftercommit.store.Recurrences;

/**
 * An outbox in a table beside the application's own.
 */
public final class JdbcOutbox implements Outbox {

	private static final String LEFT = "due_at <= {now}";

	private static final String LEFT_OR_NEW = "(taken = 0 OR due_at <= {now})";

	private final String description;

	private final Duration takeOver;

	private final BoundConnections bound;

	private final OwnTransactions transactions;

	private final OwnTransactions relay;

	private final Statements statements;

	private final Dialect dialect;

	private final OutboxRows rows;

	private final Recurrences recurrences;

	/**
	 * Create an outbox, and its table if it is missing.
	 * @param dataSource where the application's transactions are
	 * @param ownConnections where connections come from that have nothing to do with a
	 * caller: better not the application's pool, which may be exhausted. May be the same
	 * @param settings how to use the database
	 * @param takeOver for how long what was written or taken is left to the node that did
	 * @throws JobConfigurationException if the database is none that works, or its tables
	 * are missing and may not be created, or are of a later version that this one can't
	 * work with
	 */
	public JdbcOutbox(DataSource dataSource, DataSource ownConnections, JdbcStoreSettings settings, Duration takeOver) {
		this(dataSource, ownConnections, settings, takeOver, null);
	}

	/**
	 * For tests, which move the database's clock.
	 */
	JdbcOutbox(DataSource dataSource, DataSource ownConnections, JdbcStoreSettings settings, Duration takeOver,
			@Nullable Supplier<Duration> clockOffset) {
		Tables tables = new Tables(settings.schema(), settings.tablePrefix());
		this.transactions = new OwnTransactions(dataSource);
		this.relay = new OwnTransactions(ownConnections);
		this.takeOver = takeOver;
		Database database = Database.of(this.transactions);
		this.description = database.description();
		this.statements = database.statements(clockOffset);
		this.dialect = database.dialect(this.statements, tables);
		this.bound = new BoundConnections(dataSource);
		this.rows = new OutboxRows(this.statements, this.dialect);
		this.recurrences = new JdbcRecurrences(this.transactions, this.statements, this.dialect, this::writeMissing);
		JdbcSchema schema = new JdbcSchema(this.transactions, this.statements, this.dialect,
				JdbcSchema.migration(ownConnections, this.transactions, this.dialect, tables));
		if (settings.initializeSchema()) {
			schema.initialize();
		}
		schema.require();
	}

	@Override
	public String description() {
		return this.description;
	}

	@Override
	public Duration takeOver() {
		return this.takeOver;
	}

	@Override
	public boolean joinsTransaction() {
		return this.bound.joinable() != null;
	}

	@Override
	public Optional<Object> boundResource() {
		return this.bound.resource();
	}

	@Override
	public void write(List<NewJob> jobs) {
		DataSource dataSource = this.bound.joinable();
		Assert.state(dataSource != null,
				"The outbox can't keep jobs: this thread has no read-write transaction on its 'DataSource'");
		jobs.forEach(JdbcIntake::check);
		this.bound.run(dataSource, "The outbox could not keep " + jobs.size() + " jobs", (connection) -> {
			this.dialect.insertIntoOutbox(connection, jobs, Micros.of(this.takeOver));
			return jobs.size();
		});
	}

	@Override
	public void writeAlone(List<NewJob> jobs) {
		jobs.forEach(JdbcIntake::check);
		this.transactions.run("keep " + jobs.size() + " jobs in its outbox",
				(connection) -> writeMissing(connection, jobs));
	}

	private int writeMissing(Connection connection, List<NewJob> jobs) throws SQLException {
		Set<UUID> known = new HashSet<>(
				this.statements.query(connection, this.dialect.sql("SELECT id FROM {outbox} WHERE id = ANY(?)"),
						(row) -> row.getObject(1, UUID.class), (Object) ids(jobs.stream().map(NewJob::id).toList())));
		List<NewJob> missing = jobs.stream().filter((job) -> known.add(job.id())).toList();
		if (!missing.isEmpty()) {
			try {
				this.dialect.insertIntoOutbox(connection, missing, Micros.of(this.takeOver));
			}
			catch (SQLException ex) {
				throw JdbcIntake.tryAgainIfDuplicate(ex);
			}
		}
		return missing.size();
	}

	@Override
	public Recurrences recurrences() {
		return this.recurrences;
	}

	@Override
	public List<KeptJob> take(Which which, int limit) {
		String left = (which == Which.LEFT) ? LEFT : LEFT_OR_NEW;
		return this.relay.run("take jobs from its outbox", (connection) -> {
			this.dialect.preferIndexes(connection);
			List<KeptJob> found = this.rows.read(connection,
					"WHERE " + left + " ORDER BY due_at, seq LIMIT ?" + this.dialect.skipLocked(), limit);
			return found.isEmpty() ? found : taken(connection, found);
		});
	}

	private List<KeptJob> taken(Connection connection, List<KeptJob> found) throws SQLException {
		if (this.dialect.skipLocked().isEmpty()) {
			return takenOneByOne(connection, found);
		}
		this.statements.update(connection,
				this.dialect.sql("UPDATE {outbox} SET due_at = {now+?}, taken = taken + 1 WHERE id = ANY(?)"),
				Micros.of(this.takeOver), ids(found.stream().map((kept) -> kept.job().id()).toList()));
		return found;
	}

	// Where rows can't be locked, another node may have been faster: each is taken from
	// where it was found.
	private List<KeptJob> takenOneByOne(Connection connection, List<KeptJob> found) throws SQLException {
		String sql = this.dialect
			.sql("UPDATE {outbox} SET due_at = {now+?}, taken = taken + 1 WHERE id = ? AND taken = ?");
		try (PreparedStatement update = this.statements.prepare(connection, sql)) {
			for (KeptJob kept : found) {
				Statements.batch(update, Micros.of(this.takeOver), kept.job().id(), kept.taken());
			}
			int[] updated = update.executeBatch();
			List<KeptJob> taken = new ArrayList<>();
			for (int i = 0; i < updated.length; i++) {
				if (updated[i] != 0) {
					taken.add(found.get(i));
				}
			}
			return taken;
		}
	}

	@Override
	public void release(Collection<UUID> ids) {
		change("UPDATE {outbox} SET due_at = written_at WHERE id = ANY(?)", ids);
	}

	@Override
	public void delay(UUID id, Duration delay) {
		this.relay.run("delay a job in its outbox", (connection) -> this.statements.update(connection,
				this.dialect.sql("UPDATE {outbox} SET due_at = {now+?} WHERE id = ?"), Micros.of(delay), id));
	}

	@Override
	public void remove(Collection<UUID> ids) {
		change("DELETE FROM {outbox} WHERE id = ANY(?)", ids);
	}

	private void change(String sql, Collection<UUID> ids) {
		this.relay.run("change " + ids.size() + " jobs of its outbox", (connection) -> {
			this.dialect.preferIndexes(connection);
			return this.statements.update(connection, this.dialect.sql(sql), (Object) ids(ids));
		});
	}

	@Override
	public List<KeptJob> find(Collection<UUID> ids) {
		return this.relay.run("look up jobs in its outbox",
				(connection) -> this.rows.read(connection, "WHERE id = ANY(?) ORDER BY seq", (Object) ids(ids)));
	}

	@Override
	public OutboxDepth depth() {
		return this.relay.run("measure its outbox", this.rows::depth);
	}

	private static UUID[] ids(Collection<UUID> ids) {
		return ids.toArray(UUID[]::new);
	}

}
