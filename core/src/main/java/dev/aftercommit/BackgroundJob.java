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

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A call to the annotated method, through the bean, stores a job instead of running the
 * body. Workers run the body once the caller's transaction has committed, on this node or
 * another, and never if it rolled back.
 * <p>
 * The method is a public, protected or package-private instance method of a Spring bean,
 * not {@code final}, and returns {@code void}, {@link JobHandle},
 * {@link java.util.concurrent.CompletableFuture} or {@link java.util.concurrent.Future}.
 * Its arguments are stored as JSON and bound again to the declared parameter types; a
 * parameter of type {@link JobContext} is not stored. A call on {@code this} is never
 * seen, as with every Spring proxy.
 * <p>
 * Other advice on the method, such as {@code @Transactional}, acts when the body runs,
 * not when it is called.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface BackgroundJob {

	/**
	 * Stable name that is stored with each job, at most 200 characters. Default: the
	 * simple name of the user's class, a dot, and the method's name.
	 * @return the name, or an empty text for the default
	 */
	String name() default "";

	/**
	 * Former names, still runnable by this method.
	 * @return names under which older jobs may be stored
	 */
	String[] aliases() default {};

	/**
	 * Queue that its jobs wait in, 1 to 100 characters.
	 * @return the queue
	 */
	String queue() default "default";

	/**
	 * Lower runs first within a queue.
	 * @return the priority, -32768 to 32767
	 */
	int priority() default 0;

	/**
	 * Total number of runs, the first one included.
	 * @return the number, or 0 for {@code aftercommit.retry.max-attempts}
	 */
	int maxAttempts() default 0;

	/**
	 * When not empty, only these exceptions, their subtypes included, are tried again;
	 * every other one makes the job {@link JobState#DEAD} at once.
	 * @return exception types worth another attempt
	 */
	Class<? extends Throwable>[] retryFor() default {};

	/**
	 * Exceptions, their subtypes included, that make the job {@link JobState#DEAD} at
	 * once. Wins over {@link #retryFor()}.
	 * @return exception types that no further attempt can mend
	 */
	Class<? extends Throwable>[] discardFor() default {};

	/**
	 * Name of a bean of type {@link org.springframework.core.retry.RetryPolicy} that
	 * decides whether and when to try again, in place of {@code aftercommit.retry.*}.
	 * @return the bean name, or an empty text for the properties
	 */
	String retryPolicy() default "";

	/**
	 * Longest time that one attempt may take, for example {@code 10m} or {@code PT10M},
	 * on the node's own monotonic clock. The attempt's thread is then interrupted and the
	 * attempt counts as {@link AttemptOutcome#TIMED_OUT}. A body that ignores
	 * interruption keeps its slot and is not tried again before it ends or its node dies.
	 * @return duration text, or an empty text for no limit
	 */
	String timeout() default "";

	/**
	 * A key that jobs share of which only so many may run at the same time, over all
	 * nodes, queues and handlers. A SpEL expression over the parameters, by their names,
	 * as in Spring's cache annotations, for example {@code 'server:' + #serverId}; its
	 * value is stored as text of 1 to 200 characters. {@code null} fails the call.
	 * <p>
	 * Jobs of one key run in the order in which they were enqueued, whatever their
	 * priorities and queues, and are {@link JobState#BLOCKED} until it is their turn.
	 * From then until it has ended a job has its place, also while it waits for a worker,
	 * is tried again or snoozes: nobody of the same key overtakes it.
	 * @return SpEL expression, or an empty text for no key
	 */
	String concurrencyKey() default "";

	/**
	 * How many jobs of one {@link #concurrencyKey()} may run at the same time.
	 * @return the number, 1 to 1000
	 */
	int concurrencyLimit() default 1;

	/**
	 * How many jobs of this handler start in a time, over all nodes, for example
	 * {@code 100/1m}: that many in each period of that length, evenly, with bursts of at
	 * most 5 %. Starts are counted by the store's clock when a node takes a job, whatever
	 * becomes of it, and each attempt is one. Those that must wait keep their order. A
	 * rate of the queue ({@code aftercommit.queues.<name>.rate-limit}) holds beside it.
	 * @return number, slash and duration text, or an empty text for no limit
	 */
	String rateLimit() default "";

	/**
	 * A key of which there is only one job of this handler at a time. A SpEL expression
	 * as for {@link #concurrencyKey()}.
	 * @return SpEL expression, or an empty text for any number of jobs
	 */
	String uniqueKey() default "";

	/**
	 * How long a job keeps its {@link #uniqueKey()}. It is given back on every way out,
	 * also by {@link JobState#DEAD} and {@link JobState#CANCELLED}.
	 * @return until it has ended, or until it has started
	 */
	UniqueUntil uniqueUntil() default UniqueUntil.FINISHED;

	/**
	 * What becomes of a call whose {@link #uniqueKey()} another job has.
	 * @return whether that one is kept or replaced
	 */
	OnDuplicate onDuplicate() default OnDuplicate.KEEP;

	/**
	 * Texts by which the job is found, such as {@code 'server:' + #serverId}. SpEL
	 * expressions as for {@link #concurrencyKey()}, each of 1 to 100 characters; one that
	 * is {@code null} is left out.
	 * @return SpEL expressions, at most 20
	 */
	String[] tags() default {};

	/**
	 * Whether the body and the record of its completion are one transaction, on the
	 * {@code DataSource} that the jobs are kept in. What the body does in that database,
	 * the jobs that it enqueues included, then happens exactly once, however often the
	 * job has to be run: an attempt that throws, is interrupted, loses its lease or can't
	 * commit is rolled back as a whole. Checked exceptions roll back, too.
	 * <p>
	 * The body runs in that transaction, on the attempt's own thread, and returns
	 * {@code void} or {@link JobHandle}. A {@code @Transactional} on the method joins it,
	 * and so its isolation and timeout have no effect; one that would begin another
	 * transaction, or none, is refused at the start, and so is a store that can't take
	 * part. What the body does elsewhere, such as a call over the network, an
	 * {@link EnqueueMode#IMMEDIATE} job or a transaction of its own, is not undone, and
	 * may happen more than once.
	 * @return whether to run the body in the transaction that completes the job
	 */
	boolean transactional() default false;

	/**
	 * When the job is handed to the workers.
	 * @return after the commit, or at once whatever becomes of the transaction
	 */
	EnqueueMode enqueue() default EnqueueMode.AFTER_COMMIT;

}
