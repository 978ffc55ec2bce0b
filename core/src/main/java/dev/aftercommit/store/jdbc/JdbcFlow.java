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
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobFlow;
import dev.aftercommit.store.Flow;
import dev.aftercommit.store.FlowMinutes;

/**
 * A row for each minute, store and queue: no two nodes write the same one. One statement
 * adds all counts, one reads them.
 */
final class JdbcFlow implements Flow {

	private static final String READ = """
			SELECT epoch_minute, queue, SUM(enqueued), SUM(succeeded), SUM(retried), SUM(dead), SUM(cancelled),
				CAST(NULL AS timestamp with time zone)
			FROM {flow} WHERE epoch_minute >= CAST(FLOOR(EXTRACT(EPOCH FROM {now}) / 60) AS bigint) - 15
			GROUP BY epoch_minute, queue
			UNION ALL SELECT 0, '', 0, 0, 0, 0, 0, {now}""";

	private final OwnTransactions transactions;

	private final Statements statements;

	private final Dialect dialect;

	private final UUID writer = UUID.randomUUID();

	JdbcFlow(OwnTransactions transactions, Statements statements, Dialect dialect) {
		this.transactions = transactions;
		this.statements = statements;
		this.dialect = dialect;
	}

	/** One after the other: H2 has no merge that would wait for another one. */
	@Override
	public synchronized void add(Map<String, JobFlow.Counts> counts) {
		List<Map.Entry<String, JobFlow.Counts>> rows = List.copyOf(counts.entrySet());
		this.transactions.run("add to how many jobs came and went",
				(connection) -> this.statements.update(connection, this.dialect.sql(this.dialect.flowAddition()),
						this.writer, column(rows, JobFlow.Counts::enqueued), column(rows, JobFlow.Counts::succeeded),
						column(rows, JobFlow.Counts::retried), column(rows, JobFlow.Counts::dead),
						column(rows, JobFlow.Counts::cancelled),
						rows.stream().map(Map.Entry::getKey).toArray(String[]::new)));
	}

	private static Object column(List<Map.Entry<String, JobFlow.Counts>> rows, ToLongFunction<JobFlow.Counts> count) {
		return rows.stream().map((row) -> count.applyAsLong(row.getValue())).toArray(Long[]::new);
	}

	@Override
	public JobFlow read() {
		return this.transactions.run("tell how many jobs came and went", this::read);
	}

	JobFlow read(Connection connection) throws SQLException {
		FlowMinutes minutes = new FlowMinutes();
		Instant now = Instant.EPOCH;
		for (Row row : this.statements.query(connection, this.dialect.sqlByIndex(READ), Row::read)) {
			if (row.now() != null) {
				now = row.now().toInstant();
			}
			else {
				minutes.add(row.minute(), row.queue(), row.counts());
			}
		}
		return minutes.until(now);
	}

	/**
	 * What is counted of a minute and a queue, or, once, the time.
	 *
	 * @param minute the minute
	 * @param queue the queue
	 * @param counts its counts
	 * @param now the store's clock, {@code null} in all rows but the last
	 */
	private record Row(long minute, String queue, JobFlow.Counts counts, @Nullable OffsetDateTime now) {

		static Row read(ResultSet row) throws SQLException {
			return new Row(row.getLong(1), row.getString(2),
					new JobFlow.Counts(row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6), row.getLong(7)),
					row.getObject(8, OffsetDateTime.class));
		}

	}

}
