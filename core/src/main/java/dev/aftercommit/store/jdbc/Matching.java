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

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobFilter;
import dev.aftercommit.JobState;
import dev.aftercommit.store.IdRange;

/**
 * A query for the ids of jobs that match a filter, wherever they are.
 *
 * @param sql template of the query
 * @param values what to bind
 */
record Matching(String sql, List<Object> values) {

	private static final Set<JobState> LIVE = EnumSet.of(JobState.SCHEDULED, JobState.BLOCKED, JobState.ENQUEUED,
			JobState.RUNNING, JobState.RETRYING);

	// A subquery that is compared: nothing but a look-up by key of each job that is
	// looked
	// at. A join would read the attempts of others.
	private static final String LAST_ERROR = """
			(SELECT e.error_type FROM {attempt} e WHERE e.job_id = j.id AND e.outcome IN ('FAILED', 'TIMED_OUT', 'LOST')
			ORDER BY e.attempt DESC LIMIT 1)""";

	/**
	 * The tables in which jobs that match can be.
	 */
	static List<String> tables(JobFilter filter) {
		List<String> tables = new ArrayList<>();
		if (LIVE.stream().anyMatch(filter::includes)) {
			tables.add("{job}");
		}
		if (filter.includes(JobState.SUCCEEDED) || filter.includes(JobState.CANCELLED)) {
			tables.add("{history}");
		}
		if (filter.includes(JobState.DEAD)) {
			tables.add("{dead}");
		}
		return tables;
	}

	static Matching within(JobFilter filter, IdRange range) {
		return new Composer(filter, "%s.id >= ? AND %<s.id < ?", List.of(range.from(), range.until())).compose();
	}

	static Matching among(JobFilter filter, Collection<UUID> ids) {
		return new Composer(filter, "%s.id = ANY(?)", List.of((Object) ids.toArray(UUID[]::new))).compose();
	}

	/**
	 * Puts the query together.
	 */
	private static final class Composer {

		private final JobFilter filter;

		private final String where;

		private final List<Object> whereValues;

		private final List<Object> values = new ArrayList<>();

		Composer(JobFilter filter, String where, List<Object> whereValues) {
			this.filter = filter;
			this.where = where;
			this.whereValues = whereValues;
		}

		Matching compose() {
			List<String> parts = new ArrayList<>();
			for (String table : tables(this.filter)) {
				StringBuilder part = new StringBuilder("SELECT j.id FROM ").append(table).append(" j WHERE ");
				part.append(condition("j"));
				equal(part, "queue", this.filter.queue());
				equal(part, "name", this.filter.name());
				failed(part, this.filter.errorType());
				if (table.equals("{job}")) {
					part.append(live());
				}
				else if (table.equals("{history}")) {
					part.append(ended());
				}
				parts.add(part.toString());
			}
			return new Matching(String.join(" UNION ALL ", parts), this.values);
		}

		private String condition(String alias) {
			this.values.addAll(this.whereValues);
			return this.where.formatted(alias);
		}

		private void equal(StringBuilder part, String column, @Nullable String value) {
			if (value != null) {
				part.append(" AND j.").append(column).append(" = ?");
				this.values.add(value);
			}
		}

		private void failed(StringBuilder part, @Nullable String errorType) {
			if (errorType != null) {
				part.append(" AND ").append(LAST_ERROR).append(" = ?");
				this.values.add(Moves.storable(errorType));
			}
		}

		private String ended() {
			Set<JobState> both = EnumSet.of(JobState.SUCCEEDED, JobState.CANCELLED);
			both.removeIf((state) -> !this.filter.includes(state));
			if (both.size() == 2) {
				return "";
			}
			this.values.add(both.iterator().next().name());
			// Not by the index of states: H2 would read all that are in one.
			return " AND CASE WHEN j.state = ? THEN TRUE ELSE FALSE END";
		}

		private String live() {
			Set<JobState> left = EnumSet.copyOf(LIVE);
			left.removeIf((state) -> !this.filter.includes(state));
			if (left.equals(LIVE)) {
				return "";
			}
			return " AND (" + String.join(" OR ", left.stream().map(this::isIn).toList()) + ")";
		}

		private String isIn(JobState state) {
			return switch (state) {
				case RUNNING -> has("running", "");
				case SCHEDULED -> has("scheduled", " AND NOT p.retrying");
				case RETRYING -> has("scheduled", " AND p.retrying");
				case BLOCKED -> has("blocked", "");
				case ENQUEUED ->
					"NOT " + has("running", "") + " AND NOT " + has("scheduled", "") + " AND NOT " + has("blocked", "");
				default -> "1 = 0";
			};
		}

		/** The bounds again, so that no more of this table is read than of the jobs. */
		private String has(String table, String also) {
			return "EXISTS (SELECT 1 FROM {" + table + "} p WHERE p.id = j.id AND " + condition("p") + also + ")";
		}

	}

}
