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

package dev.aftercommit.autoconfigure.actuate;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobState;
import org.jspecify.annotations.Nullable;

/**
 * A job in a list.
 *
 * @param id its id
 * @param name stored name of its handler
 * @param queue its queue
 * @param priority its priority
 * @param state where it is
 * @param attempts attempts counted so far
 * @param enqueuedAt when the store took it
 * @param dueAt when it is due, if that is not now
 * @param endedAt when it ended, if it has
 * @param reason why it was given up, if it was
 * @param failure how the last failed attempt ended, if one did
 * @param tags texts by which it is found
 */
record JobDescriptor(UUID id, String name, String queue, int priority, JobState state, int attempts, Instant enqueuedAt,
		@Nullable Instant dueAt, @Nullable Instant endedAt, @Nullable DeadReason reason,
		@Nullable FailureDescriptor failure, List<String> tags) {

	/**
	 * A failed attempt.
	 *
	 * @param outcome what kind of end it was
	 * @param type class name of what was thrown, or a word for what happened
	 * @param text message and stack; hidden unless values are shown
	 */
	record FailureDescriptor(AttemptOutcome outcome, String type, @Nullable Object text) {

	}

}
