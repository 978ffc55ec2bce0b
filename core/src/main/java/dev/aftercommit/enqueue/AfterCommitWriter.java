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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.JobIntake;

/**
 * Writes calls after their transaction has committed, on a daemon thread and a connection
 * of its own. Tries again, from 100 ms up to 10 s apart, for as long as the process
 * lives.
 */
final class AfterCommitWriter implements AutoCloseable {

	/** The most calls that may wait to be written. */
	static final int CAPACITY = 10_000;

	private static final Logger logger = LoggerFactory.getLogger(AfterCommitWriter.class);

	private static final int MOST_AT_ONCE = 1000;

	/**
	 * Callers that are faster than a store that answers wait for it: no longer than this.
	 */
	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private static final Duration CLOSING = Duration.ofSeconds(10);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Deque<Batch> waiting = new ArrayDeque<>();

	private final JobIntake intake;

	private final Handover handover;

	private final LongSupplier nanos;

	private final ExponentialBackOff backOff = new ExponentialBackOff(100, 2);

	private BackOffExecution pauses;

	private int size;

	private int atOnce = MOST_AT_ONCE;

	private @Nullable Thread thread;

	private boolean failing;

	private boolean closed;

	private long deadline;

	AfterCommitWriter(JobIntake intake, Handover handover, LongSupplier nanos) {
		this.intake = intake;
		this.handover = handover;
		this.nanos = nanos;
		this.backOff.setMaxInterval(10_000);
		this.pauses = this.backOff.start();
	}

	/**
	 * Write calls soon, all or none, in their order. Returns at once, unless
	 * {@value #CAPACITY} calls wait already: then it waits for up to five seconds until
	 * there is room, as long as the store takes calls.
	 * @param calls the calls
	 * @return completes when they are written, or lost because this node stops
	 * @throws JobStoreException if there is no room, or this node has stopped
	 */
	CompletableFuture<Void> submit(List<HeldCall> calls) {
		Batch batch = new Batch(List.copyOf(calls), new CompletableFuture<>());
		this.lock.lock();
		try {
			awaitRoom(calls.size());
			if (this.closed) {
				throw new JobStoreException("This node has stopped and writes no more jobs: " + calls, null);
			}
			if (!hasRoom(calls.size())) {
				throw new JobStoreException(this.size + " jobs wait to be written after their commit, so no more are"
						+ " taken: is the store reachable? " + calls, null);
			}
			add(batch);
			if (this.thread == null) {
				this.thread = start();
			}
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		return batch.written();
	}

	private boolean hasRoom(int calls) {
		return this.size == 0 || this.size + calls <= CAPACITY;
	}

	private void awaitRoom(int calls) {
		long left = (Thread.currentThread() != this.thread) ? PATIENCE.toNanos() : 0;
		try {
			while (left > 0 && !this.failing && !this.closed && !hasRoom(calls)) {
				left = this.changed.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Write what waits, for at most ten seconds. What is left then is lost, and logged.
	 */
	@Override
	public void close() {
		Thread writing;
		this.lock.lock();
		try {
			this.closed = true;
			this.deadline = this.nanos.getAsLong() + CLOSING.toNanos();
			writing = this.thread;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		if (writing != null) {
			awaitEnd(writing);
		}
	}

	private void awaitEnd(Thread writing) {
		try {
			writing.join(CLOSING.toMillis() + 500);
			if (writing.isAlive()) {
				writing.interrupt();
				writing.join(500);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private Thread start() {
		Thread started = new Thread(this::run, "aftercommit-writer");
		started.setDaemon(true);
		started.start();
		return started;
	}

	private void run() {
		for (List<Batch> batches = take(); !batches.isEmpty(); batches = take()) {
			try {
				write(batches);
			}
			catch (RuntimeException | Error ex) {
				// An outage must not lose what has committed: again, after a pause.
				postpone(batches, ex);
			}
		}
		lose();
	}

	private void write(List<Batch> batches) {
		List<HeldCall> calls = batches.stream().flatMap((batch) -> batch.live().stream()).toList();
		if (!calls.isEmpty()) {
			calls.forEach(this.handover::remember);
			Map<UUID, UUID> kept = this.intake.enqueue(calls.stream().map(HeldCall::job).toList());
			calls.forEach((call) -> call.redirect(kept));
			this.handover.enqueued(calls);
		}
		this.pauses = this.backOff.start();
		this.atOnce = Math.min(MOST_AT_ONCE, this.atOnce * 2);
		setFailing(false);
		batches.forEach((batch) -> batch.written().complete(null));
	}

	/**
	 * Behind all others, and alone: one that can never be written must not hold them up.
	 */
	private void postpone(List<Batch> batches, Throwable ex) {
		long pause = this.pauses.nextBackOff();
		logger.warn("Could not write {} job(s) after their commit, trying again in {} ms",
				batches.stream().mapToInt((batch) -> batch.calls().size()).sum(), pause, ex);
		this.atOnce = 1;
		setFailing(true);
		this.lock.lock();
		try {
			batches.forEach(this::add);
			pause(Duration.ofMillis(pause).toNanos());
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<Batch> take() {
		List<Batch> batches = new ArrayList<>();
		this.lock.lock();
		try {
			while (this.waiting.isEmpty() && !this.closed) {
				this.changed.awaitUninterruptibly();
			}
			for (int jobs = 0; !isOver() && !this.waiting.isEmpty() && (jobs < this.atOnce);) {
				Batch batch = this.waiting.remove();
				this.size -= batch.calls().size();
				jobs += batch.calls().size();
				batches.add(batch);
			}
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		return batches;
	}

	private void setFailing(boolean failing) {
		this.lock.lock();
		try {
			this.failing = failing;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void add(Batch batch) {
		this.waiting.add(batch);
		this.size += batch.calls().size();
	}

	private boolean isOver() {
		return this.closed && this.deadline - this.nanos.getAsLong() <= 0;
	}

	private void pause(long time) {
		long end = this.nanos.getAsLong() + time;
		try {
			for (long rest = time; rest > 0 && !isOver(); rest = end - this.nanos.getAsLong()) {
				this.changed.awaitNanos(this.closed ? Math.min(rest, this.deadline - this.nanos.getAsLong()) : rest);
			}
		}
		catch (InterruptedException ex) {
			// Only close() ends this thread, by its deadline: no more than a shorter
			// pause.
			logger.debug("Interrupted, going on", ex);
		}
	}

	private void lose() {
		for (Batch batch : this.waiting) {
			logger.error("This node stops and could not write jobs whose transaction has committed, they are lost: {}",
					batch.calls());
			JobStoreException lost = new JobStoreException("Lost, because the node stopped: " + batch.calls(), null);
			batch.calls().forEach((call) -> call.admission().drop("it was lost when its node stopped"));
			batch.written().completeExceptionally(lost);
		}
	}

	/**
	 * Calls of one transaction.
	 *
	 * @param calls the calls
	 * @param written completes when they are written
	 */
	private record Batch(List<HeldCall> calls, CompletableFuture<Void> written) {

		/** Those that were not cancelled meanwhile. */
		List<HeldCall> live() {
			return this.calls.stream().filter((call) -> call.admission().write()).toList();
		}

	}

}
