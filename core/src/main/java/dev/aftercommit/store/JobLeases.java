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
import java.util.List;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.JobStoreException;

/**
 * The store as the workers see it. Every method but {@link #completeInTransaction} runs
 * in a short transaction of its own and never joins one of the caller; each is safe on
 * any thread, and each can be called again after a {@link JobStoreException}, when what
 * it did is unknown.
 */
public interface JobLeases {

	/**
	 * Claim due jobs in a single atomic step. Nobody else gets a claimed job until the
	 * node has been silent for its lease. The attempt is counted, and durable, when this
	 * returns.
	 * <p>
	 * Lower priority first, within one priority in the order of their enqueueing. Jobs
	 * that somebody else is claiming at the same moment are skipped, never waited for.
	 * Without starvation: where several queues have due jobs, none of them gets all of
	 * the limit, each gets its share by {@link ClaimRequest#weights()}. Queues that are
	 * paused are left alone, and so are jobs that a rate of the request holds up: their
	 * starts are counted when they are claimed, on the store's clock, whatever becomes of
	 * them. A rate that somebody else is asking at the same moment is skipped like a job.
	 * @param request what the node is ready to run
	 * @return the claimed jobs, possibly none
	 * @throws JobStoreException if the store can't answer; what was claimed, if anything,
	 * is found by {@link #reclaim}
	 */
	Claim claim(ClaimRequest request);

	/**
	 * Make scheduled and retrying jobs that are due on the store's clock wait for a
	 * worker, earliest first.
	 * @param limit the most jobs to move, 1 to 10,000
	 * @return how many were moved
	 */
	int promote(int limit);

	/**
	 * Give what is free of keys to those who are first in line for it: jobs that are
	 * {@code BLOCKED} and whose turn it is wait for a worker from then on. Whatever
	 * changes who has or wants a key leaves a mark, in the same transaction, that
	 * {@link Claim#unsettled()} tells of until it is settled. If somebody else is
	 * settling at this moment, does nothing; nobody ever waits.
	 * @param limit the most marks to settle in this call, 1 to 10,000
	 * @return how many jobs may go on
	 */
	default int settle(int limit) {
		return 0;
	}

	/**
	 * Apply the ends of attempts, all in one transaction, each guarded by its lease: an
	 * ending whose lease is not the job's present one changes nothing. Applying the same
	 * ending again is accepted again, and changes nothing. A job whose cancellation was
	 * requested is {@code CANCELLED} by whatever ending but a success.
	 * @param endings the ends, each of another job, 1 to 1000
	 * @return the ids of the jobs whose ending was accepted; the others' leases were lost
	 */
	Set<UUID> apply(List<Ending> endings);

	/**
	 * Complete a job in the caller's transaction, or schedule it again if that is what
	 * its body asked for, guarded by its lease: the completion commits and rolls back
	 * with whatever else that transaction does. From here to its end nobody can take the
	 * lease away; whoever tries skips the job or waits.
	 * <p>
	 * If the answer to the commit is lost, {@link #apply} of any other ending with the
	 * same lease settles the matter: it waits until the transaction is over, changes
	 * nothing if that has committed, and takes effect if it has not.
	 * @param job the job as it was claimed
	 * @param outcome what its body came to
	 * @throws LeaseLostException if the lease is not the job's present one; the
	 * transaction must then roll back
	 * @throws JobStoreException if the store can't answer; the transaction must then roll
	 * back
	 * @throws IllegalStateException if the store does not join this thread's transaction
	 */
	default void completeInTransaction(ClaimedJob job, Outcome.Returned outcome) {
		throw new IllegalStateException("This store joins no transaction, so it can't complete job " + job.id()
				+ " in the caller's: ask 'canJoinTransactions' first");
	}

	/**
	 * Keep what bodies have said so far, each guarded by its lease: of an attempt that
	 * has ended or lost it, nothing is changed. What is kept of the same attempt is
	 * replaced, unless it is newer. Gone with the job. Waits for nobody: a job that
	 * somebody else is changing at the same moment is left out.
	 * @param words the words, each of another job, 1 to 1000
	 */
	void note(List<Words> words);

	/**
	 * Keep what a body has said in the caller's transaction, before it is completed in
	 * it.
	 * @param words the words
	 * @throws JobStoreException if the store can't answer; the transaction must then roll
	 * back
	 * @throws IllegalStateException if the store does not join this thread's transaction
	 */
	default void noteInTransaction(Words words) {
		throw new IllegalStateException("This store joins no transaction, so it can't keep words of job " + words.id()
				+ " in the caller's: ask 'canJoinTransactions' first");
	}

	/**
	 * Give back leases that this node holds in the store without knowing of them: of a
	 * claim or a commit whose answer was lost. No attempt is spent. A job whose
	 * cancellation was requested is {@code CANCELLED} instead.
	 * @param node the node that asks
	 * @param held tokens that the node knows to be in use
	 * @param below only leases whose token is lower are looked at: the lowest one not
	 * handed out when {@code held} was collected
	 * @return how many jobs were given back
	 */
	int reclaim(long node, Set<Long> held, long below);

	/**
	 * Return the jobs of nodes that have been silent for longer than a lease, and of
	 * leases whose node has ended or is unknown. Their attempt counts, with outcome
	 * {@code LOST}. A job that was lost {@code maxCrashes} times becomes {@code DEAD},
	 * {@code CRASHED}. Of those that were lost before and have one last chance left, one
	 * is returned in each call that has no others to return, while no job that was lost
	 * in the last nine leases waits or runs, or once its node has been ended for so long:
	 * one that takes its node down must not do so beside the same jobs again. A silent
	 * node is marked as ended first, so that its heartbeat is refused from then on. Of
	 * several rescuers at the same moment one gets each job; rows that another one holds
	 * are skipped. A job whose cancellation was requested is {@code CANCELLED} where it
	 * would be returned or given up.
	 * @param lease time of silence after which a node is taken for dead, on the store's
	 * clock
	 * @param maxCrashes number of lost attempts that a job may have, 1 or more
	 * @param limit the most jobs to return in this call
	 * @return how many jobs were returned or given up; call again while it equals the
	 * limit
	 */
	int rescue(Duration lease, int maxCrashes, int limit);

	/**
	 * Delete jobs that ended longer ago than they are to be kept, what belongs to them,
	 * nodes that ended a day ago, and what was counted more than an hour ago. Rows that
	 * another node is deleting are skipped.
	 * @param retention how long to keep them
	 * @param limit the most jobs of each state to delete in this call
	 * @return how many jobs were deleted; call again while it is not less than the limit
	 */
	int prune(Retention retention, int limit);

}
