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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.DeadReason;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.Outcome;

/**
 * Applies the ends of attempts: successes as fast as the database can, the rest, which is
 * rare, step by step.
 */
final class Endings {

	// An attempt that was taken for lost was not ended by its node, whatever the node
	// says later. Dead jobs needn't be asked: the attempt that ended one is noted, too.
	private static final String ENDED = """
			SELECT id, node, token FROM {history} WHERE id = ANY(?)
			UNION ALL SELECT job_id, node, token FROM {attempt} WHERE job_id = ANY(?) AND outcome <> 'LOST'""";

	private final Statements statements;

	private final Dialect dialect;

	private final Moves moves;

	private final PastAttempts pastAttempts;

	private final Marks marks;

	Endings(Statements statements, Dialect dialect, Moves moves) {
		this.statements = statements;
		this.dialect = dialect;
		this.moves = moves;
		this.pastAttempts = new PastAttempts(statements, dialect);
		this.marks = new Marks(statements, dialect);
	}

	Set<UUID> apply(Connection connection, List<Ending> endings) throws SQLException {
		List<Ending> successes = new ArrayList<>();
		List<Ending> others = new ArrayList<>();
		for (Ending ending : endings) {
			((ending.outcome() instanceof Outcome.Succeeded) ? successes : others).add(ending);
		}
		Set<UUID> accepted = successes.isEmpty() ? new HashSet<>() : this.dialect.succeed(connection, successes);
		if (!successes.isEmpty()) {
			this.marks.ended(connection, keyed(successes, accepted));
		}
		if (!others.isEmpty()) {
			this.dialect.preferIndexes(connection);
			accepted.addAll(applyOthers(connection, others));
		}
		if (accepted.size() < endings.size()) {
			accepted.addAll(appliedBefore(connection, endings, accepted));
		}
		return accepted;
	}

	/**
	 * Apply an ending that is no success, and leave no trace in a transaction that is the
	 * application's.
	 * @return whether its lease was still there
	 */
	boolean applyAmongOthers(Connection connection, Ending ending) throws SQLException {
		return !applyOthers(connection, List.of(ending)).isEmpty();
	}

	private static List<JobTerms> keyed(List<Ending> endings, Set<UUID> accepted) {
		return endings.stream()
			.filter((ending) -> ending.job().terms().isKeyed() && accepted.contains(ending.job().id()))
			.map((ending) -> ending.job().terms())
			.toList();
	}

	private Set<UUID> applyOthers(Connection connection, List<Ending> endings) throws SQLException {
		Map<UUID, Lease> locked = new HashMap<>();
		Set<UUID> cancelled = new HashSet<>();
		for (Moves.Held held : this.moves.lock(connection, ids(endings),
				endings.stream().map((ending) -> ending.job().lease()).toList())) {
			locked.put(held.id(), held.lease());
			if (held.cancelRequested()) {
				cancelled.add(held.id());
			}
		}
		List<Ending> fenced = endings.stream()
			.filter((ending) -> ending.job().lease().equals(locked.get(ending.job().id())))
			.toList();
		Set<UUID> ids = Set.copyOf(ids(fenced));
		this.moves.note(connection, fenced.stream().map(Endings::noted).toList());
		this.pastAttempts.trim(connection, ids(fenced.stream().filter(Endings::mayHaveManyAttempts).toList()));
		move(connection, fenced.stream().filter((ending) -> !isCancelled(ending, cancelled)).toList());
		cancel(connection, fenced.stream().filter((ending) -> isCancelled(ending, cancelled)).toList());
		this.moves.removeLeases(connection, ids);
		return ids;
	}

	private void move(Connection connection, List<Ending> endings) throws SQLException {
		this.moves.toReady(connection, ids(withOutcome(endings, Outcome.Released.class)), 1);
		schedule(connection, endings);
		bury(connection, withOutcome(endings, Outcome.Dead.class));
	}

