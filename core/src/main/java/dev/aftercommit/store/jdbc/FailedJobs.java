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
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.FailureGroup;
import dev.aftercommit.JobState;
import dev.aftercommit.store.FailureGroups;

/**
 * Groups jobs by how they failed. Starts from those in a state, by its own index, and
 * looks up of each what it needs, in a subquery that can be nothing but a look-up by key,
 * whatever else there is.
 */
final class FailedJobs {

	// The attempt that ended it is the one of its last lease.
	private static final String DEAD = """
			SELECT d.id, d.name, d.ended_at,
				(SELECT a.error_type FROM {attempt} a WHERE a.job_id = d.id AND a.node = d.node AND a.token = d.token)
			FROM (SELECT x.id, x.node, x.token, x.name, x.ended_at FROM {dead} x ORDER BY x.ended_at DESC LIMIT ?) d""";

	private static final String RETRYING = """
			SELECT s.id, (SELECT j.name FROM {job} j WHERE j.id = s.id), (SELECT MAX(a.ended_at) FROM {attempt} a
					WHERE a.job_id = s.id AND a.attempt = s.attempt AND a.outcome IN ('FAILED', 'TIMED_OUT', 'LOST')),
				(SELECT MAX(a.error_type) FROM {attempt} a
					WHERE a.job_id = s.id AND a.attempt = s.attempt AND a.outcome IN ('FAILED', 'TIMED_OUT', 'LOST'))
			FROM (SELECT x.id, x.attempt FROM {scheduled} x WHERE x.retrying ORDER BY x.run_at DESC LIMIT ?) s""";

	private final Statements statements;

	private final Dialect dialect;

	FailedJobs(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	List<FailureGroup> group(Connection connection, Set<JobState> states) throws SQLException {
		this.dialect.preferIndexes(connection);
		FailureGroups groups = new FailureGroups();
		if (states.contains(JobState.DEAD)) {
			add(groups, JobState.DEAD, read(connection, DEAD));
		}
		if (states.contains(JobState.RETRYING)) {
			add(groups, JobState.RETRYING, read(connection, RETRYING));
		}
		return groups.list();
	}

	/** One more than is looked at. */
	private List<Failed> read(Connection connection, String template) throws SQLException {
		return this.statements.query(
				connection, this.dialect.sql(template), (row) -> new Failed(row.getObject(1, UUID.class),
						row.getString(2), row.getObject(3, OffsetDateTime.class), row.getString(4)),
				FailureGroups.LIMIT + 1);
	}

	private static void add(FailureGroups groups, JobState state, List<Failed> jobs) {
		if (jobs.size() > FailureGroups.LIMIT) {
			groups.more(state);
		}
		jobs.stream().limit(FailureGroups.LIMIT).forEach((job) -> {
			if (job.name != null && job.failedAt != null) {
				groups.add(state, job.name, (job.errorType != null) ? job.errorType : "", job.id,
						job.failedAt.toInstant());
			}
		});
	}

	/** Of foreign rows, anything may be missing. */
	private record Failed(UUID id, @Nullable String name, @Nullable OffsetDateTime failedAt,
			@Nullable String errorType) {

	}

}
