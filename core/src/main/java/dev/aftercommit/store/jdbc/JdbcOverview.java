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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.FailureGroup;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobState;
import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.Paging;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.IdRange;
import dev.aftercommit.store.JobList;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.LastKnown;
import dev.aftercommit.store.NameDepth;
import dev.aftercommit.store.Overview;
import dev.aftercommit.store.RunningCount;
import dev.aftercommit.store.Whereabouts;

/**
 * Reads by key what operators look at.
 */
final class JdbcOverview implements Overview {

	private final OwnTransactions transactions;

	private final Lookup lookup;

	private final Listing listing;

	private final FailedJobs failedJobs;

	private final TagIndex tags;

	private final Location location;

	private final NodeRows nodes;

	private final Depths depths;

	private final KnownNames knownNames;

	JdbcOverview(OwnTransactions transactions, Statements statements, Dialect dialect) {
		this.transactions = transactions;
		this.lookup = new Lookup(statements, dialect);
		this.listing = new Listing(statements, dialect);
		this.failedJobs = new FailedJobs(statements, dialect);
		this.tags = new TagIndex(statements, dialect);
		this.location = new Location(statements, dialect);
		this.nodes = new NodeRows(statements, dialect);
		this.depths = new Depths(dialect);
		this.knownNames = new KnownNames(statements, dialect);
	}

	@Override
	public JobList list(JobFilter filter, Paging paging) {
		IdRange range = IdRange.of(filter, paging.order(), key(paging.after()));
		return this.transactions.run("list jobs",
				(connection) -> page(connection, filter, this.listing.page(connection, filter, paging, range)));
	}

	private static @Nullable UUID key(@Nullable String after) {
		try {
			return (after != null) ? UUID.fromString(after) : null;
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"'after' (" + after + ") is no key of a page: give the 'next' of the page before, as it is", ex);
		}
	}

	private JobList page(Connection connection, JobFilter filter, Listing.Page page) throws SQLException {
		Map<UUID, JobStatus> found = page.ids().isEmpty() ? Map.of()
				: this.lookup.findWithoutResults(connection, page.ids());
		Map<UUID, JobStatus> jobs = new LinkedHashMap<>();
		for (UUID id : page.ids()) {
			JobStatus status = found.get(id);
			// Some have gone on, or were pruned, since they were looked for.
			if (status != null && status.matches(filter)) {
				jobs.put(id, status);
			}
		}
		UUID next = page.next();
		return new JobList(jobs, (next != null) ? next.toString() : null);
	}

	@Override
	public List<FailureGroup> failures(Set<JobState> states) {
		return this.transactions.run("group failed jobs", (connection) -> this.failedJobs.group(connection, states));
	}

	@Override
	public Map<UUID, List<String>> tags(Collection<UUID> ids) {
		return this.transactions.run("look up tags", (connection) -> this.tags.read(connection, ids));
	}

	@Override
	public List<NodeSnapshot> nodes() {
		return this.transactions.run("list nodes", (connection) -> {
			Map<Long, Long> running = new HashMap<>();
			this.location.running(connection).forEach((each) -> running.merge(each.node(), each.count(), Long::sum));
			return this.nodes.read(connection, running);
		});
	}

	@Override
	public List<NameDepth> waitingUnderOthers(Set<String> names) {
		return this.transactions.run("measure names", (connection) -> this.depths.measureOthers(connection, names));
	}

	@Override
	public Map<String, LastKnown> lastKnown(Collection<String> names) {
		return this.transactions.run("look up who knew names", (connection) -> this.knownNames.read(connection, names));
	}

	@Override
	public List<RunningCount> running() {
		return this.transactions.run("count running jobs", this.location::running);
	}

	@Override
	public Optional<Whereabouts> locate(UUID id) {
		return this.transactions.run("locate job " + id, (connection) -> this.location.of(connection, id));
	}

	@Override
	public Count ahead(UUID id, Set<String> names) {
		return this.transactions.run("count what is before job " + id,
				(connection) -> this.location.ahead(connection, id, names));
	}

}
