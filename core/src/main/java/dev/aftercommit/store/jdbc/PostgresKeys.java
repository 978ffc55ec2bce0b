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
import java.util.List;
import java.util.UUID;

/**
 * Keys, any number of them in one statement.
 */
final class PostgresKeys {

	private static final String TAKE = """
			INSERT INTO {unique_key} AS u (id, until_started, key_text)
			SELECT w.id, w.until_started, w.key_text
			FROM unnest(CAST(? AS uuid[]), CAST(? AS boolean[]), CAST(? AS text[])) AS w(id, until_started, key_text)
			ON CONFLICT (key_text) DO UPDATE SET id = u.id
			RETURNING u.key_text, u.id, u.successor, u.until_started""";

	private static final String HEADS = """
			SELECT b.concurrency_key, b.id, b.places FROM unnest(CAST(? AS text[])) AS k(line) CROSS JOIN LATERAL (
				SELECT c.concurrency_key, c.id, c.places, c.seq FROM {blocked} c WHERE c.concurrency_key = k.line
				ORDER BY c.seq LIMIT ?) b""";

	private final Statements statements;

	private final Dialect dialect;

	PostgresKeys(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	// An update that changes nothing, because what is only skipped is neither locked nor
	// returned.
	List<UniqueRow> take(Connection connection, List<UniqueRow> wanted) throws SQLException {
		return this.statements.query(connection, this.dialect.sql(TAKE), UniqueRow::read,
				wanted.stream().map(UniqueRow::id).toArray(UUID[]::new),
				wanted.stream().map(UniqueRow::untilStarted).toArray(Boolean[]::new),
				wanted.stream().map(UniqueRow::key).toArray(String[]::new));
	}

	List<Head> heads(Connection connection, String[] lines, int most) throws SQLException {
		return this.statements.query(connection, this.dialect.sql(HEADS), Head::read, lines, most);
	}

}
