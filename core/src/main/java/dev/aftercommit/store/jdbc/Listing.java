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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobFilter;
import dev.aftercommit.JobState;
import dev.aftercommit.Paging;
import dev.aftercommit.store.IdRange;

/**
 * Finds the ids of a page. First it finds out how far it may look, by indexes alone, and
 * then looks there for what matches: at ids that an index of few names, or else at all
 * rows of a range, but no more than so many.
 */
final class Listing {

	/** Most rows of each table that a page looks at. */
	static final int MOST_ROWS = 10_000;

	/** The same if it must look at how each job failed. */
	static final int MOST_FAILED = 3000;

	/** Most ids of an index that a page looks at. */
	static final int MOST_IDS = 1000;

	// Without saying that the tag is one: for the order of ids alone, PostgreSQL would
	// read
	// the index of these, and all jobs that have other tags.
	private static final String TAGGED = """
			SELECT x.id FROM {tag} x WHERE x.tag >= ? AND x.tag <= ? AND (x.tag, x.id) >= (?, ?) AND (x.tag, x.id) < (?, ?)
			ORDER BY\s""";

	private static final Set<JobState> RUNNING = Set.of(JobState.RUNNING);

	private static final Set<JobState> BLOCKED = Set.of(JobState.BLOCKED);

	private static final Set<JobState> TIMED = Set.of(JobState.SCHEDULED, JobState.RETRYING);

	private final Statements statements;

	private final Dialect dialect;

	Listing(Statements statements, Dialect dialect) {
		this.statements = statements;
		this.dialect = dialect;
	}

	Page page(Connection connection, JobFilter filter, Paging paging, IdRange range) throws SQLException {
		this.dialect.preferIndexes(connection);
		if (filter.tag() != null) {
			return pageAmong(connection, filter, paging, tagged(connection, filter.tag(), range, paging));
		}
		String narrow = narrow(filter);
		return (narrow != null)
				? pageAmong(connection, filter, paging, ids(connection, narrow, range, paging, " LIMIT ?", MOST_IDS))
				: pageOfRows(connection, filter, paging, range);
	}

	/** A table that names few jobs among which all are that match, if there is one. */
	private static @Nullable String narrow(JobFilter filter) {
		if (filter.states().isEmpty()) {
			return null;
		}
		if (RUNNING.containsAll(filter.states())) {
			return "{leased}";
		}
		if (BLOCKED.containsAll(filter.states())) {
			return "{blocked}";
		}
		return TIMED.containsAll(filter.states()) ? "{scheduled}" : null;
	}

	private List<UUID> tagged(Connection connection, String tag, IdRange range, Paging paging) throws SQLException {
		return ids(connection, TAGGED + ordered("x.tag", paging) + ", " + ordered("x.id", paging) + " LIMIT ?",
				List.of(tag, tag, tag, range.from(), tag, range.until(), MOST_IDS));
	}

	private Page pageAmong(Connection connection, JobFilter filter, Paging paging, List<UUID> ids) throws SQLException {
		if (ids.isEmpty()) {
			return new Page(ids, null);
		}
		UUID edge = (ids.size() == MOST_IDS) ? ids.get(ids.size() - 1) : null;
		return cut(matching(connection, Matching.among(filter, ids), paging), paging, edge);
	}

	private Page pageOfRows(Connection connection, JobFilter filter, Paging paging, IdRange range) throws SQLException {
		int most = (filter.errorType() != null) ? MOST_FAILED : MOST_ROWS;
		UUID edge = null;
		IdRange looked = range;
		for (String table : Matching.tables(filter)) {
			List<UUID> last = ids(connection, table, looked, paging, " LIMIT 1 OFFSET ?", most - 1);
			if (!last.isEmpty()) {
				edge = last.get(0);
				looked = looked.upTo(edge, paging.order());
			}
		}
		return cut(matching(connection, Matching.within(filter, looked), paging), paging, edge);
	}

	private List<UUID> matching(Connection connection, Matching matching, Paging paging) throws SQLException {
		List<Object> values = new ArrayList<>(matching.values());
		values.add(paging.size() + 1);
		return ids(connection,
				"SELECT x.id FROM (" + matching.sql() + ") x ORDER BY " + ordered("x.id", paging) + " LIMIT ?", values);
	}

	private List<UUID> ids(Connection connection, String table, IdRange range, Paging paging, String piece, int number)
			throws SQLException {
		return ids(connection, "SELECT x.id FROM " + table + " x WHERE x.id >= ? AND x.id < ? ORDER BY "
				+ ordered("x.id", paging) + piece, List.of(range.from(), range.until(), number));
	}

	private static String ordered(String column, Paging paging) {
		return column + ((paging.order() == Paging.Order.NEWEST_FIRST) ? " DESC" : "");
	}

	/** One more than the page has says that another one follows. */
	private static Page cut(List<UUID> ids, Paging paging, @Nullable UUID edge) {
		if (ids.size() <= paging.size()) {
			return new Page(ids, edge);
		}
		List<UUID> first = ids.subList(0, paging.size());
		return new Page(first, first.get(first.size() - 1));
	}

	private List<UUID> ids(Connection connection, String template, List<Object> values) throws SQLException {
		return this.statements.query(connection, this.dialect.sql(template), (row) -> row.getObject(1, UUID.class),
				values.toArray());
	}

	/**
	 * The ids of a page.
	 *
	 * @param ids the ids in their order
	 * @param next after which one the next page begins, {@code null} if none follows
	 */
	record Page(List<UUID> ids, @Nullable UUID next) {

	}

}
