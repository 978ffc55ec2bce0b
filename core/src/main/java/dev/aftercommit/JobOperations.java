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

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What operators ask and order. A bean of this type is always there.
 * <p>
 * Each order is one atomic step of the store: it finds the job in a state in which it
 * means something, or changes nothing, and says so by its result. Orders join the
 * caller's transaction where the store can: nobody sees them before it commits, and they
 * are gone if it rolls back. Until then they hold the job's row: an order about a running
 * job can hold up the outcomes of its node, so don't let such a transaction wait for
 * anything.
 * <p>
 * A job whose enqueuing transaction has not committed is unknown here; its
 * {@link JobHandle} can cancel it.
 */
public interface JobOperations {

	/**
	 * Look at a job. Reads what is committed, outside the caller's transaction.
	 * @param id its id
	 * @return the job; empty if it is unknown
	 * @throws JobStoreException if the store can't answer
	 */
	Optional<JobSnapshot> find(UUID id);

	/**
	 * List jobs by key. Reads what is committed, outside the caller's transaction.
	 * <p>
	 * A page looks at no more than some thousand jobs, whatever the store has: where the
	 * filter says a tag, or only states that few jobs are in, it looks only at those;
	 * otherwise it may end early, with fewer jobs than asked for, and more follow.
	 * @param filter which jobs
	 * @param paging which page of them
	 * @return the page
	 * @throws IllegalArgumentException if 'after' was not given by a page of this store
	 * @throws JobStoreException if the store can't answer
	 */
	JobPage list(JobFilter filter, Paging paging);

	/**
	 * What failed, and in how many ways: dead jobs, those that are to be tried again, or
	 * both, by their name and by the type of their last failure. Looks at no more than
	 * 5,000 jobs of each state, and says so where there are more; what else the store has
	 * costs nothing. Reads what is committed, outside the caller's transaction.
	 * @param states {@link JobState#DEAD}, {@link JobState#RETRYING} or both
	 * @return at most 100 groups, those of dead jobs first, then the largest ones first
	 * @throws IllegalArgumentException if there is no state, or another one
	 * @throws JobStoreException if the store can't answer
	 */
	List<FailureGroup> failures(Set<JobState> states);

	/**
	 * The attempts at a job that have ended, in their order: those that were lost, the
	 * latest 50 others that count, and the latest 30 that were snoozed or given back.
	 * Kept as long as the job. Reads what is committed, outside the caller's transaction.
	 * @param id its id
	 * @return the attempts; empty if there was none, or the job is unknown
	 * @throws JobStoreException if the store can't answer
	 */
	List<JobAttempt> attempts(UUID id);

	/**
	 * The arguments of a job, kept while it lives and if it is {@link JobState#DEAD}.
	 * They are shown as they are stored: nothing is bound, and no class of theirs is
	 * needed. Those of {@link Sensitive} parameters are hidden, and all of them if the
	 * node that is asked can't tell which ones are. Reads what is committed, outside the
	 * caller's transaction.
	 * @param id its id
	 * @return the arguments, or why there are none
	 * @throws JobStoreException if the store can't answer
	 */
	JobArguments arguments(UUID id);

	/**
	 * What the job's bodies have said by {@link JobContext#progress} and
	 * {@link JobContext#log}. Kept as long as the job. Reads what is committed, outside
	 * the caller's transaction.
	 * @param id its id
	 * @return its words; {@link JobWords#NONE} if nothing was said or the job is unknown
	 * @throws JobStoreException if the store can't answer
	 */
	JobWords words(UUID id);

	/**
	 * Enqueue a {@link JobState#DEAD} job again, with the arguments that it had, in the
	 * place in its queue that it had. It may be tried as often as a new one; its attempts
	 * so far are kept, and numbers go on from there. One with a concurrency key waits for
	 * its turn again, {@link JobState#BLOCKED}, at its old place in the line. One with a
	 * unique key has it again.
	 * @param id its id
	 * @return {@link OrderResult.Kind#REFUSED} in any other state, and while another job
	 * has its unique key: {@link OrderResult#holder()} is that one
	 * @throws JobStoreException if the store can't answer
	 */
	OrderResult retry(UUID id);

