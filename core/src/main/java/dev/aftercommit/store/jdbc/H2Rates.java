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
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.Permits;
import dev.aftercommit.store.Rate;

/**
 * Asks what rates allow, one by one. Only the rows of rates for which jobs wait are
 * locked, and those that another node has locked are skipped.
 */
final class H2Rates {

	private static final String ASK = "SELECT spent FROM {rate} WHERE name = ? FOR UPDATE SKIP LOCKED";

	private static final String KNOWN = "SELECT 1 FROM {rate} WHERE name = ?";

	private final Statements statements;

	private final Dialect dialect;

	private final Rates rates;

	H2Rates(Statements statements, Dialect dialect, Rates rates) {
		this.statements = statements;
		this.dialect = dialect;
		this.rates = rates;
	}

	Permits ask(Connection connection, ClaimRequest request, Map<String, SortedSet<String>> lanes, OffsetDateTime now)
			throws SQLException {
		Permits permits = new Permits(ChronoUnit.MICROS.between(Instant.EPOCH, now.toInstant()), request.atMostRated());
		for (Rate rate : request.rates()) {
			if (anyWaits(rate, lanes)) {
				ask(connection, rate, permits);
			}
		}
		return permits;
	}

	private void ask(Connection connection, Rate rate, Permits permits) throws SQLException {
		List<Long> spent = this.statements.query(connection, this.dialect.sql(ASK), (row) -> row.getLong(1),
				rate.key());
		if (!spent.isEmpty()) {
			permits.grant(rate, spent.get(0));
			return;
		}
		if (this.statements.query(connection, this.dialect.sql(KNOWN), (row) -> 1, rate.key()).isEmpty()) {
			this.rates.create(connection, rate, permits);
		}
		else {
			permits.refuse(rate);
		}
	}

	private static boolean anyWaits(Rate rate, Map<String, SortedSet<String>> lanes) {
		return lanes.entrySet()
			.stream()
			.anyMatch((queue) -> queue.getValue().stream().anyMatch((name) -> rate.isOf(queue.getKey(), name)));
	}

}
