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

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.DeadReason;
import dev.aftercommit.JobFilter;
import dev.aftercommit.JobState;

/**
 * A job as those see it who wait for it or look after it. Times are the store's.
 *
 * @param name stored name of its handler
 * @param queue its queue
 * @param priority its priority
 * @param state where it is
 * @param attempts attempts counted so far
 * @param enqueuedAt when the store took it
 * @param dueAt when it is due, for {@link JobState#SCHEDULED} and
 * {@link JobState#RETRYING}
 * @param endedAt when it ended, if it has
 * @param result the result of a {@link JobState#SUCCEEDED} job, if it has one
 * @param reason why it is {@link JobState#DEAD}, if it is
 * @param failure how the last failed attempt ended, if one did
 */
public record JobStatus(String name, String queue, int priority, JobState state, int attempts, Instant enqueuedAt,
		@Nullable Instant dueAt, @Nullable Instant endedAt, @Nullable String result, @Nullable DeadReason reason,
		@Nullable Failure failure) {

	/**
	 * Whether a filter lets the job pass by what is said here: its tags and the time of
	 * its call, which never change, are not asked for.
	 * @param filter the filter
	 * @return whether it does
	 */
	public boolean matches(JobFilter filter) {
		return filter.includes(this.state) && isOrAny(filter.queue(), this.queue) && isOrAny(filter.name(), this.name)
				&& isOrAny(filter.errorType(), (this.failure != null) ? this.failure.type() : null);
	}

	private static boolean isOrAny(@Nullable String wanted, @Nullable String present) {
		return wanted == null || wanted.equals(present);
	}

}
