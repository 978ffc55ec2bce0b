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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.Retention;

/**
 * B15: what has ended long ago is deleted, as a node does it, while a backlog is drained.
 * The same backlog is drained without it before.
 */
final class Pruned implements Measurement {

	private static final int OLD_PER_READY = 3;

	private static final int AT_ONCE = 1000;

	private static final String OLD = """
			INSERT INTO aftercommit_history
			(node, token, enqueued_at, started_at, ended_at, id, attempts, priority, state, queue, name)
			SELECT 1, n, at, at, at, ('01910000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 0, 'SUCCEEDED',
			'default', 'no-op' FROM (SELECT n, now() - interval '10 days' + n * interval '1 millisecond' AS at
			FROM generate_series(1, %d) AS n) h""";

	private static final Retention RETENTION = new Retention(Duration.ofDays(1), Duration.ofDays(1),
			Duration.ofDays(1));

	private final Database database;

	private final Drain drain;

	private final Sizes sizes;

	Pruned(Database database, Drain drain, Sizes sizes) {
		this.database = database;
		this.drain = drain;
		this.sizes = sizes;
	}

	@Override
	public Map<String, Double> measure(Contender contender) throws InterruptedException {
		Ours ours = (Ours) contender;
		int jobs = this.sizes.jobs();
		int old = OLD_PER_READY * this.sizes.ready() / 10;
		int first = this.drain.warmUp(ours);
		Map<String, Double> alone = this.drain.drain(ours, first, jobs);
		this.database.admin().execute(OLD.formatted(old));
		Drain.preload(ours, first + jobs, jobs);
		this.database.admin().execute("ANALYZE");

		Pruning pruning = new Pruning(ours.store().leases());
		pruning.start();
		Map<String, Double> beside = this.drain.drainLoaded(ours, first + jobs, jobs, ours::hasJobs);
		long within = pruning.deleted.get();
		pruning.join();

		Map<String, Double> figures = new LinkedHashMap<>();
		figures.put("jobs/s, nothing to prune", alone.get(Drain.RATE));
		figures.put("jobs/s, beside pruning", beside.get(Drain.RATE));
		figures.put("beside, share of alone", BigTables.rate(beside) / BigTables.rate(alone));
		Meter.addCosts(figures, Meter.ALL, ", nothing to prune", alone);
		Meter.addCosts(figures, Meter.ALL, ", beside pruning", beside);
		figures.put("pruned rows/s", pruning.deleted.get() / (pruning.nanos / 1e9));
		figures.put("pruned rows", (double) pruning.deleted.get());
		figures.put("of them during the drain", (double) within);
		figures.put("lost", beside.get("lost"));
		figures.put("duplicates", beside.get("duplicates"));
		return figures;
	}

	/**
	 * Deletes as much as there is, at once.
	 */
	private static final class Pruning extends Thread {

		private final JobLeases leases;

		private final AtomicLong deleted = new AtomicLong();

		private volatile long nanos;

		Pruning(JobLeases leases) {
			super("pruning");
			this.leases = leases;
		}

		@Override
		public void run() {
			long began = System.nanoTime();
			int last = AT_ONCE;
			while (last >= AT_ONCE) {
				last = this.leases.prune(RETENTION, AT_ONCE);
				this.deleted.addAndGet(last);
			}
			this.nanos = System.nanoTime() - began;
		}

	}

}
