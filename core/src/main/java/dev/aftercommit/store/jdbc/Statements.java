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
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * Runs the store's statements on a connection that is handed in, each with a time limit.
 *
 * @param clock last change to a statement's text before it is run: none, or, in tests,
 * another time
 * @param limit how long each may take
 */
record Statements(UnaryOperator<String> clock, TimeLimit limit) {

	Statements(UnaryOperator<String> clock) {
		this(clock, TimeLimit.USUAL);
	}

	int update(Connection connection, String sql, @Nullable Object... values) throws SQLException {
		try (PreparedStatement statement = prepare(connection, sql, values)) {
			int rows = statement.executeUpdate();
			this.limit.ended(statement);
			return rows;
		}
	}

	/**
	 * Run a statement that may consist of several: those before the last one are run for
	 * their effect.
	 */
	<T> List<T> query(Connection connection, String sql, Row<T> row, @Nullable Object... values) throws SQLException {
		try (PreparedStatement statement = prepare(connection, sql, values)) {
			statement.execute();
			try (ResultSet rows = lastResult(statement)) {
				List<T> results = new ArrayList<>();
				while (rows.next()) {
					results.add(row.read(rows));
				}
				this.limit.ended(statement);
				return results;
			}
		}
	}

	/**
	 * Prepare a statement, whose time limit ends when it is closed.
	 */
	PreparedStatement prepare(Connection connection, String sql, @Nullable Object... values) throws SQLException {
		PreparedStatement statement = connection.prepareStatement(this.clock.apply(sql));
		try {
			this.limit.begins(statement);
			bind(statement, values);
			return statement;
		}
		catch (SQLException | RuntimeException ex) {
			statement.close();
			throw ex;
		}
	}

	PreparedStatement prepareForKey(Connection connection, String sql, String key) throws SQLException {
		PreparedStatement statement = connection.prepareStatement(this.clock.apply(sql), new String[] { key });
		this.limit.begins(statement);
		return statement;
	}

	static void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
		for (int i = 0; i < values.length; i++) {
			bind(statement, i + 1, values[i]);
		}
	}

	static void batch(PreparedStatement statement, @Nullable Object... values) throws SQLException {
		bind(statement, values);
		statement.addBatch();
	}

	private static void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
		if (value == null) {
			statement.setNull(index, Types.NULL);
		}
		else if (value instanceof Object[] array) {
			statement.setArray(index, statement.getConnection().createArrayOf(type(array), array));
		}
		else {
			statement.setObject(index, value);
		}
	}

	private static String type(Object[] array) {
		if (array instanceof UUID[]) {
			return "uuid";
		}
		if (array instanceof Long[]) {
			return "bigint";
		}
		if (array instanceof Boolean[]) {
			return "boolean";
		}
		return (array instanceof Integer[]) ? "integer" : "varchar";
	}

	private static ResultSet lastResult(PreparedStatement statement) throws SQLException {
		ResultSet last = statement.getResultSet();
		while (statement.getMoreResults(Statement.KEEP_CURRENT_RESULT)) {
			last = statement.getResultSet();
		}
		return last;
	}

	/**
	 * Reads one row.
	 *
	 * @param <T> type of what is read
	 */
	@FunctionalInterface
	interface Row<T> {

		T read(ResultSet row) throws SQLException;

	}

}
