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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.store.FireRequest;
import dev.aftercommit.store.Firing;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Recurrence;
import dev.aftercommit.store.Recurrences;

/**
 * A row for each schedule, which is locked by whoever takes its next step. The jobs are
 * written where the store keeps new ones: for workers, or in the outbox.
 */
final class JdbcRecurrences implements Recurrences {

	private static final String FIND = """
			SELECT definition, last_at, seen_at, {now}, paused, fired_at, fired_job
			FROM {recurring} WHERE name = ? FOR UPDATE""";

	private static final String ALL = """
			SELECT definition, last_at, seen_at, {now}, paused, fired_at, fired_job, name
			FROM {recurring} ORDER BY name LIMIT 1000""";

	private final OwnTransactions transactions;

	private final Statements statements;

	private final Dialect dialect;

	private final Writer writer;

	JdbcRecurrences(OwnTransactions transactions, Statements statements, Dialect dialect, Writer writer) {
		this.transactions = transactions;
		this.statements = statements;
		this.dialect = dialect;
		this.writer = writer;
	}

	@Override
	public Map<String, Recurrence> agree(Map<String, String> definitions, Duration silence) {
		return this.transactions.run("agree on " + definitions.size() + " schedules", (connection) -> {
			Map<String, Recurrence> agreed = new HashMap<>();
			// In the same order on all nodes, so that none waits for one that waits for
			// it.
			for (Map.Entry<String, String> each : new TreeMap<>(definitions).entrySet()) {
				agreed.put(each.getKey(), agree(connection, each.getKey(), each.getValue(), silence));
			}
			return agreed;
		});
	}

	private Recurrence agree(Connection connection, String name, String definition, Duration silence)
			throws SQLException {
		Row row = find(connection, name);
		if (row == null) {
			insert(connection, name, definition);
			return required(connection, name).recurrence();
		}
		if (row.definition.equals(definition)) {
			update(connection, "UPDATE {recurring} SET seen_at = {now} WHERE name = ?", name);
			return row.recurrence();
		}
		// Who asks for no silence is obeyed. The time in the row may be later than now,
		// which was before the wait for the row.
		if (!silence.isZero() && row.seen.plus(silence).isAfter(row.now)) {
			return row.recurrence();
		}
		update(connection, "UPDATE {recurring} SET definition = ?, last_at = {now}, seen_at = {now} WHERE name = ?",
				definition, name);
		return required(connection, name).recurrence();
	}

	private void insert(Connection connection, String name, String definition) throws SQLException {
		try {
			update(connection,
					"INSERT INTO {recurring} (last_at, seen_at, name, definition) VALUES ({now}, {now}, ?, ?)", name,
					definition);
		}
		catch (SQLException ex) {
			throw JdbcIntake.tryAgainIfDuplicate(ex);
		}
	}

	@Override
	public Firing fire(FireRequest request) {
		request.jobs().forEach(JdbcIntake::check);
		return this.transactions.run("fire schedule '" + request.name() + "'",
				(connection) -> fire(connection, request));
	}

	private Firing fire(Connection connection, FireRequest request) throws SQLException {
		Row row = find(connection, request.name());
		if (row == null) {
			return new Firing(false, null);
		}
		if (row.paused || !row.definition.equals(request.definition()) || !row.last.equals(request.last())
				|| request.newLast().isAfter(row.now)) {
			return new Firing(false, row.recurrence());
		}
		Recurrence.Fired fired = request.fired(row.fired);
		if (fired == null || request.jobs().isEmpty()) {
			update(connection, "UPDATE {recurring} SET last_at = ?, seen_at = {now} WHERE name = ?",
					Micros.offset(request.newLast()), request.name());
		}
		else {
			update(connection, """
					UPDATE {recurring} SET last_at = ?, seen_at = {now}, fired_at = ?, fired_job = ? WHERE name = ?""",
					Micros.offset(request.newLast()), Micros.offset(fired.at()), fired.job(), request.name());
			this.writer.write(connection, request.jobs());
		}
		return new Firing(true, new Recurrence(row.definition, request.newLast(), row.now, false, fired));
	}

	@Override
	public boolean pause(String name) {
		return this.transactions.run("pause schedule '" + name + "'",
				(connection) -> change(connection, name, false, "UPDATE {recurring} SET paused = TRUE WHERE name = ?"));
	}

	@Override
	public boolean resume(String name) {
		return this.transactions.run("resume schedule '" + name + "'", (connection) -> change(connection, name, true,
				"UPDATE {recurring} SET paused = FALSE, last_at = GREATEST(last_at, {now}) WHERE name = ?"));
	}

	/** Looks first, as that ends the transaction of a node that is stopped in it. */
	private boolean change(Connection connection, String name, boolean paused, String sql) throws SQLException {
		Row row = find(connection, name);
		if (row == null || row.paused != paused) {
			return false;
		}
		update(connection, sql, name);
		return true;
	}

	@Override
	public Map<String, Recurrence> all() {
		Map<String, Recurrence> all = new TreeMap<>();
		this.transactions.run("list schedules", (connection) -> this.statements.query(connection,
				this.dialect.sqlByIndex(ALL), (row) -> all.put(row.getString(8), Row.read(row).recurrence())));
		return all;
	}

	private Row required(Connection connection, String name) throws SQLException {
		Row row = find(connection, name);
		if (row == null) {
			throw new SQLException("Schedule '" + name + "' was deleted while it was written");
		}
		return row;
	}

	private @Nullable Row find(Connection connection, String name) throws SQLException {
		List<Row> rows = this.statements.query(connection, this.dialect.sqlNeverIdle(FIND), Row::read, name);
		return rows.isEmpty() ? null : rows.get(0);
	}

	private void update(Connection connection, String sql, @Nullable Object... values) throws SQLException {
		this.statements.update(connection, this.dialect.sql(sql), values);
	}

	/**
	 * Writes those of the jobs that are not there yet, in their order.
	 */
	@FunctionalInterface
	interface Writer {

		void write(Connection connection, List<NewJob> jobs) throws SQLException;

	}

	private record Row(String definition, Instant last, Instant seen, Instant now, boolean paused,
			Recurrence.@Nullable Fired fired) {

		static Row read(ResultSet row) throws SQLException {
			UUID job = row.getObject(7, UUID.class);
			return new Row(row.getString(1), instant(row, 2), instant(row, 3), instant(row, 4), row.getBoolean(5),
					(job != null) ? new Recurrence.Fired(instant(row, 6), job) : null);
		}

		private static Instant instant(ResultSet row, int column) throws SQLException {
			return row.getObject(column, OffsetDateTime.class).toInstant();
		}

		Recurrence recurrence() {
			return new Recurrence(this.definition, this.last, this.now, this.paused, this.fired);
		}

	}

}
