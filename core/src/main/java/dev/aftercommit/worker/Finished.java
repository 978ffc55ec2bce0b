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

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobState;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Outcome;

/**
 * An attempt whose outcome is known, and not yet stored.
 *
 * @param attempt the attempt
 * @param outcome what is to become of the job
 * @param kind how the attempt ended; {@code null} if its body was never started
 */
record Finished(Attempt attempt, Outcome outcome, @Nullable AttemptOutcome kind) {

	/** Give back a job whose body was never started. */
	static Finished unstarted(Attempt attempt) {
		return new Finished(attempt, new Outcome.Released(), null);
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
		return (this.outcome instanceof Outcome.Dead) ? JobState.DEAD : JobState.ENQUEUED;
	}

}
