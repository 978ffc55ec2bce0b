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

import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * The threads that run bodies, each one job at a time. They are started as they are
 * needed.
 */
final class Slots {

	private static final Logger logger = LoggerFactory.getLogger(Slots.class);

	private static final String NAME_PREFIX = "aftercommit-slot-";

	private final int most;

	private final boolean virtual;

	private final ThreadFactory threads;

	private final RunningAttempts running;

	private final AttemptBuffer buffer;

	private final Capacity capacity;

	private final AttemptRunner runner;

	private final OutcomeFlusher flusher;

	private volatile int started;

	Slots(WorkerSettings settings, RunningAttempts running, AttemptBuffer buffer, Capacity capacity,
			AttemptRunner runner, OutcomeFlusher flusher) {
		this.most = settings.concurrency();
		this.virtual = settings.virtualThreads();
		this.threads = this.virtual ? new VirtualThreadTaskExecutor(NAME_PREFIX).getVirtualThreadFactory()
				: platformThreads();
		this.running = running;
		this.buffer = buffer;
		this.capacity = capacity;
		this.runner = runner;
		this.flusher = flusher;
	}

	/**
	 * Threads that get nothing from the one that happens to start them: it may be a
	 * request's, with the user's identity in an inheritable variable.
	 */
	private static ThreadFactory platformThreads() {
		AtomicInteger number = new AtomicInteger();
		ClassLoader classLoader = Thread.currentThread().getContextClassLoader();
		return (task) -> {
			Thread thread = new Thread(null, task, NAME_PREFIX + number.incrementAndGet(), 0, false);
			thread.setContextClassLoader(classLoader);
			thread.setDaemon(true);
			return thread;
		};
	}

	/** Start what can't be started later without inheriting from whoever does it. */
	void start() {
		if (this.virtual) {
			startThreads(this.most);
		}
	}

	/**
	 * Run these as soon as there are threads for them. Room for them was taken before.
	 * Once closed, they are given back.
	 * @param attempts the attempts, in the order in which they should start
	 */
	void run(List<Attempt> attempts) {
		start(attempts, this.buffer.addAll(attempts));
	}

	/**
	 * Run these likewise, before all others that have no thread yet.
	 * @param attempts the attempts, in the order in which they should start
	 */
	void runFirst(List<Attempt> attempts) {
		start(attempts, this.buffer.addFirst(attempts));
	}

	private void start(List<Attempt> attempts, boolean taken) {
		if (!taken) {
			giveBack(attempts);
		}
		else if (this.started < this.most) {
			try {
				startThreads(Math.min(this.most, this.capacity.inHand()));
			}
			catch (OutOfMemoryError ex) {
				// The jobs are in hand: the threads that are there will come to them.
				logger.error("Only {} of {} threads for jobs could be started: lower 'concurrency'", this.started,
						this.most, ex);
			}
		}
	}

	private synchronized void startThreads(int needed) {
		while (this.started < needed) {
			AtomicReference<@Nullable Attempt> slot = this.running.newSlot();
			this.threads.newThread(() -> work(slot)).start();
			this.started++;
		}
	}

	private void work(AtomicReference<@Nullable Attempt> slot) {
		this.flusher.awaitRoom();
		Attempt attempt = this.buffer.take();
		while (attempt != null) {
			slot.set(attempt);
			Finished finished = run(attempt);
			slot.set(null);
			hand(finished);
			if (finished.kind() != null) {
				this.capacity.ran();
			}
			this.capacity.release(attempt.job().queue());
			this.flusher.awaitRoom();
			attempt = this.buffer.take();
		}
	}

	private Finished run(Attempt attempt) {
		try {
			return this.runner.run(attempt);
		}
		catch (RuntimeException | Error ex) {
			// A full heap can strike anywhere: the slot goes on, the job has an outcome.
			attempt.end();
			return this.runner.broken(attempt, ex);
		}
	}

	private void hand(Finished finished) {
		while (true) {
			try {
				this.flusher.put(finished);
				return;
			}
			catch (OutOfMemoryError ex) {
				// An outcome that is lost would leave its job running for ever.
				Thread.yield();
			}
		}
	}

	/** Give back what has been in hand for too long without being started. */
	void giveBackOlderThan(long nanos, long nowNanos) {
		giveBack(this.buffer.takeOlderThan(nanos, nowNanos));
	}

	/** Take no more attempts in; give back those that have not started. */
	void close() {
		giveBack(this.buffer.close());
	}

	private void giveBack(List<Attempt> attempts) {
		for (Attempt attempt : attempts) {
			this.flusher.put(Finished.unstarted(attempt));
			this.capacity.release(attempt.job().queue());
		}
	}

}
