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

package dev.aftercommit.faults.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.aftercommit.JobHandle;
import dev.aftercommit.faults.app.Calls;

/**
 * Callers that go on calling until they are closed, or have called often enough. One of
 * seven rolls back.
 */
public final class Load implements AutoCloseable {

	private final Calls calls;

	private final int most;

	private final Job job;

	private final AtomicInteger begun = new AtomicInteger();

	private final CountDownLatch closed = new CountDownLatch(1);

	private final List<Thread> threads = new ArrayList<>();

	/**
	 * Start to call.
	 * @param calls who calls
	 * @param threads how many at the same time
	 * @param pause between two calls of each
	 * @param bodyMillis how long the bodies take
	 * @param most the most calls in all
	 */
	public Load(Calls calls, int threads, Duration pause, long bodyMillis, int most) {
		this(calls, threads, pause, (id) -> calls.jobs().work(id, bodyMillis), most);
	}

	/**
	 * Start to call.
	 * @param calls who calls
	 * @param threads how many at the same time
	 * @param pause between two calls of each
	 * @param job enqueues the job of a call
	 * @param most the most calls in all
	 */
	public Load(Calls calls, int threads, Duration pause, Job job, int most) {
		this.calls = calls;
		this.job = job;
		this.most = most;
		for (int i = 0; i < threads; i++) {
			Thread thread = new Thread(() -> call(pause), "load-" + i);
			thread.setDaemon(true);
			thread.start();
			this.threads.add(thread);
		}
	}

	/** Calls that were begun so far. */
	public int begun() {
		return Math.min(this.begun.get(), this.most);
	}

	/** Wait until all calls are made. */
	public void awaitEnd() {
		for (Thread thread : this.threads) {
			try {
				thread.join();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException("Interrupted while calls were made", ex);
			}
		}
	}

	@Override
	public void close() {
		this.closed.countDown();
		awaitEnd();
	}

	private void call(Duration pause) {
		try {
			do {
				int number = this.begun.incrementAndGet();
				if (number > this.most) {
					return;
				}
				String id = "load-" + number;
				this.calls.call(id, number % 7 == 0, () -> this.job.enqueue(id));
			}
			while (!this.closed.await(pause.toMillis(), TimeUnit.MILLISECONDS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * What is called.
	 */
	@FunctionalInterface
	public interface Job {

		JobHandle<?> enqueue(String call) throws Exception;

	}

}
