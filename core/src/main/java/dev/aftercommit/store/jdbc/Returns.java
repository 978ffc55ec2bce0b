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
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.store.Failure;

/**
 * Returns jobs whose leases nobody minds any more.
 */
final class Returns {

	/** Leases for which the ones wait for the others, at most. */
	private static final int PATIENCE = 9;

	// In one moment, so that nobody who goes from one place to another is overlooked.
	private static final String NOBODY = """
			SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM {node} n WHERE n.ended_at IS NULL AND n.heartbeat_at < {now+?})
			AND NOT EXISTS (SELECT 1 FROM {lease} l
				WHERE NOT EXISTS (SELECT 1 FROM {node} n WHERE n.id = l.node AND n.ended_at IS NULL))
			AND NOT EXISTS (SELECT 1 FROM {bundle} b
				WHERE NOT EXISTS (SELECT 1 FROM {node} n WHERE n.id = b.node AND n.ended_at IS NULL))
			AND NOT EXISTS (SELECT 1 FROM {bundle} b WHERE b.claimed_at < {now+?})""";

	private static final String ORPHANS = """
			SELECT l.id FROM {lease} l
			WHERE NOT EXISTS (SELECT 1 FROM {node} n WHERE n.id = l.node AND n.ended_at IS NULL)
			AND (SELECT count(*) FROM {attempt} a WHERE a.job_id = l.id AND a.outcome = 'LOST'
				AND a.attempt > COALESCE((SELECT j.forgiven FROM {job} j WHERE j.id = l.id), 0))""";

	private static final String OTHERS = ORPHANS + " <> ? LIMIT ? FOR UPDATE SKIP LOCKED";

	/** Locked ones, too: another node is about to return them. */
	private static final String ANY_OTHER = ORPHANS + " <> ? LIMIT 1";

	// All nodes take the same one. Where another node has it, there is none.
	private static final String LAST_CHANCE = ORPHANS + " = ? ORDER BY l.id LIMIT 1";

	private static final String OVERDUE = ORPHANS + """
			 = ? AND NOT EXISTS (SELECT 1 FROM {node} n WHERE n.id = l.node AND n.ended_at > {now+?})
			ORDER BY l.id LIMIT 1""";

	private static final String THIS_ONE = ORPHANS + " = ? AND l.id = ? FOR UPDATE SKIP LOCKED";

	private static final String LATELY_LOST = """
			SELECT 1 FROM {attempt} a WHERE a.outcome = 'LOST' AND a.ended_at > {now+?} AND (
				EXISTS (SELECT 1 FROM {job} j JOIN {ready} r
					ON r.queue = j.queue AND r.name = j.name AND r.priority = j.priority AND r.seq = j.seq
					WHERE j.id = a.job_id)
				OR EXISTS (SELECT 1 FROM {running} l JOIN {node} n ON n.id = l.node WHERE l.id = a.job_id AND n.ended_at IS NULL)
			) LIMIT 1""";

	private static final Failure LOST = new Failure(AttemptOutcome.LOST, "Lost",
			"The node went silent for a lease during this attempt: it crashed, was stopped, or was cut off from the store.");

	private final Statements statements;

	private final Dialect dialect;

	private final Moves moves;

	Returns(Statements statements, Dialect dialect, Moves moves) {
		this.statements = statements;
		this.dialect = dialect;
		this.moves = moves;
	}

	int reclaim(Connection connection, long node, Set<Long> held, long below) throws SQLException {
		this.dialect.untieUnknown(connection, node, held, below);
		List<Moves.Held> unknown = this.statements.query(connection, this.dialect.sql("""
				SELECT id, node, token, cancel_requested FROM {lease} WHERE node = ? AND token < ?
				FOR UPDATE SKIP LOCKED"""), Moves::held, node, below)
			.stream()
			.filter((lease) -> !held.contains(lease.lease().token()))
			.toList();
		if (unknown.isEmpty()) {
			return 0;
		}
		this.dialect.preferIndexes(connection);
		this.moves.toReady(connection, ids(unknown, (lease) -> !lease.cancelRequested()), 1);
		this.moves.toCancelledFromLost(connection, ids(unknown, Moves.Held::cancelRequested), 1);
		this.moves.removeLeases(connection, ids(unknown, (lease) -> true));
		return unknown.size();
	}

	private static List<UUID> ids(List<Moves.Held> leases, Predicate<Moves.Held> which) {
		return leases.stream().filter(which).map(Moves.Held::id).toList();
	}

