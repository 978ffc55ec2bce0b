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

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.JobAttempt;
import dev.aftercommit.JobState;
import dev.aftercommit.JobWords;

/**
 * The store as those see it who wait for jobs or look after them. Reads are committed
 * reads outside the caller's transaction.
 */
public interface JobDirectory {

	/**
	 * Look jobs up, in one round trip for all.
	 * @param ids their ids, at most 1000
	 * @return what is known of each; ids that the store doesn't have are missing
	 */
	Map<UUID, JobStatus> find(Collection<UUID> ids);

	/**
	 * The attempts at a job that have ended, in their order: at least those that were
	 * lost since an operator's last retry, the latest 50 others that count, the success
	 * included, and the latest 30 that were snoozed or given back.
	 * @param id its id
	 * @return the attempts; empty if there was none or the store doesn't have the job
	 */
	List<JobAttempt> attempts(UUID id);

	/**
	 * The arguments of a job, as they are stored: while it lives, and if it is
	 * {@code DEAD}. Reads and binds nothing of them.
	 * @param id its id
	 * @return the arguments; empty if it has ended otherwise, or the store doesn't have
	 * it
	 */
	Optional<StoredArguments> arguments(UUID id);

	/**
	 * What the bodies of the latest {@link Words#MOST_ATTEMPTS} attempts that said
	 * anything have said, in the order in which they began.
	 * @param id its id
	 * @return its words; {@link JobWords#NONE} if nothing was said
	 */
	JobWords words(UUID id);

	/**
	 * Cancel a job that does not run: {@code SCHEDULED}, {@code BLOCKED},
	 * {@code ENQUEUED} or {@code RETRYING}. Joins the caller's transaction where
	 * {@link JobIntake#joinsTransaction()}.
	 * @param id its id
	 * @return whether it was cancelled; {@code false} if it is running, has ended or is
	 * unknown
	 */
	boolean cancel(UUID id);

	/**
	 * Count jobs by state. Reads no more than {@link Count#LIMIT} rows for each.
	 * @return a count for each state
	 */
	Map<JobState, Count> count();

	/**
	 * What waits, by queue. Reads no more than {@link Count#LIMIT} rows for each.
	 * @return the queues in which jobs wait, by name
	 */
	List<QueueDepth> depths();

	/**
	 * The queues that are {@link JobOrders#pause paused}, jobs or not.
	 * @return their names
	 */
	Set<String> pausedQueues();

	/**
	 * Time until a rate lets the next job start, on the store's clock.
	 * @param rate the rate
	 * @return zero if it lets one start now
	 */
	Duration untilNextStart(Rate rate);

}
