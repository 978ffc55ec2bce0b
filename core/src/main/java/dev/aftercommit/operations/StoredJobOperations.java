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

package dev.aftercommit.operations;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.BulkResult;
import dev.aftercommit.Explanation;
import dev.aftercommit.FailureGroup;
import dev.aftercommit.JobArguments;
import dev.aftercommit.JobAttempt;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobFlow;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobOrder;
import dev.aftercommit.JobPage;
import dev.aftercommit.JobSnapshot;
import dev.aftercommit.JobState;
import dev.aftercommit.JobWords;
import dev.aftercommit.NodeSnapshot;
import dev.aftercommit.OrderResult;
import dev.aftercommit.Paging;
import dev.aftercommit.QueueSnapshot;
import dev.aftercommit.ScheduleRun;
import dev.aftercommit.ScheduleSnapshot;
import dev.aftercommit.StateCount;
import dev.aftercommit.UnknownName;
import dev.aftercommit.store.AuditTrail;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobList;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.LocalWorkers;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;

/**
 * Hands orders to the store, and tells the workers when they hold.
 */
public final class StoredJobOperations implements JobOperations {

	private static final Set<JobState> FAILED = EnumSet.of(JobState.DEAD, JobState.RETRYING);

	private final JobStore store;

	private final LocalWorkers workers;

	private final BulkOrders bulkOrders;

	private final Surroundings surroundings;

	private final Explainer explainer;

	private final UnknownNames unknownNames;

	private final ShownArguments arguments;

	private final ScheduleOrders scheduleOrders;

	/**
	 * Create operations that show no arguments.
	 * @param store where the jobs are
	 * @param workers this node's workers
	 * @param lease after what silence a node is taken for dead
	 * @param nextFireTimes when schedules are fired next
	 */
	public StoredJobOperations(JobStore store, LocalWorkers workers, Duration lease, NextFireTimes nextFireTimes) {
		this(store, workers, lease, nextFireTimes, ArgumentMask.NONE);
	}

	/**
	 * Create operations that know no job of any schedule.
	 * @param store where the jobs are
	 * @param workers this node's workers
	 * @param lease after what silence a node is taken for dead
	 * @param nextFireTimes when schedules are fired next
	 * @param argumentMask hides sensitive arguments
	 */
	public StoredJobOperations(JobStore store, LocalWorkers workers, Duration lease, NextFireTimes nextFireTimes,
			ArgumentMask argumentMask) {
		this(store, workers, lease, nextFireTimes, argumentMask, ScheduledJobs.NONE);
	}

	/**
	 * Create operations.
	 * @param store where the jobs are
	 * @param workers this node's workers
	 * @param lease after what silence a node is taken for dead
	 * @param nextFireTimes when schedules are fired next
	 * @param argumentMask hides sensitive arguments
	 * @param scheduledJobs jobs of schedules
	 */
	public StoredJobOperations(JobStore store, LocalWorkers workers, Duration lease, NextFireTimes nextFireTimes,
			ArgumentMask argumentMask, ScheduledJobs scheduledJobs) {
		this.store = store;
		this.workers = workers;
		this.bulkOrders = new BulkOrders(store);
		this.surroundings = new Surroundings(store, nextFireTimes);
		this.unknownNames = new UnknownNames(store, lease);
		this.explainer = new Explainer(store, new WaitReasons(store, workers, this.unknownNames, lease));
		this.arguments = new ShownArguments(store, argumentMask);
		this.scheduleOrders = new ScheduleOrders(store, scheduledJobs);
	}

	@Override
	public Optional<JobSnapshot> find(UUID id) {
		Map<UUID, JobStatus> found = this.store.directory().find(Set.of(id));
		return snapshots(found).stream().findFirst();
	}

	@Override
	public JobPage list(JobFilter filter, Paging paging) {
		JobList list = this.store.overview().list(filter, paging);
		return new JobPage(snapshots(list.jobs()), list.next());
	}

	@Override
	public List<FailureGroup> failures(Set<JobState> states) {
		Assert.isTrue(!states.isEmpty() && FAILED.containsAll(states),
				() -> "'states' (" + states + ") must be DEAD, RETRYING or both: jobs in no other state have failed");
		return this.store.overview().failures(states);
	}

	private List<JobSnapshot> snapshots(Map<UUID, JobStatus> jobs) {
		Map<UUID, List<String>> tags = jobs.isEmpty() ? Map.of() : this.store.overview().tags(jobs.keySet());
		return jobs.entrySet()
			.stream()
			.map((job) -> snapshot(job.getKey(), job.getValue(), tags.getOrDefault(job.getKey(), List.of())))
			.toList();
	}

	@Override
	public List<JobAttempt> attempts(UUID id) {
		return this.store.directory().attempts(id);
	}

	@Override
	public JobArguments arguments(UUID id) {
		return this.arguments.of(id);
	}

	@Override
	public JobWords words(UUID id) {
		return this.store.directory().words(id);
	}

	private static JobSnapshot snapshot(UUID id, JobStatus status, List<String> tags) {
		return new JobSnapshot(id, status.name(), status.queue(), status.priority(), status.state(), status.attempts(),
				status.enqueuedAt(), status.dueAt(), status.endedAt(), status.reason(), snapshot(status.failure()),
				tags);
	}

