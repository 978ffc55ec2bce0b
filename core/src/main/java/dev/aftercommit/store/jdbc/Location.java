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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobState;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.Headers;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.Overview;
import dev.aftercommit.store.RunningCount;
import dev.aftercommit.store.Whereabouts;
import dev.aftercommit.store.Whereabouts.Blocking;

/**
 * Finds out where jobs are and what is before them, by indexes alone.
 */
final class Location {

	private static final String LEASE = """
			SELECT {now}, l.node, l.claimed_at, l.cancel_requested FROM (SELECT 1 AS one) o LEFT JOIN {running} l ON l.id = ?""";

	private static final String AHEAD = """
			SELECT COUNT(*) FROM (
				SELECT 1 FROM {ready} r WHERE r.queue = ? AND r.name = ANY(?) AND r.priority < ?
				UNION ALL
				SELECT 1 FROM {ready} r WHERE r.queue = ? AND r.name = ANY(?) AND r.priority = ? AND r.seq < ?
				LIMIT ?) x""";

	private final Statements statements;

	private final Dialect dialect;

	private final Lookup lookup;

	Location(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
		this.lookup = new Lookup(statements, dialect);
	}

	Optional<Whereabouts> of(Connection connection, UUID id) throws SQLException {
		JobStatus status = this.lookup.findWithoutResults(connection, Set.of(id)).get(id);
		if (status == null) {
			return Optional.empty();
		}
		Blocking blocking = blocking(connection, id, status);
		return this.statements
			.query(connection, this.dialect.sql(LEASE),
					(row) -> new Whereabouts(status, instant(row.getObject(1, OffsetDateTime.class)),
							row.getBoolean(4) ? Whereabouts.Place.TO_BE_CANCELLED : Whereabouts.Place.STORE,
							row.getLong(2), time(row.getObject(3, OffsetDateTime.class)), blocking),
					id)
			.stream()
			.findFirst();
	}

	/** Whose key a blocked job waits for. */
	private @Nullable Blocking blocking(Connection connection, UUID id, JobStatus status) throws SQLException {
		if (status.state() != JobState.BLOCKED) {
			return null;
		}
		JobTerms terms = this.statements
			.query(connection, this.dialect.sql("SELECT headers FROM {job} WHERE id = ?"),
					(row) -> JobTerms.of(Headers.read(row.getString(1))), id)
			.stream()
			.findFirst()
			.orElse(JobTerms.NONE);
		String unique = terms.uniqueKey();
		List<UUID> holder = (unique != null) ? ids(connection,
				"SELECT u.id FROM {unique_key} u WHERE u.key_text = ? AND u.successor = ?", unique, id) : List.of();
		if (unique != null && !holder.isEmpty()) {
			return new Blocking(Blocking.Kind.UNIQUE, unique, holder);
		}
		String key = terms.concurrencyKey();
		return (key != null) ? new Blocking(Blocking.Kind.CONCURRENCY, key,
				ids(connection, "SELECT h.id FROM {held} h WHERE h.concurrency_key = ? LIMIT 10", key)) : null;
	}

	private List<UUID> ids(Connection connection, String template, Object... values) throws SQLException {
		return this.statements.query(connection, this.dialect.sql(template), (row) -> row.getObject(1, UUID.class),
				values);
	}

	private static Instant instant(OffsetDateTime time) {
		return time.toInstant();
	}

	private static @Nullable Instant time(@Nullable OffsetDateTime time) {
		return (time != null) ? time.toInstant() : null;
	}

	Count ahead(Connection connection, UUID id, Set<String> names) throws SQLException {
		this.dialect.preferIndexes(connection);
		List<Candidate> own = this.statements.query(connection, this.dialect.sql("""
				SELECT r.queue, r.name, r.priority, r.seq, r.id, 0, r.enqueued_at FROM {job} r WHERE r.id = ?"""),
				Candidate::read, id);
		if (own.isEmpty()) {
			return new Count(0, true);
		}
		Candidate job = own.get(0);
		String[] known = names.toArray(String[]::new);
		long counted = this.statements
			.query(connection, this.dialect.sql(AHEAD), (row) -> row.getLong(1), job.queue(), known, job.priority(),
					job.queue(), known, job.priority(), job.seq(), Overview.MOST_AHEAD + 1)
			.get(0);
		return new Count(Math.min(counted, Overview.MOST_AHEAD), counted <= Overview.MOST_AHEAD);
	}

	// Two statements: joined, the one table would be read for each row of the other one,
	// or
	// as a whole.
	List<RunningCount> running(Connection connection) throws SQLException {
		Map<UUID, Long> nodes = new HashMap<>();
		this.statements.query(connection, this.dialect.sqlByIndex("SELECT id, node FROM {leased} LIMIT ?"),
				(row) -> nodes.put(row.getObject(1, UUID.class), row.getLong(2)), Count.LIMIT);
		if (nodes.isEmpty()) {
			return List.of();
		}
		Map<RunningCount, Long> counts = new HashMap<>();
		this.statements.query(connection, this.dialect.sql("SELECT id, queue FROM {job} WHERE id = ANY(?)"),
				(row) -> counts.merge(
						new RunningCount(nodes.getOrDefault(row.getObject(1, UUID.class), 0L), row.getString(2), 1), 1L,
						Long::sum),
				(Object) nodes.keySet().toArray(UUID[]::new));
		return counts.entrySet()
			.stream()
			.map((each) -> new RunningCount(each.getKey().node(), each.getKey().queue(), each.getValue()))
			.toList();
	}

}
