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

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobState;
import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.Permits;
import dev.aftercommit.store.Retention;
import dev.aftercommit.store.Words;

/**
 * Claims, ends and rescues jobs.
 */
final class MemoryLeases implements JobLeases {

	/** Leases for which a job on its last chance waits for others, at most. */
	private static final int PATIENCE = 9;

	private final MemoryJobs jobs;

	private final MemoryNodes nodes;

	private final MemoryAuditTrail auditTrail;

	private final FairClaim fairClaim = new FairClaim();

	MemoryLeases(MemoryJobs jobs, MemoryNodes nodes, MemoryAuditTrail auditTrail) {
		this.jobs = jobs;
		this.nodes = nodes;
		this.auditTrail = auditTrail;
	}

	@Override
	public Claim claim(ClaimRequest request) {
		return this.jobs.locked(() -> {
			Set<String> paused = Set.copyOf(this.jobs.pausedQueues());
			Permits permits = this.jobs.spentStarts().ask(request, this.jobs.ready(), paused, this.jobs.now());
			List<ClaimedJob> claimed = this.fairClaim.pick(this.jobs.ready(), paused, request, permits)
				.stream()
				.map((job) -> claim(job, request.lease()))
				.toList();
			this.jobs.spentStarts().spend(permits);
			return new Claim(claimed, nextDue(), false, paused, permits.nextStart());
		});
	}

	private ClaimedJob claim(StoredJob job, Lease lease) {
		job.attempts++;
		this.jobs.moveToRunning(job, lease);
		return new ClaimedJob(job.id, job.name, job.queue, job.priority, job.attempts, job.arguments, job.headers,
				lease, notNegative(Duration.between(job.dueAt, this.jobs.now())), job.forgiven);
	}

	private Optional<Duration> nextDue() {
		if (this.jobs.delayed().isEmpty()) {
			return Optional.empty();
		}
		return Optional.of(notNegative(Duration.between(this.jobs.now(), this.jobs.delayed().first().dueAt)));
	}

	private static Duration notNegative(Duration duration) {
		return duration.isNegative() ? Duration.ZERO : duration;
	}

	@Override
	public int promote(int limit) {
		return this.jobs.locked(() -> {
			Instant now = this.jobs.now();
			List<StoredJob> due = this.jobs.delayed()
				.stream()
				.takeWhile((job) -> !job.dueAt.isAfter(now))
				.limit(limit)
				.sorted(StoredJob.BY_PLACE)
				.toList();
			due.forEach(this.jobs::moveToReady);
			return due.size();
		});
	}

	@Override
	public Set<UUID> apply(List<Ending> endings) {
		return this.jobs.locked(() -> {
			Set<UUID> accepted = new HashSet<>();
			for (Ending ending : endings) {
				StoredJob job = this.jobs.find(ending.job().id());
				if (job != null && apply(job, ending)) {
					accepted.add(job.id);
				}
			}
			return accepted;
		});
	}

	private boolean apply(StoredJob job, Ending ending) {
		Lease lease = ending.job().lease();
		if (!job.isHeldBy(lease)) {
			return job.wasEndedBy(lease);
		}
		job.endedBy(lease);
		Outcome outcome = ending.outcome();
		if (outcome instanceof Outcome.Succeeded succeeded) {
			job.result = succeeded.result();
			job.dropArguments();
			this.jobs.moveToEnd(job, JobState.SUCCEEDED);
		}
		else if (outcome instanceof Outcome.Retry retry) {
			fail(job, retry.failure());
			moveOn(job, () -> this.jobs.moveToRetrying(job, retry.delay()));
		}
		else if (outcome instanceof Outcome.Snoozed snoozed) {
			notSpent(job, AttemptOutcome.SNOOZED);
			moveOn(job, () -> this.jobs.moveToScheduled(job, snoozed.delay()));
		}
		else if (outcome instanceof Outcome.Dead dead) {
			die(job, dead.reason(), dead.failure());
		}
		else if (outcome instanceof Outcome.Cancelled cancelled) {
			leave(job, cancelled.failure());
			this.jobs.moveToCancelled(job);
		}
		else {
			notSpent(job, AttemptOutcome.INTERRUPTED);
			moveOn(job, () -> this.jobs.moveToReady(job));
		}
		return true;
	}

	private void fail(StoredJob job, Failure failure) {
		Instant now = this.jobs.now();
		job.fail(now, failure);
		job.note(now, failure.outcome(), failure);
	}

	private void leave(StoredJob job, Failure failure) {
		if (failure.outcome() != AttemptOutcome.CANCELLED) {
			job.fail(this.jobs.now(), failure);
		}
		job.note(this.jobs.now(), failure.outcome(), failure);
	}

