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

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.CurrentJob;
import dev.aftercommit.JobLeaveError;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.LeaseLostException;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.Words;

/**
 * The one transaction of a body's effects and its job's completion. For one attempt.
 * <p>
 * The completion, which is the fence, is written when the body has ended and what it left
 * in memory is flushed, before anybody is asked to commit: so there is no commit without
 * it, whatever happens on the way there. {@code docs/decisions/0004} says why.
 */
final class BodyTransaction {

	private final PlatformTransactionManager transactionManager;

	private final JobLeases leases;

	private final Attempt attempt;

	private Outcome.@Nullable Returned outcome;

	private @Nullable Throwable failure;

	private State state = State.OPEN;

	BodyTransaction(PlatformTransactionManager transactionManager, JobLeases leases, Attempt attempt) {
		this.transactionManager = transactionManager;
		this.leases = leases;
		this.attempt = attempt;
	}

	/**
	 * Run the body, complete its job and commit.
	 * @param body runs, and makes its result the job's outcome
	 * @throws Throwable what the body, the flush, the fence or the commit threw; all of
	 * it is then rolled back, unless {@link #isInDoubt()}
	 */
	void run(CurrentJob.Body<Outcome.Returned> body) throws Throwable {
		TransactionTemplate template = new TransactionTemplate(this.transactionManager);
		template.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		template.setName(this.attempt.job().name());
		try {
			template.executeWithoutResult((status) -> run(body, status));
		}
		catch (RuntimeException | Error ex) {
			throw (this.failure != null) ? withSuppressed(this.failure, ex) : ex;
		}
		if (this.failure != null) {
			throw this.failure;
		}
		this.state = State.COMMITTED;
	}

	private void run(CurrentJob.Body<Outcome.Returned> body, TransactionStatus status) {
		try {
			Outcome.Returned result = body.run();
			// What violates a constraint is a failure of the body, and known before the
			// fence.
			status.flush();
			if (this.attempt.interruption() != null) {
				throw new JobLeaveError("The body returned after it was interrupted (" + this.attempt.interruption()
						+ "): its transaction is rolled back");
			}
			Words words = this.attempt.unwritten();
			if (words != null) {
				this.leases.noteInTransaction(words);
			}
			this.leases.completeInTransaction(this.attempt.job(), result);
			this.outcome = result;
			this.state = State.FENCED;
		}
		catch (LeaseLostException ex) {
			this.state = State.STALE;
			rollBack(status, ex);
		}
		catch (Throwable ex) {
			rollBack(status, ex);
		}
	}

	// Not thrown: the template would let a failing rollback hide it.
	private void rollBack(TransactionStatus status, Throwable reason) {
		this.failure = reason;
		status.setRollbackOnly();
	}

	private static Throwable withSuppressed(Throwable failure, Throwable suppressed) {
		failure.addSuppressed(suppressed);
		return failure;
	}

	/**
	 * What was committed.
	 * @return the job's outcome; {@code null} if it was rolled back, or nobody knows
	 */
	Outcome.@Nullable Returned committed() {
		return (this.state == State.COMMITTED) ? this.outcome : null;
	}

	/**
	 * Whether it failed after the fence, so that it may have committed all the same.
	 * @return whether only the store can tell
	 */
	boolean isInDoubt() {
		return this.state == State.FENCED;
	}

	/**
	 * Whether it was rolled back because the job is not this attempt's any more.
	 * @return whether the lease was lost
	 */
	boolean isStale() {
		return this.state == State.STALE;
	}

	private enum State {

		/** No fence is written. */
		OPEN,

		/** The lease was lost. */
		STALE,

		/** The fence is written, and not committed. */
		FENCED,

		/** Committed. */
		COMMITTED

	}

}
