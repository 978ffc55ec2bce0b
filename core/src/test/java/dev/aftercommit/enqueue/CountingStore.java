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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.JobOrders;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Nodes;
import dev.aftercommit.store.StagedJob;
import dev.aftercommit.store.Recurrences;
import dev.aftercommit.store.WakeUps;

/**
 * A store that notes what was staged and what was enqueued, and then does it.
 */
final class CountingStore implements JobStore, JobIntake {

	final List<List<StagedJob>> staged = new ArrayList<>();

	final List<List<NewJob>> enqueued = java.util.Collections.synchronizedList(new ArrayList<>());

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
		return this.store.intake().stage(jobs);
	}

	@Override
	public Map<UUID, UUID> enqueue(List<NewJob> jobs) {
		this.enqueued.add(jobs);
		return this.store.intake().enqueue(jobs);
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
