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

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * B10: a backlog of jobs that take their time, each waiting on one of 32 threads. How
 * much of the threads' time is spent in bodies, and how far jobs are overtaken by those
 * that were enqueued after them.
 */
final class Utilisation implements Measurement {

	private static final int IDEAL_MILLIS = 6000;

	private static final int QUICK_MILLIS = 1000;

	private final Drain drain;

	private final Ledger ledger;

	private final Sizes sizes;

	private final Body body;

	Utilisation(Drain drain, Ledger ledger, Sizes sizes, Body body) {
		this.drain = drain;
		this.ledger = ledger;
		this.sizes = sizes;
		this.body = body;
	}

	@Override
	public Map<String, Double> measure(Contender contender) throws InterruptedException {
		int millis = (this.sizes.warmUpMillis() > 0) ? IDEAL_MILLIS : QUICK_MILLIS;
		// Slow systems get as many as they can do in that time: no more than their share.
		int jobs = Math.min(this.sizes.jobs(), (int) (millis * Database.POOL_SIZE / this.body.meanMillis()));
		Drain.preload(contender, 0, Math.max(100, jobs / 4));
		int first = Math.max(100, jobs / 4);
		this.drain.drainLoaded(contender, 0, first, contender::hasJobs);
		Map<String, Double> drained = this.drain.drain(contender, first, jobs);

		double busyMillis = IntStream.range(first, first + jobs).mapToDouble(this.body::millis).sum();
		Map<String, Double> figures = new LinkedHashMap<>();
		figures.put(Drain.RATE, drained.get(Drain.RATE));
		figures.put("share of 32 threads' time in bodies, %",
				100 * busyMillis / Database.POOL_SIZE / 1000 * BigTables.rate(drained) / jobs);
		figures.put("overtaken by, 99 of 100 jobs, at most", overtakenBy(first, jobs));
		Meter.addCosts(figures, Meter.ALL, "", drained);
		for (String name : new String[] { "seconds to the first body", "jobs", "lost", "duplicates" }) {
			figures.put(name, drained.get(name));
		}
		return figures;
	}

	/**
	 * How many places later than in the order of enqueueing jobs have started.
	 */
	private double overtakenBy(int first, int jobs) {
		int[] order = IntStream.range(first, first + jobs)
			.boxed()
			.sorted((a, b) -> Long.compare(this.ledger.firstRun(a), this.ledger.firstRun(b)))
			.mapToInt(Integer::intValue)
			.toArray();
		int[] later = new int[jobs];
		for (int place = 0; place < jobs; place++) {
			later[place] = Math.max(0, place - (order[place] - first));
		}
		Arrays.sort(later);
		return later[(int) Math.ceil(0.99 * jobs) - 1];
	}

}
