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

package dev.aftercommit.worker;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.slf4j.event.Level;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.CurrentJob;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobLeaveError;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.serialization.JobSerializer;
import dev.aftercommit.serialization.UnreadableException;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.Outcome;

/**
 * Runs one attempt on the calling thread and says what is to become of the job. Never
 * throws.
 * <p>
 * A body that returns has done its job, or what it asked for holds, also when it was
 * interrupted because the node is stopping; only after its timeout it has not. A body
 * that throws after it was interrupted because of the node, gives its attempt back,
 * whatever it throws. One that throws after its node has learnt that the job is to be
 * cancelled, ends it. The body of a transactional handler has done its job when its
 * transaction has committed, and only then.
 */
final class AttemptRunner {

	private final HandlerRegistry handlers;

	private final JobSerializer serializer;

	private final RetryDecision retryDecision;

	private final Listeners listeners;

	private final Interceptors interceptors;

	private final Watch watch;

	private final BodyTransactions transactions;

	private final FailureLog log;

	AttemptRunner(Jobs jobs, RetryDecision retryDecision, Watch watch, BodyTransactions transactions, FailureLog log) {
		this.handlers = jobs.handlers();
		this.serializer = jobs.serializer();
		this.retryDecision = retryDecision;
		this.listeners = jobs.listeners();
		this.interceptors = jobs.interceptors();
		this.watch = watch;
		this.transactions = transactions;
		this.log = log;
	}

	Finished run(Attempt attempt) {
		ClaimedJob job = attempt.job();
		MDC.put("aftercommit.jobId", job.id().toString());
		MDC.put("aftercommit.jobName", job.name());
		MDC.put("aftercommit.attempt", Integer.toString(job.attempt()));
		try {
			JobHandler handler = this.handlers.find(job.name()).orElse(null);
			if (handler == null) {
				this.log.wrote(Level.ERROR, attempt, "this application has no handler of that name, it is given back",
						"no handler", null);
				return Finished.unstarted(attempt);
			}
			return run(attempt, handler);
		}
		finally {
			// What the body left behind is not for the next job on this thread.
			MDC.clear();
		}
	}

	private Finished run(Attempt attempt, JobHandler handler) {
		if (!attempt.begin(handler.timeout().orElse(null))) {
			attempt.end();
			return Finished.unstarted(attempt);
		}
		this.watch.started(attempt);
		this.listeners.started(attempt.job());
		BodyTransaction transaction = this.transactions.create(attempt, handler);
		Object value = null;
		Throwable thrown = null;
		try {
			value = call(attempt, handler, transaction);
		}
		catch (Throwable ex) {
			// Errors too: a job that overflows the stack has failed, its slot has not.
			thrown = ex;
		}
		finally {
			attempt.end();
		}
		Finished finished = (transaction != null) ? conclude(attempt, handler, transaction, thrown)
				: conclude(attempt, handler, value, thrown);
		this.listeners.ended(attempt.job(), finished.startedKind(), thrown);
		return finished;
	}

	// NullAway doesn't see that the type of the lambda's result is nullable.
	@SuppressWarnings("NullAway")
	private @Nullable Object call(Attempt attempt, JobHandler handler, @Nullable BodyTransaction transaction)
			throws Throwable {
		@Nullable Object[] arguments = bind(attempt.job(), handler);
		CurrentJob.Body<@Nullable Object> body = () -> this.interceptors.around(attempt.job(),
				() -> valueOf(handler.invoke(arguments, attempt)));
		return CurrentJob.<@Nullable Object>with(attempt, (transaction == null) ? body : () -> {
			transaction.run(() -> returned(attempt, handler, body.run()));
			return null;
		});
	}

	private Outcome.Returned returned(Attempt attempt, JobHandler handler, @Nullable Object value) {
		Duration snooze = attempt.decideSnooze();
		return (snooze != null) ? new Outcome.Snoozed(snooze) : new Outcome.Succeeded(write(attempt, handler, value));
	}

	private @Nullable Object[] bind(ClaimedJob job, JobHandler handler) {
		try {
			return this.serializer.readArguments(handler.argumentTypes(), job.arguments());
		}
		catch (UnreadableException ex) {
			throw ex;
		}
		catch (RuntimeException | StackOverflowError | LinkageError | AssertionError ex) {
			throw new UnreadableException("The stored arguments can't be bound to " + handler.method(), ex);
		}
	}

