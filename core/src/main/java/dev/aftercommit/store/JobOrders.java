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

import java.util.UUID;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.OrderResult;

/**
 * The store as operators see it who give orders. Each order is one atomic step: it finds
 * the job in a state in which it means something and changes it, or changes nothing. A
 * claim, an outcome, a promotion, a rescue or another order at the same moment comes
 * before or after it as a whole.
 * <p>
 * Orders join the caller's transaction where {@link JobIntake#joinsTransaction()}, and
 * then hold the job's row until it ends; otherwise each is a transaction of its own. All
 * throw {@link JobStoreException} if the store can't answer: the caller's transaction
 * must then roll back; whether an order of its own took effect is unknown, and giving it
 * again is safe.
 */
public interface JobOrders {

	/**
	 * {@code DEAD} to {@code ENQUEUED}: arguments, headers and place in the queue are
	 * those it had. Its attempts so far are kept and count on, but are
	 * {@link ClaimedJob#forgiven()}, and no attempt lost so far counts as a crash any
	 * more. A concurrency key makes it {@code BLOCKED}, at its old place in the line, if
	 * it has to wait. It has its unique key again.
	 * @param id the job's id
	 * @return done, refused (also while another job has its unique key, who is named) or
	 * unknown
	 */
	OrderResult retry(UUID id);

	/**
	 * {@code SCHEDULED}, {@code BLOCKED}, {@code ENQUEUED} or {@code RETRYING} to
	 * {@code CANCELLED}. For {@code RUNNING}, record a request that belongs to the
	 * present lease and ends with it: {@link Nodes#orders} tells the node, and whatever
	 * takes the lease away other than a success makes the job {@code CANCELLED}.
	 * @param id the job's id
	 * @return done, requested (again, if it was before), refused or unknown
	 */
	OrderResult cancel(UUID id);

	/**
	 * {@code SCHEDULED} or {@code RETRYING} to {@code ENQUEUED}, due now, or to
	 * {@code BLOCKED} if it has to wait for a key.
	 * @param id the job's id
	 * @return done, refused or unknown
	 */
	OrderResult runNow(UUID id);

	/**
	 * Forget a job that is {@code SUCCEEDED}, {@code CANCELLED} or {@code DEAD}, and its
	 * attempts. An outcome that comes later is refused.
	 * @param id the job's id
	 * @return done, refused or unknown
	 */
	OrderResult delete(UUID id);

	/**
	 * Let no job of a queue be claimed any more, on whatever node. Jobs that run go on;
	 * jobs go on being enqueued, promoted and returned to it. Holds until
	 * {@link #resume}, also for a queue that no job has ever been in.
	 * @param queue the queue
	 * @return whether this has changed anything: it was not paused
	 */
	boolean pause(String queue);

	/**
	 * Let the jobs of a queue be claimed again.
	 * @param queue the queue
	 * @return whether this has changed anything: it was paused
	 */
	boolean resume(String queue);

}
