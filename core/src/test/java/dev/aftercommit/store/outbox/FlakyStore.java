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

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.aftercommit.JobAttempt;
import dev.aftercommit.JobState;
import dev.aftercommit.JobWords;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.AuditTrail;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.Durability;
import dev.aftercommit.store.Flow;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobOrders;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.Nodes;
import dev.aftercommit.store.Overview;
import dev.aftercommit.store.QueueDepth;
import dev.aftercommit.store.Rate;
import dev.aftercommit.store.Recurrences;
import dev.aftercommit.store.StagedJob;
import dev.aftercommit.store.StoredArguments;
import dev.aftercommit.store.WakeUps;
import dev.aftercommit.store.memory.MemoryJobStore;

/**
 * A store in memory that can go away, be replaced by an empty one, and refuse jobs.
 */
final class FlakyStore implements JobStore, JobIntake, JobDirectory, Durability {

	/** The ids of each call that was answered. */
	final List<List<UUID>> pushes = new CopyOnWriteArrayList<>();

	/** Refused, and everything that comes in one call with them. */
	final Set<UUID> poison = ConcurrentHashMap.newKeySet();

	volatile boolean down;

	/** Whether it knows what survives. */
	volatile boolean durable;

	/** Whether it says which life it is in. */
	volatile boolean silent;

	private volatile JobStore store = new MemoryJobStore(Clock.systemUTC());

	private volatile String life = UUID.randomUUID().toString();

	/** As a restart without persistence. */
	void loseAll() {
		this.store = new MemoryJobStore(Clock.systemUTC());
		this.life = UUID.randomUUID().toString();
	}

	List<UUID> pushedIds() {
		return this.pushes.stream().flatMap(List::stream).toList();
	}

	List<UUID> claimAll() {
		long node = this.store.nodes().register(new NodeInfo("node", "", Set.of("job")));
		return this.store.leases()
			.claim(new ClaimRequest(new Lease(node, 1), null, Map.of(), Set.of("job"), 100_000))
			.jobs()
			.stream()
			.map(ClaimedJob::id)
			.toList();
	}

	private void answer() {
		if (this.down) {
			throw new JobStoreException("planted: the store is away", null);
		}
	}

	@Override
	public Optional<String> incarnation() {
		return (this.down || this.silent) ? Optional.empty() : Optional.of(this.life);
	}

	@Override
	public boolean await(String incarnation, Duration atMost) {
		return this.durable && !this.down && incarnation.equals(this.life);
	}

	@Override
	public Map<UUID, UUID> enqueue(List<NewJob> jobs) {
		answer();
		if (jobs.stream().anyMatch((job) -> this.poison.contains(job.id()))) {
			throw new JobStoreException("planted: poison", null);
		}
		Map<UUID, UUID> kept = this.store.intake().enqueue(jobs);
		this.pushes.add(jobs.stream().map(NewJob::id).toList());
		return kept;
	}

	@Override
	public boolean joinsTransaction() {
		return false;
	}

	@Override
	public Map<UUID, UUID> stage(List<StagedJob> jobs) {
		throw new IllegalStateException("joins nothing");
	}

	@Override
	public Map<UUID, JobStatus> find(Collection<UUID> ids) {
		answer();
		return this.store.directory().find(ids);
	}

	@Override
	public Optional<StoredArguments> arguments(UUID id) {
		return this.store.directory().arguments(id);
	}

	@Override
	public JobWords words(UUID id) {
		return this.store.directory().words(id);
	}

	@Override
	public List<JobAttempt> attempts(UUID id) {
		return this.store.directory().attempts(id);
	}

	@Override
	public boolean cancel(UUID id) {
		answer();
		return this.store.directory().cancel(id);
	}

	@Override
	public Map<JobState, Count> count() {
		return this.store.directory().count();
	}

	@Override
	public Duration untilNextStart(Rate rate) {
		return this.store.directory().untilNextStart(rate);
	}

	@Override
	public Set<String> pausedQueues() {
		return this.store.directory().pausedQueues();
	}

	@Override
	public List<QueueDepth> depths() {
		return this.store.directory().depths();
	}

	@Override
	public String description() {
		return "flaky";
	}

	@Override
	public boolean canJoinTransactions() {
		return false;
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
		return this;
	}

	@Override
	public JobOrders orders() {
		answer();
		return this.store.orders();
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
	public WakeUps wakeUps() {
		return WakeUps.NONE;
	}

}
