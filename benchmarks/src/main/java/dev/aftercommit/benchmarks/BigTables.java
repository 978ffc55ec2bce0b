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

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * B7: what a big backlog, a big future and a big history cost. A backlog is drained with
 * little else in the tables; then the tables are filled, and all that is ready is
 * drained, in the same JVM. How long a claim takes is what the node sees.
 */
final class BigTables implements Measurement {

	private static final int HISTORY_PER_READY = 10;

	private static final int COUNTS = 5;

	/** Ordered as their numbers, as nodes make them in the order of time. */
	private static final String NEW = """
			CREATE TEMPORARY TABLE fresh AS SELECT n, nextval('aftercommit_seq') AS seq,
			('01930000-000%d-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id
			FROM generate_series(%d, %d) AS n""";

	private static final String JOBS = """
			INSERT INTO aftercommit_job (seq, enqueued_at, id, priority, queue, name, headers, arguments)
			SELECT n.seq, now(), n.id, 0, t.queue, t.name, t.headers, replace(t.arguments, t.number, n.n::text)
			FROM fresh n CROSS JOIN template t""";

	private static final String READY = """
			INSERT INTO aftercommit_ready (seq, due_at, id, attempt, priority, queue, name)
			SELECT n.seq, now(), n.id, 0, 0, t.queue, t.name FROM fresh n CROSS JOIN template t""";

	private static final String FUTURE = """
			INSERT INTO aftercommit_scheduled (run_at, id, attempt, retrying)
			SELECT now() + interval '1 day' + n.n * interval '1 millisecond', n.id, 0, false FROM fresh n""";

	private static final String HISTORY = """
			INSERT INTO aftercommit_history
			(node, token, enqueued_at, started_at, ended_at, id, attempts, priority, state, queue, name)
			SELECT 1, n, at, at, at, ('01920000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 0, 'SUCCEEDED',
			t.queue, t.name FROM (SELECT n, now() - (%d - n) * interval '5 milliseconds' AS at
			FROM generate_series(1, %d) AS n) h CROSS JOIN template t""";

	private static final String LEFT = """
			SELECT EXISTS (SELECT FROM aftercommit_ready) OR EXISTS (SELECT FROM aftercommit_running)""";

	private final Database database;

	private final Drain drain;

	private final Sizes sizes;

	BigTables(Database database, Drain drain, Sizes sizes) {
		this.database = database;
		this.drain = drain;
		this.sizes = sizes;
	}

	@Override
	public Map<String, Double> measure(Contender contender) throws InterruptedException {
		Ours ours = (Ours) contender;
		int first = this.drain.warmUp(ours);
		this.database.claims().note();
		Map<String, Double> small = this.drain.drain(ours, first, this.sizes.jobs());
		List<Double> smallClaims = this.database.claims().stop();
		first += this.sizes.jobs();

		int ready = this.sizes.ready();
		double loading = fill(ours, first, ready);
		double counting = countMillis(ours);
		this.database.claims().note();
		Map<String, Double> big = this.drain.drainLoaded(ours, first, ready, this::left);
		List<Double> bigClaims = this.database.claims().stop();

		Map<String, Double> figures = new LinkedHashMap<>();
		figures.put("jobs/s, little in the tables", small.get(Drain.RATE));
		figures.put("jobs/s, much in the tables", big.get(Drain.RATE));
		figures.put("much, share of little", rate(big) / rate(small));
		Meter.addCosts(figures, Meter.ALL, ", little", small);
		Meter.addCosts(figures, Meter.ALL, ", much", big);
		addClaims(figures, "little", smallClaims);
		addClaims(figures, "much", bigClaims);
		figures.put("counting all states, much, p50 ms", counting);
		figures.put("ready jobs, and as many in the future", (double) ready);
		figures.put("history", (double) ready * HISTORY_PER_READY);
		figures.put("seconds to fill the tables", loading);
		figures.put("lost", big.get("lost"));
		figures.put("duplicates", big.get("duplicates"));
		return figures;
	}

	static double rate(Map<String, Double> figures) {
		return Objects.requireNonNull(figures.get(Drain.RATE));
	}

	private static void addClaims(Map<String, Double> figures, String much, List<Double> claims) {
		Map<String, Double> quantiles = Quantiles.of(claims);
		figures.put("claim, " + much + ", p50 ms", quantiles.get("p50 ms"));
		figures.put("claim, " + much + ", p99 ms", quantiles.get("p99 ms"));
	}

	/**
	 * What is written is made after the pattern of a job that the application has
	 * enqueued.
	 */
	private double fill(Ours ours, int first, int ready) {
		JdbcTemplate admin = this.database.admin();
		long began = System.nanoTime();
		Drain.preload(ours, first, 1);
		admin.execute("CREATE TEMPORARY TABLE template AS SELECT queue, name, headers, arguments, '" + first
				+ "' AS number FROM aftercommit_job");
		admin.execute(NEW.formatted(1, first + 1, first + ready - 1));
		admin.execute(JOBS);
		admin.execute(READY);
		admin.execute("DROP TABLE fresh");
		admin.execute(NEW.formatted(2, 1, ready));
		admin.execute(JOBS);
		admin.execute(FUTURE);
		admin.execute(HISTORY.formatted(ready * HISTORY_PER_READY, ready * HISTORY_PER_READY));
		admin.execute("ANALYZE");
		admin.execute("CHECKPOINT");
		return (System.nanoTime() - began) / 1e9;
	}

	private static double countMillis(Ours ours) {
		List<Double> millis = new ArrayList<>();
		for (int i = 0; i < COUNTS; i++) {
			long began = System.nanoTime();
			ours.store().directory().count();
			millis.add((System.nanoTime() - began) / 1e6);
		}
		return Objects.requireNonNull(Quantiles.of(millis).get("p50 ms"));
	}

	private boolean left() {
		return Boolean.TRUE.equals(this.database.admin().queryForObject(LEFT, Boolean.class));
	}

}
