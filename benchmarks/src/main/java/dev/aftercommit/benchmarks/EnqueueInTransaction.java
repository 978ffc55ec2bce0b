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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * B1: transactions with one business row and k enqueues, nobody runs the jobs. The
 * different k take turns in short slices, so that a drift of the machine meets all of
 * them.
 */
final class EnqueueInTransaction implements Measurement {

	private static final int[] COUNTS = { 0, 1, 10, 100 };

	private static final int[] CLIENTS = { 1, 8 };

	/**
	 * For each slice that is measured. With a third of it, the compilers had not yet come
	 * to what one client does.
	 */
	private static final int WARM_UPS = 12;

	private final JdbcTemplate jdbc;

	private final Sizes sizes;

	private final long postmaster;

	private final AtomicInteger next = new AtomicInteger();

	EnqueueInTransaction(Database database, Sizes sizes, long postmaster) {
		this.jdbc = new JdbcTemplate(database.pool());
		this.sizes = sizes;
		this.postmaster = postmaster;
	}

	@Override
	public Map<String, Double> measure(Contender contender) throws InterruptedException {
		ExecutorService threads = Executors.newFixedThreadPool(CLIENTS[CLIENTS.length - 1]);
		try {
			Map<String, Double> figures = new LinkedHashMap<>();
			for (int clients : CLIENTS) {
				measure(contender, threads, clients, WARM_UPS * this.sizes.slices());
				Compilers.awaitQuiet();
				addFigures(figures, clients, measure(contender, threads, clients, this.sizes.slices()));
			}
			long stored = contender.jobs();
			figures.put("lost", (double) (this.next.get() - stored));
			return figures;
		}
		finally {
			threads.shutdown();
		}
	}

	/**
	 * One client waits for each of its transactions, and the middle one tells how long.
	 * Of many clients, which wait for one another, the time that all of them together
	 * need for a transaction does.
	 */
	private static void addFigures(Map<String, Double> figures, int clients, List<Turns> turns) {
		String suffix = (clients == 1) ? ", 1 client" : ", " + clients + " clients";
		double without = micros(turns.get(0), clients);
		for (int i = 1; i < COUNTS.length; i++) {
			figures.put("added µs per job, k = " + COUNTS[i] + suffix,
					(micros(turns.get(i), clients) - without) / COUNTS[i]);
		}
		for (int i = 1; i < COUNTS.length; i++) {
			figures.put("added CPU µs per job, JVM, k = " + COUNTS[i] + suffix,
					(turns.get(i).jvmMicros() - turns.get(0).jvmMicros()) / COUNTS[i]);
			figures.put("added CPU µs per job, PostgreSQL, k = " + COUNTS[i] + suffix,
					(turns.get(i).postgresMicros() - turns.get(0).postgresMicros()) / COUNTS[i]);
			figures.put("added allocated B per job, JVM, k = " + COUNTS[i] + suffix,
					(turns.get(i).allocatedBytes() - turns.get(0).allocatedBytes()) / COUNTS[i]);
		}
		for (int i = 0; i < COUNTS.length; i++) {
			figures.put("transactions/s, k = " + COUNTS[i] + suffix, 1e6 / turns.get(i).meanMicros());
		}
	}

	private static double micros(Turns turns, int clients) {
		return (clients == 1) ? turns.medianMicros() : turns.meanMicros();
	}

	private List<Turns> measure(Contender contender, ExecutorService threads, int clients, int slices)
			throws InterruptedException {
		List<Turns> all = new ArrayList<>();
		for (int ignored : COUNTS) {
			all.add(new Turns());
		}
		for (int slice = 0; slice < slices; slice++) {
			for (int i = 0; i < COUNTS.length; i++) {
				double jvm = Cpu.ownMicros();
				double postgres = Cpu.postgresMicros(this.postmaster);
				double allocated = Allocation.ownBytes();
				long begin = System.nanoTime();
				List<Long> transactions = slice(contender, threads, clients, COUNTS[i]);
				long elapsed = System.nanoTime() - begin;
				all.get(i)
					.add(transactions, elapsed, Cpu.ownMicros() - jvm, Cpu.postgresMicros(this.postmaster) - postgres,
							Allocation.ownBytes() - allocated);
			}
		}
		return all;
	}

	private List<Long> slice(Contender contender, ExecutorService threads, int clients, int count)
			throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(this.sizes.sliceMillis());
		Callable<List<Long>> client = () -> {
			List<Long> transactions = new ArrayList<>();
			for (long begin = System.nanoTime(); begin < deadline; begin = System.nanoTime()) {
				transaction(contender, count);
				transactions.add(System.nanoTime() - begin);
			}
			return transactions;
		};
		List<Long> transactions = new ArrayList<>();
		try {
			List<Future<List<Long>>> all = new ArrayList<>();
			for (int i = 0; i < clients; i++) {
				all.add(threads.submit(client));
			}
			for (Future<List<Long>> one : all) {
				transactions.addAll(one.get());
			}
			return transactions;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("A client failed", ex.getCause());
		}
	}

	private void transaction(Contender contender, int count) {
		int first = this.next.getAndAdd(count);
		contender.transactions().executeWithoutResult((status) -> {
			this.jdbc.update("INSERT INTO business (name) VALUES (?)", "order");
			if (count > 0) {
				contender.enqueue(first, count);
			}
		});
	}

}
