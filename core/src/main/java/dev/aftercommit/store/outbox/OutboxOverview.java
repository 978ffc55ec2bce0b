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

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

import dev.aftercommit.FailureGroup;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobState;
import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.Paging;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.JobList;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.KeptJob;
import dev.aftercommit.store.LastKnown;
import dev.aftercommit.store.NameDepth;
import dev.aftercommit.store.Outbox;
import dev.aftercommit.store.Overview;
import dev.aftercommit.store.RunningCount;
import dev.aftercommit.store.Whereabouts;

/**
 * What the target shows. A job that is still on its way there is in no list.
 */
final class OutboxOverview implements Overview {

	private final JobStore target;

	private final Outbox outbox;

	OutboxOverview(JobStore target, Outbox outbox) {
		this.target = target;
		this.outbox = outbox;
	}

	@Override
	public JobList list(JobFilter filter, Paging paging) {
		return this.target.overview().list(filter, paging);
	}

	@Override
	public List<FailureGroup> failures(Set<JobState> states) {
		return this.target.overview().failures(states);
	}

	@Override
	public Map<UUID, List<String>> tags(Collection<UUID> ids) {
		Map<UUID, List<String>> tags = new HashMap<>(this.target.overview().tags(ids));
		Set<UUID> missing = ids.stream().filter((id) -> !tags.containsKey(id)).collect(Collectors.toSet());
		if (!missing.isEmpty()) {
			this.outbox.find(missing).stream().map((kept) -> kept.job()).forEach((job) -> {
				if (!job.terms().tags().isEmpty()) {
					tags.put(job.id(), List.copyOf(new TreeSet<>(job.terms().tags())));
				}
			});
		}
		return tags;
	}

	@Override
	public List<NodeSnapshot> nodes() {
		return this.target.overview().nodes();
	}

	@Override
	public List<NameDepth> waitingUnderOthers(Set<String> names) {
		return this.target.overview().waitingUnderOthers(names);
	}

	@Override
	public Map<String, LastKnown> lastKnown(Collection<String> names) {
		return this.target.overview().lastKnown(names);
	}

	@Override
	public List<RunningCount> running() {
		return this.target.overview().running();
	}

	@Override
	public Optional<Whereabouts> locate(UUID id) {
		return this.target.overview()
			.locate(id)
			.or(() -> this.outbox.find(Set.of(id)).stream().findFirst().map(OutboxOverview::kept))
			.or(() -> this.target.overview().locate(id));
	}

	private static Whereabouts kept(KeptJob job) {
		return new Whereabouts(OutboxDirectory.status(job), job.writtenAt(), Whereabouts.Place.OUTBOX, 0, null, null);
	}

	@Override
	public Count ahead(UUID id, Set<String> names) {
		return this.target.overview().ahead(id, names);
	}

}
