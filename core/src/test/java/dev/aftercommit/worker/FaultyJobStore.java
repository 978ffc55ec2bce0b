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

package dev.aftercommit.worker;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.AuditTrail;
import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Flow;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.JobOrders;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.NodeOrders;
import dev.aftercommit.store.Nodes;
import dev.aftercommit.store.Overview;
import dev.aftercommit.store.Retention;
import dev.aftercommit.store.Recurrences;
import dev.aftercommit.store.WakeUps;
import dev.aftercommit.store.Words;

/**
 * A store that can go away, lose its answers, and says how it was asked.
 */
class FaultyJobStore implements JobStore, JobLeases, Nodes {

	final JobStore real;

	/** Everything fails. */
	volatile boolean down;

	/** Only heartbeats fail. */
	volatile boolean deaf;

	/** Only the question what to cancel fails. */
	volatile boolean mute;

	/** The claim is made, and its answer is lost; so many times. */
	final AtomicInteger lostClaims = new AtomicInteger();

	/** An apply with this job always fails. */
	volatile UUID poison = new UUID(0, 0);

	final AtomicInteger claims = new AtomicInteger();

	final AtomicInteger applies = new AtomicInteger();

	final AtomicInteger rescues = new AtomicInteger();

	final AtomicInteger beats = new AtomicInteger();

	final AtomicInteger calls = new AtomicInteger();

	volatile int largestClaim;

	volatile List<Long> ended = List.of();

	FaultyJobStore(JobStore real) {
		this.real = real;
	}

	private <T> T ask(Supplier<T> question) {
		this.calls.incrementAndGet();
		if (this.down) {
			throw new JobStoreException("planted: the store is down", null);
		}
		return question.get();
	}

	@Override
	public String description() {
		return "faulty";
	}

	@Override
	public boolean canJoinTransactions() {
		return this.real.canJoinTransactions();
	}

	@Override
	public JobIntake intake() {
		return this.real.intake();
	}

	@Override
	public JobLeases leases() {
		return this;
	}

	@Override
	public Nodes nodes() {
		return this;
	}

	@Override
	public JobDirectory directory() {
		return this.real.directory();
	}

	@Override
	public Overview overview() {
		return this.real.overview();
	}

	@Override
	public AuditTrail auditTrail() {
		return this.real.auditTrail();
	}

	@Override
	public Flow flow() {
		return this.real.flow();
	}

	@Override
	public Recurrences recurrences() {
		return this.real.recurrences();
	}

	@Override
	public JobOrders orders() {
		return this.real.orders();
	}

	@Override
	public WakeUps wakeUps() {
		return this.real.wakeUps();
	}

	@Override
	public Claim claim(ClaimRequest request) {
		this.claims.incrementAndGet();
		Claim claim = ask(() -> this.real.leases().claim(request));
		this.largestClaim = Math.max(this.largestClaim, claim.jobs().size());
		if (!claim.jobs().isEmpty() && this.lostClaims.getAndUpdate((left) -> Math.max(0, left - 1)) > 0) {
			throw new JobStoreException("planted: the answer was lost", null);
		}
		return claim;
	}

	@Override
	public int promote(int limit) {
		return ask(() -> this.real.leases().promote(limit));
	}

	@Override
	public int settle(int limit) {
		return ask(() -> this.real.leases().settle(limit));
	}

	@Override
	public Set<UUID> apply(List<Ending> endings) {
		this.applies.incrementAndGet();
		if (endings.stream().anyMatch((ending) -> ending.job().id().equals(this.poison))) {
			throw new JobStoreException("planted: poison", null);
		}
		return ask(() -> this.real.leases().apply(endings));
	}

	@Override
	public void note(List<Words> words) {
		ask(() -> {
			this.real.leases().note(words);
			return words;
		});
	}

	@Override
	public int reclaim(long node, Set<Long> held, long below) {
		return ask(() -> this.real.leases().reclaim(node, held, below));
	}

	@Override
	public int rescue(Duration lease, int maxCrashes, int limit) {
		this.rescues.incrementAndGet();
		return ask(() -> this.real.leases().rescue(lease, maxCrashes, limit));
	}

	@Override
	public int prune(Retention retention, int limit) {
		return ask(() -> this.real.leases().prune(retention, limit));
	}

	@Override
	public long register(NodeInfo info) {
		return ask(() -> this.real.nodes().register(info));
	}

	@Override
	public boolean heartbeat(long node) {
		if (this.deaf) {
			throw new JobStoreException("planted: the heartbeat failed", null);
		}
		boolean alive = ask(() -> this.real.nodes().heartbeat(node));
		this.beats.incrementAndGet();
		return alive;
	}

	@Override
	public NodeOrders orders(long node) {
		if (this.mute) {
			throw new JobStoreException("planted: the question failed", null);
		}
		return ask(() -> this.real.nodes().orders(node));
	}

	@Override
	public boolean quiet(long node) {
		return ask(() -> this.real.nodes().quiet(node));
	}

	@Override
	public boolean resume(long node) {
		return ask(() -> this.real.nodes().resume(node));
	}

	@Override
	public void end(long node) {
		ask(() -> {
			this.real.nodes().end(node);
			return true;
		});
		this.ended = List.of(node);
	}

}