	/**
	 * Cancel a job that has not ended. One that has not started is
	 * {@link JobState#CANCELLED} at once. Of one that runs, cancellation is requested: it
	 * holds from then on for whatever node has it. Its node learns it at its next
	 * heartbeat: {@link JobContext#checkpoint()} throws from then on, and the body is
	 * interrupted a second later. A body that returns all the same has
	 * {@link JobState#SUCCEEDED}; in every other case, also if its attempt fails, is
	 * given back or lost, the job is {@link JobState#CANCELLED} and not tried again.
	 * @param id its id
	 * @return {@link OrderResult.Kind#DONE} if it will never run,
	 * {@link OrderResult.Kind#REQUESTED} if it runs, also if that was requested before,
	 * {@link OrderResult.Kind#REFUSED} if it has ended
	 * @throws JobStoreException if the store can't answer
	 */
	OrderResult cancel(UUID id);

	/**
	 * Don't let a job wait for its time: {@link JobState#SCHEDULED} or
	 * {@link JobState#RETRYING}, it is {@link JobState#ENQUEUED} at once, in its place,
	 * or {@link JobState#BLOCKED} if it has to wait for a key.
	 * @param id its id
	 * @return {@link OrderResult.Kind#REFUSED} in any other state
	 * @throws JobStoreException if the store can't answer
	 */
	OrderResult runNow(UUID id);

	/**
	 * Delete a job that has ended, and what belongs to it, before its retention is over.
	 * With an outbox, a job that the outbox still keeps is refused: ask again a minute
	 * later.
	 * @param id its id
	 * @return {@link OrderResult.Kind#REFUSED} if it has not ended: cancel it first
	 * @throws JobStoreException if the store can't answer
	 */
	OrderResult delete(UUID id);

	/**
	 * Start no more jobs of a queue, on all nodes, within
	 * {@code aftercommit.worker.poll-interval}, until it is resumed. Jobs that run go on,
	 * and jobs can still be enqueued: they wait. Pausing a queue again changes nothing;
	 * it need not have jobs yet.
	 * @param queue name of the queue, 1 to 100 characters
	 * @return whether this has changed anything: {@code false} if it was paused
	 * @throws JobStoreException if the store can't answer
	 */
	boolean pauseQueue(String queue);

	/**
	 * Start jobs of a paused queue again, in the order in which they would have started.
	 * @param queue name of the queue
	 * @return whether this has changed anything: {@code false} if it was not paused
	 * @throws JobStoreException if the store can't answer
	 */
	boolean resumeQueue(String queue);

	/**
	 * The queues that are paused. Reads what is committed, outside the caller's
	 * transaction.
	 * @return their names
	 * @throws JobStoreException if the store can't answer
	 */
	Set<String> pausedQueues();

	/**
	 * Give an order about all jobs that match, one after the other: each is looked at
	 * once more before its turn, left out if it does not match any more, and then gets
	 * the order as if it were given alone. At most as many as the size of the page; go on
	 * with {@link BulkResult#next()} until that is {@code null}.
	 * <p>
	 * Joins the caller's transaction where the store can; else each order is a
	 * transaction of its own.
	 * @param order what to do
	 * @param filter which jobs
	 * @param paging which of them this time
	 * @return what became of it
	 * @throws IllegalArgumentException if 'after' was not given by a page of this store
	 * @throws JobStoreException if the store can't answer; orders that it has carried out
	 * until then hold, unless the caller's transaction rolls back. Ask again with the
	 * same page
	 */
	BulkResult order(JobOrder order, JobFilter filter, Paging paging);

	/**
	 * The nodes, live and dead, for as long as the store remembers them: a day after
	 * their end.
	 * @return at most 1000, those that started last first
	 * @throws JobStoreException if the store can't answer
	 */
	List<NodeSnapshot> nodes();

	/**
	 * The names under which jobs wait for a worker and that no live node knows: after a
	 * deploy, what nobody runs any more. Jobs that are not due yet, or wait for a key,
	 * are none of them before they wait for a worker. If no node is alive, those are all
	 * names under which jobs wait.
	 * @return at most 100, those that have waited longest first
	 * @throws JobStoreException if the store can't answer
	 */
	List<UnknownName> unknownNames();

