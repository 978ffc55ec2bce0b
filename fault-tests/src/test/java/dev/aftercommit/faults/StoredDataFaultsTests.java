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

package dev.aftercommit.faults;

import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.JobHandle;
import dev.aftercommit.faults.app.Gadget;
import dev.aftercommit.faults.harness.Client;
import dev.aftercommit.faults.harness.Figures;
import dev.aftercommit.faults.harness.Report;
import dev.aftercommit.faults.harness.Scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What is in the tables, whoever put it there.
 */
class StoredDataFaultsTests {

	@Test
	void rowsThatCannotBeReadHideAndStopNothing() throws Exception {
		try (Scene scene = Scene.onPostgres("f24")) {
			Client client = scene.both();
			System.setProperty(Gadget.FILE_PROPERTY, scene.directory().resolve("gadget-was-loaded").toString());
			String gadget = Gadget.NAME;
			Map<String, String> unreadable = new LinkedHashMap<>();
			unreadable.put("broken JSON", "[\"x\", ");
			unreadable.put("no array", "{\"call\": \"x\"}");
			unreadable.put("too few arguments", "[\"x\"]");
			unreadable.put("too many arguments", "[\"x\", 1, 2]");
			unreadable.put("another type", "[\"x\", \"not a number\"]");
			unreadable.put("class name in an array", "[[\"" + gadget + "\", {}], 1]");
			unreadable.put("class name in a property", "[{\"@class\": \"" + gadget + "\"}, 1]");
			unreadable.put("class name as a type id", "[{\"" + gadget + "\": {}}, 1]");
			unreadable.put("deep nesting", "[" + "[".repeat(5000) + "]".repeat(5000) + ", 1]");
			unreadable.put("10 MB", "[[\"" + "x".repeat(10 << 20) + "\"], 1]");
			unreadable.forEach((call, arguments) -> {
				scene.expect(call, "DEAD");
				insert(scene.jdbc(), call, "fault.work", arguments);
			});
			scene.expect("unknown name", "ENQUEUED");
			insert(scene.jdbc(), "unknown name", "fault.of-another-version", "[]");
			scene.expect("class as a name", "ENQUEUED");
			insert(scene.jdbc(), "class as a name", gadget, "[]");
			for (int i = 0; i < 50; i++) {
				String id = "good-" + i;
				client.calls().call(id, () -> client.jobs().work(id, 0));
			}
			scene.drain();
			Figures figures = scene.figures();
			int dead = scene.jdbc()
				.queryForObject("SELECT count(*) FROM aftercommit_dead WHERE reason = 'UNREADABLE'", Integer.class);
			Report.add("24", "unknown name, changed signature, broken JSON, class-name gadgets, 10 MB", dead
					+ " kinds of unreadable rows `DEAD`, `UNREADABLE`; 2 unknown names wait; no class was loaded; 50 others ran",
					scene, figures);
			assertClean(figures);
			assertThat(dead).isEqualTo(unreadable.size());
			assertThat(Files.exists(scene.directory().resolve("gadget-was-loaded"))).isFalse();
		}
	}

	@Test
	void tooNewASchemaIsRefusedAtTheStart() throws Exception {
		try (Scene scene = Scene.onPostgres("f24schema")) {
			scene.client().close();
			scene.jdbc().execute("UPDATE aftercommit_schema_version SET version = 99, lowest_compatible = 99");
			assertThatException().isThrownBy(scene::client).withStackTraceContaining("99");
			scene.jdbc().execute("UPDATE aftercommit_schema_version SET version = 99, lowest_compatible = 1");
			Client client = scene.both();
			client.calls().call("beside a newer version", () -> client.jobs().work("beside a newer version", 0));
			scene.drain();
			Figures figures = scene.figures();
			Report.add("24", "a newer schema", "refused where it says so; one that is compatible is worked with", scene,
					figures);
			assertClean(figures);
		}
	}

