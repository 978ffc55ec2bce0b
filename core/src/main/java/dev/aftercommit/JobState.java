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

/**
 * Where a job is.
 */
public enum JobState {

	/** Its time has not come yet: it was enqueued for later, or snoozed. */
	SCHEDULED,

	/** Waits for a key, for other jobs, or for a signal. */
	BLOCKED,

	/** Waits for a worker. A job whose name no live node knows waits here, too. */
	ENQUEUED,

	/** Has a live lease: a node runs it or is about to. */
	RUNNING,

	/** Failed, and waits for its next attempt. */
	RETRYING,

	/** Ended well. Pruned after {@code aftercommit.retention.succeeded}. */
	SUCCEEDED,

	/** Ended before it was done, on somebody's order. */
	CANCELLED,

	/** Given up, with a {@link DeadReason}. An operator can enqueue it again. */
	DEAD;

	/**
	 * Whether a job in this state never runs again unless an operator says so.
	 * @return {@code true} for {@link #SUCCEEDED}, {@link #CANCELLED} and {@link #DEAD}
	 */
	public boolean isEnded() {
		return this == SUCCEEDED || this == CANCELLED || this == DEAD;
	}

}
