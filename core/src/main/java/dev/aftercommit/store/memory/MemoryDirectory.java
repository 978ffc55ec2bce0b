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
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.JobAttempt;
import dev.aftercommit.JobState;
import dev.aftercommit.JobWords;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.QueueDepth;
import dev.aftercommit.store.Rate;
import dev.aftercommit.store.StoredArguments;

/**
 * Looks jobs up.
 */
final class MemoryDirectory implements JobDirectory {

	private final MemoryJobs jobs;

	MemoryDirectory(MemoryJobs jobs) {
		this.jobs = jobs;
	}

	@Override
	public Map<UUID, JobStatus> find(Collection<UUID> ids) {
		return this.jobs.locked(() -> {
			Map<UUID, JobStatus> found = new HashMap<>();
			for (UUID id : ids) {
				StoredJob job = this.jobs.find(id);
				if (job != null) {
					found.put(id, job.status());
				}
			}
			return found;
		});
	}

	@Override
	public List<JobAttempt> attempts(UUID id) {
		return this.jobs.locked(() -> {
			StoredJob job = this.jobs.find(id);
			return (job != null) ? job.pastAttempts() : List.of();
		});
	}

	@Override
	public Optional<StoredArguments> arguments(UUID id) {
		return this.jobs.locked(() -> {
			StoredJob job = this.jobs.find(id);
			return (job != null && job.hasArguments()) ? Optional.of(new StoredArguments(job.name, job.arguments))
					: Optional.empty();
		});
	}

	@Override
	public JobWords words(UUID id) {
		return this.jobs.locked(() -> {
			StoredJob job = this.jobs.find(id);
			return (job != null) ? job.words() : JobWords.NONE;
		});
	}

	@Override
	public boolean cancel(UUID id) {
		return this.jobs.locked(() -> {
			StoredJob job = this.jobs.find(id);
			return job != null && this.jobs.cancel(job);
		});
	}

	@Override
	public Map<JobState, Count> count() {
		return this.jobs.locked(() -> {
			Map<JobState, Count> counts = new EnumMap<>(JobState.class);
			for (JobState state : JobState.values()) {
				counts.put(state, count(this.jobs.count(state)));
			}
			return counts;
		});
	}

	@Override
	public Set<String> pausedQueues() {
		return this.jobs.locked(() -> Set.copyOf(this.jobs.pausedQueues()));
	}

	@Override
	public Duration untilNextStart(Rate rate) {
		return this.jobs.locked(() -> this.jobs.spentStarts().untilNext(rate, this.jobs.now()));
	}

	@Override
	public List<QueueDepth> depths() {
		return this.jobs.locked(() -> {
			Instant now = this.jobs.now();
			List<QueueDepth> depths = new ArrayList<>();
			for (String queue : this.jobs.ready().queues()) {
				depths.add(depth(queue, this.jobs.ready().of(queue).values(), now));
			}
			depths.sort(Comparator.comparing(QueueDepth::queue));
			return depths;
		});
	}

	private static QueueDepth depth(String queue, Collection<NavigableSet<StoredJob>> lanes, Instant now) {
		StoredJob head = lanes.stream().map(NavigableSet::first).min(StoredJob.BY_PRIORITY).orElseThrow();
		Duration oldest = Duration.between(head.dueAt, now);
		return new QueueDepth(queue, count(lanes.stream().mapToInt(Collection::size).sum()),
				oldest.isNegative() ? Duration.ZERO : oldest);
	}

	private static Count count(int value) {
		return (value < Count.LIMIT) ? new Count(value, true) : new Count(Count.LIMIT, value == Count.LIMIT);
	}

}
