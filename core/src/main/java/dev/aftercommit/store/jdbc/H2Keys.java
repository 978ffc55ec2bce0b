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
import java.util.List;

/**
 * Keys, one by one.
 */
final class H2Keys {

	private static final int TRIES = 10;

	private static final String TAKE = """
			INSERT INTO {unique_key} (key_text, id, successor, until_started) VALUES (?, ?, NULL, ?)""";

	private static final String FIND = "SELECT " + UniqueRow.COLUMNS + " FROM {unique_key} WHERE key_text = ?";

	private static final String HEADS = """
			SELECT concurrency_key, id, places FROM {blocked} WHERE concurrency_key = ?
			ORDER BY concurrency_key, seq LIMIT ?""";

	private final Statements statements;

	private final Dialect dialect;

	H2Keys(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	List<UniqueRow> take(Connection connection, List<UniqueRow> wanted) throws SQLException {
		List<UniqueRow> rows = new ArrayList<>();
		for (UniqueRow row : wanted) {
			rows.add(take(connection, row));
		}
		return rows;
	}

	// A row that is there may be gone before it is locked. What is locked is the latest
	// version, whatever the transaction's snapshot sees of it and of its job.
	private UniqueRow take(Connection connection, UniqueRow wanted) throws SQLException {
		for (int i = 0; i < TRIES; i++) {
			if (this.dialect.insertNew(connection, TAKE, wanted.key(), wanted.id(), wanted.untilStarted())) {
				return wanted;
			}
			List<UniqueRow> rows = rows(connection, FIND + " FOR UPDATE", wanted.key());
			if (!rows.isEmpty() && rows.equals(rows(connection, FIND, wanted.key()))) {
				return rows.get(0);
			}
		}
		throw new SQLException("Unique key '" + wanted.key() + "' was taken since this transaction began",
				JdbcIntake.TRY_AGAIN);
	}

	private List<UniqueRow> rows(Connection connection, String template, String key) throws SQLException {
		return this.statements.query(connection, this.dialect.sql(template), UniqueRow::read, key);
	}

	List<Head> heads(Connection connection, String[] lines, int most) throws SQLException {
		List<Head> heads = new ArrayList<>();
		for (String line : lines) {
			heads.addAll(this.statements.query(connection, this.dialect.sql(HEADS), Head::read, line, most));
		}
		return heads;
	}

}
