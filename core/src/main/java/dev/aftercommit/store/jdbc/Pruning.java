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
import java.util.List;
import java.util.UUID;

import dev.aftercommit.JobState;
import dev.aftercommit.store.AuditTrail;
import dev.aftercommit.store.Flow;
import dev.aftercommit.store.Retention;

/**
 * Deletes what has been kept long enough, oldest first, by index.
 */
final class Pruning {

	private static final Duration NODES = Duration.ofDays(1);

	private static final String NOTHING = """
			SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM {node} n WHERE n.ended_at < {now+?})
			AND NOT EXISTS (SELECT 1 FROM {known_name} k WHERE k.heard_at < {now+?})
			AND ((SELECT f.epoch_minute FROM {flow} f ORDER BY f.epoch_minute LIMIT 1)
				< CAST(FLOOR(EXTRACT(EPOCH FROM {now}) / 60) AS bigint) - ?) IS NOT TRUE
			AND ((SELECT a.written_at FROM {audit} a ORDER BY a.written_at LIMIT 1) < {now+?}) IS NOT TRUE
			AND ((SELECT a.written_at FROM {audit_about} a ORDER BY a.written_at LIMIT 1) < {now+?}) IS NOT TRUE
			AND ((SELECT h.ended_at FROM {history} h WHERE h.state = 'SUCCEEDED' ORDER BY h.ended_at LIMIT 1) < {now+?})
				IS NOT TRUE
			AND ((SELECT h.ended_at FROM {history} h WHERE h.state = 'CANCELLED' ORDER BY h.ended_at LIMIT 1) < {now+?})
				IS NOT TRUE
			AND ((SELECT d.ended_at FROM {dead} d ORDER BY d.ended_at LIMIT 1) < {now+?}) IS NOT TRUE""";

	private final Statements statements;

	private final Dialect dialect;

	private final TagIndex tags;

	private final KnownNames knownNames;

	Pruning(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
		this.tags = new TagIndex(statements, dialect);
		this.knownNames = new KnownNames(statements, dialect);
	}

	/** Whether it is certain that all of it is to be kept. */
	boolean isNothing(Connection connection, Retention retention) throws SQLException {
		long audit = -Micros.of(AuditTrail.KEPT);
		return this.dialect.isNothing(connection, NOTHING, -Micros.of(NODES), -Micros.of(retention.longest()),
				Flow.KEPT_MINUTES, audit, audit, -Micros.of(retention.succeeded()), -Micros.of(retention.cancelled()),
				-Micros.of(retention.dead()));
	}

	int pruneHistory(Connection connection, JobState state, Duration retention, int limit) throws SQLException {
		this.dialect.preferIndexes(connection);
		List<UUID> ids = this.statements.query(connection, this.dialect.sql("""
				SELECT id FROM {history} WHERE state = ? AND ended_at < {now+?} LIMIT ? FOR UPDATE SKIP LOCKED"""),
				(row) -> row.getObject(1, UUID.class), state.name(), -Micros.of(retention), limit);
		return delete(connection, "DELETE FROM {history} WHERE id = ANY(?)", ids);
	}

	int pruneDead(Connection connection, Duration retention, int limit) throws SQLException {
		this.dialect.preferIndexes(connection);
		List<UUID> ids = this.statements.query(connection, this.dialect.sql("""
				SELECT id FROM {dead} WHERE ended_at < {now+?} LIMIT ? FOR UPDATE SKIP LOCKED"""),
				(row) -> row.getObject(1, UUID.class), -Micros.of(retention), limit);
		return delete(connection, "DELETE FROM {dead} WHERE id = ANY(?)", ids);
	}

	/** What these nodes knew is kept for longer. */
	int pruneNodes(Connection connection, Duration knownNames) throws SQLException {
		return this.knownNames.inherit(connection, NODES) + this.knownNames.forget(connection, knownNames);
	}

	/**
	 * The oldest ten minutes of those whose counts nobody reads any more: so much as so
	 * many minutes have, however long nobody has pruned.
	 */
	int pruneFlow(Connection connection) throws SQLException {
		this.dialect.preferIndexes(connection);
		return this.statements.update(connection, this.dialect.sql("""
				DELETE FROM {flow} WHERE epoch_minute < LEAST((SELECT MIN(epoch_minute) FROM {flow}) + 10,
					CAST(FLOOR(EXTRACT(EPOCH FROM {now}) / 60) AS bigint) - ?)"""), Flow.KEPT_MINUTES);
	}

	int pruneAuditTrail(Connection connection) throws SQLException {
		this.dialect.preferIndexes(connection);
		long old = -Micros.of(AuditTrail.KEPT);
		this.statements.update(connection, this.dialect.sql("DELETE FROM {audit_about} WHERE written_at < {now+?}"),
				old);
		return this.statements.update(connection, this.dialect.sql("DELETE FROM {audit} WHERE written_at < {now+?}"),
				old);
	}

	private int delete(Connection connection, String sql, List<UUID> ids) throws SQLException {
		if (!ids.isEmpty()) {
			Object array = ids.toArray(UUID[]::new);
			this.statements.update(connection, this.dialect.sql("DELETE FROM {attempt} WHERE job_id = ANY(?)"), array);
			this.tags.remove(connection, ids);
			this.statements.update(connection, this.dialect.sql("DELETE FROM {words} WHERE job_id = ANY(?)"), array);
			this.statements.update(connection, this.dialect.sql(sql), array);
		}
		return ids.size();
	}

}
