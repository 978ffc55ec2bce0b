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

package dev.aftercommit.store.outbox;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * A daemon thread that takes one kind of step over and over until it is closed. A step
 * that fails is taken again after a pause, which nothing but closing shortens.
 */
final class OutboxThread {

	private static final Logger logger = LoggerFactory.getLogger(OutboxThread.class);

	private final ExponentialBackOff backOff = new ExponentialBackOff(200, 2);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final String name;

	private final Supplier<Duration> step;

	private boolean awake;

	private boolean closed;

	private @Nullable Thread thread;

	private @Nullable BackOffExecution pauses;

	OutboxThread(String name, Supplier<Duration> step) {
		this.name = name;
		this.step = step;
		this.backOff.setMaxInterval(5000);
		this.backOff.setJitter(50);
	}

	void start() {
		this.lock.lock();
		try {
			if (this.thread == null) {
				this.closed = false;
				Thread started = new Thread(this::run, this.name);
				started.setDaemon(true);
				started.start();
				this.thread = started;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Take a step now. Returns at once. */
	void wakeUp() {
		this.lock.lock();
		try {
			this.awake = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Take steps only while each asks for another one at once, or was woken up for it.
	 * @param atMost how long to wait for that
	 */
	void close(Duration atMost) {
		Thread running;
		this.lock.lock();
		try {
			this.closed = true;
			this.changed.signalAll();
			running = this.thread;
			this.thread = null;
		}
		finally {
			this.lock.unlock();
		}
		if (running != null) {
			awaitEnd(running, atMost);
		}
	}

	private void awaitEnd(Thread running, Duration atMost) {
		try {
			running.join(atMost.toMillis());
			if (running.isAlive()) {
				running.interrupt();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void run() {
		boolean more = true;
		while (more) {
			try {
				Duration wait = this.step.get();
				over();
				more = wait.isZero() || pause(wait, true);
			}
			catch (RuntimeException | Error ex) {
				// An outage must not end the thread: what is in the outbox waits for it.
				more = pause(failed(ex), false);
			}
		}
	}

	private Duration failed(Throwable failure) {
		BackOffExecution present = this.pauses;
		if (present == null) {
			logger.warn("{} could not push jobs: they stay in the outbox, trying again until it works", this.name,
					failure);
			present = this.backOff.start();
			this.pauses = present;
		}
		else {
			logger.debug("{} still can't push jobs", this.name, failure);
		}
		return Duration.ofMillis(present.nextBackOff());
	}

	private void over() {
		if (this.pauses != null) {
			logger.info("{} can push jobs again", this.name);
			this.pauses = null;
		}
	}

	/**
	 * Wait.
	 * @return whether to go on
	 */
	private boolean pause(Duration time, boolean light) {
		this.lock.lock();
		try {
			long rest = time.toNanos();
			while (!this.closed && !(light && this.awake) && rest > 0) {
				rest = this.changed.awaitNanos(rest);
			}
			boolean more = !this.closed || (light && this.awake);
			this.awake = false;
			return more;
		}
		catch (InterruptedException ex) {
			// Interrupted only when it did not end in time.
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

}