	int rescue(Connection connection, Duration lease, int maxCrashes, int limit) throws SQLException {
		this.dialect.untieOrphansAndOld(connection, Micros.of(lease), limit);
		int lastChance = (maxCrashes > 2) ? maxCrashes - 2 : -1;
		List<UUID> orphans = query(connection, OTHERS, lastChance, limit);
		if (orphans.isEmpty()) {
			orphans = onLastChance(connection, -Micros.of(lease.multipliedBy(PATIENCE)), lastChance);
		}
		if (orphans.isEmpty()) {
			return 0;
		}
		this.dialect.preferIndexes(connection);
		this.moves.note(connection, orphans.stream().map((id) -> new Moves.Noted(id, LOST)).toList());
		move(connection, orphans, maxCrashes);
		this.moves.removeLeases(connection, orphans);
		return orphans.size();
	}

	private void move(Connection connection, List<UUID> orphans, int maxCrashes) throws SQLException {
		UUID[] array = orphans.toArray(UUID[]::new);
		Set<UUID> cancelled = Set.copyOf(query(connection, """
				SELECT id FROM {lease} WHERE id = ANY(?) AND cancel_requested""", (Object) array));
		Set<UUID> poison = crashed(connection, array, maxCrashes);
		poison.removeAll(cancelled);
		this.moves.toReady(connection,
				orphans.stream().filter((id) -> !cancelled.contains(id) && !poison.contains(id)).toList(), 0);
		this.moves.toDead(connection, poison, DeadReason.CRASHED);
		this.moves.toCancelledFromLost(connection, cancelled, 0);
	}

	/**
	 * Such a job comes alone, and not while one that was lost lately may still be what
	 * takes nodes down; but it does not wait for ever. Each question is asked of what is
	 * committed by then, in this order: what another node returns at the same moment is
	 * seen by one of them, either where it comes from or where it is brought.
	 * @param since microseconds to add to the present time, for what is lately
	 * @param losses number of losses that leave a job one last chance
	 */
	private List<UUID> onLastChance(Connection connection, long since, int losses) throws SQLException {
		if (!query(connection, ANY_OTHER, losses).isEmpty()) {
			return List.of();
		}
		List<UUID> one = query(connection, LAST_CHANCE, losses);
		boolean wait = !one.isEmpty()
				&& !this.statements.query(connection, this.dialect.sql(LATELY_LOST), (row) -> 1, since).isEmpty();
		List<UUID> chosen = wait ? query(connection, OVERDUE, losses, since) : one;
		return chosen.isEmpty() ? chosen : query(connection, THIS_ONE, losses, chosen.get(0));
	}

	private List<UUID> query(Connection connection, String template, Object... parameters) throws SQLException {
		return this.statements.query(connection, this.dialect.sql(template), (row) -> row.getObject(1, UUID.class),
				parameters);
	}

	/**
	 * Mark nodes as ended that have been silent for too long.
	 * @return whether there may be jobs to rescue
	 */
	boolean endSilentNodes(Connection connection, Duration lease) throws SQLException {
		long since = -Micros.of(lease);
		if (this.dialect.isNothing(connection, NOBODY, since, since)) {
			return false;
		}
		List<Long> silent = this.statements.query(connection, this.dialect.sql("""
				SELECT id FROM {node} WHERE ended_at IS NULL AND heartbeat_at < {now+?} FOR UPDATE SKIP LOCKED"""),
				(row) -> row.getLong(1), since);
		for (Long node : silent) {
			this.statements.update(connection, this.dialect.sql("UPDATE {node} SET ended_at = {now} WHERE id = ?"),
					node);
		}
		return true;
	}

	private Set<UUID> crashed(Connection connection, UUID[] ids, int maxCrashes) throws SQLException {
		Map<UUID, Integer> lost = new HashMap<>();
		this.statements.query(connection, this.dialect.sql("""
				SELECT a.job_id FROM {attempt} a JOIN {job} j ON j.id = a.job_id
				WHERE a.job_id = ANY(?) AND j.id = ANY(?) AND a.outcome = 'LOST' AND a.attempt > j.forgiven"""),
				(row) -> lost.merge(row.getObject(1, UUID.class), 1, Integer::sum), ids, ids);
		lost.values().removeIf((count) -> count < maxCrashes);
		return new HashSet<>(lost.keySet());
	}

}
