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

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.aftercommit.BackgroundJobs;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobTime;

/**
 * B14: a node without workers waits for results of jobs that another node runs: one at a
 * time; and a thousand at once, of jobs that are not due, while what both nodes ask the
 * database is counted. A result is the moment at which its body ran, on the clock that
 * both JVMs see.
 */
final class Results implements Measurement {

	private static final int WAITERS = 1000;

	private static final int POOL_SIZE = 10;

	private static final Duration LONGEST = Duration.ofSeconds(60);

	private final Database database;

	private final Ledger ledger;

	private final Meter meter;

	private final Sizes sizes;

	private final Random random = new Random(17);

	private final List<Double> sinceBody = new ArrayList<>();

	private final List<Double> sinceCommit = new ArrayList<>();

	Results(Database database, Ledger ledger, Meter meter, Sizes sizes) {
		this.database = database;
		this.ledger = ledger;
		this.meter = meter;
		this.sizes = sizes;
	}

	@Override
	public Map<String, Double> measure(Contender contender) throws InterruptedException {
		Ours ours = (Ours) contender;
		Map<String, Double> figures = new LinkedHashMap<>();
		try (Node other = Node.open(Subject.AFTERCOMMIT, this.database.pool().getJdbcUrl(), 1, POOL_SIZE)) {
			other.awaitDone(this.ledger);
			other.start();
			other.awaitDone(this.ledger);
			for (int i = 0; i < this.sizes.samples(); i++) {
				ask(ours, i);
			}
			this.sinceBody.clear();
			this.sinceCommit.clear();
			for (int i = 0; i < this.sizes.samples(); i++) {
				pause();
				ask(ours, i);
			}
			put(figures, "from the body's start to the end of join, ", this.sinceBody);
			put(figures, "from the commit to the end of join, ", this.sinceCommit);
			figures.put("samples", (double) this.sinceBody.size());
			figures.put("statements/s of both nodes, nobody waits", statementsPerSecond());
			List<CompletableFuture<Long>> futures = waitForMany(ours);
			figures.put("statements/s of both nodes, 1,000 wait", statementsPerSecond());
			figures.put("futures that ended early",
					(double) futures.stream().filter(CompletableFuture::isDone).count());
			other.stop();
			other.awaitDone(this.ledger);
		}
		return figures;
	}

	private static void put(Map<String, Double> figures, String prefix, List<Double> millis) {
		Quantiles.of(millis).forEach((name, value) -> figures.put(prefix + name, value));
	}

	private void ask(Ours ours, int number) {
		NoOpJobs jobs = ours.bean(NoOpJobs.class);
		JobHandle<Long> handle = Objects.requireNonNull(ours.transactions().execute((status) -> jobs.answer(number)));
		long committed = StampingTransactionManager.lastCommit();
		long body = handle.join(LONGEST);
		long now = System.nanoTime();
		this.sinceBody.add((now - body) / 1e6);
		this.sinceCommit.add((now - committed) / 1e6);
	}

	private List<CompletableFuture<Long>> waitForMany(Ours ours) {
		NoOpJobs jobs = ours.bean(NoOpJobs.class);
		BackgroundJobs backgroundJobs = ours.bean(BackgroundJobs.class);
		List<JobHandle<Long>> handles = new ArrayList<>();
		ours.transactions().executeWithoutResult((status) -> {
			for (int i = 0; i < WAITERS; i++) {
				int number = i;
				handles.add(backgroundJobs.schedule(JobTime.in(Duration.ofHours(1)), () -> jobs.answer(number)));
			}
		});
		return handles.stream().map(JobHandle::future).toList();
	}

	private double statementsPerSecond() throws InterruptedException {
		TimeUnit.SECONDS.sleep(2L * this.sizes.seconds());
		this.meter.reset();
		long began = System.nanoTime();
		TimeUnit.SECONDS.sleep(2L * this.sizes.seconds());
		double statements = this.meter.workingStatements();
		return statements / ((System.nanoTime() - began) / 1e9);
	}

	private void pause() throws InterruptedException {
		TimeUnit.MILLISECONDS.sleep(this.sizes.pauseMillis() + this.random.nextInt(this.sizes.pauseMillis()));
	}

}
