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
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobState;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.Outcome;

/**
 * An attempt whose outcome is known, and, but for what its own transaction has done, not
 * yet stored.
 *
 * @param attempt the attempt
 * @param outcome what is to become of the job
 * @param kind how the attempt ended; {@code null} if its body was never started
 * @param stored what the attempt's own transaction has done to the store
 */
record Finished(Attempt attempt, Outcome outcome, @Nullable AttemptOutcome kind, Stored stored) {

	private static final Logger logger = LoggerFactory.getLogger(Finished.class);

	Finished(Attempt attempt, Outcome outcome, @Nullable AttemptOutcome kind) {
		this(attempt, outcome, kind, Stored.NO);
	}

	/** Give back a job whose body was never started. */
	static Finished unstarted(Attempt attempt) {
		return new Finished(attempt, new Outcome.Released(), null);
	}

	/** What a body came to that returned. */
	static Finished returned(Attempt attempt, Outcome.Returned outcome) {
		return new Finished(attempt, outcome, kind(outcome));
	}

	/** The same, committed with the body's effects. */
	static Finished stored(Attempt attempt, Outcome.Returned outcome) {
		return new Finished(attempt, outcome, kind(outcome), Stored.YES);
	}

	private static AttemptOutcome kind(Outcome.Returned outcome) {
		return (outcome instanceof Outcome.Snoozed) ? AttemptOutcome.SNOOZED : AttemptOutcome.SUCCEEDED;
	}

	/** The same, and what the body came to may have been committed after all. */
	Finished inDoubt() {
		return new Finished(this.attempt, this.outcome, this.kind, Stored.UNKNOWN);
	}

	boolean isStored() {
		return this.stored == Stored.YES;
	}

	boolean isInDoubt() {
		return this.stored == Stored.UNKNOWN;
	}

	/**
	 * What has become of it, once the store has accepted it.
	 * @param status the job as it is in the store then
	 * @return what its body came to, if it was in doubt and that is what the store has
	 */
	Finished settled(@Nullable JobStatus status) {
		Outcome.Returned committed = (isInDoubt() && status != null) ? committed(status) : null;
		if (committed == null) {
			return this;
		}
		Finished settled = stored(this.attempt, committed);
		logger.info("{} has {} after all: its transaction had committed when it seemed to have failed", this.attempt,
				settled.kind());
		return settled;
	}

	private Outcome.@Nullable Returned committed(JobStatus status) {
		Duration snooze = this.attempt.decideSnooze();
		if (snooze != null) {
			// Nothing else that an attempt comes to makes its job wait like that.
			return (status.state() == JobState.SCHEDULED) ? new Outcome.Snoozed(snooze) : null;
		}
		return (status.state() == JobState.SUCCEEDED && status.attempts() == this.attempt.attempt())
				? new Outcome.Succeeded(status.result()) : null;
	}

	/** Whether nothing follows from it at once, for anybody. */
	boolean isLater() {
		return this.outcome instanceof Outcome.Retry || this.outcome instanceof Outcome.Snoozed;
	}

	AttemptOutcome startedKind() {
		return Objects.requireNonNull(this.kind);
	}

	Ending ending() {
		return new Ending(this.attempt.job(), this.outcome);
	}

	JobState state() {
		if (this.outcome instanceof Outcome.Succeeded) {
			return JobState.SUCCEEDED;
		}
		if (this.outcome instanceof Outcome.Retry) {
			return JobState.RETRYING;
		}
		if (this.outcome instanceof Outcome.Snoozed) {
			return this.attempt.isCancelled() ? JobState.CANCELLED : JobState.SCHEDULED;
		}
		if (this.outcome instanceof Outcome.Cancelled) {
			return JobState.CANCELLED;
		}
		return (this.outcome instanceof Outcome.Dead) ? JobState.DEAD : JobState.ENQUEUED;
	}

	/**
	 * What an attempt's own transaction has done to the store.
	 */
	enum Stored {

		/** Nothing: the outcome is to be applied. */
		NO,

		/** All: the outcome is there. */
		YES,

		/** Its commit failed, and may have worked: applying the outcome settles it. */
		UNKNOWN

	}

}
