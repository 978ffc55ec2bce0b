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
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import dev.aftercommit.store.Headers;
import dev.aftercommit.store.JobTerms;

/**
 * Notes that somebody may be given something of a key. Written in the transaction that
 * has changed who has it or wants it, and nothing but appended: no mark waits for
 * anybody.
 */
final class Marks {

	private final Statements statements;

	private final Dialect dialect;

	Marks(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	void leave(Connection connection, Collection<String> keys) throws SQLException {
		if (keys.isEmpty()) {
			return;
		}
		try (PreparedStatement insert = this.statements.prepare(connection,
				this.dialect.sql("INSERT INTO {unsettled} (key_text) VALUES (?)"))) {
			for (String key : new TreeSet<>(keys)) {
				Statements.batch(insert, key);
			}
			insert.executeBatch();
		}
	}

	/**
	 * Mark what jobs have that have ended.
	 * @param terms their terms
	 */
	void ended(Connection connection, Collection<JobTerms> terms) throws SQLException {
		Set<String> keys = new TreeSet<>();
		for (JobTerms each : terms) {
			if (each.concurrencyKey() != null) {
				keys.add(each.concurrencyKey());
			}
			if (each.uniqueKey() != null) {
				keys.add(each.uniqueKey());
			}
		}
		leave(connection, keys);
	}

	/**
	 * Delete jobs that have ended, and mark what they had. Costs jobs without keys
	 * nothing beside.
	 */
	void remove(Connection connection, Collection<UUID> ids) throws SQLException {
		ended(connection, this.statements.query(connection, this.dialect.sql(this.dialect.removal()),
				(row) -> terms(row.getString(1)), (Object) ids.toArray(UUID[]::new)));
	}

	static JobTerms terms(String headers) {
		Map<String, String> read = Headers.read(headers);
		return read.isEmpty() ? JobTerms.NONE : JobTerms.of(read);
	}

}
