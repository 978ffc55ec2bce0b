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

package dev.aftercommit.sample;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Statements that write a million jobs of all states, mixed, into empty tables.
 */
final class MillionJobs {

	static final int JOBS = 1_000_000;

	static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

	/** Which state a job is in, by a number from 0 to 99 that looks like any. */
	private static final String LOT = "MOD(i * 7919, 100)";

	private static final String QUEUE = "'queue.' || MOD(i, 20)";

	private static final String NAME = "'job.' || MOD(i, 50)";

	private static final String LIVE = LOT + " < 45";

	private static final String READY = LOT + " < 29";

	private static final String SCHEDULED = LOT + " BETWEEN 30 AND 41";

	private static final String RETRYING = LOT + " BETWEEN 30 AND 31";

	private static final String BLOCKED = LOT + " BETWEEN 42 AND 44";

	private static final String RUNNING = LOT + " = 29 AND i < 10000";

	/** One in a hundred but for those that run: they wait, too. */
	private static final String LATE = LOT + " = 29 AND i >= 10000";

	private static final String DEAD = LOT + " BETWEEN 45 AND 54";

	private static final String ENDED = LOT + " >= 55";

	private MillionJobs() {
	}

	static List<String> inPostgres() {
		List<String> all = statements("CURRENT_TIMESTAMP", "interval '1 second'", """
				CAST(lpad(to_hex(%d + i), 12, '0') || '7000' || '8' || lpad(to_hex(i), 15, '0') AS uuid)
				""".formatted(START.toEpochMilli()).strip(),
				"FROM generate_series(CAST(0 AS bigint), " + (JOBS - 1) + ") AS g(i)");
		// As PostgreSQL leaves them by itself, some time later.
		all.add("VACUUM ANALYZE");
		return all;
	}

	static List<String> inH2() {
		return statements("CURRENT_TIMESTAMP", "INTERVAL '1' SECOND", """
				CAST(RAWTOHEX(CAST(BITOR(LSHIFT(%d + i, 16), 28672) AS VARBINARY))
				|| RAWTOHEX(CAST(BITOR(LSHIFT(8, 60), i) AS VARBINARY)) AS uuid)
				""".formatted(START.toEpochMilli()).replace('\n', ' '),
				"FROM (SELECT X AS i FROM SYSTEM_RANGE(0, " + (JOBS - 1) + ")) g");
	}

	private static List<String> statements(String now, String second, String id, String from) {
		String some = " " + from + " WHERE ";
		return new ArrayList<>(Stream.of(
				"job (seq, enqueued_at, id, priority, queue, name, headers, arguments) SELECT i, " + now + ", " + id
						+ ", 0, " + QUEUE + ", " + NAME + ", '', '[1,\"argument\"]'" + some + LIVE,
				"ready (seq, due_at, id, attempt, priority, queue, name) SELECT i, " + now + ", " + id + ", 0, 0, "
						+ QUEUE + ", " + NAME + some + READY + " OR (" + LATE + ")",
				"scheduled (run_at, id, attempt, retrying) SELECT " + now + " + 86400 * " + second + " + i * 0.001 * "
						+ second + ", " + id + ", CASE WHEN " + RETRYING + " THEN 1 ELSE 0 END, " + RETRYING + some
						+ SCHEDULED,
				"blocked (seq, due_at, id, attempt, places, concurrency_key) SELECT i, " + now + ", " + id
						+ ", 0, 1, 'key.' || MOD(i, 100)" + some + BLOCKED,
				"lease (node, token, claimed_at, id, attempt) SELECT 1, i, " + now + ", " + id + ", 1" + some + RUNNING,
				"dead (node, token, seq, enqueued_at, started_at, ended_at, id, attempts, priority, queue, name, reason,"
						+ " headers, arguments) SELECT 1, i, i, " + now + ", " + now + ", " + now + " + i * 0.001 * "
						+ second + ", " + id + ", 1, 0, " + QUEUE + ", " + NAME
						+ ", 'ATTEMPTS_SPENT', '', '[1,\"argument\"]'" + some + DEAD,
				"attempt (node, token, started_at, ended_at, job_id, attempt, outcome, error_type, error_text) SELECT 1,"
						+ " i, " + now + ", " + now + ", " + id
						+ ", 1, 'FAILED', CASE MOD(i, 3) WHEN 0 THEN 'java.lang.IllegalStateException' ELSE"
						+ " 'java.io.IOException' END, 'java.lang.IllegalStateException: planted'" + some + DEAD
						+ " OR (" + RETRYING + ")",
				"history (node, token, enqueued_at, started_at, ended_at, id, attempts, priority, state, queue, name,"
						+ " result) SELECT 1, i, " + now + ", " + now + ", " + now + " + i * 0.001 * " + second + ", "
						+ id + ", 1, 0, CASE WHEN " + LOT + " < 95 THEN 'SUCCEEDED' ELSE 'CANCELLED' END, " + QUEUE
						+ ", " + NAME + ", '1'" + some + ENDED,
				"tag (id, tag) SELECT " + id + ", 'account:' || MOD(i, 1000)" + some + "MOD(i, 5) = 0",
				"tag (id, tag) SELECT " + id + ", 'all'" + some + "MOD(i, 10) = 0")
			.map("INSERT INTO aftercommit_"::concat)
			.toList());
	}

}
