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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * A thread that takes one kind of step over and over until it is closed. No failure of a
 * step ends it.
 */
public final class Loop {

	/** Until the next wake-up. */
	public static final long FOREVER = Long.MAX_VALUE;

	private final String threadName;

	private final Step step;

	private final Outage outage;

	private final WakeUpSignal signal = new WakeUpSignal();

	private final CountDownLatch closed = new CountDownLatch(1);

	private @Nullable Thread thread;

	public Loop(String threadName, Outage outage, Step step) {
		this.threadName = threadName;
		this.step = step;
		this.outage = outage;
	}

	public void start() {
		start(true);
	}

	/**
	 * Start as a thread that keeps the JVM alive, so that an application without a web
	 * server doesn't end before its jobs.
	 */
	void startAndKeepAlive() {
		start(false);
	}

	private void start(boolean daemon) {
		Thread started = new Thread(this::run, this.threadName);
		started.setDaemon(daemon);
		this.thread = started;
		started.start();
	}

	/** Take the next step now instead of later, unless the last one failed. */
	public void wakeUp() {
		this.signal.raise();
	}

	/** Take no more steps. Returns at once; a step that has begun is not interrupted. */
	public void close() {
		this.closed.countDown();
		this.signal.raise();
	}

	/**
	 * Wait until the thread has ended.
	 * @param timeout the longest time to wait
	 * @return whether it has
	 */
	public boolean awaitEnd(Duration timeout) {
		Thread started = this.thread;
		if (started == null) {
			return true;
		}
		try {
			started.join(Math.max(1, timeout.toMillis()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return !started.isAlive();
	}

	private void run() {
		while (this.closed.getCount() > 0) {
			try {
				long wait = this.step.take();
				if (wait > 0) {
					this.signal.await(wait);
				}
			}
			catch (RuntimeException | Error ex) {
				// A store that is away, or a full heap, must not end the loop.
				pause(this.outage.failed(ex));
			}
		}
	}

	/** Wake-ups don't shorten it: they would hammer on a store that is already down. */
	private void pause(long nanos) {
		try {
			this.closed.await(nanos, TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			// Nobody has a reason to interrupt a loop's thread: it looks, and goes on.
		}
	}

	/**
	 * One step.
	 */
	@FunctionalInterface
	public interface Step {

		/**
		 * Take the step.
		 * @return nanoseconds until the next one is due, 0 for at once
		 */
		long take();

	}

}
