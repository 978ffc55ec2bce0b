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

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobAttempt;
import dev.aftercommit.JobState;
import dev.aftercommit.JobWords;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Words;

/**
 * A job and where it is. Touched only under the lock of {@link MemoryJobs}.
 */
final class StoredJob {

	/** The order of claims within one queue. */
	static final Comparator<StoredJob> BY_PRIORITY = Comparator.<StoredJob>comparingInt((job) -> job.priority)
		.thenComparingLong((job) -> job.sequence);

	/** The order in which they were enqueued. */
	static final Comparator<StoredJob> BY_PLACE = Comparator.comparingLong((job) -> job.sequence);

	/** The order of promotion. */
	static final Comparator<StoredJob> BY_DUE_TIME = Comparator.<StoredJob, Instant>comparing((job) -> job.dueAt)
		.thenComparingLong((job) -> job.sequence);

	/** The order of pruning. */
	static final Comparator<StoredJob> BY_END = Comparator.<StoredJob, Instant>comparing((job) -> job.endedAt)
		.thenComparingLong((job) -> job.sequence);

	final UUID id;

	final String name;

	final String queue;

	final int priority;

	final long sequence;

	final Instant enqueuedAt;

	final JobTerms terms;

	/** Kept for as long as the job, unlike the headers among which they came. */
	final List<String> tags;

	private final Set<Lease> endedLeases = new HashSet<>(2);

	String arguments;

	Map<String, String> headers;

	JobState state = JobState.SCHEDULED;

	Instant dueAt;

	int attempts;

	/** Of the attempts, those that an operator's retry has made no longer count. */
	int forgiven;

	/** Of the attempts that count, those that were lost. */
	int losses;

	Instant lostAt = Instant.EPOCH;

	@Nullable Lease lease;

	/** The node of the latest lease. */
	long node;

	/** Of the latest lease. */
	Instant claimedAt = Instant.EPOCH;

	private @Nullable AttemptLog attemptLog;

	private @Nullable WordLog wordLog;

	/** Of the present lease. */
	boolean cancelRequested;

	Instant endedAt = Instant.EPOCH;

	@Nullable String result;

	@Nullable DeadReason reason;

	@Nullable Failure failure;

	Instant failedAt = Instant.EPOCH;

	StoredJob(NewJob job, long sequence, Instant enqueuedAt, Instant dueAt) {
		this.id = job.id();
		this.name = job.name();
		this.queue = job.queue();
		this.priority = job.priority();
		this.arguments = job.arguments();
		this.headers = Map.copyOf(job.headers());
		this.terms = job.terms();
		this.tags = List.copyOf(new TreeSet<>(this.terms.tags()));
		this.sequence = sequence;
		this.enqueuedAt = enqueuedAt;
		this.dueAt = dueAt;
	}

	boolean isHeldBy(Lease lease) {
		return this.state == JobState.RUNNING && lease.equals(this.lease);
	}

	/**
	 * Whether an outcome under this lease was accepted before.
	 * @param lease the lease
	 * @return whether it took an outcome
	 */
	boolean wasEndedBy(Lease lease) {
		return this.endedLeases.contains(lease);
	}

	void endedBy(Lease lease) {
		this.endedLeases.add(lease);
	}

	void fail(Instant now, Failure failure) {
		this.failure = failure;
		this.failedAt = now;
	}

	/**
	 * Record the present attempt, which has ended and not succeeded.
	 * @param failure how, {@code null} if it is not spent
	 */
	void note(Instant now, AttemptOutcome outcome, @Nullable Failure failure) {
		if (this.attemptLog == null) {
			this.attemptLog = new AttemptLog();
		}
		this.attemptLog.add(new JobAttempt(this.attempts, this.node, this.claimedAt, now, outcome,
				(failure != null) ? failure.type() : null,
				(failure != null) ? AttemptLog.shortened(failure.text()) : null));
	}

	List<JobAttempt> pastAttempts() {
		List<JobAttempt> past = (this.attemptLog != null) ? this.attemptLog.list() : new ArrayList<>();
		if (this.state == JobState.SUCCEEDED) {
			past.add(new JobAttempt(this.attempts, this.node, this.claimedAt, this.endedAt, AttemptOutcome.SUCCEEDED,
					null, null));
		}
		return past;
	}

	void note(Words words) {
		if (this.wordLog == null) {
			this.wordLog = new WordLog();
		}
		this.wordLog.add(words);
	}

	JobWords words() {
		return (this.wordLog != null) ? this.wordLog.all() : JobWords.NONE;
	}

	/** What a dead job needs to live again. */
	void forgive() {
		this.forgiven = this.attempts;
		this.losses = 0;
		this.reason = null;
	}

	/** What a job that never runs again needs no longer. */
	void dropArguments() {
		this.arguments = "";
		this.headers = Map.of();
	}

	boolean hasArguments() {
		return !this.state.isEnded() || this.state == JobState.DEAD;
	}

	JobStatus status() {
		return status(this.result);
	}

	JobStatus statusWithoutResult() {
		return status(null);
	}

	private JobStatus status(@Nullable String result) {
		boolean waitsForItsTime = this.state == JobState.SCHEDULED || this.state == JobState.RETRYING;
		return new JobStatus(this.name, this.queue, this.priority, this.state, this.attempts, this.enqueuedAt,
				waitsForItsTime ? this.dueAt : null, this.state.isEnded() ? this.endedAt : null, result, this.reason,
				this.failure);
	}

}
