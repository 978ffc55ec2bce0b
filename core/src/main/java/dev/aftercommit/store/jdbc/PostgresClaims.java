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

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Headers;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.Permits;

/**
 * Claims in one statement, together with its transaction's settings in one round trip.
 */
final class PostgresClaims {

	// Lanes, that is pairs of queue and name, are found by jumping from one to the next
	// in
	// the primary key: what waits in the lanes of unknown names is never read.
	static final String ALL_LANES = """
			WITH RECURSIVE lane AS (
				(SELECT r.queue, r.name FROM {ready} r ORDER BY r.queue, r.name LIMIT 1)
				UNION ALL
				SELECT n.queue, n.name FROM lane l CROSS JOIN LATERAL (
					SELECT r.queue, r.name FROM {ready} r WHERE (r.queue, r.name) > (l.queue, l.name)
					ORDER BY r.queue, r.name LIMIT 1) n
			)""";

	private static final String LANES_OF_SOME_QUEUES = """
			WITH RECURSIVE lane AS (
				SELECT CAST(q.queue AS text) COLLATE "C" AS queue,
					(SELECT r.name FROM {ready} r WHERE r.queue = q.queue ORDER BY r.name LIMIT 1) AS name
				FROM unnest(CAST(? AS text[])) AS q(queue)
				UNION ALL
				SELECT l.queue,
					(SELECT r.name FROM {ready} r WHERE r.queue = l.queue AND r.name > l.name ORDER BY r.name LIMIT 1)
				FROM lane l WHERE l.name IS NOT NULL
			)""";

	// One lane, which is the usual case, may have all. Of several, what waits is put in
	// the order of its queue first. Of several queues, each gets as many places as it
	// weighs
	// in turn; who gets the last ones is drawn by lot, so that none starves.
	private static final String CLAIM = """
			,
			served AS MATERIALIZED (
				SELECT l.queue, l.name, LEAST(q.most, CAST(? AS integer)) AS most, COALESCE(q.weight, 1) AS weight, n.rate, n.starts
				FROM lane l
				LEFT JOIN unnest(CAST(? AS text[]), CAST(? AS integer[]), CAST(? AS integer[])) AS q(queue, most, weight)
					ON q.queue = l.queue
				LEFT JOIN unnest(CAST(? AS text[]), CAST(? AS text[]), CAST(? AS integer[])) AS n(name, rate, starts)
					ON n.name = l.name
				WHERE l.name = ANY(CAST(? AS text[])) AND l.queue <> ALL(ARRAY(SELECT p.queue FROM {paused_queue} p))
			),
			clock AS MATERIALIZED (SELECT clock_timestamp() AS now),
			place AS MATERIALIZED (
				SELECT q.queue, q.weight, p.name, p.rate, p.starts, p.place
				FROM (SELECT DISTINCT s.queue, s.most, s.weight FROM served s) q CROSS JOIN LATERAL (
					SELECT o.name, o.rate, o.starts, row_number() OVER () AS place FROM (
						SELECT s.name, s.rate, s.starts FROM served s CROSS JOIN LATERAL (
							SELECT r.priority, r.seq FROM {ready} r WHERE r.queue = s.queue AND r.name = s.name
							ORDER BY r.priority, r.seq LIMIT LEAST(s.most, s.starts)) w
						WHERE s.queue = q.queue ORDER BY w.priority, w.seq LIMIT q.most) o) p
				WHERE (SELECT count(*) FROM served) > 1
			),
			turn AS (
				SELECT t.queue, count(*) AS places FROM (
					SELECT l.queue FROM (
						SELECT p.queue, (p.place - 1) / p.weight AS round, p.weight,
							count(*) OVER (PARTITION BY p.queue, (p.place - 1) / p.weight) AS lots FROM place p) l
					ORDER BY l.round, -ln(1 - random()) * l.lots / l.weight LIMIT ?) t
				GROUP BY t.queue
			),
			share AS MATERIALIZED (
				SELECT s.queue, s.name, LEAST(s.most, s.starts) AS most FROM served s WHERE (SELECT count(*) FROM served) = 1
				UNION ALL
				SELECT p.queue, p.name, count(*) FROM place p JOIN turn t ON t.queue = p.queue AND p.place <= t.places
				GROUP BY p.queue, p.name
			),
			picked AS MATERIALIZED (
				SELECT p.tid FROM share s CROSS JOIN LATERAL (
					SELECT r.ctid AS tid FROM {ready} r WHERE r.queue = s.queue AND r.name = s.name
					ORDER BY r.priority, r.seq LIMIT s.most FOR UPDATE SKIP LOCKED) p
			),
			moved AS (
				DELETE FROM {ready} r WHERE r.ctid = ANY(ARRAY(SELECT p.tid FROM picked p))
				RETURNING r.id, r.queue, r.priority, r.seq, r.attempt + 1 AS attempt, r.due_at
			),
			leased AS (
				INSERT INTO {lease} (node, token, claimed_at, id, attempt)
				SELECT CAST(? AS bigint), CAST(? AS bigint), c.now, m.id, m.attempt FROM moved m CROSS JOIN clock c
			)
			SELECT j.id, j.name, j.queue, j.priority, m.attempt, j.arguments, j.headers, j.forgiven,
				CAST(extract(epoch FROM c.now - m.due_at) * 1000000 AS bigint) AS waited,
				CAST(extract(epoch FROM (SELECT s.run_at FROM {scheduled} s ORDER BY s.run_at LIMIT 1) - c.now) * 1000000
					AS bigint) AS next_due,
				NULLIF(ARRAY(SELECT p.queue FROM {paused_queue} p), '{}') AS paused,
				EXISTS (SELECT FROM {unsettled}) AS unsettled
			FROM clock c LEFT JOIN (moved m JOIN {job} j ON j.id = m.id AND j.id = ANY(ARRAY(SELECT n.id FROM moved n))) ON true
			ORDER BY row_number() OVER (PARTITION BY m.queue ORDER BY m.priority, m.seq), m.queue""";

