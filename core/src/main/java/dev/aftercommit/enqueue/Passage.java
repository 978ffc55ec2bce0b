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

package dev.aftercommit.enqueue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.CommitCheck;
import dev.aftercommit.store.JobIntake;

/**
 * What all transactions of a path share: the ways of writing a call that don't depend on
 * how far a transaction has come.
 *
 * @param intake where jobs go
 * @param handover tells the workers and the listeners
 * @param commitCheck asks whether a transaction can still commit
 * @param writer writes after a commit
 */
record Passage(JobIntake intake, Handover handover, CommitCheck commitCheck, AfterCommitWriter writer) {

	private static final Logger logger = LoggerFactory.getLogger(Passage.class);

	private static final Duration PATIENCE = Duration.ofSeconds(2);

	/**
	 * Write a call at once, on this thread, in a transaction of its own.
	 * @param call the call
	 * @throws JobStoreException if it could not be written
	 */
	void writeNow(HeldCall call) {
		call.admission().write();
		this.handover.remember(call);
		try {
			call.redirect(this.intake.enqueue(List.of(call.job())));
		}
		catch (RuntimeException ex) {
			call.admission().doubt();
			throw new JobStoreException("Job " + call + " could not be written: " + ex.getMessage() + hint(), ex);
		}
		this.handover.enqueued(List.of(call));
	}

	/**
	 * Write a call that was made while its thread's transaction completes.
	 * @param call the call
	 * @throws JobStoreException if too many wait to be written already
	 */
	void writeAfterwards(HeldCall call) {
		if (!call.admission().queue()) {
			return;
		}
		try {
			await(this.writer.submit(List.of(call)));
		}
		catch (JobStoreException ex) {
			call.admission().drop("it was refused: " + ex.getMessage());
			throw ex;
		}
	}

	/**
	 * Write calls whose transaction has committed without them. Never throws.
	 * @param calls the calls
	 */
	void writeAfterCommit(List<HeldCall> calls) {
		List<HeldCall> queued = calls.stream().filter((call) -> call.admission().queue()).toList();
		if (queued.isEmpty()) {
			return;
		}
		try {
			await(this.writer.submit(queued));
		}
		catch (JobStoreException ex) {
			queued.forEach((call) -> call.admission().drop("it was lost after the commit: " + ex.getMessage()));
			logger.error("The transaction has committed, but its jobs are lost: {}", queued, ex);
		}
	}

	// While the finished transaction still has a connection of the store's pool, waiting
	// for a second one could be waiting for ourselves.
	private void await(CompletableFuture<Void> written) {
		if (this.intake.boundResource().isPresent()) {
			return;
		}
		try {
			written.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			logger.info("A job is not yet written after {}, going on in the background", PATIENCE);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			// Said and logged by the writer.
			logger.debug("Not written", ex);
		}
	}

	private static String hint() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				? ". An IMMEDIATE job is written on a second connection while the caller's transaction holds one:"
						+ " is the pool large enough?"
				: "";
	}

}
