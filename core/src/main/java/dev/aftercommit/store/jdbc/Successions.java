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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.JobTerms;

/**
 * Gives unique keys of jobs that have ended, or started, to their successors, who then
 * pass the gate. Rows that a caller's transaction holds are left for later.
 */
final class Successions {

	// The place in ready is found by a subquery, because a join would be given all of it.
	private static final String STARTED = """
			SELECT l.id FROM {running} l WHERE l.id = ANY(?)
			UNION ALL SELECT j.id FROM {job} j WHERE j.id = ANY(?) AND j.forgiven < COALESCE(
				(SELECT s.attempt FROM {scheduled} s WHERE s.id = j.id),
				(SELECT b.attempt FROM {blocked} b WHERE b.id = j.id),
				(SELECT r.attempt FROM {ready} r
					WHERE r.queue = j.queue AND r.name = j.name AND r.priority = j.priority AND r.seq = j.seq), 0)""";

	private final Statements statements;

	private final Dialect dialect;

	private final Places places;

	Successions(Statements statements, Dialect dialect, Places places) {
		this.statements = statements;
		this.dialect = dialect;
		this.places = places;
	}

	/**
	 * Settle keys.
	 * @param keys unique keys, or what may be some
	 * @param lines gets the concurrency keys of those who passed the gate and need one
	 * @param unsettled gets the keys that somebody holds
	 * @return how many jobs may go on
	 */
	int settle(Connection connection, Collection<String> keys, Set<String> lines, Set<String> unsettled)
			throws SQLException {
		List<UniqueRow> rows = lock(connection, keys, unsettled);
		if (rows.isEmpty()) {
			return 0;
		}
		Set<UUID> ids = new HashSet<>();
		rows.forEach((row) -> {
			ids.add(row.id());
			if (row.successor() != null) {
				ids.add(row.successor());
			}
		});
		Map<UUID, JobTerms> alive = alive(connection, ids);
		Set<UUID> started = started(connection, rows);
		Map<UUID, String> holders = new HashMap<>();
		for (UniqueRow row : rows) {
			UUID holder = succeed(connection, row, alive, started);
			if (holder != null) {
				holders.put(holder, row.key());
			}
		}
		return pass(connection, holders, alive, lines, unsettled);
	}

	private List<UniqueRow> lock(Connection connection, Collection<String> keys, Set<String> unsettled)
			throws SQLException {
		String[] array = keys.toArray(String[]::new);
		List<String> there = this.statements.query(connection,
				this.dialect.sql("SELECT key_text FROM {unique_key} WHERE key_text = ANY(?)"),
				(row) -> row.getString(1), (Object) array);
		if (there.isEmpty()) {
			return List.of();
		}
		List<UniqueRow> rows = this.statements.query(connection,
				this.dialect.sql("SELECT " + UniqueRow.COLUMNS
						+ " FROM {unique_key} WHERE key_text = ANY(?) FOR UPDATE SKIP LOCKED"),
				UniqueRow::read, (Object) array);
		unsettled.addAll(there);
		rows.forEach((row) -> unsettled.remove(row.key()));
		return rows;
	}

	private Map<UUID, JobTerms> alive(Connection connection, Set<UUID> ids) throws SQLException {
		Map<UUID, JobTerms> alive = new HashMap<>();
		this.statements.query(connection, this.dialect.sql("SELECT id, headers FROM {job} WHERE id = ANY(?)"),
				(row) -> alive.put(row.getObject(1, UUID.class), Marks.terms(row.getString(2))),
				(Object) ids.toArray(UUID[]::new));
		return alive;
	}

	private Set<UUID> started(Connection connection, List<UniqueRow> rows) throws SQLException {
		UUID[] untilStarted = rows.stream().filter(UniqueRow::untilStarted).map(UniqueRow::id).toArray(UUID[]::new);
		return (untilStarted.length == 0) ? Set.of() : new HashSet<>(this.statements.query(connection,
				this.dialect.sql(STARTED), (row) -> row.getObject(1, UUID.class), untilStarted, untilStarted));
	}

	/** Who has the key then; {@code null} for nobody. */
	private @Nullable UUID succeed(Connection connection, UniqueRow row, Map<UUID, JobTerms> alive, Set<UUID> started)
			throws SQLException {
		if (alive.containsKey(row.id()) && !started.contains(row.id())) {
			return row.id();
		}
		UUID successor = row.successor();
		JobTerms terms = (successor != null) ? alive.get(successor) : null;
		if (terms == null) {
			this.statements.update(connection, this.dialect.sql("DELETE FROM {unique_key} WHERE key_text = ?"),
					row.key());
			return null;
		}
		this.statements.update(connection,
				this.dialect
					.sql("UPDATE {unique_key} SET id = ?, successor = NULL, until_started = ? WHERE key_text = ?"),
				successor, terms.uniqueUntil() == UniqueUntil.STARTED, row.key());
		return successor;
	}

	private int pass(Connection connection, Map<UUID, String> holders, Map<UUID, JobTerms> alive, Set<String> lines,
			Set<String> unsettled) throws SQLException {
		String waiting = "SELECT id FROM {blocked} WHERE id = ANY(?) AND concurrency_key IS NULL";
		List<UUID> there = ids(connection, waiting, holders.keySet());
		if (there.isEmpty()) {
			return 0;
		}
		List<UUID> locked = ids(connection, waiting + " FOR UPDATE SKIP LOCKED", there);
		there.stream().filter((id) -> !locked.contains(id)).forEach((id) -> unsettled.add(holders.get(id)));
		List<UUID> ready = new ArrayList<>();
		for (UUID id : locked) {
			JobTerms terms = alive.get(id);
			String line = (terms != null) ? terms.concurrencyKey() : null;
			if (terms != null && line != null) {
				this.statements.update(connection,
						this.dialect.sql("UPDATE {blocked} SET concurrency_key = ?, places = ? WHERE id = ?"), line,
						terms.concurrencyLimit(), id);
				lines.add(line);
			}
			else {
				ready.add(id);
			}
		}
		this.places.toReady(connection, ready);
		return ready.size();
	}

	private List<UUID> ids(Connection connection, String template, Collection<UUID> ids) throws SQLException {
		return this.statements.query(connection, this.dialect.sql(template), (row) -> row.getObject(1, UUID.class),
				(Object) ids.toArray(UUID[]::new));
	}

}
