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

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.StagedJob;

/**
 * The calls of one transaction, from the call to the transaction's end. First among the
 * transaction's synchronizations, so that nobody else's failing callback comes before it.
 */
final class Holding implements TransactionSynchronization {

	private static final Logger logger = LoggerFactory.getLogger(Holding.class);

	/** The store's resource of the transaction that was suspended last on this thread. */
	private static final ThreadLocal<@Nullable Object> SUSPENDED = new ThreadLocal<>();

	private final Passage passage;

	/** Whether the manager tells us of its commit, right before it. */
	private final boolean told;

	private final @Nullable Object foreign;

	private final boolean joinedAtBegin;

	private final List<HeldCall> calls = new ArrayList<>();

	private final IdentityHashMap<Object, Integer> savepoints = new IdentityHashMap<>();

	private final List<Reserved> reserved = new ArrayList<>();

	private Phase phase = Phase.OPEN;

	private boolean handedOver;

	private @Nullable Object suspendedBefore;

	private Holding(Passage passage, boolean told, @Nullable Object foreign) {
		this.passage = passage;
		this.told = told;
		this.foreign = foreign;
		this.joinedAtBegin = joinsNow();
	}

	/**
	 * For a transaction whose manager tells us of its begin and its commit.
	 * @param passage the ways to write
	 * @param foreign the store's resource that was bound before it began
	 * @return a holding, to be registered
	 */
	static Holding fromBegin(Passage passage, @Nullable Object foreign) {
		return new Holding(passage, true, foreign);
	}

	/**
	 * For a transaction of a manager that we don't know, at its first call.
	 * @param passage the ways to write
	 * @return a holding, to be registered
	 */
	static Holding fromCall(Passage passage) {
		return new Holding(passage, false, SUSPENDED.get());
	}

