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
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Counts, on PostgreSQL, how many rows statements read, whatever they return.
 */
final class RowsRead {

	private static final Statements statements = new Statements(UnaryOperator.identity());

	private RowsRead() {
	}

	/**
	 * Do something in a transaction that is to read so many rows of each table at most,
	 * and none but by an index; but for the table that has one row.
	 */
	static void assertReads(DataSource dataSource, int most, Work work) throws SQLException {
		Map<String, Long> read = inTransaction(dataSource, (connection) -> {
			Map<String, Long> before = reads(connection);
			work.in(connection);
			Map<String, Long> reads = reads(connection);
			reads.replaceAll((how, rows) -> rows - before.getOrDefault(how, 0L));
			return reads;
		});
		assertThat(read).isNotEmpty()
			.allSatisfy((how, rows) -> assertThat(rows).as(how)
				.isLessThanOrEqualTo(how.endsWith("without an index") ? 0 : most));
	}

	private static Map<String, Long> reads(Connection connection) throws SQLException {
		Map<String, Long> reads = new TreeMap<>();
		statements.query(connection, """
				SELECT relname, coalesce(seq_tup_read, 0), coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables
				WHERE relname LIKE 'aftercommit%' AND relname NOT LIKE '%settler'""", (row) -> {
			reads.put(row.getString(1) + " without an index", row.getLong(2));
			return reads.put(row.getString(1) + " by index", row.getLong(3));
		});
		return reads;
	}

	static <T> T inTransaction(DataSource dataSource, OwnTransactions.Work<T> work) throws SQLException {
		try (Connection connection = dataSource.getConnection()) {
			connection.setAutoCommit(false);
			T result = work.in(connection);
			connection.commit();
			connection.setAutoCommit(true);
			return result;
		}
	}

	/** Something to do in a transaction. */
	@FunctionalInterface
	interface Work {

		void in(Connection connection) throws SQLException;

	}

}
