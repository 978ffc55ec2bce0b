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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

import org.springframework.transaction.support.TransactionTemplate;

/**
 * B3: jobs arrive at random, whether or not the system keeps up: each a transaction with
 * one enqueue, from eight clients. The rate is raised and lowered until the highest one
 * is known that is held: the backlog grows by no more than one job in a hundred arrivals,
 * and 99 of 100 bodies start within a second of the moment that the job was due to
 * arrive, plus the longest time between two looks of systems that only look. Then latency
 * is measured at half of that rate. Before all that, a rate that is low warms up the JVM.
 */
final class OpenLoop implements Measurement {

	private static final int CLIENTS = 8;

	private static final double MOST_GROWTH = 0.01;

	private static final double NEAR_ENOUGH = 1.2;

	private static final int MOST_STEPS = 12;

	/** One for each quarter of what is measured. */
	private static final int POLLS = 4;

	private static final int START_RATE = 4000;

	/** Of what is measured: two cores compile beside what they are there for. */
	private static final int WARM_UPS = 4;

	private static final long DRAIN_SECONDS = 120;

	private static final int LONG = 2;

	private final Ledger ledger;

	private final Meter meter;

	private final AtomicLongArray due;

	private final AtomicInteger next = new AtomicInteger();

	private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

	private final Random random = new Random(17);

	private final int seconds;

	private final int slowness;

	private final int pollMillis;

	OpenLoop(Ledger ledger, Meter meter, int capacity, Sizes sizes, Subject subject) {
		this.ledger = ledger;
		this.meter = meter;
		this.due = new AtomicLongArray(capacity);
		this.seconds = sizes.seconds();
		this.slowness = subject.slowness();
		this.pollMillis = subject.pollMillis();
	}

	/**
	 * One rate for some seconds.
	 *
	 * @param jobs how many arrived
	 * @param growth of the backlog, as a share of the arrivals
	 * @param millis of each job, from its due arrival to the start of its body
	 */
	private record Step(int jobs, double growth, List<Double> millis) {

		Map<String, Double> quantiles() {
			return Quantiles.of(this.millis);
		}

	}

	@Override
	public Map<String, Double> measure(Contender contender) throws InterruptedException {
		try {
			return search(contender);
		}
		finally {
			this.clients.shutdownNow();
		}
	}

	private Map<String, Double> search(Contender contender) throws InterruptedException {
		contender.start(() -> {
		});
		double rate = START_RATE / (double) this.slowness;
		for (int i = 0; i < WARM_UPS; i++) {
			arrive(contender, rate / 2);
		}
		double held = 0;
		double tooMuch = Double.POSITIVE_INFINITY;
		for (int step = 0; step < MOST_STEPS && tooMuch > held * NEAR_ENOUGH; step++) {
			if (holds(arrive(contender, rate))) {
				held = rate;
				rate = (tooMuch < Double.POSITIVE_INFINITY) ? Math.sqrt(held * tooMuch) : rate * 2;
			}
			else {
				tooMuch = rate;
				rate = (held > 0) ? Math.sqrt(held * tooMuch) : rate / 2;
			}
		}
		Map<String, Double> figures = new LinkedHashMap<>();
		figures.put("held, jobs/s", held);
		figures.put("not held, jobs/s", tooMuch);
		if (held > 0) {
			addHalf(figures, contender, held / 2);
		}
		contender.stop();
		int jobs = this.next.get();
		figures.put("jobs", (double) jobs);
		figures.put("lost", (double) this.ledger.lost(0, jobs));
		figures.put("duplicates", (double) this.ledger.duplicates(0, jobs));
		return figures;
	}

	private void addHalf(Map<String, Double> figures, Contender contender, double rate) throws InterruptedException {
		Meter.Reading begin = this.meter.begin();
		int jobs = 0;
		Map<String, Double> worst = new LinkedHashMap<>();
		for (int i = 0; i < LONG; i++) {
			Step step = arrive(contender, rate);
			jobs += step.jobs();
			step.quantiles().forEach((name, value) -> worst.merge(name, value, Math::max));
		}
		Meter.addCosts(worst, Meter.ALL, "", this.meter.end().perJobSince(begin, jobs));
		worst.forEach((name, value) -> figures.put("at half of it, " + name, value));
	}

	private boolean holds(Step step) {
		double longest = 1000.0 + this.pollMillis;
		return step.growth() <= MOST_GROWTH && Objects.requireNonNull(step.quantiles().get("p99 ms")) < longest;
	}

	private Step arrive(Contender contender, double rate) throws InterruptedException {
		int first = this.next.get();
		TransactionTemplate transactions = contender.transactions();
		long begin = System.nanoTime();
		long end = begin + Math.max(TimeUnit.SECONDS.toNanos(this.seconds),
				TimeUnit.MILLISECONDS.toNanos((long) POLLS * this.pollMillis));
		try {
			List<Future<?>> all = new ArrayList<>();
			for (int i = 0; i < CLIENTS; i++) {
				long seed = this.random.nextLong();
				all.add(this.clients
					.submit(() -> client(contender, transactions, rate / CLIENTS, begin, end, new Random(seed))));
			}
			LockSupport.parkNanos(end - System.nanoTime());
			for (Future<?> client : all) {
				client.get();
			}
			int jobs = this.next.get() - first;
			this.ledger.awaitDistinct(this.next.get(), DRAIN_SECONDS, TimeUnit.SECONDS);
			return new Step(jobs, growth(first, jobs, begin, end), latencies(first, jobs));
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("A client failed", ex.getCause());
		}
	}

	/**
	 * How much larger the backlog was on the average of the last quarter than of the
	 * second, as a share of what arrived in the meantime.
	 */
	private double growth(int first, int jobs, long begin, long end) {
		long quarter = (end - begin) / 4;
		double grown = 0;
		for (int job = first; job < first + jobs; job++) {
			grown += waiting(job, end - quarter, end) - waiting(job, begin + quarter, begin + 2 * quarter);
		}
		return grown / quarter / (jobs / 2.0);
	}

	/**
	 * For how long of a time a job was waiting.
	 */
	private double waiting(int job, long from, long to) {
		return Math.max(0, Math.min(to, this.ledger.firstRun(job)) - Math.max(from, this.due.get(job)));
	}

	private void client(Contender contender, TransactionTemplate transactions, double perSecond, long begin, long end,
			Random arrivals) {
		double at = begin;
		while (true) {
			at += -Math.log(1 - arrivals.nextDouble()) * 1e9 / perSecond;
			if (at > end) {
				return;
			}
			long wait = (long) at - System.nanoTime();
			if (wait > 0) {
				LockSupport.parkNanos(wait);
			}
			int job = this.next.getAndIncrement();
			this.due.set(job, (long) at);
			transactions.executeWithoutResult((status) -> contender.enqueue(job, 1));
		}
	}

	private List<Double> latencies(int first, int jobs) {
		List<Double> millis = new ArrayList<>(jobs);
		for (int job = first; job < first + jobs; job++) {
			millis.add((this.ledger.firstRun(job) - this.due.get(job)) / 1e6);
		}
		return millis;
	}

}
