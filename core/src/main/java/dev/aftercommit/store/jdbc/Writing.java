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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.StagedJob;

/**
 * Writes new jobs to where they are to wait. What their keys ask for costs those without
 * any nothing.
 */
final class Writing {

	private static final String KNOWN = """
			SELECT id FROM {job} WHERE id = ANY(?) UNION ALL SELECT id FROM {history} WHERE id = ANY(?)
			UNION ALL SELECT id FROM {dead} WHERE id = ANY(?)""";

	private final Statements statements;

	private final Dialect dialect;

	private final TagIndex tags;

	private final UniqueKeys uniqueKeys;

	private final Cancellation cancellation;

	Writing(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
		this.tags = new TagIndex(statements, dialect);
		this.uniqueKeys = new UniqueKeys(statements, dialect, new Marks(statements, dialect));
		this.cancellation = new Cancellation(statements, dialect);
	}

	/**
	 * Write jobs.
	 * @return of those that were not written, the ids of those that were kept instead
	 */
	Map<UUID, UUID> write(Connection connection, List<StagedJob> jobs) throws SQLException {
		if (isAnyKeyed(jobs)) {
			return write(connection, jobs, this::insert);
		}
		insert(connection, new Inserted(jobs, Map.of()));
		return Map.of();
	}

	private void insert(Connection connection, Inserted jobs) throws SQLException {
		this.dialect.insert(connection, jobs);
		this.tags.write(connection, jobs.newJobs());
	}

	private void insertMissing(Connection connection, Inserted jobs) throws SQLException {
		this.dialect.insertMissing(connection, jobs);
		this.tags.writeMissing(connection, jobs.newJobs());
	}

	/**
	 * Write those of the jobs that the store does not have.
	 * @return of those that were not written, the ids of those that were kept instead
	 */
	Map<UUID, UUID> writeMissing(Connection connection, List<NewJob> jobs) throws SQLException {
		List<StagedJob> staged = Inserted.staged(jobs);
		if (!isAnyKeyed(staged)) {
			insertMissing(connection, new Inserted(staged, Map.of()));
			return Map.of();
		}
		// A job that has ended must not take its key again.
		Set<UUID> known = known(connection, jobs);
		List<StagedJob> missing = staged.stream().filter((job) -> !known.contains(job.job().id())).toList();
		return write(connection, missing, this::insertMissing);
	}

	private Set<UUID> known(Connection connection, List<NewJob> jobs) throws SQLException {
		UUID[] ids = jobs.stream().map(NewJob::id).toArray(UUID[]::new);
		return new HashSet<>(this.statements.query(connection, this.dialect.sqlByIndex(KNOWN),
				(row) -> row.getObject(1, UUID.class), ids, ids, ids));
	}

	private Map<UUID, UUID> write(Connection connection, List<StagedJob> jobs, Insertion insertion)
			throws SQLException {
		Admission admission = this.uniqueKeys.admit(connection, jobs.stream().map(StagedJob::job).toList());
		List<StagedJob> admitted = jobs.stream()
			.filter((job) -> !admission.kept().containsKey(job.job().id()))
			.toList();
		if (!admitted.isEmpty()) {
			insertion.insert(connection, new Inserted(admitted, gates(admitted, admission)));
		}
		for (UUID replaced : admission.replaced()) {
			this.cancellation.cancel(connection, replaced);
		}
		return admission.kept();
	}

	private static Map<UUID, Gate> gates(List<StagedJob> jobs, Admission admission) {
		Map<UUID, Gate> gates = new HashMap<>();
		for (StagedJob staged : jobs) {
			NewJob job = staged.job();
			Gate gate = Gate.of(job.terms(), admission.isSuccessor(job));
			if (gate != null) {
				gates.put(job.id(), gate);
			}
		}
		return gates;
	}

	private static boolean isAnyKeyed(List<StagedJob> jobs) {
		return jobs.stream().anyMatch((job) -> job.job().terms().isKeyed());
	}

	@FunctionalInterface
	private interface Insertion {

		void insert(Connection connection, Inserted jobs) throws SQLException;

	}

}
