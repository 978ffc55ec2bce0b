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

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * B2: a backlog is there, the workers start, and it counts when the database says that
 * the last job has ended. Smaller backlogs before it warm up JVM, pool and statements.
 */
final class Drain implements Measurement {

	/** Of the smaller backlogs. */
	static final int MOST_WARM_UPS = 10;

	/** The figure that says how fast. */
	static final String RATE = "jobs/s";

	private static final int PRELOAD = 500;

	private static final long LOOK_NANOS = 1_000_000;

	private static final long TIMEOUT_SECONDS = 300;

	private final Database database;

	private final Ledger ledger;

	private final Meter meter;

	private final Sizes sizes;

	Drain(Database database, Ledger ledger, Meter meter, Sizes sizes) {
		this.database = database;
		this.ledger = ledger;
		this.meter = meter;
		this.sizes = sizes;
	}

	@Override
	public Map<String, Double> measure(Contender contender) throws InterruptedException {
		int first = warmUp(contender);
		return drain(contender, first, this.sizes.jobs());
	}

	/**
	 * Enqueue a backlog, gather statistics of the tables, and drain it.
	 * @param first number of the first job
	 */
	Map<String, Double> drain(Contender contender, int first, int jobs) throws InterruptedException {
		preload(contender, first, jobs);
		long enqueued = System.nanoTime();
		contender.settle();
		double settled = (System.nanoTime() - enqueued) / 1e9;
		Compilers.awaitQuiet();
		this.database.admin().execute("ANALYZE");
		Map<String, Double> figures = drainLoaded(contender, first, jobs, contender::hasJobs);
		figures.put("seconds to settle the backlog before", settled);
		return figures;
	}

	/**
	 * Drain a backlog that is there.
	 * @param left whether there are jobs that have not ended
	 */
	Map<String, Double> drainLoaded(Contender contender, int first, int jobs, BooleanSupplier left)
			throws InterruptedException {
		this.meter.reset();
		this.database.flushStatistics();
		Meter.Transactions transactions = this.meter.transactions();
		AtomicReference<Meter.@Nullable Reading> begin = new AtomicReference<>();
		contender.start(() -> begin.set(this.meter.begin()));
		awaitDrained(first + jobs, left);
		Meter.Reading end = this.meter.end();
		contender.stop();

		Meter.Reading began = Objects.requireNonNull(begin.get());
		Map<String, Double> figures = new LinkedHashMap<>(end.perJobSince(began, jobs));
		addTransactions(figures, transactions, jobs);
		figures.put("jobs", (double) jobs);
		figures.put("seconds to the first body", (this.ledger.firstRun(first, jobs) - began.nanos()) / 1e9);
		figures.put("lost", (double) this.ledger.lost(first, jobs));
		figures.put("duplicates", (double) this.ledger.duplicates(first, jobs));
		return figures;
	}

	/**
	 * By time, as a JVM is not warm by numbers: what drains a backlog in a second has not
	 * been compiled by then.
	 * @return how many jobs were drained
	 */
	int warmUp(Contender contender) throws InterruptedException {
		int drained = 0;
		long drainNanos = 0;
		int most = MOST_WARM_UPS * this.sizes.warmUp();
		do {
			preload(contender, drained, this.sizes.warmUp());
			drained += this.sizes.warmUp();
			contender.settle();
			long began = System.nanoTime();
			contender.start(() -> {
			});
			awaitDrained(drained, contender::hasJobs);
			drainNanos += System.nanoTime() - began;
			contender.stop();
		}
		while (drained < most && drainNanos < TimeUnit.MILLISECONDS.toNanos(this.sizes.warmUpMillis()));
		return drained;
	}

	/**
	 * Enqueue jobs, some hundred in each transaction.
	 * @param first number of the first job
	 */
	static void preload(Contender contender, int first, int count) {
		for (int job = first; job < first + count; job += PRELOAD) {
			int from = job;
			int size = Math.min(PRELOAD, first + count - job);
			contender.transactions().executeWithoutResult((status) -> contender.enqueue(from, size));
		}
	}

	private void awaitDrained(int distinct, BooleanSupplier left) throws InterruptedException {
		this.ledger.awaitDistinct(distinct, TIMEOUT_SECONDS, TimeUnit.SECONDS);
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
		while (left.getAsBoolean()) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException("All bodies have run, but the store still has jobs");
			}
			LockSupport.parkNanos(LOOK_NANOS);
		}
	}

	private void addTransactions(Map<String, Double> figures, Meter.Transactions before, int jobs) {
		int own = this.database.flushStatistics();
		Meter.Transactions after = this.meter.transactions();
		figures.put("commits per job, start and stop included", (after.commits() - before.commits() - own) / jobs);
		figures.put("dead rows per job", (after.dead() - before.dead()) / jobs);
	}

}
