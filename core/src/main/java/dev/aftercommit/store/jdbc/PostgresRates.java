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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.Permits;
import dev.aftercommit.store.Rate;

/**
 * Asks what rates allow, in one statement before the claim. Only the rows of rates for
 * which jobs wait are locked, and those that another node has locked are skipped.
 */
final class PostgresRates {

	private static final String ASK = PostgresDialect.PREFER_INDEXES_ALWAYS + PostgresClaims.ALL_LANES + """
			,
			wanted AS MATERIALIZED (
				SELECT DISTINCT k.rate FROM lane l JOIN unnest(CAST(? AS text[]), CAST(? AS text[]), CAST(? AS text[]))
					AS k(rate, queue, name) ON k.queue = l.queue OR k.name = l.name
				WHERE (CAST(? AS text[]) IS NULL OR l.queue = ANY(CAST(? AS text[])))
					AND l.queue <> ALL(ARRAY(SELECT p.queue FROM {paused_queue} p))
			),
			locked AS MATERIALIZED (
				SELECT r.name, r.spent FROM {rate} r WHERE r.name = ANY(ARRAY(SELECT w.rate FROM wanted w))
				FOR UPDATE SKIP LOCKED
			)
			SELECT w.rate, l.spent, EXISTS (SELECT FROM {rate} r WHERE r.name = w.rate) AS known,
				CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint) AS now
			FROM wanted w LEFT JOIN locked l ON l.name = w.rate""";

	private final Statements statements;

	private final String ask;

	private final Rates rates;

	PostgresRates(Statements statements, Tables tables, Rates rates) {
		this.statements = statements;
		this.ask = tables.sql(ASK);
		this.rates = rates;
	}

	Permits ask(Connection connection, ClaimRequest request) throws SQLException {
		List<Answer> answers = this.statements.query(connection, this.ask, Answer::read, values(request));
		Map<String, Rate> byKey = new HashMap<>();
		request.rates().forEach((rate) -> byKey.put(rate.key(), rate));
		Permits permits = new Permits(answers.isEmpty() ? 0 : answers.get(0).now(), request.atMostRated());
		for (Answer answer : answers) {
			Rate rate = byKey.remove(answer.rate());
			if (rate != null && answer.spent() != null) {
				permits.grant(rate, answer.spent());
			}
			else if (rate != null && answer.known()) {
				permits.refuse(rate);
			}
			else if (rate != null) {
				this.rates.create(connection, rate, permits);
			}
		}
		byKey.values().forEach(permits::leave);
		return permits;
	}

	private static @Nullable Object[] values(ClaimRequest request) {
		List<String> keys = new ArrayList<>();
		List<@Nullable String> queues = new ArrayList<>();
		List<@Nullable String> names = new ArrayList<>();
		for (Rate rate : request.rates()) {
			for (String queue : rate.queues()) {
				keys.add(rate.key());
				queues.add(queue);
				names.add(null);
			}
			for (String name : rate.names()) {
				keys.add(rate.key());
				queues.add(null);
				names.add(name);
			}
		}
		Set<String> served = request.queues();
		String @Nullable [] only = (served != null) ? served.toArray(String[]::new) : null;
		return new @Nullable Object[] { keys.toArray(String[]::new), queues.toArray(String[]::new),
				names.toArray(String[]::new), only, only };
	}

	/**
	 * What is known of a rate for which jobs wait.
	 *
	 * @param rate its key
	 * @param spent up to when its starts are spent; {@code null} if it is another node's
	 * at this moment, or unknown
	 * @param known whether it has a row
	 * @param now the store's clock, in microseconds since 1970
	 */
	private record Answer(String rate, @Nullable Long spent, boolean known, long now) {

		static Answer read(ResultSet row) throws SQLException {
			return new Answer(row.getString(1), row.getObject(2, Long.class), row.getBoolean(3), row.getLong(4));
		}

	}

}