	private static final Claim ANOTHER_ROW = new Claim(List.of(), Optional.empty());

	// Where a rate holds for several lanes, the first ones of all of them may start.
	private static final String PLACES_BY_RATE = """
			place AS MATERIALIZED (
				SELECT s.queue, s.weight, s.name, row_number() OVER (PARTITION BY s.queue ORDER BY s.place) AS place FROM (
					SELECT w.*, row_number() OVER (PARTITION BY w.rate ORDER BY w.place) AS start FROM waiting w) s
				WHERE s.rate IS NULL OR s.start <= s.starts
			),
			turn AS (""";

	private final Statements statements;

	private final Tables tables;

	private final Map<ClaimValues.Kind, String> texts = new ConcurrentHashMap<>();

	private final Rates rates;

	private final PostgresRates postgresRates;

	PostgresClaims(Statements statements, Tables tables, Dialect dialect) {
		this.statements = statements;
		this.tables = tables;
		this.rates = new Rates(statements, dialect);
		this.postgresRates = new PostgresRates(statements, tables, this.rates);
	}

	Claim claim(Connection connection, ClaimRequest request) throws SQLException {
		if (request.rates().isEmpty()) {
			return claim(connection, request, new Permits(0, 0));
		}
		Permits permits = this.postgresRates.ask(connection, request);
		Claim claim = claim(connection, request, permits);
		permits.use(claim.jobs());
		this.rates.spend(connection, permits);
		return new Claim(claim.jobs(), claim.nextDue(), claim.unsettled(), claim.pausedQueues(), permits.nextStart());
	}

	private Claim claim(Connection connection, ClaimRequest request, Permits permits) throws SQLException {
		ClaimValues values = new ClaimValues(request, permits);
		List<ClaimedJob> jobs = new ArrayList<>();
		List<Claim> rows = this.statements.query(connection, this.texts.computeIfAbsent(values.kind(), this::text),
				(row) -> read(row, request.lease(), jobs), values.all());
		Claim first = rows.get(0);
		return new Claim(List.copyOf(jobs), first.nextDue(), first.unsettled(), first.pausedQueues());
	}

	private String text(ClaimValues.Kind kind) {
		String claim = kind.rated()
				? CLAIM.replace("place AS MATERIALIZED", "waiting AS MATERIALIZED").replace("turn AS (", PLACES_BY_RATE)
				: CLAIM;
		return this.tables
			.sql(PostgresDialect.PREFER_INDEXES + (kind.allQueues() ? ALL_LANES : LANES_OF_SOME_QUEUES) + claim);
	}

	// What each row says of the claim as a whole is read once.
	private static Claim read(ResultSet row, Lease lease, List<ClaimedJob> jobs) throws SQLException {
		UUID id = row.getObject(1, UUID.class);
		if (id != null) {
			Duration waited = Micros.duration(row.getLong(9));
			jobs.add(new ClaimedJob(id, row.getString(2), row.getString(3), row.getInt(4), row.getInt(5),
					row.getString(6), Headers.read(row.getString(7)), lease, waited, row.getInt(8)));
		}
		return (row.getRow() == 1)
				? new Claim(List.of(), Optional.ofNullable(row.getObject(10, Long.class)).map(Micros::duration),
						row.getBoolean(12), texts(row.getArray(11)))
				: ANOTHER_ROW;
	}

	private static Set<String> texts(@Nullable Array array) throws SQLException {
		return (array != null) ? Set.of((String[]) array.getArray()) : Set.of();
	}

}
