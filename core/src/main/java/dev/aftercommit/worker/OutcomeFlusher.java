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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import dev.aftercommit.store.Ending;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;

/**
 * Brings outcomes to the store, on one thread: whatever ended during its last commit, at
 * once and together. What the store can't take now is kept, and the node's lease protects
 * it.
 */
final class OutcomeFlusher {

	private static final Logger logger = LoggerFactory.getLogger(OutcomeFlusher.class);

	private static final int MOST_AT_ONCE = 1000;

	private static final int MOST_UNSTORED = 10_000;

	private final JobStore store;

	private final Listeners listeners;

	private final Spokesman spokesman;

	private final Outage outage;

	private final FailureLog log;

	private final Loop loop;

	private final ConcurrentLinkedQueue<Finished> queue = new ConcurrentLinkedQueue<>();

	private final AtomicInteger unstored = new AtomicInteger();

	private final AtomicLong stale = new AtomicLong();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition fewer = this.lock.newCondition();

	private int most = MOST_AT_ONCE;

	private volatile Runnable keysGivenBack = () -> {
	};

	private volatile boolean closed;

	OutcomeFlusher(JobStore store, Listeners listeners, Spokesman spokesman, Outage outage, FailureLog log) {
		this.store = store;
		this.listeners = listeners;
		this.spokesman = spokesman;
		this.outage = outage;
		this.log = log;
		this.loop = new Loop("aftercommit-outcomes", outage, this::flush);
	}

	Loop loop() {
		return this.loop;
	}

	/** What to run when jobs that may have had keys are no longer at this node. */
	void onKeysGivenBack(Runnable action) {
		this.keysGivenBack = action;
	}

	/** Take an outcome. Returns at once. */
	void put(Finished finished) {
		if (this.closed && finished.isStored()) {
			return;
		}
		if (this.closed) {
			logger.warn("The outcome of {} came after the workers had stopped and is dropped: the job is given to"
					+ " another node", finished.attempt());
			return;
		}
		this.queue.add(finished);
		this.unstored.incrementAndGet();
		this.loop.wakeUp();
	}

	/** Wait while there are too many outcomes that the store has not taken yet. */
	void awaitRoom() {
		if (this.unstored.get() < MOST_UNSTORED) {
			return;
		}
		this.lock.lock();
		try {
			while (this.unstored.get() >= MOST_UNSTORED && !this.closed) {
				this.fewer.awaitUninterruptibly();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait until the store has taken all outcomes.
	 * @param timeout the longest time to wait
	 * @return whether it has
	 */
	boolean awaitEmpty(Duration timeout) {
		this.lock.lock();
		try {
			long left = timeout.toNanos();
			while (this.unstored.get() > 0 && left > 0) {
				left = this.fewer.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.lock.unlock();
		}
		return this.unstored.get() == 0;
	}

	void close() {
		this.closed = true;
		this.loop.close();
		signalFewer();
	}

	int unstored() {
		return this.unstored.get();
	}

	long stale() {
		return this.stale.get();
	}

	/** One step: all that is there now, in one transaction. */
	private long flush() {
		List<Finished> batch = nextBatch();
		if (batch.isEmpty()) {
			return Loop.FOREVER;
		}
		Set<UUID> accepted;
		List<Finished> settled;
		try {
			accepted = apply(batch);
			settled = settle(batch, accepted);
		}
		catch (RuntimeException | Error ex) {
			// Kept. To the end of the line and fewer at once: one outcome that the store
			// never takes must not hold up the others.
			this.queue.addAll(batch);
			this.most = Math.max(1, batch.size() / 2);
			throw ex;
		}
		this.most = Math.min(MOST_AT_ONCE, this.most * 2);
		this.outage.over();
		acknowledge(settled, accepted);
		return 0;
	}

	private Set<UUID> apply(List<Finished> batch) {
		this.spokesman
			.lastWords(batch.stream().filter((finished) -> !finished.isStored()).map(Finished::attempt).toList());
		List<Ending> endings = batch.stream().filter((finished) -> !finished.isStored()).map(Finished::ending).toList();
		Set<UUID> applied = endings.isEmpty() ? Set.of() : this.store.leases().apply(endings);
		if (endings.size() == batch.size()) {
			return applied;
		}
		Set<UUID> accepted = new HashSet<>(applied);
		batch.stream().filter(Finished::isStored).forEach((finished) -> accepted.add(finished.attempt().jobId()));
		return accepted;
	}

	/** An outcome that was in doubt is accepted whether it was right or wrong. */
	private List<Finished> settle(List<Finished> batch, Set<UUID> accepted) {
		Set<UUID> doubtful = batch.stream()
			.filter(Finished::isInDoubt)
			.map((finished) -> finished.attempt().jobId())
			.filter(accepted::contains)
			.collect(Collectors.toSet());
		if (doubtful.isEmpty()) {
			return batch;
		}
		Map<UUID, JobStatus> found = this.store.directory().find(doubtful);
		return batch.stream().map((finished) -> finished.settled(found.get(finished.attempt().jobId()))).toList();
	}

	private List<Finished> nextBatch() {
		int expected = Math.min(this.most, this.unstored.get());
		List<Finished> batch = new ArrayList<>(expected);
		Set<UUID> ids = new HashSet<>(2 * expected);
		Finished next = this.queue.peek();
		// A job may be here twice, under a lost lease and a new one: one transaction
		// each.
		while (next != null && batch.size() < this.most && ids.add(next.attempt().jobId())) {
			batch.add(this.queue.remove());
			next = this.queue.peek();
		}
		return batch;
	}

	private void acknowledge(List<Finished> batch, Set<UUID> accepted) {
		boolean news = false;
		boolean keyed = false;
		for (Finished finished : batch) {
			boolean taken = accepted.contains(finished.attempt().jobId());
			acknowledge(finished, taken);
			news |= taken && !finished.isLater();
			keyed |= taken && finished.attempt().job().terms().isKeyed();
		}
		this.unstored.addAndGet(-batch.size());
		signalFewer();
		if (news) {
			this.store.wakeUps().send();
		}
		if (keyed) {
			this.keysGivenBack.run();
		}
	}

	private void acknowledge(Finished finished, boolean taken) {
		Attempt attempt = finished.attempt();
		attempt.session().tokens().release(attempt.job().lease().token());
		if (finished.kind() == null) {
			// Given back unstarted: whoever has it now has lost nothing.
			return;
		}
		if (!taken) {
			this.stale.incrementAndGet();
			this.log.wrote(Level.WARN, attempt, "its lease was lost, its outcome (" + finished.kind() + ") is dropped",
					"lease lost", null);
		}
		this.listeners.applied(attempt.job(), finished.kind(), taken ? finished.state() : null);
	}

	private void signalFewer() {
		this.lock.lock();
		try {
			this.fewer.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

}
