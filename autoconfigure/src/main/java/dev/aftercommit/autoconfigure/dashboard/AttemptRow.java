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

package dev.aftercommit.autoconfigure.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobAttempt;
import dev.aftercommit.autoconfigure.dashboard.Format.When;
import dev.aftercommit.autoconfigure.dashboard.JobPage.Secret;
import org.jspecify.annotations.Nullable;

/**
 * An attempt in a job's history.
 *
 * @param number which one
 * @param node number of the node that made it
 * @param ended when it ended
 * @param took how long it took, where the store keeps that
 * @param outcome how it ended, as a word
 * @param failed whether something went wrong
 * @param type class of what was thrown, or a word for what happened
 * @param error message and stack, if something went wrong
 * @param trace the stack in the order of its lines, where it is shown
 */
record AttemptRow(int number, long node, When ended, @Nullable String took, String outcome, boolean failed,
		@Nullable String type, @Nullable Secret error, @Nullable StackText trace) {

	static AttemptRow of(JobAttempt attempt, @Nullable Secret error, Instant now) {
		Instant startedAt = attempt.startedAt();
		String text = (error != null) ? error.text() : null;
		return new AttemptRow(attempt.number(), attempt.node(), Format.at(attempt.endedAt(), now),
				(startedAt != null) ? Format.duration(Duration.between(startedAt, attempt.endedAt())) : null,
				attempt.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' '),
				attempt.outcome() != AttemptOutcome.SUCCEEDED, attempt.errorType(), error,
				(text != null) ? StackText.of(text) : null);
	}

}
