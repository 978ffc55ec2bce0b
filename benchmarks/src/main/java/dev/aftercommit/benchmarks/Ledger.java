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

package dev.aftercommit.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/**
 * Which jobs have run, how often, and when first. Jobs are numbered from 0.
 */
final class Ledger implements Runs {

	private final AtomicIntegerArray runs;

	private final AtomicLongArray firstRun;

	private final AtomicInteger distinct = new AtomicInteger();

	private volatile int awaited = -1;

	private volatile CountDownLatch reached = new CountDownLatch(1);

	private final Body body;

	Ledger(int capacity, Body body) {
		this.body = body;
		this.runs = new AtomicIntegerArray(capacity);
		this.firstRun = new AtomicLongArray(capacity);
	}

	void ran(int job) {
		ran(job, System.nanoTime());
	}

	@Override
	public void ran(int job, long nanoTime) {
		if (this.runs.getAndIncrement(job) == 0) {
			this.firstRun.set(job, nanoTime);
			if (this.distinct.incrementAndGet() == this.awaited) {
				this.reached.countDown();
			}
		}
		this.body.run(job);
	}

	/**
	 * Wait until so many different jobs have run, counted from the beginning.
	 */
	void awaitDistinct(int count, long timeout, TimeUnit unit) throws InterruptedException {
		this.reached = new CountDownLatch(1);
		this.awaited = count;
		if (this.distinct.get() < count && !this.reached.await(timeout, unit)) {
			throw new IllegalStateException(
					"Only " + this.distinct.get() + " of " + count + " jobs have run after " + timeout + " " + unit);
		}
	}

	/**
	 * What another node tells: the body has run there.
	 * @param times how often
	 */
	void ranElsewhere(int job, int times) {
		if (this.runs.getAndAdd(job, times) == 0) {
			this.distinct.incrementAndGet();
		}
	}

	int distinct() {
		return this.distinct.get();
	}

	int runs(int job) {
		return this.runs.get(job);
	}

	/**
	 * When a job ran first.
	 * @return on the clock of {@link System#nanoTime()}; 0 if it has not run
	 */
	long firstRun(int job) {
		return (this.runs.get(job) > 0) ? this.firstRun.get(job) : 0;
	}

	/**
	 * When the first of some jobs ran.
	 * @return on the clock of {@link System#nanoTime()}
	 */
	long firstRun(int first, int count) {
		return IntStream.range(first, first + count).mapToLong(this.firstRun::get).min().orElseThrow();
	}

	int lost(int first, int count) {
		int lost = 0;
		for (int job = first; job < first + count; job++) {
			lost += (this.runs.get(job) == 0) ? 1 : 0;
		}
		return lost;
	}

	int duplicates(int first, int count) {
		int duplicates = 0;
		for (int job = first; job < first + count; job++) {
			duplicates += Math.max(0, this.runs.get(job) - 1);
		}
		return duplicates;
	}

}