	/**
	 * The holding of the transaction that this thread is in now: suspended transactions
	 * take theirs with them.
	 * @param passage whose holding: several applications may share a transaction
	 * @return the holding, or {@code null} if there is none
	 */
	static @Nullable Holding current(Passage passage) {
		if (TransactionSynchronizationManager.isSynchronizationActive()) {
			for (TransactionSynchronization candidate : TransactionSynchronizationManager.getSynchronizations()) {
				if (candidate instanceof Holding holding && holding.passage.equals(passage)) {
					return holding;
				}
			}
		}
		return null;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	boolean isAfter() {
		return this.phase == Phase.AFTER;
	}

	void accept(HeldCall call) {
		switch (this.phase) {
			case OPEN -> this.calls.add(call);
			case STAGED -> acceptStaged(call);
			case AFTER -> this.passage.writeAfterwards(call);
		}
	}

	/**
	 * Write what is held, as the last thing before the commit.
	 */
	void stageLast() {
		stage(true);
	}

	@Override
	public void suspend() {
		this.suspendedBefore = SUSPENDED.get();
		SUSPENDED.set(this.passage.intake().boundResource().orElse(null));
	}

	@Override
	public void resume() {
		if (this.suspendedBefore != null) {
			SUSPENDED.set(this.suspendedBefore);
		}
		else {
			SUSPENDED.remove();
		}
		this.suspendedBefore = null;
	}

	@Override
	public void savepoint(Object savepoint) {
		this.savepoints.put(savepoint, this.calls.size());
	}

	@Override
	public void savepointRollback(Object savepoint) {
		// One that we don't know was there before our first call, and so before all of
		// them.
		int position = this.savepoints.getOrDefault(savepoint, 0);
		List<HeldCall> undone = this.calls.subList(Math.min(position, this.calls.size()), this.calls.size());
		undone.forEach((call) -> call.admission().drop("the savepoint before it was rolled back"));
		undone.clear();
	}

	@Override
	public void beforeCommit(boolean readOnly) {
		if (!this.told) {
			stage(false);
		}
	}

	@Override
	public void beforeCompletion() {
		if (!this.told && this.calls.stream().anyMatch((call) -> call.admission().isHeld())) {
			// The last moment that an unknown manager gives us: nobody can be stopped any
			// more, but what is sure to be rolled back must not be written after it.
			try {
				this.passage.commitCheck().check();
			}
			catch (RuntimeException ex) {
				logger.debug("The transaction will be rolled back", ex);
				drop("its transaction could not commit");
			}
		}
	}

	@Override
	public void afterCommit() {
		this.phase = Phase.AFTER;
		if (this.told || isPartOfFinished()) {
			handOver();
		}
	}

	@Override
	public void afterCompletion(int status) {
		this.phase = Phase.AFTER;
		if (status == STATUS_COMMITTED) {
			handOver();
		}
		else if (!this.handedOver) {
			fail(status);
		}
		FinishedTransaction.remember(this.foreign);
		this.reserved.forEach((each) -> this.passage.handover().free(each.lease()));
		this.reserved.clear();
	}

	private void fail(int status) {
		if (status == STATUS_ROLLED_BACK || isPartOfFinished()) {
			drop("its transaction was rolled back");
		}
		else {
			doubt();
		}
	}

	/**
	 * Whether this isn't a transaction but takes part in one that has ended: a
	 * transactional method, called from somebody's {@code afterCompletion}. It is told of
	 * its commit, but then of an unknown outcome.
	 */
	private boolean isPartOfFinished() {
		return !this.told && FinishedTransaction.isBound();
	}

	private void stage(boolean last) {
		if (this.phase != Phase.OPEN) {
			return;
		}
		this.phase = Phase.STAGED;
		if (this.calls.isEmpty()) {
			return;
		}
		try {
			if (joins()) {
				write(this.calls, last);
			}
			else {
				this.passage.commitCheck().check();
			}
		}
		catch (TransactionException ex) {
			// Spring takes these for its own: it would not roll back.
			throw new JobStoreException("Could not write the jobs of this transaction: " + ex.getMessage(), ex);
		}
	}

	private void acceptStaged(HeldCall call) {
		if (joins()) {
			write(List.of(call), false);
		}
		else {
			this.passage.commitCheck().check();
		}
		this.calls.add(call);
	}

	private void write(List<HeldCall> calls, boolean last) {
		List<StagedJob> jobs = new ArrayList<>(calls.size());
		for (HeldCall call : calls) {
			if (call.admission().stage()) {
				this.passage.handover().remember(call);
				jobs.add(new StagedJob(call.job(), last ? reserve(call) : null));
			}
		}
		if (!jobs.isEmpty()) {
			Map<UUID, UUID> kept = this.passage.intake().stage(jobs);
			calls.forEach((call) -> call.redirect(kept));
		}
	}

	private @Nullable Lease reserve(HeldCall call) {
		if (call.job().time() != null || !this.passage.intake().stagesLeases()) {
			return null;
		}
		Optional<Lease> lease = this.passage.handover().reserve(call.job());
		lease.ifPresent((present) -> this.reserved.add(new Reserved(call, present)));
		return lease.orElse(null);
	}

	private void handOver() {
		if (this.handedOver) {
			return;
		}
		this.handedOver = true;
		List<HeldCall> staged = this.calls.stream().filter((call) -> call.admission().isStaged()).toList();
		Handover handover = this.passage.handover();
		this.reserved.forEach(this::runOrFree);
		if (areClaimable(staged) && staged.size() > this.reserved.size()) {
			handover.wakeUp();
		}
		this.reserved.clear();
		handover.announce(staged);
		this.passage.writeAfterCommit(this.calls);
	}

	/**
	 * Tell the store. A job that was kept instead of one of these could not be claimed
	 * before this commit, and can be now.
	 */
	private boolean areClaimable(List<HeldCall> staged) {
		List<NewJob> written = staged.stream()
			.filter((call) -> !call.admission().isRedirected())
			.map(HeldCall::job)
			.toList();
		return written.isEmpty() || this.passage.intake().committed(written);
	}

	private void runOrFree(Reserved each) {
		if (each.call().admission().isStaged()) {
			this.passage.handover().run(each.call(), each.lease());
		}
		else {
			this.passage.handover().free(each.lease());
		}
	}

	private void drop(String reason) {
		this.calls.forEach((call) -> call.admission().drop(reason));
	}

	private void doubt() {
		List<HeldCall> lost = this.calls.stream().filter((call) -> call.admission().isHeld()).toList();
		if (!lost.isEmpty()) {
			logger.error("Nobody knows whether the transaction has committed, so its jobs are not written: {}", lost);
			lost.forEach((call) -> call.admission().drop("nobody knows whether its transaction has committed"));
		}
		this.calls.forEach((call) -> call.admission().doubt());
		if (!this.calls.isEmpty()) {
			this.passage.handover().wakeUp();
		}
	}

	/**
	 * Whether the store's part of this transaction is this transaction's own. Decided
	 * when it begins, where that is known: a connection of the store that is merely
	 * touched later belongs to nobody's commit.
	 */
	private boolean joins() {
		return this.told ? this.joinedAtBegin : joinsNow();
	}

	private boolean joinsNow() {
		Object bound = this.passage.intake().boundResource().orElse(null);
		return this.passage.intake().joinsTransaction() && (bound == null || bound != this.foreign)
				&& !FinishedTransaction.owned(bound);
	}

	/**
	 * A call for which a worker of this node is kept free.
	 *
	 * @param call the call
	 * @param lease its lease
	 */
	private record Reserved(HeldCall call, Lease lease) {

	}

	private enum Phase {

		/** Calls are held. */
		OPEN,

		/** What was held is written: later calls are written at once. */
		STAGED,

		/** Committed or rolled back: later calls are written in another transaction. */
		AFTER

	}

}
