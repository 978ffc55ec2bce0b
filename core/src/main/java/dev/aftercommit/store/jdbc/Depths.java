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
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;

import dev.aftercommit.store.NameDepth;
import dev.aftercommit.store.NameDepths;
import dev.aftercommit.store.QueueDepth;

/**
 * Measures what waits, queue by queue.
 */
final class Depths {

	private static final String HEAD = """
			SELECT queue, name, priority, seq, id, attempt, due_at FROM {ready}
			WHERE queue = ? AND name = ? ORDER BY queue, name, priority, seq LIMIT 1""";

	private static final String WAITING = """
			SELECT COUNT(*), {now} FROM (SELECT 1 FROM {ready} WHERE queue = ? LIMIT 10001) waiting""";

	private static final String WAITING_IN_LANE = """
			SELECT COUNT(*), {now} FROM (SELECT 1 FROM {ready} WHERE queue = ? AND name = ? LIMIT 10001) waiting""";

	private final Statements statements;

	private final Dialect dialect;

	private final Lanes lanes;

	Depths(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
		this.lanes = new Lanes(statements, dialect);
	}

	List<QueueDepth> measure(Connection connection) throws SQLException {
		this.dialect.preferIndexes(connection);
		List<QueueDepth> depths = new ArrayList<>();
		for (Map.Entry<String, SortedSet<String>> queue : this.lanes.waiting(connection).entrySet()) {
			List<Candidate> heads = new ArrayList<>();
			for (String name : queue.getValue()) {
				heads.addAll(this.statements.query(connection, this.dialect.sql(HEAD), Candidate::read, queue.getKey(),
						name));
			}
			for (Candidate head : heads.stream().min(Candidate.IN_ORDER).stream().toList()) {
				depths.addAll(
						this.statements
							.query(connection, this.dialect.sql(WAITING),
									(row) -> new QueueDepth(head.queue(), JdbcDirectory.upToLimit(row.getLong(1)),
											since(head.dueAt(), row.getObject(2, OffsetDateTime.class))),
									head.queue()));
			}
		}
		return depths;
	}

	List<NameDepth> measureOthers(Connection connection, Set<String> names) throws SQLException {
		this.dialect.preferIndexes(connection);
		NameDepths depths = new NameDepths();
		for (Map.Entry<String, SortedSet<String>> queue : this.lanes.waiting(connection).entrySet()) {
			for (String name : queue.getValue()) {
				if (!names.contains(name)) {
					add(connection, depths, queue.getKey(), name);
				}
			}
		}
		return depths.list();
	}

	private void add(Connection connection, NameDepths depths, String queue, String name) throws SQLException {
		for (Candidate head : this.statements.query(connection, this.dialect.sql(HEAD), Candidate::read, queue, name)) {
			this.statements.query(connection, this.dialect.sql(WAITING_IN_LANE), (row) -> {
				depths.add(name, row.getLong(1), since(head.dueAt(), row.getObject(2, OffsetDateTime.class)));
				return name;
			}, queue, name);
		}
	}

	private static Duration since(OffsetDateTime dueAt, OffsetDateTime now) {
		return Micros.duration(ChronoUnit.MICROS.between(dueAt, now));
	}

}