	// Whatever the attempt came to, a job that is to be cancelled does not go on.
	private static boolean isCancelled(Ending ending, Set<UUID> requested) {
		return ending.outcome() instanceof Outcome.Cancelled || requested.contains(ending.job().id());
	}

	private void cancel(Connection connection, List<Ending> endings) throws SQLException {
		this.moves.toCancelled(connection, ids(endings.stream().filter(Endings::isGivenBack).toList()), 1);
		this.moves.toCancelled(connection, ids(endings.stream().filter((ending) -> !isGivenBack(ending)).toList()), 0);
	}

	private static boolean mayHaveManyAttempts(Ending ending) {
		return isGivenBack(ending) || ending.job().attempt() > PastAttempts.MOST_COUNTED;
	}

	private static boolean isGivenBack(Ending ending) {
		return ending.outcome() instanceof Outcome.Released || ending.outcome() instanceof Outcome.Snoozed;
	}

	private static Moves.Noted noted(Ending ending) {
		UUID id = ending.job().id();
		if (ending.outcome() instanceof Outcome.Retry retry) {
			return new Moves.Noted(id, retry.failure());
		}
		if (ending.outcome() instanceof Outcome.Cancelled cancelled) {
			return new Moves.Noted(id, cancelled.failure());
		}
		if (ending.outcome() instanceof Outcome.Snoozed) {
			return Moves.Noted.snoozed(id);
		}
		return (ending.outcome() instanceof Outcome.Dead dead) ? new Moves.Noted(id, dead.failure())
				: Moves.Noted.released(id);
	}

	private void schedule(Connection connection, List<Ending> endings) throws SQLException {
		List<Ending> retried = withOutcome(endings, Outcome.Retry.class);
		List<Ending> snoozed = withOutcome(endings, Outcome.Snoozed.class);
		if (retried.isEmpty() && snoozed.isEmpty()) {
			return;
		}
		try (PreparedStatement insert = this.moves.toScheduled(connection)) {
			for (Ending ending : retried) {
				Moves.toRetrying(insert, ending.job().id(), ((Outcome.Retry) ending.outcome()).delay());
			}
			for (Ending ending : snoozed) {
				Moves.toSnoozed(insert, ending.job().id(), ((Outcome.Snoozed) ending.outcome()).delay());
			}
			insert.executeBatch();
		}
	}

	private void bury(Connection connection, List<Ending> endings) throws SQLException {
		Map<DeadReason, List<UUID>> byReason = new LinkedHashMap<>();
		for (Ending ending : endings) {
			byReason.computeIfAbsent(((Outcome.Dead) ending.outcome()).reason(), (reason) -> new ArrayList<>())
				.add(ending.job().id());
		}
		for (Map.Entry<DeadReason, List<UUID>> reason : byReason.entrySet()) {
			this.moves.toDead(connection, reason.getValue(), reason.getKey());
		}
	}

	private Set<UUID> appliedBefore(Connection connection, List<Ending> endings, Set<UUID> accepted)
			throws SQLException {
		List<Ending> open = endings.stream().filter((ending) -> !accepted.contains(ending.job().id())).toList();
		UUID[] ids = ids(open).toArray(UUID[]::new);
		this.dialect.preferIndexes(connection);
		Set<Moves.Held> ended = new HashSet<>(this.statements.query(connection, this.dialect.sql(ENDED),
				(row) -> new Moves.Held(row.getObject(1, UUID.class), new Lease(row.getLong(2), row.getLong(3)), false),
				ids, ids));
		return Set.copyOf(ids(open.stream()
			.filter((ending) -> ended.contains(new Moves.Held(ending.job().id(), ending.job().lease(), false)))
			.toList()));
	}

	private static List<Ending> withOutcome(List<Ending> endings, Class<? extends Outcome> type) {
		return endings.stream().filter((ending) -> type.isInstance(ending.outcome())).toList();
	}

	private static List<UUID> ids(Collection<Ending> endings) {
		return endings.stream().map((ending) -> ending.job().id()).toList();
	}

}