	private static @Nullable Object valueOf(@Nullable Object returned) throws Throwable {
		if (returned instanceof JobHandle<?> handle) {
			return CurrentJob.resultOf(handle);
		}
		if (!(returned instanceof Future<?> future)) {
			return returned;
		}
		try {
			return future.get();
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() != null) ? ex.getCause() : ex;
		}
		catch (InterruptedException ex) {
			future.cancel(true);
			throw ex;
		}
	}

	private Finished conclude(Attempt attempt, JobHandler handler, BodyTransaction transaction,
			@Nullable Throwable thrown) {
		Outcome.Returned committed = transaction.committed();
		if (committed != null) {
			return Finished.stored(attempt, committed);
		}
		if (transaction.isStale()) {
			// Refused by the store, as it refused the fence, and so counted and logged.
			return new Finished(attempt, new Outcome.Released(), AttemptOutcome.LOST);
		}
		Finished finished = conclude(attempt, handler, (Object) null, thrown);
		return transaction.isInDoubt() ? finished.inDoubt() : finished;
	}

	private Finished conclude(Attempt attempt, JobHandler handler, @Nullable Object value, @Nullable Throwable thrown) {
		Interruption interruption = attempt.interruption();
		if (interruption == Interruption.TIMEOUT) {
			return fail(attempt, handler, AttemptOutcome.TIMED_OUT, timeout(handler, thrown));
		}
		if (thrown == null) {
			return Finished.returned(attempt, returned(attempt, handler, value));
		}
		if (attempt.isCancelled()) {
			this.log.wrote(Level.INFO, attempt, "cancelled, it was asked to leave",
					way(AttemptOutcome.CANCELLED, thrown), thrown);
			return new Finished(attempt, new Outcome.Cancelled(text(AttemptOutcome.CANCELLED, thrown)),
					AttemptOutcome.CANCELLED);
		}
		if (interruption != null || hasLeft(attempt, thrown)) {
			this.log.wrote(Level.INFO, attempt, "given back, it was interrupted",
					way(AttemptOutcome.INTERRUPTED, thrown), thrown);
			return new Finished(attempt, new Outcome.Released(), AttemptOutcome.INTERRUPTED);
		}
		return fail(attempt, handler, AttemptOutcome.FAILED, thrown);
	}

	private static boolean hasLeft(Attempt attempt, Throwable thrown) {
		return (attempt.isStopping() || !attempt.stillOwned()) && (thrown instanceof JobLeaveError
				|| (thrown.getCause() != null && thrown.getCause() instanceof JobLeaveError));
	}

	private static TimeoutException timeout(JobHandler handler, @Nullable Throwable thrown) {
		TimeoutException timeout = new TimeoutException("The attempt took longer than its timeout of "
				+ handler.timeout().orElseThrow() + ((thrown != null) ? "" : ", and returned after it"));
		if (thrown != null) {
			timeout.initCause(thrown);
		}
		return timeout;
	}

	private Finished fail(Attempt attempt, JobHandler handler, AttemptOutcome kind, Throwable thrown) {
		Failure failure = text(kind, thrown);
		Outcome outcome = decide(attempt, handler, thrown, failure);
		if (outcome instanceof Outcome.Retry retry) {
			this.log.wrote(Level.WARN, attempt, kind + ", trying again in " + retry.delay(), way(kind, thrown), thrown);
		}
		else if (outcome instanceof Outcome.Cancelled) {
			this.log.wrote(Level.INFO, attempt, kind + ", cancelled", way(kind, thrown), thrown);
		}
		else {
			this.log.wrote(Level.ERROR, attempt, kind + ", giving up", way(kind, thrown), thrown);
		}
		return new Finished(attempt, outcome, kind);
	}

	private static String way(AttemptOutcome kind, Throwable thrown) {
		return kind + " " + thrown.getClass().getName();
	}

	private Outcome decide(Attempt attempt, JobHandler handler, Throwable thrown, Failure failure) {
		if (attempt.isCancelled()) {
			return new Outcome.Cancelled(failure);
		}
		if (thrown instanceof UnreadableException) {
			return new Outcome.Dead(DeadReason.UNREADABLE, failure);
		}
		if (thrown instanceof CurrentJob.ForeignHandleException) {
			return new Outcome.Dead(DeadReason.DISCARDED, failure);
		}
		return this.retryDecision.decide(handler, attempt.job().countedAttempt(), thrown, failure);
	}

	private static Failure text(AttemptOutcome kind, Throwable thrown) {
		try {
			return FailureText.of(kind, thrown);
		}
		catch (OutOfMemoryError ex) {
			return new Failure(kind, thrown.getClass().getName(), "There was no memory left to say more");
		}
	}

	/**
	 * The outcome of an attempt whose real one could not be made.
	 * @param attempt the attempt
	 * @param thrown what went wrong in the workers themselves
	 * @return another attempt, as late as possible
	 */
	Finished broken(Attempt attempt, Throwable thrown) {
		this.log.wrote(Level.ERROR, attempt, "its outcome could not be made", way(AttemptOutcome.FAILED, thrown),
				thrown);
		Failure failure = new Failure(AttemptOutcome.FAILED, thrown.getClass().getName(),
				"The workers could not say how the attempt ended");
		return new Finished(attempt, this.retryDecision.late(attempt.job().countedAttempt(), failure),
				AttemptOutcome.FAILED)
			.inDoubt();
	}

	/**
	 * The job's effects are there, and must not be made again for the sake of its result.
	 */
	private @Nullable String write(Attempt attempt, JobHandler handler, @Nullable Object value) {
		try {
			return this.serializer.writeResult(handler.resultType(), value);
		}
		catch (RuntimeException | Error ex) {
			this.log.wrote(Level.WARN, attempt,
					"its result can't be stored: the job has succeeded, without a result. Return a value of the"
							+ " declared type " + handler.resultType() + " that can be written as JSON",
					"no result " + ex.getClass().getName(), ex);
			return null;
		}
	}

}
