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

import java.util.List;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import dev.aftercommit.EnqueueMode;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.CommitCheck;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.LocalWorkers;

/**
 * The one way of a call into the store, whatever the transaction it was made in: hold,
 * stage, enqueue, wake up. {@code docs/decisions/0002} says when and why.
 */
public final class EnqueuePath implements AutoCloseable {

	private final Passage passage;

	/**
	 * Create a path.
	 * @param store where jobs go
	 * @param workers the workers of this node
	 * @param listeners are told of each enqueued job, in this order
	 * @param commitCheck asks a transaction that the store can't join whether it can
	 * still commit
	 * @param nanos the JVM's monotonic time in nanoseconds
	 */
	public EnqueuePath(JobStore store, LocalWorkers workers, List<JobListener> listeners, CommitCheck commitCheck,
			LongSupplier nanos) {
		Handover handover = new Handover(workers, store.wakeUps(), listeners);
		store.intake().onKeptLater(handover::redirect);
		this.passage = new Passage(store.intake(), handover, commitCheck,
				new AfterCommitWriter(store.intake(), handover, nanos));
	}

	/**
	 * Take a call: it becomes a job when and if its mode and the transaction of this
	 * thread say so.
	 * @param call the call
	 * @throws JobStoreException if it had to be written at once and could not be
	 */
	void accept(HeldCall call) {
		if (!TransactionSynchronizationManager.isActualTransactionActive()) {
			this.passage.writeNow(call);
		}
		else if (!TransactionSynchronizationManager.isSynchronizationActive()) {
			// Nobody can be registered any more: this thread's transaction is completing.
			this.passage.writeAfterwards(call);
		}
		else {
			accept(call, Holding.current(this.passage));
		}
	}

	/**
	 * A transaction has begun on this thread: hold its calls.
	 * @param foreign the store's resource that was bound before it began, and so isn't
	 * its own
	 */
	void begin(@Nullable Object foreign) {
		if (Holding.current(this.passage) == null) {
			TransactionSynchronizationManager.registerSynchronization(Holding.fromBegin(this.passage, foreign));
		}
	}

	/**
	 * The store's resource that is bound to this thread.
	 * @return the resource, or {@code null} for none
	 */
	@Nullable Object boundResource() {
		return this.passage.intake().boundResource().orElse(null);
	}

	/**
	 * The transaction of this thread commits next: write what it holds.
	 */
	void beforeCommit() {
		Holding holding = Holding.current(this.passage);
		if (holding != null) {
			holding.stageLast();
		}
	}

	/**
	 * Write what waits to be written after a commit, for at most ten seconds, and take
	 * nothing more.
	 */
	@Override
	public void close() {
		this.passage.writer().close();
	}

	private void accept(HeldCall call, @Nullable Holding current) {
		if (call.mode() == EnqueueMode.IMMEDIATE) {
			acceptImmediate(call, current);
			return;
		}
		Holding holding = current;
		if (holding == null) {
			holding = Holding.fromCall(this.passage);
			TransactionSynchronizationManager.registerSynchronization(holding);
		}
		holding.accept(call);
	}

	private void acceptImmediate(HeldCall call, @Nullable Holding current) {
		if ((current != null && current.isAfter()) || FinishedTransaction.owned(boundResource())) {
			this.passage.writeAfterwards(call);
		}
		else {
			this.passage.writeNow(call);
		}
	}

}
