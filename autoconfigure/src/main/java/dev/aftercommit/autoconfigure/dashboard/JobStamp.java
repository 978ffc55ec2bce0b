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

package dev.aftercommit.autoconfigure.dashboard;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

import dev.aftercommit.JobSnapshot;
import dev.aftercommit.JobState;
import dev.aftercommit.autoconfigure.dashboard.View.Watch;
import dev.aftercommit.store.JobStatus;
import org.jspecify.annotations.Nullable;

/**
 * Changes whenever a page that shows certain jobs would look different.
 */
final class JobStamp {

	private JobStamp() {
	}

	/**
	 * What is watched for a page.
	 * @param jobs the jobs that it shows
	 * @return their ids and their stamp
	 */
	static Watch watch(List<JobSnapshot> jobs) {
		if (jobs.isEmpty()) {
			return Watch.NOTHING;
		}
		List<UUID> ids = jobs.stream().map(JobSnapshot::id).toList();
		Map<UUID, JobSnapshot> byId = jobs.stream().collect(Collectors.toMap(JobSnapshot::id, (job) -> job));
		String query = "jobs=" + ids.stream().map(UUID::toString).collect(Collectors.joining(","));
		return new Watch(query, stamp(ids, (id) -> hash(byId.get(id))));
	}

	static String of(Collection<UUID> ids, Map<UUID, JobStatus> found) {
		return stamp(ids, (id) -> hash(found.get(id)));
	}

	/** Doesn't depend on the order of the ids. */
	private static String stamp(Collection<UUID> ids, ToIntFunction<UUID> hash) {
		return Integer.toHexString(ids.stream().mapToInt((id) -> Objects.hash(id, hash.applyAsInt(id))).sum());
	}

	private static int hash(@Nullable JobSnapshot job) {
		return (job != null) ? hash(job.state(), job.attempts()) : 0;
	}

	private static int hash(@Nullable JobStatus job) {
		return (job != null) ? hash(job.state(), job.attempts()) : 0;
	}

	private static int hash(JobState state, int attempts) {
		return Objects.hash(state.name(), attempts);
	}

}
