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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

/**
 * One measurement of one system in one database: the main class of a forked JVM.
 */
final class Run {

	private static final int PICKUP_CAPACITY = 10_000;

	private static final int ARRIVALS = 4_000_000;

	/** A million beside a backlog of 200,000. */
	private static final int CROWD_PER_JOB = 5;

	private static final int FEWEST_SAMPLES = 5;

	/** Eight samples of a system that looks once a second. */
	private static final int POLLING_SAMPLES_MILLIS = 8000;

	private Run() {
	}

	/**
	 * What to measure.
	 */
	record Request(Scenario scenario, Subject subject, String url, long postmaster, Sizes sizes) {

	}

	/**
	 * What came out.
	 *
	 * @param figures named figures
	 * @param samples what was measured one by one, in milliseconds
	 * @param statements the dearest statements of what was measured, by time in the
	 * server
	 */
	record Result(Map<String, Double> figures, List<Double> samples, List<Map<String, Object>> statements) {

	}

	/**
	 * Measure.
	 * @param args the request as JSON, and the file that the result is written to
	 */
	public static void main(String[] args) throws IOException, InterruptedException {
		JsonMapper json = JsonMapper.builder().build();
		Result result = run(json.readValue(args[0], Request.class));
		Files.writeString(Path.of(args[1]), json.writeValueAsString(result));
	}

	private static Result run(Request request) throws InterruptedException {
		Ledger ledger = new Ledger(capacity(request), request.scenario().body());
		try (Database database = new Database(request.url(), Database.POOL_SIZE)) {
			database.prepare();
			if (request.scenario() == Scenario.B7 || request.scenario() == Scenario.B8) {
				database.clockClaims();
			}
			Measurement measurement = measurement(request, database, ledger);
			try (Contender contender = request.subject().on(database, ledger)) {
				contender.prepare();
				Map<String, Double> figures = measurement.measure(contender);
				return new Result(figures, measurement.samples(), dearest(database));
			}
		}
	}

	private static int capacity(Request request) {
		Sizes sizes = request.sizes();
		return switch (request.scenario()) {
			case B3 -> ARRIVALS;
			case B4 -> SeveralNodes.capacity(sizes);
			default ->
				Math.max(PICKUP_CAPACITY, Drain.MOST_WARM_UPS * sizes.warmUp() + 2 * sizes.jobs() + sizes.ready());
		};
	}

	private static Measurement measurement(Request request, Database database, Ledger ledger) {
		Sizes sizes = request.sizes();
		Subject subject = request.subject();
		Meter meter = new Meter(database, request.postmaster());
		Drain drain = new Drain(database, ledger, meter, sizes);
		return switch (request.scenario()) {
			case B1 -> new EnqueueInTransaction(database, sizes, request.postmaster());
			case B2, B11_2KB, B11_20KB -> drain;
			case B3 -> new OpenLoop(ledger, meter, ARRIVALS, sizes, subject);
			case B4 -> new SeveralNodes(database, ledger, meter, sizes, subject);
			case B5 -> new Pickup(database, ledger, forPolling(sizes, subject));
			case B6 -> new Idle(database, ledger, meter, sizes, subject);
			case B7 -> new BigTables(database, drain, sizes);
			case B8 -> new PinnedHorizon(database, drain, meter, sizes);
			case B9 -> new EmptyStatistics(database, drain, sizes);
			case B10_1MS, B10_50MS, B10_MIXED -> new Utilisation(drain, ledger, sizes, request.scenario().body());
			case B13 -> new Crowded(database, ledger, sizes, CROWD_PER_JOB * sizes.jobs());
			case B14 -> new Results(database, ledger, meter, sizes);
			case B16 -> new Footprint(database, sizes);
			case B15 -> new Pruned(database, drain, sizes);
		};
	}

	/**
	 * Fewer samples, the longer a system looks away; and pauses that end at any time
	 * between two looks.
	 */
	private static Sizes forPolling(Sizes sizes, Subject subject) {
		int poll = subject.pollMillis();
		if (subject == Subject.QUARTZ_DEFAULT) {
			// It may look right before the commit, and then not for half a minute.
			return sizes.forPolling(FEWEST_SAMPLES, sizes.pauseMillis());
		}
		return (poll > 0) ? sizes.forPolling(Math.max(FEWEST_SAMPLES, POLLING_SAMPLES_MILLIS / poll),
				subject.backsOff() ? poll * 11 / 5 : poll) : sizes;
	}

	private static List<Map<String, Object>> dearest(Database database) {
		if (!database.isPostgres()) {
			return List.of();
		}
		return database.admin().queryForList("""
				SELECT calls, round(total_exec_time::numeric, 1) AS ms, rows, wal_bytes, shared_blks_hit AS blocks,
				left(regexp_replace(query, '\\s+', ' ', 'g'), 400) AS query
				FROM pg_stat_statements
				WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
				ORDER BY total_exec_time DESC LIMIT 12""");
	}

}
