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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import dev.aftercommit.store.NewJob;

/**
 * The tags of jobs, each a row that lives as long as anything of its job does. Jobs
 * without tags cost nothing.
 */
final class TagIndex {

	private static final String WRITE = "INSERT INTO {tag} (tag, id) VALUES (?, ?)";

	// Not for jobs that were not written, and not for those that have them already.
	private static final String WRITE_MISSING = """
			INSERT INTO {tag} (tag, id) SELECT CAST(? AS varchar), j.id FROM {job} j
			WHERE j.id = ? AND NOT EXISTS (SELECT 1 FROM {tag} t WHERE t.tag = ? AND t.id = ?)""";

	private final Statements statements;

	private final Dialect dialect;

	TagIndex(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	/**
	 * Write the tags of jobs that were just written, looking nothing up.
	 */
	void write(Connection connection, List<NewJob> jobs) throws SQLException {
		List<Tagged> all = tagged(jobs);
		if (all.isEmpty()) {
			return;
		}
		try (PreparedStatement insert = this.statements.prepare(connection, this.dialect.sql(WRITE))) {
			for (Tagged each : all) {
				Statements.batch(insert, each.tag, each.id);
			}
			insert.executeBatch();
		}
	}

	/**
	 * Write the tags of those of the jobs that are there and don't have them. In a
	 * transaction of the store's own, in which plans use indexes.
	 */
	void writeMissing(Connection connection, List<NewJob> jobs) throws SQLException {
		List<Tagged> all = tagged(jobs);
		if (all.isEmpty()) {
			return;
		}
		try (PreparedStatement insert = this.statements.prepare(connection, this.dialect.sql(WRITE_MISSING))) {
			for (Tagged each : all) {
				Statements.batch(insert, each.tag, each.id, each.tag, each.id);
			}
			insert.executeBatch();
		}
	}

	private static List<Tagged> tagged(List<NewJob> jobs) {
		List<Tagged> all = new ArrayList<>();
		for (NewJob job : jobs) {
			List<String> tags = job.terms().tags();
			if (!tags.isEmpty()) {
				new LinkedHashSet<>(tags).forEach((tag) -> all.add(new Tagged(tag, job.id())));
			}
		}
		return all;
	}

	Map<UUID, List<String>> read(Connection connection, Collection<UUID> ids) throws SQLException {
		Map<UUID, List<String>> tags = new HashMap<>();
		this.statements.query(connection, this.dialect.sqlByIndex("SELECT id, tag FROM {tag} WHERE id = ANY(?)"),
				(row) -> tags.computeIfAbsent(row.getObject(1, UUID.class), (id) -> new ArrayList<>())
					.add(row.getString(2)),
				(Object) ids.toArray(UUID[]::new));
		tags.values().forEach((each) -> each.sort(null));
		return tags;
	}

	/**
	 * Remove the tags of jobs that are forgotten.
	 */
	void remove(Connection connection, Collection<UUID> ids) throws SQLException {
		this.statements.update(connection, this.dialect.sql("DELETE FROM {tag} WHERE id = ANY(?)"),
				(Object) ids.toArray(UUID[]::new));
	}

	private record Tagged(String tag, UUID id) {

	}

}
