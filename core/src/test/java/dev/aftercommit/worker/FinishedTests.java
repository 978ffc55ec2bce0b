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
import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobState;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.Outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * What is said of an attempt that has ended.
 */
class FinishedTests {

	private static final Failure FAILURE = new Failure(AttemptOutcome.FAILED, "type", "text");

	private final Attempt attempt = new Attempts().next("work");

	@Test
	void theStateFollowsFromTheOutcome() {
		assertThat(finished(new Outcome.Succeeded(null)).state()).isEqualTo(JobState.SUCCEEDED);
		assertThat(finished(new Outcome.Retry(Duration.ZERO, FAILURE)).state()).isEqualTo(JobState.RETRYING);
		assertThat(finished(new Outcome.Dead(DeadReason.DISCARDED, FAILURE)).state()).isEqualTo(JobState.DEAD);
		assertThat(finished(new Outcome.Snoozed(Duration.ZERO)).state()).isEqualTo(JobState.SCHEDULED);
		assertThat(finished(new Outcome.Released()).state()).isEqualTo(JobState.ENQUEUED);
	}

	@Test
	void theEndingIsOfTheJobAsItWasClaimed() {
		Finished finished = finished(new Outcome.Succeeded("result"));
		assertThat(finished.ending().job()).isSameAs(this.attempt.job());
		assertThat(finished.ending().outcome()).isEqualTo(new Outcome.Succeeded("result"));
		assertThat(finished.startedKind()).isEqualTo(AttemptOutcome.FAILED);
	}

	@Test
	void whatWasNeverStartedIsGivenBackAndHasNoKind() {
		Finished unstarted = Finished.unstarted(this.attempt);
		assertThat(unstarted.outcome()).isInstanceOf(Outcome.Released.class);
		assertThat(unstarted.kind()).isNull();
		assertThatNullPointerException().isThrownBy(unstarted::startedKind);
		assertThat(unstarted.isStored()).isFalse();
		assertThat(unstarted.isInDoubt()).isFalse();
	}

	@Test
	void whatWasCommittedWithItsEffectsIsStored() {
		Finished stored = Finished.stored(this.attempt, new Outcome.Succeeded("result"));
		assertThat(stored.isStored()).isTrue();
		assertThat(stored.isInDoubt()).isFalse();
		assertThat(stored.kind()).isEqualTo(AttemptOutcome.SUCCEEDED);
	}

	@Test
	void whatWasInDoubtHasSucceededIfTheStoreSaysSoOfThisAttempt() {
		Finished doubtful = finished(new Outcome.Retry(Duration.ZERO, FAILURE)).inDoubt();
		assertThat(doubtful.isInDoubt()).isTrue();
		assertThat(doubtful.outcome()).isInstanceOf(Outcome.Retry.class);
		Finished settled = doubtful.settled(status(JobState.SUCCEEDED, 1, "stored"));
		assertThat(settled.isStored()).isTrue();
		assertThat(settled.outcome()).isEqualTo(new Outcome.Succeeded("stored"));
		assertThat(settled.kind()).isEqualTo(AttemptOutcome.SUCCEEDED);
		assertThat(settled.attempt()).isSameAs(this.attempt);
	}

	@Test
	void whatWasInDoubtHasSnoozedIfThatIsWhatTheBodyAskedForAndItsJobIsScheduled() {
		this.attempt.snooze(Duration.ofMinutes(1));
		Finished doubtful = finished(new Outcome.Retry(Duration.ZERO, FAILURE)).inDoubt();
		assertThat(doubtful.settled(status(JobState.RETRYING, 1, null))).isSameAs(doubtful);
		Finished settled = doubtful.settled(status(JobState.SCHEDULED, 0, null));
		assertThat(settled.isStored()).isTrue();
		assertThat(settled.outcome()).isEqualTo(new Outcome.Snoozed(Duration.ofMinutes(1)));
		assertThat(settled.kind()).isEqualTo(AttemptOutcome.SNOOZED);
		assertThat(settled.state()).isEqualTo(JobState.SCHEDULED);
	}

	@Test
	void whatWasInDoubtStaysWhatItIsIfTheStoreSaysAnythingElse() {
		Finished doubtful = finished(new Outcome.Retry(Duration.ZERO, FAILURE)).inDoubt();
		assertThat(doubtful.settled(null)).isSameAs(doubtful);
		assertThat(doubtful.settled(status(JobState.RETRYING, 1, null))).isSameAs(doubtful);
		assertThat(doubtful.settled(status(JobState.SUCCEEDED, 2, "another attempt's"))).isSameAs(doubtful);
		Finished certain = finished(new Outcome.Retry(Duration.ZERO, FAILURE));
		assertThat(certain.settled(status(JobState.SUCCEEDED, 1, "stored"))).isSameAs(certain);
	}

	private Finished finished(Outcome outcome) {
		return new Finished(this.attempt, outcome, AttemptOutcome.FAILED);
	}

	private static JobStatus status(JobState state, int attempts, @Nullable String result) {
		return new JobStatus("work", "default", 0, state, attempts, Instant.EPOCH, null, null, result, null, null);
	}

}
