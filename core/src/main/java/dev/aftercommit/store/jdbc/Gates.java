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
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.store.JobTerms;

/**
 * Sends jobs that are due to where they wait for a key.
 */
final class Gates {

	private final Statements statements;

	private final Dialect dialect;

	private final Marks marks;

	Gates(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
		this.marks = new Marks(statements, dialect);
	}

	/**
	 * What jobs must get.
	 * @param ids jobs that have no place of their concurrency key
	 * @return gates by id; jobs that may go on are missing
	 */
	Map<UUID, Gate> of(Connection connection, Collection<UUID> ids) throws SQLException {
		Map<UUID, JobTerms> terms = new HashMap<>();
		this.statements.query(connection, this.dialect.sql("SELECT id, headers FROM {job} WHERE id = ANY(?)"),
				(row) -> terms.put(row.getObject(1, UUID.class), Marks.terms(row.getString(2))),
				(Object) ids.toArray(UUID[]::new));
		Set<UUID> successors = successors(connection, terms.values());
		Map<UUID, Gate> gates = new HashMap<>();
		terms.forEach((id, each) -> {
			Gate gate = Gate.of(each, successors.contains(id));
			if (gate != null) {
				gates.put(id, gate);
			}
		});
		return gates;
	}

	private Set<UUID> successors(Connection connection, Collection<JobTerms> terms) throws SQLException {
		String[] keys = terms.stream().map(JobTerms::uniqueKey).filter(Objects::nonNull).toArray(String[]::new);
		return (keys.length == 0) ? Set.of()
				: new HashSet<>(this.statements.query(connection,
						this.dialect.sql(
								"SELECT successor FROM {unique_key} WHERE key_text = ANY(?) AND successor IS NOT NULL"),
						(row) -> row.getObject(1, UUID.class), (Object) keys));
	}

	/**
	 * Let scheduled jobs whose rows are locked wait for what they must get. Removes no
	 * row.
	 */
	void blockScheduled(Connection connection, Map<UUID, Gate> gates) throws SQLException {
		block(connection, gates, """
				INSERT INTO {blocked} (seq, due_at, id, attempt, places, concurrency_key)
				SELECT j.seq, LEAST(s.run_at, {now}), j.id, s.attempt, CAST(? AS integer), CAST(? AS varchar)
				FROM {scheduled} s JOIN {job} j ON j.id = s.id WHERE s.id = ?""");
	}

	/**
	 * Let a dead job whose row is locked wait for what it must get. Removes no row.
	 */
	void blockDead(Connection connection, UUID id, Gate gate) throws SQLException {
		block(connection, Map.of(id, gate), """
				INSERT INTO {blocked} (seq, due_at, id, attempt, places, concurrency_key)
				SELECT d.seq, {now}, d.id, d.attempts, CAST(? AS integer), CAST(? AS varchar)
				FROM {dead} d WHERE d.id = ?""");
	}

	private void block(Connection connection, Map<UUID, Gate> gates, String template) throws SQLException {
		for (Map.Entry<UUID, Gate> each : gates.entrySet()) {
			Gate gate = each.getValue();
			this.statements.update(connection, this.dialect.sql(template), gate.places(), gate.line(), each.getKey());
		}
		this.marks.leave(connection, gates.values().stream().map(Gate::mark).toList());
	}

}
