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

import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.FailureGroup;
import dev.aftercommit.JobState;

/**
 * Puts together those of the jobs that it is given that failed in the same way. For one
 * thread.
 */
public final class FailureGroups {

	/** The most groups that are told of. */
	public static final int MOST = 100;

	/** The most jobs of a state that are looked at. */
	public static final int LIMIT = 5_000;

	private static final Comparator<FailureGroup> ORDER = Comparator
		.comparing((FailureGroup group) -> group.state() != JobState.DEAD)
		.thenComparing(Comparator.comparingLong(FailureGroup::count).reversed())
		.thenComparing(Comparator.comparing(FailureGroup::latestAt).reversed())
		.thenComparing(FailureGroup::name)
		.thenComparing(FailureGroup::errorType);

	private final Map<Way, Jobs> groups = new HashMap<>();

	private final Set<JobState> cut = EnumSet.noneOf(JobState.class);

	/**
	 * Add a job.
	 * @param state its state
	 * @param name stored name of its handler
	 * @param errorType type of its last failure, empty if there is none
	 * @param id its id
	 * @param failedAt when it failed last
	 */
	public void add(JobState state, String name, String errorType, UUID id, Instant failedAt) {
		this.groups.merge(new Way(state, name, errorType), new Jobs(1, id, failedAt), Jobs::with);
	}

	/**
	 * Say that there are more jobs in a state than are added.
	 * @param state the state
	 */
	public void more(JobState state) {
		this.cut.add(state);
	}

	/**
	 * The groups, those of dead jobs first, then the largest ones first.
	 * @return at most {@link #MOST}
	 */
	public List<FailureGroup> list() {
		return this.groups.entrySet()
			.stream()
			.map((group) -> group(group.getKey(), group.getValue()))
			.sorted(ORDER)
			.limit(MOST)
			.toList();
	}

	private FailureGroup group(Way way, Jobs jobs) {
		return new FailureGroup(way.state, way.name, way.errorType, jobs.count, !this.cut.contains(way.state),
				jobs.latest, jobs.failedAt);
	}

	/** How a job failed. */
	private record Way(JobState state, String name, String errorType) {

	}

	/** Those that failed in one way. */
	private record Jobs(long count, UUID latest, Instant failedAt) {

		Jobs with(Jobs other) {
			int order = this.failedAt.compareTo(other.failedAt);
			boolean isLatest = order > 0 || (order == 0 && IdRange.ORDER.compare(this.latest, other.latest) > 0);
			return new Jobs(this.count + other.count, isLatest ? this.latest : other.latest,
					isLatest ? this.failedAt : other.failedAt);
		}

	}

}
