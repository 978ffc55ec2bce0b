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
package dev.aftercommit.store.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.FailureGroup;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobState;
import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.Paging;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.FailureGroups;
import dev.aftercommit.store.IdRange;
import dev.aftercommit.store.JobList;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.LastKnown;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NameDepth;
import dev.aftercommit.store.NameDepths;
import dev.aftercommit.store.Overview;
import dev.aftercommit.store.RunningCount;
import dev.aftercommit.store.Whereabouts;

/**
 * Looks at many jobs at once.
 */
final class MemoryOverview implements Overview {

	/** Most jobs that a page looks at. */
	private static final int MOST = 10_000;

	private final MemoryJobs jobs;

	private final MemoryNodes nodes;

	MemoryOverview(MemoryJobs jobs, MemoryNodes nodes) {
		this.jobs = jobs;
		this.nodes = nodes;
	}

	@Override
	public JobList list(JobFilter filter, Paging paging) {
		IdRange range = IdRange.of(filter, paging.order(), key(paging.after()));
		if (range.isEmpty()) {
			return new JobList(Map.of(), null);
		}
		return this.jobs.locked(() -> {
			NavigableSet<UUID> ids = this.jobs.ids(filter.tag()).subSet(range.from(), true, range.until(), false);
			return page(filter, paging,
					((paging.order() == Paging.Order.NEWEST_FIRST) ? ids.descendingSet() : ids).iterator());
		});
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

	private JobList page(JobFilter filter, Paging paging, Iterator<UUID> ids) {
		Map<UUID, JobStatus> found = new LinkedHashMap<>();
		UUID last = null;
		for (int looked = 0; ids.hasNext() && looked < MOST && found.size() < paging.size(); looked++) {
			last = ids.next();
			StoredJob job = this.jobs.find(last);
			JobStatus status = (job != null) ? job.statusWithoutResult() : null;
			if (status != null && status.matches(filter)) {
				found.put(last, status);
			}
		}
		return new JobList(found, (ids.hasNext() && last != null) ? last.toString() : null);
	}

	@Override
	public List<FailureGroup> failures(Set<JobState> states) {
		return this.jobs.locked(() -> {
			FailureGroups groups = new FailureGroups();
			for (JobState state : List.of(JobState.DEAD, JobState.RETRYING)) {
				if (states.contains(state)) {
					add(groups, state, this.jobs.failed(state));
				}
			}
			return groups.list();
		});
	}

	private static void add(FailureGroups groups, JobState state, NavigableSet<StoredJob> jobs) {
		if (jobs.size() > FailureGroups.LIMIT) {
			groups.more(state);
		}
		jobs.descendingSet()
			.stream()
			.limit(FailureGroups.LIMIT)
			.forEach((job) -> groups.add(state, job.name, (job.failure != null) ? job.failure.type() : "", job.id,
					(state == JobState.DEAD) ? job.endedAt : job.failedAt));
	}

	@Override
	public Map<UUID, List<String>> tags(Collection<UUID> ids) {
		return this.jobs.locked(() -> {
			Map<UUID, List<String>> tags = new HashMap<>();
			for (UUID id : ids) {
				StoredJob job = this.jobs.find(id);
				if (job != null && !job.tags.isEmpty()) {
					tags.put(id, job.tags);
				}
			}
			return tags;
		});
	}

	@Override
	public List<NodeSnapshot> nodes() {
		return this.jobs.locked(() -> {
			Map<Long, Long> running = new HashMap<>();
			running().forEach((each) -> running.merge(each.node(), each.count(), Long::sum));
			return this.nodes.snapshots(running);
		});
	}

	@Override
	public List<NameDepth> waitingUnderOthers(Set<String> names) {
		return this.jobs.locked(() -> {
			NameDepths depths = new NameDepths();
			Instant now = this.jobs.now();
			for (String queue : this.jobs.ready().queues()) {
				this.jobs.ready().of(queue).forEach((name, lane) -> {
					if (!names.contains(name)) {
						depths.add(name, lane.size(), Duration.between(lane.first().dueAt, now));
					}
				});
			}
			return depths.list();
		});
	}

	@Override
	public Map<String, LastKnown> lastKnown(Collection<String> names) {
		return this.jobs.locked(() -> this.nodes.lastKnown(names));
	}

	@Override
	public List<RunningCount> running() {
		return this.jobs.locked(() -> {
			List<RunningCount> counts = new ArrayList<>();
			for (long node : this.jobs.runningNodes()) {
				this.jobs.runningOn(node)
					.stream()
					.collect(Collectors.groupingBy((job) -> job.queue, Collectors.counting()))
					.forEach((queue, count) -> counts.add(new RunningCount(node, queue, count)));
			}
			return counts;
		});
	}

	@Override
	public Optional<Whereabouts> locate(UUID id) {
		return this.jobs.locked(() -> Optional.ofNullable(this.jobs.find(id)).map(this::locate));
	}

	private Whereabouts locate(StoredJob job) {
		Lease lease = job.lease;
		return new Whereabouts(job.statusWithoutResult(), this.jobs.now(),
				job.cancelRequested ? Whereabouts.Place.TO_BE_CANCELLED : Whereabouts.Place.STORE,
				(lease != null) ? lease.node() : 0, null, this.jobs.blocking(job));
	}

	@Override
	public Count ahead(UUID id, Set<String> names) {
		return this.jobs.locked(() -> {
			StoredJob job = this.jobs.find(id);
			if (job == null || job.state != JobState.ENQUEUED) {
				return new Count(0, true);
			}
			int counted = 0;
			for (String name : names) {
				NavigableSet<StoredJob> lane = this.jobs.ready().of(job.queue).get(name);
				if (lane != null) {
					counted += (int) lane.headSet(job, false).stream().limit(MOST_AHEAD + 1).count();
				}
			}
			return new Count(Math.min(counted, MOST_AHEAD), counted <= MOST_AHEAD);
		});
	}

}
