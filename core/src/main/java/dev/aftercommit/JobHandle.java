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
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * What a caller holds of a job: its id, its state, its result.
 * <p>
 * Handles are cheap, may be used from any thread, and see jobs that run on other nodes.
 * <p>
 * The handle of a call that made no job, because another one has its
 * {@link BackgroundJob#uniqueKey() unique key} and is {@link OnDuplicate#KEEP kept}, is a
 * handle of that job in everything, as soon as that is decided: right before the commit,
 * or after it where the store takes no part in the transaction. If the transaction rolls
 * back after all, it is the handle of a job that was never enqueued.
 *
 * @param <T> the type of the result
 */
public interface JobHandle<T extends @Nullable Object> {

	/**
	 * The job's id, known before the commit; another one once it is decided that another
	 * job is kept instead of this call's.
	 * @return the id, a time-ordered UUID
	 */
	UUID id();

	/**
	 * The job's present state, asked from the store.
	 * @return the state; empty before the commit, after a rollback and after pruning
	 * @throws JobStoreException if the store can't answer
	 */
	Optional<JobState> state();

	/**
	 * Wait for the job to end and get its result.
	 * @param timeout the longest time to wait, positive
	 * @return the result, {@code null} for a {@code void} job
	 * @throws JobTimeoutException if the job has not ended by then; it goes on
	 * @throws JobFailedException if the job ended {@link JobState#DEAD} or
	 * {@link JobState#CANCELLED}, or was never enqueued because its transaction rolled
	 * back
	 * @throws IllegalStateException at once inside the transaction that enqueues the job
	 * (it would wait for itself), and inside a job
	 */
	T join(Duration timeout);

	/**
	 * The job's result as a future. Cancelling the future does not cancel the job.
	 * Waiting on it inside the transaction that enqueues the job, or inside a job, throws
	 * {@link IllegalStateException} at once, as {@link #join(Duration)} does.
	 * @return a future that completes with the result, or exceptionally with a
	 * {@link JobFailedException}
	 */
	CompletableFuture<T> future();

	/**
	 * Cancel the job if it has not started. Joins the caller's transaction where the
	 * store can; a job that this transaction has only called, not yet committed, is
	 * dropped.
	 * <p>
	 * With the handle of a job that was kept instead of this call's, that job is
	 * cancelled, for everybody who has called for it.
	 * @return {@code true} if the job will not run, {@code false} if it is running, has
	 * ended or is unknown
	 * @throws JobStoreException if the store can't answer
	 */
	boolean cancel();

	/**
	 * What the body of a job returns to say "this is my result".
	 * @param result the result
	 * @param <T> the type of the result
	 * @return a handle that carries nothing but the result
	 */
	static <T extends @Nullable Object> JobHandle<T> completed(T result) {
		return new CompletedJobHandle<>(result);
	}

}