	private void notSpent(StoredJob job, AttemptOutcome outcome) {
		job.note(this.jobs.now(), outcome, null);
		job.attempts--;
	}

	@Override
	public void note(List<Words> words) {
		this.jobs.locked(() -> {
			for (Words each : words) {
				StoredJob job = this.jobs.find(each.id());
				if (job != null && job.isHeldBy(each.lease())) {
					job.note(each);
				}
			}
			return words;
		});
	}

	@Override
	public int reclaim(long node, Set<Long> held, long below) {
		return this.jobs.locked(() -> {
			List<StoredJob> forgotten = this.jobs.runningOn(node)
				.stream()
				.filter((job) -> job.lease != null && job.lease.token() < below && !held.contains(job.lease.token()))
				.toList();
			forgotten.forEach(this::giveBack);
			return forgotten.size();
		});
	}

	@Override
	public int rescue(Duration lease, int maxCrashes, int limit) {
		return this.jobs.locked(() -> {
			this.nodes.endSilent(lease);
			List<StoredJob> orphans = new ArrayList<>();
			for (long node : this.jobs.runningNodes()) {
				if (!this.nodes.isAlive(node)) {
					orphans.addAll(this.jobs.runningOn(node));
				}
			}
			List<StoredJob> rescued = orphans.stream()
				.filter((job) -> !hasOneLastChance(job, maxCrashes))
				.limit(limit)
				.toList();
			if (rescued.isEmpty()) {
				rescued = onLastChance(orphans, lease.multipliedBy(PATIENCE));
			}
			rescued.forEach((job) -> rescue(job, maxCrashes));
			return rescued.size();
		});
	}

	/**
	 * What took its node down beside it must not do so again: such a job comes alone, and
	 * not while one that was lost lately may do so.
	 */
	private List<StoredJob> onLastChance(List<StoredJob> orphans, Duration patience) {
		Instant since = this.jobs.now().minus(patience);
		boolean wait = !orphans.isEmpty() && this.jobs.all()
			.stream()
			.anyMatch((job) -> job.lostAt.isAfter(since) && (job.state == JobState.ENQUEUED || isRunning(job)));
		return orphans.stream()
			.filter((job) -> !wait || job.lease == null || !this.nodes.endedAfter(job.lease.node(), since))
			.limit(1)
			.toList();
	}

	private boolean isRunning(StoredJob job) {
		return job.state == JobState.RUNNING && job.lease != null && this.nodes.isAlive(job.lease.node());
	}

	private static boolean hasOneLastChance(StoredJob job, int maxCrashes) {
		return maxCrashes > 2 && job.losses == maxCrashes - 2;
	}

	private void rescue(StoredJob job, int maxCrashes) {
		job.losses++;
		job.lostAt = this.jobs.now();
		Failure lost = new Failure(AttemptOutcome.LOST, "lost",
				"The node that ran this attempt went silent: it crashed, was stopped or was cut off");
		if (job.losses >= maxCrashes) {
			die(job, DeadReason.CRASHED, lost);
		}
		else {
			fail(job, lost);
			moveOn(job, () -> this.jobs.moveToReady(job));
		}
	}

	private void giveBack(StoredJob job) {
		job.attempts--;
		moveOn(job, () -> this.jobs.moveToReady(job));
	}

	private void die(StoredJob job, DeadReason reason, Failure failure) {
		fail(job, failure);
		if (job.cancelRequested) {
			this.jobs.moveToCancelled(job);
			return;
		}
		job.reason = reason;
		this.jobs.moveToEnd(job, JobState.DEAD);
	}

	private void moveOn(StoredJob job, Runnable move) {
		if (job.cancelRequested) {
			this.jobs.moveToCancelled(job);
		}
		else {
			move.run();
		}
	}

	@Override
	public int prune(Retention retention, int limit) {
		return this.jobs.locked(() -> {
			this.nodes.prune(retention.longest());
			this.auditTrail.prune();
			return prune(JobState.SUCCEEDED, retention.succeeded(), limit)
					+ prune(JobState.CANCELLED, retention.cancelled(), limit)
					+ prune(JobState.DEAD, retention.dead(), limit);
		});
	}

	private int prune(JobState state, Duration keep, int limit) {
		Instant now = this.jobs.now();
		List<StoredJob> old = this.jobs.ended(state)
			.stream()
			.takeWhile((job) -> Duration.between(job.endedAt, now).compareTo(keep) > 0)
			.limit(limit)
			.toList();
		old.forEach(this.jobs::remove);
		return old.size();
	}

}
