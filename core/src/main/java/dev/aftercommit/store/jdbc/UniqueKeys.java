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
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.NewJob;

/**
 * Unique keys as those see them who want one, in the caller's transaction. Whoever wants
 * a key locks its row, or writes it, until the transaction ends; the keys of one call in
 * one order, so that no two calls wait for each other. Then the jobs that have them.
 */
final class UniqueKeys {

	private final Statements statements;

	private final Dialect dialect;

	private final Standings standings;

	private final Marks marks;

	UniqueKeys(Statements statements, Dialect dialect, Marks marks) {
		this.statements = statements;
		this.dialect = dialect;
		this.standings = new Standings(statements, dialect);
		this.marks = marks;
	}

	/**
	 * Decide which jobs are written. Those that give way are still where they were.
	 * @param jobs the jobs of one call, some of which have a unique key
	 */
	Admission admit(Connection connection, List<NewJob> jobs) throws SQLException {
		TreeMap<String, UniqueRow> wanted = new TreeMap<>();
		for (NewJob job : jobs) {
			JobTerms terms = job.terms();
			if (terms.uniqueKey() != null) {
				wanted.putIfAbsent(terms.uniqueKey(), UniqueRow.of(terms.uniqueKey(), job.id(), terms));
			}
		}
		Admission admission = take(connection, List.copyOf(wanted.values()));
		for (NewJob job : jobs) {
			admission.decide(job);
		}
		write(connection, admission.changed());
		return admission;
	}

	/**
	 * Let a dead job have its key again.
	 * @return another job that has it; {@code null} for none
	 */
	@Nullable UUID retake(Connection connection, UUID id, JobTerms terms) throws SQLException {
		if (terms.uniqueKey() == null) {
			return null;
		}
		Admission admission = take(connection, List.of(UniqueRow.of(terms.uniqueKey(), id, terms)));
		UUID holder = admission.retake(id, terms);
		write(connection, admission.changed());
		return holder;
	}

	private Admission take(Connection connection, List<UniqueRow> wanted) throws SQLException {
		return new Admission(connection, this.standings,
				wanted.isEmpty() ? List.of() : this.dialect.takeUniqueKeys(connection, wanted));
	}

	private void write(Connection connection, Set<UniqueRow> rows) throws SQLException {
		String sql = this.dialect
			.sql("UPDATE {unique_key} SET id = ?, successor = ?, until_started = ? WHERE key_text = ?");
		for (UniqueRow row : rows) {
			this.statements.update(connection, sql, row.id(), row.successor(), row.untilStarted(), row.key());
		}
		this.marks.leave(connection, rows.stream().map(UniqueRow::key).toList());
	}

}
