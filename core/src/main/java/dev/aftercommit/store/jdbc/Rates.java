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
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;

import dev.aftercommit.store.Permits;
import dev.aftercommit.store.Rate;

/**
 * The rows of rates: reads one, and writes down what was spent of those that the
 * transaction has locked.
 */
final class Rates {

	private static final String CREATE = "INSERT INTO {rate} (name, spent) VALUES (?, 0)";

	// Later than what the claim was told, as it may have been held up since: starts count
	// from when their jobs are claimed.
	private static final String SPEND = """
			UPDATE {rate} SET spent = GREATEST(?, CAST(extract(epoch FROM {now}) * 1000000 AS bigint) + ?) WHERE name = ?""";

	private final Statements statements;

	private final Dialect dialect;

	Rates(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	Duration untilNextStart(Connection connection, Rate rate) throws SQLException {
		return this.statements
			.query(connection, this.dialect.sql("SELECT spent, {now} FROM {rate} WHERE name = ?"),
					(row) -> rate.limit()
						.untilNext(row.getLong(1),
								ChronoUnit.MICROS.between(Instant.EPOCH,
										row.getObject(2, OffsetDateTime.class).toInstant())),
					rate.key())
			.stream()
			.findFirst()
			.orElse(Duration.ZERO);
	}

	void spend(Connection connection, Permits permits) throws SQLException {
		Map<Rate, Long> spent = permits.spent();
		if (spent.isEmpty()) {
			return;
		}
		try (PreparedStatement update = this.statements.prepare(connection, this.dialect.sql(SPEND))) {
			for (Map.Entry<Rate, Long> rate : spent.entrySet()) {
				Statements.batch(update, rate.getValue(), permits.taken(rate.getKey()), rate.getKey().key());
			}
			update.executeBatch();
		}
	}

	/**
	 * A rate that nobody has asked before has no row: it is who inserts it that has it.
	 */
	void create(Connection connection, Rate rate, Permits permits) throws SQLException {
		if (this.dialect.insertNew(connection, CREATE, rate.key())) {
			permits.grant(rate, 0);
		}
		else {
			permits.refuse(rate);
		}
	}

}
