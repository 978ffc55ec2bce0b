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

import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

import org.springframework.util.ClassUtils;

/**
 * A question whose answer is nearly always that there is nothing to do. It costs one
 * statement: no settings go before it that would keep PostgreSQL from a plan that was
 * made for empty tables, so each time is planned anew, when PostgreSQL sees how large the
 * tables are by then.
 */
final class PostgresQuestion {

	private static final boolean DRIVER_IS_KNOWN = ClassUtils.isPresent("org.postgresql.PGStatement",
			PostgresQuestion.class.getClassLoader());

	private final Statements statements;

	PostgresQuestion(Statements statements) {
		this.statements = statements;
	}

	/**
	 * Ask a question.
	 * @param sql a query that returns one row if there is nothing to do, else none
	 * @return what the row says; {@code null} if there may be something to do, as always
	 * where the driver can't be told to have each time planned anew
	 */
	<T> @Nullable T nothing(Connection connection, String sql, Statements.Row<T> row, Object... values)
			throws SQLException {
		if (!DRIVER_IS_KNOWN) {
			return null;
		}
		try (PreparedStatement statement = this.statements.prepare(connection, sql, values)) {
			if (!isPlannedEachTime(statement)) {
				return null;
			}
			try (ResultSet rows = statement.executeQuery()) {
				return rows.next() ? row.read(rows) : null;
			}
		}
	}

	private static boolean isPlannedEachTime(PreparedStatement statement) throws SQLException {
		Class<?> type = PGStatement.class;
		// There are proxies that wrap even what they unwrap.
		if (statement.isWrapperFor(type) && statement.unwrap(type) instanceof PGStatement driver) {
			driver.setPrepareThreshold(0);
			return true;
		}
		return false;
	}

}
