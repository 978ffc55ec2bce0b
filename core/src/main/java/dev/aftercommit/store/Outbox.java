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
import java.util.Optional;
import java.util.UUID;

import dev.aftercommit.JobStoreException;

/**
 * Keeps jobs in the database of the caller's transaction until another store has taken
 * them for good. Its clock is the database's.
 */
public interface Outbox {

	/**
	 * What it is in, for the start-up log and the actuator.
	 * @return for example {@code PostgreSQL 17.11}
	 */
	String description();

	/**
	 * As {@link JobIntake#joinsTransaction()}.
	 * @return whether {@link #write} would commit and roll back with this thread's
	 * transaction
	 */
	boolean joinsTransaction();

	/**
	 * As {@link JobIntake#boundResource()}.
	 * @return what is bound to this thread
	 */
	Optional<Object> boundResource();

	/**
	 * Keep jobs in the caller's transaction, all or none, in their order.
	 * @param jobs the jobs, at least one
	 * @throws JobStoreException if they could not be written; the transaction must then
	 * roll back
	 * @throws IllegalStateException if this thread's transaction is not joined
	 */
	void write(List<NewJob> jobs);

	/**
	 * Keep jobs in a transaction of its own, all or none, in their order. One that is
	 * here already stays as it is. Never joins the caller's transaction.
	 * @param jobs the jobs, at least one
	 * @throws JobStoreException if the database can't answer; whether they were written
	 * is then unknown
	 */
	void writeAlone(List<NewJob> jobs);

	/**
	 * The schedules of recurring jobs. Jobs that are fired are kept in the same
	 * transaction as their step, as by {@link #writeAlone}.
	 * @return the recurrences
	 */
	Recurrences recurrences();

	/**
	 * Take jobs that wait for somebody to push them, in the order in which they were
	 * written. Nobody else is given them for {@code takeOver}, the {@link #takeOver} that
	 * this outbox was made with, as nobody is given a new one: its own node pushes it.
	 * Rows that another node is taking at the same moment are skipped, never waited for.
	 * @param which which ones
	 * @param limit how many at most, 1 to 1000
	 * @return the jobs, possibly none
	 */
	List<KeptJob> take(Which which, int limit);

	/**
	 * For how long what was written or taken is left to the node that did.
	 * @return a time on the database's clock
	 */
	Duration takeOver();

	/**
	 * Let jobs be taken again at once, in their old places. Those that are not here are
	 * ignored.
	 * @param ids their ids
	 */
	void release(Collection<UUID> ids);

	/**
	 * Let a job be taken again later, so that it is in nobody's way.
	 * @param id its id
	 * @param delay how much later, on the database's clock
	 */
	void delay(UUID id, Duration delay);

	/**
	 * Remove jobs. Those that are not here are ignored.
	 * @param ids their ids
	 */
	void remove(Collection<UUID> ids);

	/**
	 * Look jobs up, in the order in which they were written.
	 * @param ids their ids
	 * @return those that are here and committed
	 */
	List<KeptJob> find(Collection<UUID> ids);

	/**
	 * How much is kept. Counts no more than {@link Count#LIMIT} rows.
	 * @return how much
	 */
	OutboxDepth depth();

	/**
	 * Which jobs to take.
	 */
	enum Which {

		/** Those that nobody has pushed in time. */
		LEFT,

		/** Those, and those that only their own node has had. */
		LEFT_OR_NEW

	}

}