	private static JobSnapshot.@Nullable Failure snapshot(@Nullable Failure failure) {
		return (failure != null) ? new JobSnapshot.Failure(failure.outcome(), failure.type(), failure.text()) : null;
	}

	@Override
	public OrderResult retry(UUID id) {
		return tell(this.store.orders().retry(id), this::jobsWait);
	}

	@Override
	public OrderResult cancel(UUID id) {
		OrderResult result = this.store.orders().cancel(id);
		return (result.kind() == OrderResult.Kind.REQUESTED) ? tell(result, this.workers::ordersGiven)
				: tell(result, this.store.wakeUps()::send);
	}

	@Override
	public OrderResult runNow(UUID id) {
		return tell(this.store.orders().runNow(id), this::jobsWait);
	}

	@Override
	public OrderResult delete(UUID id) {
		return this.store.orders().delete(id);
	}

	@Override
	public boolean pauseQueue(String queue) {
		checkQueue(queue);
		boolean changed = this.store.orders().pause(queue);
		if (changed) {
			tell(this::jobsWait);
		}
		return changed;
	}

	@Override
	public boolean resumeQueue(String queue) {
		checkQueue(queue);
		boolean changed = this.store.orders().resume(queue);
		if (changed) {
			tell(this::jobsWait);
		}
		return changed;
	}

	private static void checkQueue(String queue) {
		Assert.isTrue(!queue.isBlank() && queue.length() <= 100, () -> "'queue' (" + queue
				+ ") must be the name of a queue, of 1 to 100 characters: name it as the annotation's 'queue' does");
	}

	@Override
	public Set<String> pausedQueues() {
		return this.store.directory().pausedQueues();
	}

	@Override
	public BulkResult order(JobOrder order, JobFilter filter, Paging paging) {
		BulkResult result = this.bulkOrders.give(order, filter, paging);
		if (result.count(OrderResult.Kind.REQUESTED) > 0) {
			tell(this.workers::ordersGiven);
		}
		if (result.count(OrderResult.Kind.DONE) > 0) {
			tell(this::jobsWait);
		}
		return result;
	}

	@Override
	public List<NodeSnapshot> nodes() {
		return this.store.overview().nodes();
	}

	@Override
	public List<UnknownName> unknownNames() {
		return this.unknownNames.list();
	}

	@Override
	public boolean quietNode(long node) {
		return tellNode(this.store.nodes().quiet(node));
	}

	@Override
	public boolean resumeNode(long node) {
		return tellNode(this.store.nodes().resume(node));
	}

	/** It may be this one, and then it need not wait for its next heartbeat. */
	private boolean tellNode(boolean changed) {
		if (changed) {
			this.workers.ordersGiven();
		}
		return changed;
	}

	@Override
	public List<StateCount> totals() {
		Map<JobState, Count> counts = this.store.directory().count();
		return Stream.of(JobState.values()).map((state) -> total(state, counts)).toList();
	}

	private static StateCount total(JobState state, Map<JobState, Count> counts) {
		Count count = counts.getOrDefault(state, new Count(0, true));
		return new StateCount(state, count.value(), count.exact());
	}

	@Override
	public List<QueueSnapshot> queues() {
		return this.surroundings.queues();
	}

	@Override
	public JobFlow flow() {
		return this.store.flow().read();
	}

	@Override
	public List<ScheduleSnapshot> schedules() {
		return this.surroundings.schedules();
	}

	@Override
	public boolean pauseSchedule(String schedule) {
		return this.scheduleOrders.pause(schedule);
	}

	@Override
	public boolean resumeSchedule(String schedule) {
		return this.scheduleOrders.resume(schedule);
	}

	@Override
	public ScheduleRun runScheduleNow(String schedule) {
		ScheduleRun run = this.scheduleOrders.run(schedule);
		if (run.isDone()) {
			jobsWait();
		}
		return run;
	}

	@Override
	public List<AuditEntry> audit(int most) {
		checkMost(most);
		return this.store.auditTrail().latest(most);
	}

	@Override
	public List<AuditEntry> audit(AuditEntry.Kind kind, String subject, int most) {
		checkMost(most);
		return this.store.auditTrail().about(kind, subject, most);
	}

	private static void checkMost(int most) {
		Assert.isTrue(most >= 1 && most <= AuditTrail.MOST,
				() -> "'most' (" + most + ") must be 1 to " + AuditTrail.MOST + ": ask for fewer entries");
	}

	@Override
	public Explanation explain(UUID id) {
		return this.explainer.explain(id);
	}

	/** They learn by a look, too, which queues are paused. */
	private void jobsWait() {
		this.workers.wakeUp();
		this.store.wakeUps().send();
	}

	/**
	 * Tell the workers, once whatever transaction the order may be part of has committed.
	 */
	private static OrderResult tell(OrderResult result, Runnable news) {
		if (result.kind() == OrderResult.Kind.DONE || result.kind() == OrderResult.Kind.REQUESTED) {
			tell(news);
		}
		return result;
	}

	private static void tell(Runnable news) {
		if (TransactionSynchronizationManager.isSynchronizationActive()
				&& TransactionSynchronizationManager.isActualTransactionActive()) {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
				@Override
				public void afterCompletion(int status) {
					// A hint too many, after a rollback, costs one look.
					news.run();
				}
			});
		}
		else {
			news.run();
		}
	}

}