	/**
	 * Have a node start no more jobs, from its next heartbeat on, until it is resumed:
	 * before a deploy, or to look at it undisturbed. Jobs that it has go on, and its
	 * calls are enqueued as ever: other nodes run them. Holds for this life of the node:
	 * one that is started again, or was taken for dead and comes back, has another
	 * number. Never joins the caller's transaction.
	 * @param node its number
	 * @return whether this has changed anything: {@code false} if it was quiet, has ended
	 * or is unknown
	 * @throws JobStoreException if the store can't answer
	 */
	boolean quietNode(long node);

	/**
	 * Have a quiet node start jobs again, from its next heartbeat on. Never joins the
	 * caller's transaction.
	 * @param node its number
	 * @return whether this has changed anything: {@code false} if it was not quiet, has
	 * ended or is unknown
	 * @throws JobStoreException if the store can't answer
	 */
	boolean resumeNode(long node);

	/**
	 * How many jobs there are in each state. Counts no more than 10,000 of each.
	 * @return a count for each state, in the order of the states
	 * @throws JobStoreException if the store can't answer
	 */
	List<StateCount> totals();

	/**
	 * The queues in which jobs wait or run, and those that are paused.
	 * @return the queues by their names
	 * @throws JobStoreException if the store can't answer
	 */
	List<QueueSnapshot> queues();

	/**
	 * How many jobs came and went in the last fifteen minutes, and how fast they do now.
	 * Reads what nodes have counted, not jobs: it takes milliseconds whatever the store
	 * has. Reads what is committed, outside the caller's transaction.
	 * @return counts by minute and queue
	 * @throws JobStoreException if the store can't answer
	 */
	JobFlow flow();

	/**
	 * The schedules of recurring jobs that the store has, also of those that nobody fires
	 * any more.
	 * @return at most 1000, by their names
	 * @throws JobStoreException if the store can't answer
	 */
	List<ScheduleSnapshot> schedules();

	/**
	 * Have a schedule fire nothing more, on all nodes, from now on until it is resumed,
	 * also if its definition changes meanwhile. Jobs that it has fired stay as they are.
	 * Never joins the caller's transaction.
	 * @param schedule its name
	 * @return whether this has changed anything: {@code false} if it was paused or is
	 * unknown
	 * @throws JobStoreException if the store can't answer
	 */
	boolean pauseSchedule(String schedule);

	/**
	 * Have a paused schedule fire again. Fire times of the pause get no job, whatever its
	 * {@link MissedRuns} say. Never joins the caller's transaction.
	 * @param schedule its name
	 * @return whether this has changed anything: {@code false} if it was not paused
	 * @throws JobStoreException if the store can't answer
	 */
	boolean resumeSchedule(String schedule);

	/**
	 * Enqueue one job of a schedule at once, also of one that is paused or turned off.
	 * Its own fire times stay as they are. Never joins the caller's transaction; calling
	 * it again enqueues another one. With an outbox it is known only later whether
	 * another job is kept that has the unique key.
	 * @param schedule its name
	 * @return the job; or why there is none: the schedule is unknown, this node doesn't
	 * have its handler or not its present definition, or another job has the unique key
	 * @throws JobStoreException if the store can't answer; whether a job was enqueued is
	 * then unknown
	 */
	ScheduleRun runScheduleNow(String schedule);

	/**
	 * The latest orders that operators gave on the dashboard and by endpoints; orders of
	 * the application's own code by this interface are not noted. Kept for 30 days. Reads
	 * what is committed, outside the caller's transaction.
	 * @param most the most entries, 1 to 100
	 * @return the entries, latest first
	 * @throws JobStoreException if the store can't answer
	 */
	List<AuditEntry> audit(int most);

	/**
	 * The latest of these orders that were about one thing, also if it is gone. Of a job
	 * also those about many that have changed it.
	 * @param kind what kind of thing it is
	 * @param subject a job's id, a queue's or a schedule's name, a node's number
	 * @param most the most entries, 1 to 100
	 * @return the entries, latest first
	 * @throws JobStoreException if the store can't answer
	 */
	List<AuditEntry> audit(AuditEntry.Kind kind, String subject, int most);

	/**
	 * Say why a job is not running. All of it is read from the store in this call,
	 * nothing is guessed: if nothing keeps the job, that is the answer. Reads by index
	 * and counts with bounds, so it takes milliseconds whatever waits.
	 * @param id its id
	 * @return the reasons
	 * @throws JobStoreException if the store can't answer
	 */
	Explanation explain(UUID id);

}
