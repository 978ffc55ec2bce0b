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

package dev.aftercommit.handler;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.core.retry.RetryPolicy;

import dev.aftercommit.EnqueueMode;
import dev.aftercommit.JobArgumentException;
import dev.aftercommit.JobContext;
import dev.aftercommit.RecurringJob;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.RateLimit;

/**
 * An annotated method of a bean: everything that is known of it before a job comes.
 */
public interface JobHandler {

	/**
	 * The stable name under which its jobs are stored.
	 * @return the name
	 */
	String name();

	/**
	 * Former names that it still runs.
	 * @return the names, possibly none
	 */
	Set<String> aliases();

	/**
	 * The queue unless the call says otherwise.
	 * @return the queue
	 */
	String queue();

	/**
	 * The priority unless the call says otherwise.
	 * @return the priority, lower first
	 */
	int priority();

	/**
	 * When its calls become jobs.
	 * @return after the commit, or at once
	 */
	EnqueueMode enqueueMode();

	/**
	 * How many of its jobs start in a time, over all nodes.
	 * @return the limit, or empty for none
	 */
	default Optional<RateLimit> rateLimit() {
		return Optional.empty();
	}

	/**
	 * Total number of runs that the annotation allows.
	 * @return the number, or 0 for the properties' number
	 */
	int maxAttempts();

	/**
	 * Whether the body runs in the transaction that completes the job.
	 * @return whether both are one transaction of the store
	 */
	default boolean transactional() {
		return false;
	}

	/**
	 * Longest time for one attempt.
	 * @return the time, or empty for no limit
	 */
	Optional<Duration> timeout();

	/**
	 * The policy bean that decides about another attempt.
	 * @return the policy, or empty for the properties
	 */
	Optional<RetryPolicy> retryPolicy();

	/**
	 * Whether the annotation lets this failure be tried again: it is not to be discarded,
	 * and is among those to retry if any are named.
	 * @param failure what the body threw
	 * @return whether another attempt may be made
	 */
	boolean isRetryable(Throwable failure);

	/**
	 * When it is enqueued by itself, as its method's annotation says.
	 * @return the annotation, or empty if it has none
	 */
	default Optional<RecurringJob> recurrence() {
		return Optional.empty();
	}

	/**
	 * The annotated method, of the user's class.
	 * @return the method
	 */
	Method method();

	/**
	 * Declared types of the stored arguments, generics resolved against the user's class:
	 * the method's parameters without {@link JobContext}.
	 * @return the types, in order
	 */
	List<Type> argumentTypes();

	/**
	 * Which of the stored arguments operators must not see.
	 * @return their positions among {@link #argumentTypes()}, from 0
	 */
	default Set<Integer> sensitiveArguments() {
		return Set.of();
	}

	/**
	 * Pick the arguments to store from those of a call.
	 * @param arguments the arguments of a call, one for each parameter of the method
	 * @return those to store, in order
	 */
	@Nullable Object[] storedArguments(@Nullable Object[] arguments);

	/**
	 * On which terms the job of a call runs beside others: the annotation's expressions,
	 * evaluated. The unique key is this handler's own.
	 * @param arguments the arguments of a call, one for each parameter of the method, or
	 * none at all for a method that has none to store
	 * @return the terms
	 * @throws JobArgumentException if a key is {@code null}, or a key or a tag can't be
	 * stored
	 */
	default JobTerms terms(@Nullable Object[] arguments) {
		return JobTerms.NONE;
	}

	/**
	 * Type of the result: the {@code T} of the method's return type.
	 * @return the type, {@code Void.class} for {@code void}
	 */
	Type resultType();

	/**
	 * Run the body on the bean, on this thread, with whatever other advice the bean has.
	 * @param arguments the stored arguments, bound to {@link #argumentTypes()}
	 * @param context the attempt
	 * @return what the method returned
	 * @throws Throwable what the method threw, unwrapped
	 */
	@Nullable Object invoke(@Nullable Object[] arguments, JobContext context) throws Throwable;

}
