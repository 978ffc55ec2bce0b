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

package dev.aftercommit;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A job as it was in the store at one moment. Times are the store's. Arguments and result
 * are not in it.
 *
 * @param id its id
 * @param name stored name of its handler
 * @param queue its queue
 * @param priority its priority
 * @param state where it is
 * @param attempts attempts counted so far
 * @param enqueuedAt when the store took it
 * @param dueAt when it is due, for {@link JobState#SCHEDULED} and
 * {@link JobState#RETRYING}
 * @param endedAt when it ended, if it has
 * @param reason why it is {@link JobState#DEAD}, if it is
 * @param lastFailure how its last failed attempt ended, if one did
 * @param tags texts by which it is found, ordered
 */
public record JobSnapshot(UUID id, String name, String queue, int priority, JobState state, int attempts,
		Instant enqueuedAt, @Nullable Instant dueAt, @Nullable Instant endedAt, @Nullable DeadReason reason,
		@Nullable Failure lastFailure, List<String> tags) {

	public JobSnapshot {
		tags = List.copyOf(tags);
	}

	/**
	 * How an attempt failed, as text.
	 *
	 * @param outcome what kind of end it was
	 * @param type class name of what was thrown, or a word for what happened
	 * @param text message and stack, at most 8,192 characters
	 */
	public record Failure(AttemptOutcome outcome, String type, String text) {

	}

}
