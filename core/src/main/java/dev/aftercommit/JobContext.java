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

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * The attempt that is running now, as its body sees it. Handed to a parameter of this
 * type, or found by {@link #current()}.
 * <p>
 * Valid on any thread until the attempt ends; {@link #current()} only on the attempt's
 * own thread.
 */
public interface JobContext {

	/**
	 * The job's id, the same over all its attempts.
	 * @return the id
	 */
	UUID jobId();

	/**
	 * Which attempt this is.
	 * @return 1 for the first
	 */
	int attempt();

	/**
	 * Whether this node is stopping and would like to have its slot back.
	 * @return {@code true} from the moment that the shutdown began
	 */
	boolean isStopping();

	/**
	 * Whether this node still holds the lease of this attempt, as far as it knows without
	 * asking the store: judged by its own monotonic clock from the last heartbeat that
	 * the store accepted. After {@code false} the outcome of this attempt won't be
	 * accepted.
	 * @return whether an outcome of this attempt can still be accepted
	 */
	boolean stillOwned();

	/**
	 * A safe point to leave the job: returns unless the node is stopping, the job was
	 * cancelled or its lease was lost. A job that leaves because its node is stopping
	 * gives its attempt back.
	 * @throws JobLeaveError to leave; an {@code Error}, so that an open transaction rolls
	 * back and {@code catch (Exception)} doesn't swallow it. Let it pass.
	 */
	void checkpoint();

	/**
	 * Have the job run again later, instead of being done. Recorded only: the body goes
	 * on, and when it returns its result is ignored, its transaction commits, and the job
	 * is {@link JobState#SCHEDULED} for after the delay, in its place, without an attempt
	 * spent. With {@code transactional = true} that is part of the body's transaction. If
	 * the body throws, or takes longer than its timeout, that counts, as if it had not
	 * asked. If the job is to be cancelled, it is {@link JobState#CANCELLED}. The last
	 * call counts.
	 * @param delay how long to wait, 0 to 36,500 days, on the store's clock from when the
	 * outcome is stored
	 * @throws IllegalArgumentException if the delay is negative or longer
	 * @throws IllegalStateException if the body has returned
	 */
	void snooze(Duration delay);

	/**
	 * Say how far the body has come, for whoever looks by {@link JobOperations#words}.
	 * Only the latest call is kept. Costs next to nothing, however often it is called:
	 * words are brought to the store together, at most twice a second for all jobs of
	 * this node, the last ones before the outcome. Whether they arrive is no concern of
	 * the job. What is said after the body has returned is dropped.
	 * @param done what is done, 0 or more
	 * @param total what is to be done, 0 or more; 0 if that is unknown
	 * @throws IllegalArgumentException if one is negative
	 */
	void progress(long done, long total);

	/**
	 * Add to the log of this job, for whoever looks by {@link JobOperations#words}. Of an
	 * attempt the latest 200 lines are kept, 16,384 characters together; a line ends at
	 * 1,000 characters. Brought to the store like {@link #progress}.
	 * @param text one line, or several
	 */
	void log(String text);

	/**
	 * The context of the attempt that runs on this thread.
	 * @return the context
	 * @throws IllegalStateException if no job runs on this thread
	 */
	static JobContext current() {
		return find().orElseThrow(() -> new IllegalStateException(
				"No background job runs on this thread: call JobContext.current() from the thread that runs the"
						+ " body of a @BackgroundJob method, or take a JobContext parameter and pass it on"));
	}

	/**
	 * The context of the attempt that runs on this thread, if any.
	 * @return the context, or empty outside a job
	 */
	static Optional<JobContext> find() {
		return Optional.ofNullable(CurrentJob.get());
	}

}
