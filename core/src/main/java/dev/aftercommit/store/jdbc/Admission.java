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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.OnDuplicate;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.NewJob;

/**
 * Which jobs of one call are written, and who gives way to them. All their unique keys
 * are locked by then, so that nobody else decides about them until the transaction is
 * over.
 */
final class Admission {

	private final Map<String, UniqueRow> rows = new HashMap<>();

	private final Map<UUID, Standing> standings = new HashMap<>();

	private final Map<UUID, UUID> kept = new HashMap<>();

	private final Set<UUID> replaced = new LinkedHashSet<>();

	private final Set<UniqueRow> before;

	private final Connection connection;

	private final Standings lookup;

	Admission(Connection connection, Standings lookup, List<UniqueRow> rows) {
		this.connection = connection;
		this.lookup = lookup;
		this.before = Set.copyOf(rows);
		rows.forEach((row) -> this.rows.put(row.key(), row));
	}

	/** Decide about the next job of the call. */
	void decide(NewJob job) throws SQLException {
		JobTerms terms = job.terms();
		UniqueRow row = this.rows.get(terms.uniqueKey());
		if (row == null) {
			return;
		}
		if (!row.id().equals(job.id()) && !job.id().equals(row.successor())) {
			UniqueRow settled = settled(row);
			this.rows.put(row.key(), (settled != null) ? decide(job.id(), terms, settled)
					: row.withHolder(job.id(), isUntilStarted(terms)));
		}
		this.standings.putIfAbsent(job.id(), Standing.unwritten(terms));
	}

	/**
	 * The row as it is once what has ended is gone; {@code null} if nobody has the key.
	 */
	private @Nullable UniqueRow settled(UniqueRow row) throws SQLException {
		Standing holder = standing(row.id());
		boolean free = holder.phase() == Standing.Phase.ENDED || (row.untilStarted() && holder.started());
		UUID successor = alive(row.successor());
		if (free && successor != null) {
			return row.withHolder(successor, standing(successor).isUntilStarted());
		}
		return free ? null : new UniqueRow(row.key(), row.id(), successor, row.untilStarted());
	}

	/**
	 * Decide about a dead job that is to be tried again.
	 * @return who has its key; {@code null} if it has
	 */
	@Nullable UUID retake(UUID id, JobTerms terms) throws SQLException {
		for (UniqueRow row : List.copyOf(this.rows.values())) {
			UniqueRow settled = settled(row);
			this.rows.put(row.key(), (settled != null) ? settled : row.withHolder(id, isUntilStarted(terms)));
			return (settled != null) ? settled.id() : null;
		}
		return null;
	}

	private UniqueRow decide(UUID id, JobTerms terms, UniqueRow row) throws SQLException {
		UUID successor = row.successor();
		if (terms.onDuplicate() == OnDuplicate.KEEP) {
			this.kept.put(id, row.id());
			return row;
		}
		if (successor != null) {
			this.replaced.add(successor);
		}
		if (standing(row.id()).phase() == Standing.Phase.RUNNING) {
			return row.withSuccessor(id);
		}
		this.replaced.add(row.id());
		return row.withHolder(id, isUntilStarted(terms));
	}

	private static boolean isUntilStarted(JobTerms terms) {
		return terms.uniqueUntil() == UniqueUntil.STARTED;
	}

	private @Nullable UUID alive(@Nullable UUID id) throws SQLException {
		return (id != null && standing(id).phase() != Standing.Phase.ENDED) ? id : null;
	}

	private Standing standing(UUID id) throws SQLException {
		Standing known = this.standings.get(id);
		if (known == null) {
			known = this.lookup.lock(this.connection, id);
			this.standings.put(id, known);
		}
		return known;
	}

	/** For each job that is not written, the one that is kept instead. */
	Map<UUID, UUID> kept() {
		return this.kept;
	}

	/** Jobs that give way: of this call, or waiting. */
	Set<UUID> replaced() {
		return this.replaced;
	}

	boolean isSuccessor(NewJob job) {
		UniqueRow row = this.rows.get(job.terms().uniqueKey());
		return row != null && job.id().equals(row.successor());
	}

	/** Rows that are no longer what they were. */
	Set<UniqueRow> changed() {
		Set<UniqueRow> changed = new HashSet<>(this.rows.values());
		changed.removeAll(this.before);
		return changed;
	}

}
