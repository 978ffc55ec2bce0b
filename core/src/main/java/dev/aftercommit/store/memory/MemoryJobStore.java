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

import java.time.Clock;

import dev.aftercommit.store.AuditTrail;
import dev.aftercommit.store.Flow;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.JobOrders;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Nodes;
import dev.aftercommit.store.Overview;
import dev.aftercommit.store.Recurrences;
import dev.aftercommit.store.WakeUps;

/**
 * Keeps jobs in the memory of this JVM, for tests and for trying things out: they are
 * gone when it ends. Joins no transaction, so every enqueue in one is best-effort. Safe
 * on any thread; each method is atomic and returns at once.
 */
public final class MemoryJobStore implements JobStore {

	private final JobIntake intake;

	private final JobLeases leases;

	private final Nodes nodes;

	private final JobDirectory directory;

	private final Overview overview;

	private final Flow flow;

	private final Recurrences recurrences;

	private final JobOrders orders;

	private final AuditTrail auditTrail;

	private final WakeUps wakeUps = new MemoryWakeUps();

	/**
	 * Create an empty store.
	 * @param clock the store's clock
	 */
	public MemoryJobStore(Clock clock) {
		MemoryJobs jobs = new MemoryJobs(clock);
		MemoryNodes memoryNodes = new MemoryNodes(jobs);
		this.intake = new MemoryIntake(jobs);
		MemoryAuditTrail memoryAuditTrail = new MemoryAuditTrail(jobs);
		this.auditTrail = memoryAuditTrail;
		this.leases = new MemoryLeases(jobs, memoryNodes, memoryAuditTrail);
		this.nodes = memoryNodes;
		this.directory = new MemoryDirectory(jobs);
		this.overview = new MemoryOverview(jobs, memoryNodes);
		this.recurrences = new MemoryRecurrences(jobs);
		this.flow = new MemoryFlow(jobs);
		this.orders = new MemoryOrders(jobs);
	}

	@Override
	public String description() {
		return "memory of this JVM";
	}

	@Override
	public boolean canJoinTransactions() {
		return false;
	}

	@Override
	public JobIntake intake() {
		return this.intake;
	}

	@Override
	public JobLeases leases() {
		return this.leases;
	}

	@Override
	public Nodes nodes() {
		return this.nodes;
	}

	@Override
	public JobDirectory directory() {
		return this.directory;
	}

	@Override
	public Overview overview() {
		return this.overview;
	}

	@Override
	public Flow flow() {
		return this.flow;
	}

	@Override
	public Recurrences recurrences() {
		return this.recurrences;
	}

	@Override
	public JobOrders orders() {
		return this.orders;
	}

	@Override
	public AuditTrail auditTrail() {
		return this.auditTrail;
	}

	@Override
	public WakeUps wakeUps() {
		return this.wakeUps;
	}

}
