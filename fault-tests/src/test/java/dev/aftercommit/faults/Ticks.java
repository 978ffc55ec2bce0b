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

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

import dev.aftercommit.faults.harness.Ledger.Run;
import dev.aftercommit.faults.harness.Scene;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A recurring job each second, as a witness: in the ledger each of its fire times is a
 * call that was committed.
 */
final class Ticks {

	private static final long SECOND = 1000;

	private Ticks() {
	}

	/** Settings of a node that fires, and more. */
	static String[] settings(String... more) {
		return Stream
			.concat(Stream.of("aftercommit.recurring.tick.job", "fault.tick", "aftercommit.recurring.tick.every", "1s",
					"aftercommit.recurring.tick.missed", "CATCH_UP"), Stream.of(more))
			.toArray(String[]::new);
	}

	/** The jobs that have run, by their fire times in milliseconds. */
	static NavigableMap<Long, String> run(Scene scene, String kind) {
		NavigableMap<Long, String> ticks = new TreeMap<>();
		for (Run run : scene.runs((each) -> each.call().startsWith(kind + "-") && each.ended().equals("ok"))) {
			ticks.put(Long.parseLong(run.call().substring(kind.length() + 1)), run.job());
		}
		return ticks;
	}

	/** Wait until some more have run. */
	static void await(Scene scene, int more) {
		int before = run(scene, "tick").size();
		Scene.await(more + " more fire times have their jobs").until(() -> run(scene, "tick").size() >= before + more);
	}

	/**
	 * Turn the schedule off for all nodes, and wait until what was fired has run.
	 * @return the time from the last fire time to when it was turned off
	 */
	static Duration turnOff(Scene scene) {
		scene.both(settings("aftercommit.recurring.tick.enabled", "false"));
		Scene.await("the schedule is turned off").until(() -> definition(scene).equals("disabled"));
		Instant off = Instant.now();
		scene.drain();
		Scene.await("no job is on its way any more")
			.during(scene.lease())
			.until(() -> run(scene, "tick").size(), (size) -> size == expected(scene).size());
		scene.drain();
		return Duration.between(Instant.ofEpochMilli(run(scene, "tick").lastKey()), off);
	}

	private static String definition(Scene scene) {
		return String.valueOf(scene.jdbc()
			.queryForObject("SELECT definition FROM aftercommit_recurring WHERE name = 'tick'", String.class));
	}

	/** Each second from the first to the last one that has run. */
	private static Map<Long, String> expected(Scene scene) {
		NavigableMap<Long, String> ticks = run(scene, "tick");
		Map<Long, String> expected = new TreeMap<>();
		for (long time = ticks.firstKey(); time <= ticks.lastKey(); time += SECOND) {
			expected.put(time, ticks.getOrDefault(time, UUID.randomUUID().toString()));
		}
		return expected;
	}

	/**
	 * Write each fire time into the ledger as if somebody had called for it: what has no
	 * job is then lost.
	 * @return how many there are
	 */
	static int enterAll(Scene scene) {
		Map<Long, String> expected = expected(scene);
		expected.forEach((time, job) -> enter(scene, "tick-" + time, job));
		return expected.size();
	}

	static void enter(Scene scene, String call, String job) {
		assertThat(scene.jdbc().update("INSERT INTO fault_call (id, job_id) VALUES (?, ?)", call, UUID.fromString(job)))
			.isOne();
	}

	/** The longest time from a fire time to the first run of its job. */
	static Duration latest(Scene scene) {
		Map<String, Long> starts = new TreeMap<>();
		scene.runs((run) -> run.call().startsWith("tick-"))
			.forEach((run) -> starts.merge(run.call(), run.startMicros() / SECOND, Math::min));
		return Duration.ofMillis(starts.entrySet()
			.stream()
			.mapToLong((each) -> each.getValue() - Long.parseLong(each.getKey().substring("tick-".length())))
			.max()
			.orElse(0));
	}

}
