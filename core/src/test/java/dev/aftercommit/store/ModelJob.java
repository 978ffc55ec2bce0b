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

package dev.aftercommit.store;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobState;

import static dev.aftercommit.JobState.CANCELLED;
import static dev.aftercommit.JobState.DEAD;
import static dev.aftercommit.JobState.ENQUEUED;
import static dev.aftercommit.JobState.RETRYING;
import static dev.aftercommit.JobState.RUNNING;
import static dev.aftercommit.JobState.SCHEDULED;
import static dev.aftercommit.JobState.SUCCEEDED;

/**
 * A job as {@code docs/states.md} has it, beside the one in the store.
 */
final class ModelJob {

	/** The arrows of {@code docs/states.md}, but for the first and the last. */
	private static final Map<JobState, Set<JobState>> ARROWS = Map.of(SCHEDULED, Set.of(ENQUEUED, CANCELLED), ENQUEUED,
			Set.of(RUNNING, CANCELLED), RUNNING, Set.of(ENQUEUED, SCHEDULED, SUCCEEDED, RETRYING, DEAD, CANCELLED),
			RETRYING, Set.of(ENQUEUED, CANCELLED), DEAD, Set.of(ENQUEUED));

	final int number;

	final NewJob job;

	/** Leases whose outcome was accepted, with the outcome. */
	final Map<Lease, Outcome> accepted = new HashMap<>();

	@Nullable Seen seen;

	@Nullable Lease lease;

	/** Of the present lease. */
	boolean cancelRequested;

	int forgiven;

	/** Since they were forgiven. */
	int losses;

	/** Minutes on the store's clock. */
	@Nullable Long lost;

	long sequence;

	/** Minutes on the store's clock. */
	long due;

	/** Minutes on the store's clock. */
	long ended;

	ModelJob(int number) {
		this.number = number;
		UUID id = UUID.randomUUID();
		this.job = new NewJob(id, (number == 5) ? "other.job" : "job", "queue-" + number % 2, number % 3 - 1, null,
				"[\"" + id + "\"]", Map.of("number", Integer.toString(number)));
	}

	boolean is(JobState state) {
		return this.seen != null && this.seen.state() == state;
	}

	boolean waitsForItsTime() {
		return is(SCHEDULED) || is(RETRYING);
	}

	Seen now(JobState state) {
		Seen before = seen();
		return new Seen(state, before.attempts(), before.reason(), before.result(), before.failure());
	}

	Seen seen() {
		if (this.seen == null) {
			throw new IllegalStateException(this + " is not in the store");
		}
		return this.seen;
	}

	/** Where a job goes that loses its lease. */
	Seen free(Seen otherwise) {
		return this.cancelRequested ? new Seen(CANCELLED, otherwise.attempts(), null, null, otherwise.failure())
				: otherwise;
	}

	void free() {
		this.lease = null;
		this.cancelRequested = false;
	}

	void forget() {
		this.seen = null;
		free();
		this.forgiven = 0;
		this.losses = 0;
		this.lost = null;
		this.accepted.clear();
	}

	static boolean isDocumented(@Nullable Seen before, @Nullable Seen after) {
		if (before == null) {
			return after == null || after.state() == SCHEDULED || after.state() == ENQUEUED;
		}
		if (after == null) {
			return before.state().isEnded();
		}
		return ARROWS.getOrDefault(before.state(), Set.of()).contains(after.state());
	}

	@Override
	public String toString() {
		return "job " + this.number;
	}

	/**
	 * What is seen of a job.
	 *
	 * @param state where it is
	 * @param attempts attempts counted so far
	 * @param reason why it is dead
	 * @param result its result
	 * @param failure how its last failed attempt ended
	 */
	record Seen(JobState state, int attempts, @Nullable DeadReason reason, @Nullable String result,
			@Nullable AttemptOutcome failure) {

		static @Nullable Seen of(@Nullable JobStatus status) {
			return (status != null) ? new Seen(status.state(), status.attempts(), status.reason(), status.result(),
					(status.failure() != null) ? status.failure().outcome() : null) : null;
		}

		Seen attempts(int attempts) {
			return new Seen(this.state, attempts, this.reason, this.result, this.failure);
		}

		Seen failure(AttemptOutcome failure) {
			return new Seen(this.state, this.attempts, this.reason, this.result, failure);
		}

		Seen result(@Nullable String result) {
			return new Seen(this.state, this.attempts, this.reason, result, this.failure);
		}

		Seen reason(DeadReason reason) {
			return new Seen(this.state, this.attempts, reason, this.result, this.failure);
		}

	}

}
