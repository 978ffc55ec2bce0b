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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.Permits;

/**
 * Claims in one statement, together with its transaction's settings in one round trip;
 * after a claim that has found nothing, only if a look says that there is something.
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

	static final String LANES_OF_SOME_QUEUES = """
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
	// weighs in turn; who gets the last ones is drawn by lot, so that none starves.
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
			)""";

	// The one lane of its queue is known, and, for a while, where its dead rows end. What
	// has a higher priority, or another name, may have come since.
	private static final String CLAIM_ON = """
			WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now),
			lane AS (
				SELECT CAST(? AS text) COLLATE "C" AS queue, CAST(? AS text) COLLATE "C" AS name,
					CAST(? AS smallint) AS priority, CAST(? AS bigint) AS seq, CAST(? AS bigint) AS until, CAST(? AS integer) AS most
			),
			share AS MATERIALIZED (
				SELECT l.* FROM lane l CROSS JOIN clock c
				WHERE l.queue <> ALL(ARRAY(SELECT p.queue FROM {paused_queue} p))
				AND c.now < timestamptz 'epoch' + l.until * interval '1 microsecond'
				AND (SELECT 1 FROM {ready} r WHERE r.queue = l.queue AND r.name < l.name LIMIT 1) IS NULL
				AND (SELECT 1 FROM {ready} r WHERE r.queue = l.queue AND r.name > l.name LIMIT 1) IS NULL
			),
			picked AS MATERIALIZED (
				SELECT p.tid FROM share s CROSS JOIN LATERAL (
					SELECT h.tid FROM (
						SELECT r.ctid AS tid FROM {ready} r
						WHERE r.queue = s.queue AND r.name = s.name AND r.priority < s.priority
						ORDER BY r.priority, r.seq LIMIT s.most FOR UPDATE SKIP LOCKED) h
					UNION ALL
					SELECT o.tid FROM (
						SELECT r.ctid AS tid FROM {ready} r
						WHERE r.queue = s.queue AND r.name = s.name AND (r.priority, r.seq) >= (s.priority, s.seq)
						ORDER BY r.priority, r.seq LIMIT s.most FOR UPDATE SKIP LOCKED) o
					LIMIT s.most) p
			)""";

	// Many jobs share one lease row, a bundle, but for those that end apart. What comes
	// back is put in order by who reads it.
	private static final String MOVE = """
			,
			moved AS (
				DELETE FROM {ready} r WHERE r.ctid = ANY(ARRAY(SELECT p.tid FROM picked p))
				RETURNING r.id, r.name, r.seq, r.attempt + 1 AS attempt, r.due_at
			),
			many AS MATERIALIZED (SELECT count(*) >= ? AS many FROM picked),
			leased AS (
				INSERT INTO {lease} (node, token, claimed_at, id, attempt)
				SELECT CAST(? AS bigint), CAST(? AS bigint), c.now, m.id, m.attempt FROM moved m CROSS JOIN clock c
				WHERE NOT (SELECT many FROM many) OR m.name = ANY(CAST(? AS text[]))
			),
			bundled AS (
				INSERT INTO {bundle} AS b (node, token, claimed_at, open, ids, attempts, taken)
				SELECT CAST(? AS bigint), CAST(? AS bigint), min(m.now), count(*) FILTER (WHERE NOT m.apart), array_agg(m.id),
					array_agg(m.attempt), COALESCE(array_agg(m.id) FILTER (WHERE m.apart), '{}')
				FROM (SELECT m.id, m.attempt, c.now, m.name = ANY(CAST(? AS text[])) AS apart FROM moved m CROSS JOIN clock c) m
				WHERE (SELECT many FROM many) HAVING count(*) FILTER (WHERE NOT m.apart) > 0
				ON CONFLICT (token, node) DO UPDATE SET open = b.open + excluded.open, ids = b.ids || excluded.ids,
					attempts = b.attempts || excluded.attempts, taken = b.taken || excluded.taken
			)
			SELECT j.id, j.name, j.queue, j.priority, m.attempt, j.arguments, j.headers, j.forgiven,
				date_part('epoch', c.now - m.due_at) AS waited,
				%s, m.seq, date_part('epoch', c.now) AS now
			FROM clock c LEFT JOIN (moved m JOIN {job} j ON j.id = m.id AND j.id = ANY(ARRAY(SELECT n.id FROM moved n))) ON true"""
		.formatted(ClaimedRows.WHOLE);

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

	private final int bundleFrom;

	private final Map<ClaimValues.Kind, String> texts = new ConcurrentHashMap<>();

	private final String textOn;

	private final Rates rates;

	private final PostgresRates postgresRates;

	private final LaneCursor cursor = new LaneCursor();

	private final PostgresLook look;

	private volatile boolean foundNothing;

	/**
	 * Create claims.
	 * @param bundleFrom from how many jobs of a claim on they share a lease
	 */
	PostgresClaims(Statements statements, Tables tables, Dialect dialect, int bundleFrom) {
		this.statements = statements;
		this.tables = tables;
		this.bundleFrom = bundleFrom;
		this.textOn = tables.sql(PostgresDialect.PREFER_INDEXES_ALWAYS + CLAIM_ON + MOVE);
		this.rates = new Rates(statements, dialect);
		this.postgresRates = new PostgresRates(statements, tables, this.rates);
		this.look = new PostgresLook(statements, tables);
	}

	/** Where the last one has found nothing, it is likely that this one finds nothing. */
	Claim claim(Connection connection, ClaimRequest request) throws SQLException {
		Claim nothing = this.foundNothing ? this.look.nothing(connection, request) : null;
		if (nothing != null) {
			return nothing;
		}
		Claim claim = claimWhatWaits(connection, request);
		this.foundNothing = claim.jobs().isEmpty();
		return claim;
	}

	private Claim claimWhatWaits(Connection connection, ClaimRequest request) throws SQLException {
		if (request.rates().isEmpty()) {
			ClaimedRows rows = claimOn(connection, request);
			boolean whole = rows.size() < request.limit();
			if (whole) {
				read(connection, request.atMost(request.limit() - rows.size()), new Permits(0, 0), rows);
			}
			return claimed(rows, request, whole);
		}
		Permits permits = this.postgresRates.ask(connection, request);
		Claim claim = claimed(read(connection, request, permits, new ClaimedRows(request.lease())), request, true);
		permits.use(claim.jobs());
		this.rates.spend(connection, permits);
		return new Claim(claim.jobs(), claim.nextDue(), claim.unsettled(), claim.pausedQueues(), permits.nextStart());
	}

	/** Go on where the last claims have come to, as long as there was enough. */
	private ClaimedRows claimOn(Connection connection, ClaimRequest request) throws SQLException {
		ClaimedRows rows = new ClaimedRows(request.lease());
		LaneCursor.Hint hint = this.cursor.hint();
		if (hint == null) {
			return rows;
		}
		LaneCursor.Place place = hint.place();
		if (request.serves(place.queue(), place.name()) && request.most(place.queue()) == request.limit()) {
			this.statements.query(connection, this.textOn, rows::read, values(request, this.bundleFrom, place.queue(),
					place.name(), place.priority(), place.seq(), hint.until(), request.limit()));
		}
		return rows;
	}

	/**
	 * There is one bundle for each lease: what is found in addition is leased as the rest
	 * is.
	 */
	private ClaimedRows read(Connection connection, ClaimRequest request, Permits permits, ClaimedRows rows)
			throws SQLException {
		ClaimValues values = new ClaimValues(request, permits);
		this.statements.query(connection, this.texts.computeIfAbsent(values.kind(), this::text), rows::read,
				values(request, bundleFrom(rows.size()), values.all()));
		return rows;
	}

	private int bundleFrom(int before) {
		if (before == 0) {
			return this.bundleFrom;
		}
		return (before < this.bundleFrom) ? Integer.MAX_VALUE : 0;
	}

	private Claim claimed(ClaimedRows rows, ClaimRequest request, boolean whole) {
		this.cursor.advance((rows.size() >= request.limit()) ? rows.last() : null, rows.now(), whole);
		return rows.claim();
	}

	private static Object[] values(ClaimRequest request, int bundleFrom, Object... first) {
		List<Object> values = new ArrayList<>(Arrays.asList(first));
		values.add(bundleFrom);
		for (int i = 0; i < 2; i++) {
			values.add(request.lease().node());
			values.add(request.lease().token());
			values.add(request.apart().toArray(String[]::new));
		}
		return values.toArray();
	}

	private String text(ClaimValues.Kind kind) {
		String claim = kind.rated()
				? CLAIM.replace("place AS MATERIALIZED", "waiting AS MATERIALIZED").replace("turn AS (", PLACES_BY_RATE)
				: CLAIM;
		return this.tables.sql(PostgresDialect.PREFER_INDEXES_ALWAYS
				+ (kind.allQueues() ? ALL_LANES : LANES_OF_SOME_QUEUES) + claim + MOVE);
	}

}
