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

package dev.aftercommit.enqueue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import dev.aftercommit.store.AuditTrail;
import dev.aftercommit.store.Flow;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.JobOrders;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Nodes;
import dev.aftercommit.store.Overview;
import dev.aftercommit.store.StagedJob;
import dev.aftercommit.store.Recurrences;
import dev.aftercommit.store.WakeUps;

/**
 * A store that notes what was staged and what was enqueued, and then does it.
 */
final class CountingStore implements JobStore, JobIntake {

	final List<List<StagedJob>> staged = new ArrayList<>();

	final List<List<NewJob>> enqueued = java.util.Collections.synchronizedList(new ArrayList<>());

	/**
	 * Unique keys that jobs of these ids have: what else has one of them is not written.
	 */
	final Map<String, UUID> holders = new ConcurrentHashMap<>();

	private final JobStore store;

	CountingStore(JobStore store) {
		this.store = store;
	}

	@Override
	public boolean joinsTransaction() {
		return this.store.intake().joinsTransaction();
	}

	@Override
	public Optional<Object> boundResource() {
		return this.store.intake().boundResource();
	}

	@Override
	public Map<UUID, UUID> stage(List<StagedJob> jobs) {
		this.staged.add(jobs);
		List<StagedJob> written = jobs.stream().filter((job) -> holderOf(job.job()) == null).toList();
		return decide(jobs.stream().map(StagedJob::job).toList(),
				written.isEmpty() ? Map.of() : this.store.intake().stage(written));
	}

	@Override
	public Map<UUID, UUID> enqueue(List<NewJob> jobs) {
		this.enqueued.add(jobs);
		List<NewJob> written = jobs.stream().filter((job) -> holderOf(job) == null).toList();
		return decide(jobs, written.isEmpty() ? Map.of() : this.store.intake().enqueue(written));
	}

	private Map<UUID, UUID> decide(List<NewJob> jobs, Map<UUID, UUID> kept) {
		Map<UUID, UUID> all = new HashMap<>(kept);
		jobs.stream().filter((job) -> holderOf(job) != null).forEach((job) -> all.put(job.id(), holderOf(job)));
		return all;
	}

	private UUID holderOf(NewJob job) {
		String key = job.terms().uniqueKey();
		return (key != null) ? this.holders.get(key) : null;
	}

	@Override
	public void onKeptLater(Consumer<Map<UUID, UUID>> listener) {
		this.store.intake().onKeptLater(listener);
	}

	@Override
	public boolean stagesLeases() {
		return this.store.intake().stagesLeases();
	}

	@Override
	public boolean committed(List<NewJob> jobs) {
		return this.store.intake().committed(jobs);
	}

	@Override
	public String description() {
		return this.store.description();
	}

	@Override
	public boolean canJoinTransactions() {
		return this.store.canJoinTransactions();
	}

	@Override
	public JobIntake intake() {
		return this;
	}

	@Override
	public JobLeases leases() {
		return this.store.leases();
	}

	@Override
	public Nodes nodes() {
		return this.store.nodes();
	}

	@Override
	public JobDirectory directory() {
		return this.store.directory();
	}

	@Override
	public Overview overview() {
		return this.store.overview();
	}

	@Override
	public AuditTrail auditTrail() {
		return this.store.auditTrail();
	}

	@Override
	public Flow flow() {
		return this.store.flow();
	}

	@Override
	public Recurrences recurrences() {
		return this.store.recurrences();
	}

	@Override
	public JobOrders orders() {
		return this.store.orders();
	}

	@Override
	public WakeUps wakeUps() {
		return this.store.wakeUps();
	}

}
