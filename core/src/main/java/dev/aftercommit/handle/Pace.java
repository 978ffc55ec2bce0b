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

package dev.aftercommit.handle;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When to look: 50 ms after something was said to have changed, then at doubling
 * distances up to 1 s, and not at all while there is nothing to look for.
 */
final class Pace implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Pace.class);

	private static final long FIRST = TimeUnit.MILLISECONDS.toNanos(50);

	private static final long LAST = TimeUnit.SECONDS.toNanos(1);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final LongSupplier nanos;

	private final BooleanSupplier round;

	private @Nullable Thread thread;

	private boolean idle = true;

	private volatile boolean closed;

	private long next;

	private long distance = FIRST;

	/**
	 * Create a pace.
	 * @param nanos the JVM's monotonic time in nanoseconds
	 * @param round looks once and says whether to look again
	 */
	Pace(LongSupplier nanos, BooleanSupplier round) {
		this.nanos = nanos;
		this.round = round;
	}

	void soon() {
		at(FIRST);
	}

	void now() {
		at(0);
	}

	@Override
	public void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void at(long delay) {
		this.lock.lock();
		try {
			if (this.closed) {
				return;
			}
			long time = this.nanos.getAsLong() + delay;
			this.distance = FIRST;
			if (this.idle || time - this.next < 0) {
				this.next = time;
				this.idle = false;
				this.changed.signalAll();
			}
			if (this.thread == null) {
				this.thread = start();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private Thread start() {
		Thread started = new Thread(this::run, "aftercommit-results");
		started.setDaemon(true);
		started.start();
		return started;
	}

	private void run() {
		while (awaitNext()) {
			boolean again = true;
			try {
				again = this.round.getAsBoolean();
			}
			catch (RuntimeException | Error ex) {
				// Whoever waits must not wait in vain because one round failed.
				logger.error("Could not look for results, trying again", ex);
			}
			finally {
				planNext(again);
			}
		}
	}

	private boolean awaitNext() {
		this.lock.lock();
		try {
			while (!this.closed && (this.idle || restToNext() > 0)) {
				if (this.idle) {
					this.changed.await();
				}
				else {
					this.changed.awaitNanos(restToNext());
				}
			}
		}
		catch (InterruptedException ex) {
			// Only close() ends this thread. A round too early does no harm.
			logger.debug("Interrupted, going on", ex);
		}
		finally {
			// What is said from here on is about what this round may not see.
			this.idle = true;
			this.lock.unlock();
		}
		return !this.closed;
	}

	private long restToNext() {
		return this.next - this.nanos.getAsLong();
	}

	private void planNext(boolean again) {
		this.lock.lock();
		try {
			if (again && this.idle) {
				this.next = this.nanos.getAsLong() + this.distance;
				this.idle = false;
				this.distance = Math.min(LAST, this.distance * 2);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

}
