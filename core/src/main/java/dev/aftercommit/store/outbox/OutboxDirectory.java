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

package dev.aftercommit.store.outbox;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.JobAttempt;
import dev.aftercommit.JobState;
import dev.aftercommit.JobWords;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.KeptJob;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Outbox;
import dev.aftercommit.store.QueueDepth;
import dev.aftercommit.store.Rate;
import dev.aftercommit.store.StoredArguments;

/**
 * The target's directory, in which a job that is still on its way there is there already.
 */
final class OutboxDirectory implements JobDirectory {

	private final JobStore target;

	private final Outbox outbox;

	private final Push push;

	OutboxDirectory(JobStore target, Outbox outbox, Push push) {
		this.target = target;
		this.outbox = outbox;
		this.push = push;
	}

	@Override
	public Map<UUID, JobStatus> find(Collection<UUID> ids) {
		Map<UUID, JobStatus> found = new HashMap<>(this.target.directory().find(ids));
		if (found.size() < ids.size()) {
			addKept(found, missing(ids, found));
		}
		Set<UUID> missing = missing(ids, found);
		if (!missing.isEmpty()) {
			// Pushed and removed between the two look-ups.
			found.putAll(this.target.directory().find(missing));
		}
		return found;
	}

	@Override
	public List<JobAttempt> attempts(UUID id) {
		return this.target.directory().attempts(id);
	}

	@Override
	public Optional<StoredArguments> arguments(UUID id) {
		return this.target.directory()
			.arguments(id)
			.or(() -> this.outbox.find(Set.of(id)).stream().findFirst().map(OutboxDirectory::arguments))
			.or(() -> this.target.directory().arguments(id));
	}

	private static StoredArguments arguments(KeptJob kept) {
		return new StoredArguments(kept.job().name(), kept.job().arguments());
	}

	@Override
	public JobWords words(UUID id) {
		return this.target.directory().words(id);
	}

	private void addKept(Map<UUID, JobStatus> found, Set<UUID> ids) {
		if (!ids.isEmpty()) {
			this.outbox.find(ids).forEach((kept) -> found.put(kept.job().id(), status(kept)));
		}
	}

	private static Set<UUID> missing(Collection<UUID> ids, Map<UUID, JobStatus> found) {
		Set<UUID> missing = new HashSet<>(ids);
		missing.removeAll(found.keySet());
		return missing;
	}

	static JobStatus status(KeptJob kept) {
		NewJob job = kept.job();
		JobState state = (job.time() != null) ? JobState.SCHEDULED : JobState.ENQUEUED;
		return new JobStatus(job.name(), job.queue(), job.priority(), state, 0, kept.writtenAt(), kept.dueAt(), null,
				null, null, null);
	}

	// What is on its way is pushed first: cancelled here, it could be pushed all the
	// same. What that finds kept instead is what the caller's handle is of then.
	@Override
	public boolean cancel(UUID id) {
		if (this.target.directory().cancel(id)) {
			return true;
		}
		return this.push.pushNow(id).map(this.target.directory()::cancel).orElse(false);
	}

	@Override
	public Map<JobState, Count> count() {
		return this.target.directory().count();
	}

	@Override
	public Set<String> pausedQueues() {
		return this.target.directory().pausedQueues();
	}

	@Override
	public Duration untilNextStart(Rate rate) {
		return this.target.directory().untilNextStart(rate);
	}

	@Override
	public List<QueueDepth> depths() {
		return this.target.directory().depths();
	}

}
