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
import java.util.Optional;

/**
 * The workers of this node, as those see them who enqueue: they meet here, and know
 * nothing else of each other.
 */
public interface LocalWorkers {

	/** For a node without workers. */
	LocalWorkers NONE = new LocalWorkers() {

		@Override
		public Optional<Lease> reserve(NewJob job) {
			return Optional.empty();
		}

		@Override
		public void run(ClaimedJob job) {
			throw new IllegalStateException("This node has no workers, so it can't have reserved one");
		}

		@Override
		public void free(Lease lease) {
		}

		@Override
		public void wakeUp() {
		}

	};

	/**
	 * Reserve a free worker for a job that is being staged (local dispatch). Each
	 * reservation ends in exactly one {@link #run} or {@link #free}.
	 * @param job the job
	 * @return the lease to stage it with; empty if no worker is free, the queue is not
	 * served here, is paused or has a backlog, a rate holds for the job, or the node's
	 * last sign of life is not fresh
	 */
	Optional<Lease> reserve(NewJob job);

	/**
	 * The transaction has committed: run the job. Returns at once, never throws.
	 * @param job the job, with the lease that was reserved for it
	 */
	void run(ClaimedJob job);

	/**
	 * The transaction did not commit, or nobody knows: the worker is free again. If the
	 * job is in the store after all, it is found by {@link JobLeases#reclaim}.
	 * @param lease the lease that was reserved
	 */
	void free(Lease lease);

	/**
	 * An operator gave an order about a node or its running jobs, perhaps this one: look
	 * now instead of at the next heartbeat. Returns at once, never throws.
	 */
	default void ordersGiven() {
	}

	/**
	 * The limits of starts in a time that this node's claims keep.
	 * @return the rates, none if there are no workers
	 */
	default List<Rate> rates() {
		return List.of();
	}

	/**
	 * Jobs wait: look now instead of at the next poll. Returns at once, never throws.
	 */
	void wakeUp();

}