	@Test
	@Tag("full")
	void tenThousandRetriesDueAtOnceAreSpreadByTheirJitter() throws Exception {
		try (Scene scene = Scene.onPostgres("f25")) {
			scene.client().close();
			int many = 10_000;
			scene.jdbc().update("""
					INSERT INTO aftercommit_job (seq, enqueued_at, id, priority, queue, name, headers, arguments)
					SELECT nextval('aftercommit_seq'), now(), gen_random_uuid(), 0, 'default', 'fault.failing', '',
						'["retry-' || n || '"]' FROM generate_series(1, ?) n""", many);
			scene.jdbc().update("""
					INSERT INTO fault_call (id, job_id) SELECT arguments::json ->> 0, id FROM aftercommit_job""");
			scene.jdbc().update("""
					INSERT INTO aftercommit_scheduled (run_at, id, attempt, retrying)
					SELECT now(), id, CASE WHEN arguments = '["retry-1"]' THEN 999 ELSE 1 END, true
					FROM aftercommit_job""");
			for (int i = 1; i <= many; i++) {
				scene.expect("retry-" + i, "WAITING");
			}
			scene.both("aftercommit.retry.initial-interval", "600s", "aftercommit.retry.max-interval", "24h",
					"logging.level.dev.aftercommit.worker", "OFF");
			Scene.await("all have failed once more")
				.atMost(Duration.ofMinutes(3))
				.until(() -> scene.jdbc()
					.queryForObject("SELECT count(*) FROM aftercommit_attempt", Integer.class) == many);
			scene.drain();
			Map<String, Object> spread = scene.jdbc().queryForMap("""
					SELECT min(wait) AS low, max(wait) AS high, count(DISTINCT round(wait)) AS seconds
					FROM (SELECT extract(epoch FROM s.run_at - a.ended_at) AS wait FROM aftercommit_scheduled s
						JOIN aftercommit_attempt a ON a.job_id = s.id WHERE s.attempt < 999) w""");
			double longest = scene.jdbc().queryForObject("""
					SELECT extract(epoch FROM s.run_at - a.ended_at) FROM aftercommit_scheduled s
					JOIN aftercommit_attempt a ON a.job_id = s.id WHERE s.attempt >= 999""", Double.class);
			double low = ((Number) spread.get("low")).doubleValue();
			double high = ((Number) spread.get("high")).doubleValue();
			Figures figures = scene.figures();
			Report.add("25", "10,000 retries due at once; back-off at attempt 1,000", String.format(
					"all failed again; their next runs are spread over %.0f–%.0f s (interval 1,200 s); after attempt 1,000 %.1f h (longest interval 24 h)",
					low, high, longest / 3600), scene, figures);
			assertThat(figures.ghosts()).isZero();
			assertThat(figures.unexplained()).isZero();
			assertThat(figures.stuck()).isZero();
			assertThat(low).isBetween(0.75 * 1200, 0.95 * 1200);
			assertThat(high).isBetween(1.05 * 1200, 1.25 * 1200);
			assertThat(((Number) spread.get("seconds")).intValue()).isGreaterThan(200);
			assertThat(longest).isBetween(0.75 * 86400, 1.25 * 86400);
		}
	}

	@Test
	@Tag("full")
	void cancelAgainstRunningJobsLeavesOneOutcome() throws Exception {
		try (Scene scene = Scene.onPostgres("f28")) {
			Client client = scene.both();
			int times = 1000;
			AtomicInteger cancelled = new AtomicInteger();
			List<Thread> operators = new ArrayList<>();
			for (int operator = 0; operator < 4; operator++) {
				int from = operator;
				Thread thread = new Thread(() -> {
					for (int i = from; i < times; i += 4) {
						String id = "job-" + i;
						JobHandle<?>[] handle = new JobHandle<?>[1];
						client.calls().call(id, () -> {
							handle[0] = client.jobs().work(id, 1);
							return handle[0];
						});
						if (handle[0].cancel()) {
							scene.expect(id, "CANCELLED");
							cancelled.incrementAndGet();
						}
					}
				});
				thread.start();
				operators.add(thread);
			}
			for (Thread operator : operators) {
				operator.join();
			}
			scene.drain();
			Figures figures = scene.figures();
			Report.add("28", "cancel against jobs that are about to run",
					times + " jobs cancelled while nodes claimed them: " + cancelled + " were in time, and never ran",
					scene, figures);
			assertClean(figures);
			assertThat(cancelled.get()).isBetween(1, times - 1);
			assertThat(figures.runs()).isEqualTo(times - cancelled.get());
		}
	}

	private static void insert(JdbcTemplate jdbc, String call, String name, String arguments) {
		UUID id = UUID.randomUUID();
		jdbc.update("""
				INSERT INTO aftercommit_job (seq, enqueued_at, id, priority, queue, name, headers, arguments)
				VALUES (nextval('aftercommit_seq'), now(), ?, 0, 'default', ?, '', ?)""", id, name, arguments);
		jdbc.update("INSERT INTO fault_call (id, job_id) VALUES (?, ?)", call, id);
		jdbc.update("""
				INSERT INTO aftercommit_ready (seq, due_at, id, attempt, priority, queue, name)
				SELECT seq, now(), id, 0, priority, queue, name FROM aftercommit_job WHERE id = ?""", id);
	}

	private static void assertClean(Figures figures) {
		assertThat(figures.isClean()).as(figures.toString()).isTrue();
	}

}
