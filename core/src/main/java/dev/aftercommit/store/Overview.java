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
package dev.aftercommit.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.FailureGroup;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobState;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.Paging;

/**
 * The store as operators see it who look at many things at once. All are committed reads
 * outside the caller's transaction, bounded whatever the store has, and throw
 * {@link JobStoreException} if the store can't answer.
 */
public interface Overview {

	/** Stores stop here to count who comes before a job. */
	int MOST_AHEAD = 1000;

	/**
	 * List jobs in the order of their ids, by key. A job that is there all the time, and
	 * matches all the time, is on exactly one page, whatever becomes of others; one that
	 * moves is shown as it is when its page is read.
	 * <p>
	 * A page looks at a bounded number of jobs. If too few of them match, it ends early
	 * and says where to go on.
	 * @param filter which jobs
	 * @param paging which page of them
	 * @return the page
	 * @throws IllegalArgumentException if this store can't have given the key of the page
	 */
	JobList list(JobFilter filter, Paging paging);

	/**
	 * Group the jobs in a state by their name and by the type of their last failure.
	 * Looks at no more than {@link FailureGroups#LIMIT} of each state, those that failed
	 * last if they are dead, by an index of that state alone, and reads neither what they
	 * were given nor what errors said: what else the store has costs nothing.
	 * @param states {@code DEAD}, {@code RETRYING} or both; others have no groups
	 * @return at most {@link FailureGroups#MOST} groups, those of dead jobs first, then
	 * the largest ones first
	 */
	List<FailureGroup> failures(Set<JobState> states);

	/**
	 * Look up the tags of jobs, in one round trip for all.
	 * @param ids their ids, at most 1000
	 * @return the tags of those that have any, ordered
	 */
	Map<UUID, List<String>> tags(Collection<UUID> ids);

	/**
	 * The nodes, live and dead, as long as the store remembers them: a day after their
	 * end, or less.
	 * @return at most 1000, those that started last first
	 */
	List<NodeSnapshot> nodes();

	/**
	 * Under which names jobs wait for a worker, but for some names. Finds names by the
	 * index by which workers claim, and counts no more than {@link NameDepths#LIMIT} jobs
	 * of each: what waits under the names that are left out costs nothing.
	 * @param names the names that are left out
	 * @return at most {@link NameDepths#MOST} names, those that have waited longest first
	 */
	List<NameDepth> waitingUnderOthers(Set<String> names);

	/**
	 * Who knew names last, of nodes that the store has forgotten otherwise. It keeps that
	 * for the longest {@link Retention} from when such a node was heard last.
	 * @param names the names
	 * @return what it has kept, by name
	 */
	Map<String, LastKnown> lastKnown(Collection<String> names);

	/**
	 * What runs, by node and queue. Looks at no more than {@link Count#LIMIT} jobs.
	 * @return a count for each node and queue with running jobs
	 */
	List<RunningCount> running();

	/**
	 * Where a job is, and what keeps it there, at one moment.
	 * @param id the job
	 * @return what is known, empty if the job is unknown
	 */
	Optional<Whereabouts> locate(UUID id);

	/**
	 * How many jobs come before one that waits for a worker, in its queue. Counts no more
	 * than {@link #MOST_AHEAD}.
	 * @param id the job
	 * @param names only jobs of these names are counted
	 * @return how many, 0 if the job doesn't wait
	 */
	Count ahead(UUID id, Set<String> names);

}
