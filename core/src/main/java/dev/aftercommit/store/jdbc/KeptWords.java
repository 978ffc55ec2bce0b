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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobProgress;
import dev.aftercommit.JobWords;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.Words;

/**
 * What bodies have said: a row for each attempt, replaced as a whole, so that whatever
 * comes twice or late does no harm.
 */
final class KeptWords {

	private static final String LEASES = "SELECT id, node, token FROM {lease} WHERE id = ANY(?) FOR UPDATE";

	private static final String REPLACE = """
			UPDATE {words} SET version = ?, done = ?, total = ?, lines = ?
			WHERE job_id = ? AND node = ? AND token = ? AND version < ?""";

	private static final String ADD = """
			INSERT INTO {words} (job_id, node, token, version, done, total, began_at, lines)
			SELECT l.id, l.node, l.token, CAST(? AS bigint), CAST(? AS bigint), CAST(? AS bigint), l.claimed_at, CAST(? AS varchar)
			FROM {lease} l WHERE l.id = ? AND NOT EXISTS (SELECT 1 FROM {words} w
				WHERE w.job_id = l.id AND w.node = l.node AND w.token = l.token)""";

	private static final String TRIM = """
			DELETE FROM {words} WHERE job_id = ? AND (node, token) IN (
				SELECT node, token FROM {words} WHERE job_id = ? ORDER BY began_at DESC, token DESC OFFSET ? ROWS)""";

	private static final String LIST = """
			SELECT done, total, lines FROM {words} WHERE job_id = ? ORDER BY began_at, token""";

	private final Statements statements;

	private final Dialect dialect;

	KeptWords(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	void note(Connection connection, List<Words> words) throws SQLException {
		write(connection, words, LEASES + " SKIP LOCKED");
	}

	/** In a transaction that will end the lease: it may wait for whoever holds it now. */
	void noteAmongOthers(Connection connection, Words words) throws SQLException {
		write(connection, List.of(words), LEASES);
	}

	private void write(Connection connection, List<Words> words, String lock) throws SQLException {
		this.dialect.takeOut(connection, words.stream().map(Words::id).toList(),
				words.stream().map(Words::lease).toList());
		Map<UUID, Lease> held = new HashMap<>();
		this.statements.query(connection, this.dialect.sql(lock),
				(row) -> held.put(row.getObject(1, UUID.class), new Lease(row.getLong(2), row.getLong(3))),
				(Object) words.stream().map(Words::id).toArray(UUID[]::new));
		List<Words> fenced = words.stream().filter((each) -> each.lease().equals(held.get(each.id()))).toList();
		if (!fenced.isEmpty()) {
			add(connection, replace(connection, fenced));
		}
	}

	/** Those of attempts that had said nothing, or nothing older. */
	private List<Words> replace(Connection connection, List<Words> words) throws SQLException {
		try (PreparedStatement update = this.statements.prepare(connection, this.dialect.sql(REPLACE))) {
			for (Words each : words) {
				Statements.batch(update, each.version(), done(each), total(each), lines(each), each.id(),
						each.lease().node(), each.lease().token(), each.version());
			}
			return without(words, update.executeBatch());
		}
	}

	private void add(Connection connection, List<Words> words) throws SQLException {
		if (words.isEmpty()) {
			return;
		}
		try (PreparedStatement insert = this.statements.prepare(connection, this.dialect.sql(ADD));
				PreparedStatement trim = this.statements.prepare(connection, this.dialect.sql(TRIM))) {
			for (Words each : words) {
				Statements.batch(insert, each.version(), done(each), total(each), lines(each), each.id());
				Statements.batch(trim, each.id(), each.id(), Words.MOST_ATTEMPTS);
			}
			insert.executeBatch();
			trim.executeBatch();
		}
	}

	private static List<Words> without(List<Words> words, int[] changed) {
		List<Words> unchanged = new ArrayList<>();
		for (int i = 0; i < changed.length; i++) {
			if (changed[i] == 0) {
				unchanged.add(words.get(i));
			}
		}
		return unchanged;
	}

	private static @Nullable Long done(Words words) {
		return (words.progress() != null) ? words.progress().done() : null;
	}

	private static @Nullable Long total(Words words) {
		return (words.progress() != null) ? words.progress().total() : null;
	}

	private static String lines(Words words) {
		return String.join("\n", words.log());
	}

	JobWords find(Connection connection, UUID id) throws SQLException {
		List<JobWords> each = this.statements.query(connection, this.dialect.sqlByIndex(LIST), KeptWords::words, id);
		JobProgress progress = null;
		List<String> log = new ArrayList<>();
		for (JobWords words : each) {
			progress = (words.progress() != null) ? words.progress() : progress;
			log.addAll(words.log());
		}
		return new JobWords(progress, log);
	}

	private static JobWords words(ResultSet row) throws SQLException {
		long done = row.getLong(1);
		JobProgress progress = row.wasNull() ? null : new JobProgress(done, row.getLong(2));
		String lines = row.getString(3);
		return new JobWords(progress, lines.isEmpty() ? List.of() : List.of(lines.split("\n", -1)));
	}

}
