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

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import dev.aftercommit.JobStoreException;

/**
 * The store as those see it who enqueue.
 */
public interface JobIntake {

	/**
	 * Whether what {@link #stage} writes now, on this thread, would commit and roll back
	 * with the caller's transaction: there is one, it is on this store's resource, and it
	 * is not read-only. Asks the store nothing.
	 * @return whether this store takes part in the transaction of this thread
	 */
	boolean joinsTransaction();

	/**
	 * This store's resource, such as a connection, that is bound to this thread: by
	 * whatever transaction, read-only or not, running, completing, or an outer one of
	 * another transaction manager. With it, a caller tells its transaction on this store
	 * from one that merely runs inside such a transaction. Asks the store nothing.
	 * @return an object that is the same one for as long as it stays bound, another one
	 * for another transaction; empty if none is bound, or none is ever
	 */
	default Optional<Object> boundResource() {
		return Optional.empty();
	}

	/**
	 * Write jobs in the caller's transaction, all or none, in their order. Nobody sees
	 * them before it commits. A leased job belongs to its lease from the commit on.
	 * <p>
	 * A job whose unique key another one has, and that is to be kept then, is not
	 * written. The one that is kept does not start before this transaction has ended,
	 * unless it has started already, so that it sees what this transaction does. One that
	 * is to be replaced is cancelled, unless it runs: then the job that is to replace it
	 * waits, {@code BLOCKED}, in place of another one that did. Whoever wants the same
	 * key in a transaction of its own waits for this one to end.
	 * @param jobs the jobs, at least one
	 * @return of the jobs that were not written, the ids of those that were kept instead
	 * @throws JobStoreException if they could not be written; the transaction must then
	 * roll back
	 * @throws IllegalStateException if the store does not join this thread's transaction
	 */
	Map<UUID, UUID> stage(List<StagedJob> jobs);

	/**
	 * Whether {@link #stage} takes jobs that belong to a lease, so that the enqueuing
	 * node can run them without a claim (local dispatch).
	 * @return whether a staged job may have a lease
	 */
	default boolean stagesLeases() {
		return true;
	}

	/**
	 * The transaction in which jobs were staged has committed. Called once, on the thread
	 * of the commit, or never if the process dies or nobody knows whether it has. Returns
	 * at once, never throws.
	 * @param jobs what was staged, in its order
	 * @return whether jobs without a lease can be claimed now, so that workers are to be
	 * told; {@code false} if the store sees to it, and tells them
	 */
	default boolean committed(List<NewJob> jobs) {
		return true;
	}

	/**
	 * Be told of jobs that were staged or enqueued here, as far as their callers know,
	 * when it turns out only later that others were kept instead. By a store that finds
	 * out within those calls: never.
	 * @param listener gets what those calls would have returned, once for each job, on
	 * one of the store's threads; returns at once. Not told of what another node finds
	 * out
	 */
	default void onKeptLater(Consumer<Map<UUID, UUID>> listener) {
	}

	/**
	 * Write jobs in a transaction of their own, all or none, in their order. Never joins
	 * the caller's. A job whose id the store already has, in whatever state, is left as
	 * it is: calling this again after an error is safe. One whose unique key another job
	 * has is treated as by {@link #stage}. The jobs of one call are taken one after the
	 * other, so the first one of a key is the one that the others find.
	 * @param jobs the jobs, at least one
	 * @return of the jobs that were not written, the ids of those that were kept instead
	 * @throws JobStoreException if the store can't answer; whether they were written is
	 * then unknown
	 */
	Map<UUID, UUID> enqueue(List<NewJob> jobs);

}
