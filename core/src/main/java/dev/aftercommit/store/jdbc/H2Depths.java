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
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;

/**
 * Measures one lane after the other.
 */
final class H2Depths {

	private static final String HEAD = """
			SELECT queue, name, priority, seq, id, attempt, due_at FROM {ready}
			WHERE queue = ? AND name = ? ORDER BY queue, name, priority, seq LIMIT 1""";

	private static final String WAITING = """
			SELECT COUNT(*), {now} FROM (SELECT 1 FROM {ready} WHERE queue = ? LIMIT 10001) waiting""";

	private static final String WAITING_IN_LANE = """
			SELECT COUNT(*), {now} FROM (SELECT 1 FROM {ready} WHERE queue = ? AND name = ? LIMIT 1001) waiting""";

	private final Statements statements;

	private final Dialect dialect;

	private final Lanes lanes;

	H2Depths(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
		this.lanes = new Lanes(statements, dialect);
	}

	List<LaneDepth> ofQueues(Connection connection) throws SQLException {
		List<LaneDepth> depths = new ArrayList<>();
		for (Map.Entry<String, SortedSet<String>> queue : this.lanes.waiting(connection).entrySet()) {
			List<Candidate> heads = new ArrayList<>();
			for (String name : queue.getValue()) {
				heads.addAll(head(connection, queue.getKey(), name));
			}
			for (Candidate head : heads.stream().min(Candidate.IN_ORDER).stream().toList()) {
				depths.addAll(counted(connection, WAITING, head, head.queue()));
			}
		}
		return depths;
	}

	List<LaneDepth> ofLanes(Connection connection, Set<String> names) throws SQLException {
		List<LaneDepth> depths = new ArrayList<>();
		for (Map.Entry<String, SortedSet<String>> queue : this.lanes.waiting(connection).entrySet()) {
			for (String name : queue.getValue()) {
				if (!names.contains(name)) {
					for (Candidate head : head(connection, queue.getKey(), name)) {
						depths.addAll(counted(connection, WAITING_IN_LANE, head, head.queue(), head.name()));
					}
				}
			}
		}
		return depths;
	}

	private List<Candidate> head(Connection connection, String queue, String name) throws SQLException {
		return this.statements.query(connection, this.dialect.sql(HEAD), Candidate::read, queue, name);
	}

	private List<LaneDepth> counted(Connection connection, String sql, Candidate head, Object... values)
			throws SQLException {
		return this.statements.query(connection, this.dialect.sql(sql),
				(row) -> new LaneDepth(head, row.getLong(1), row.getObject(2, OffsetDateTime.class)), values);
	}

}
