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
import dev.aftercommit.AuditEntry;
import dev.aftercommit.DeadReason;
import dev.aftercommit.Explanation;
import dev.aftercommit.JobArguments;
import dev.aftercommit.JobProgress;
import dev.aftercommit.JobState;
import dev.aftercommit.autoconfigure.actuate.JobDescriptor.FailureDescriptor;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * A job, as in a list, with all that is known of it.
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
 * @param arguments what it was called with
 * @param result its result, if it has one; hidden unless values are shown
 * @param history the attempts that have ended
 * @param why why it is where it is
 * @param progress how far its body said it had come, if it did
 * @param log what its bodies have logged; hidden unless values are shown
 * @param audit the latest orders about it, those about many included
 */
record JobDetailsDescriptor(UUID id, String name, String queue, int priority, JobState state, int attempts,
		Instant enqueuedAt, @Nullable Instant dueAt, @Nullable Instant endedAt, @Nullable DeadReason reason,
		@Nullable FailureDescriptor failure, List<String> tags, ArgumentsDescriptor arguments, @Nullable Object result,
		List<AttemptDescriptor> history, List<Explanation.Reason> why, @Nullable JobProgress progress,
		List<@Nullable Object> log, List<AuditEntry> audit) implements OperationResponseBody {

	/**
	 * Arguments.
	 *
	 * @param kind what is known of them
	 * @param json the beginning of the array that is stored; hidden unless values are
	 * shown, and without what is sensitive in any case
	 * @param cut whether there is more of it
	 */
	record ArgumentsDescriptor(JobArguments.Kind kind, @Nullable Object json, boolean cut) {

	}

	/**
	 * An attempt that has ended.
	 *
	 * @param number its number, from 1
	 * @param node number of the node that made it
	 * @param startedAt when it was claimed, where the store keeps that
	 * @param endedAt when its outcome was stored
	 * @param outcome how it ended
	 * @param errorType class name of what was thrown, or a word for what happened
	 * @param errorText message and stack; hidden unless values are shown
	 */
	record AttemptDescriptor(int number, long node, @Nullable Instant startedAt, Instant endedAt,
			AttemptOutcome outcome, @Nullable String errorType, @Nullable Object errorText) {

	}

}
