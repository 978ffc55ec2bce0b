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
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.NavigableMap;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import dev.aftercommit.faults.harness.Figures;
import dev.aftercommit.faults.harness.Node;
import dev.aftercommit.faults.harness.OnEachStore;
import dev.aftercommit.faults.harness.Report;
import dev.aftercommit.faults.harness.Scene;
import dev.aftercommit.faults.harness.StoreKind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Recurring jobs whose nodes die and stand still, and what clocks that are turned do to
 * them.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals are sent with kill")
class RecurringFaultsTests {

	@OnEachStore(value = StoreKind.POSTGRES, full = StoreKind.REDIS)
	void nodesThatDieAndStandStillFireEachTimeOnce(StoreKind store) throws Exception {
		int between = Report.times(2, 30);
		int kills = Report.times(1, 2);
		try (Scene scene = Scene.on(store, "f22")) {
			Node[] nodes = new Node[3];
			for (int i = 0; i < nodes.length; i++) {
				nodes[i] = scene.node("n" + i, Ticks.settings());
			}
			for (Node node : nodes) {
				node.awaitReady();
			}
			for (int kill = 0; kill < kills; kill++) {
				Ticks.await(scene, between);
				scene.crashed(nodes[kill], nodes[kill].kill());
				if (Report.isFull()) {
					nodes[kill] = scene.node("again" + kill, Ticks.settings());
				}
			}
			Ticks.await(scene, between);
			nodes[2].stop();
			scene.crashed(nodes[2], Instant.now());
			Ticks.await(scene, (int) scene.lease().multipliedBy(2).toSeconds());
			nodes[2].resume();
			Ticks.await(scene, between);
			Duration tail = Ticks.turnOff(scene);
			int fired = Ticks.enterAll(scene);
			Duration latest = Ticks.latest(scene);
			Figures figures = scene.figures();
			Report.add("22", "three nodes, one recurring job each second, nodes killed and stopped",
					fired + " fire times in a row; " + kills
							+ " `kill -9`, one `-STOP` of two leases; the latest job began " + latest.toMillis()
							+ " ms after its fire time",
					scene, figures);
			assertThat(figures.isClean()).as(figures.toString()).isTrue();
			assertThat(figures.committed()).isEqualTo(fired).isGreaterThanOrEqualTo(between * 3);
			if (Report.isFull()) {
				// One that a killed node had claimed begins when its lease is over.
				assertThat(latest).isLessThan(scene.lease().multipliedBy(2));
				assertThat(tail).isLessThan(scene.lease());
			}
		}
	}

	/**
	 * A node that comes back after a year, in which the clocks were turned twice.
	 */
	@Test
	@Tag("full")
	void aDailyJobRunsOnceOnEachDayOfAYearAlsoWhenTheClocksAreTurned() throws Exception {
		Instant now = Instant.now();
		ZoneId berlin = ZoneId.of("Europe/Berlin");
		ZoneId lordHowe = ZoneId.of("Australia/Lord_Howe");
		try (Scene scene = Scene.onPostgres("f21")) {
			scene.client();
			Instant year = now.minus(370, ChronoUnit.DAYS);
			begin(scene, "berlin", "fault.tick cron 0 30 2 * * * Europe/Berlin", year);
			begin(scene, "lordhowe", "fault.tock cron 0 45 1 * * * Australia/Lord_Howe", year);
			scene
				.node("n1", "aftercommit.recurring.berlin.job", "fault.tick", "aftercommit.recurring.berlin.cron",
						"0 30 2 * * *", "aftercommit.recurring.berlin.zone", berlin.getId(),
						"aftercommit.recurring.berlin.missed", "CATCH_UP", "aftercommit.recurring.berlin.max-catch-up",
						"1000", "aftercommit.recurring.lordhowe.job", "fault.tock",
						"aftercommit.recurring.lordhowe.cron", "0 45 1 * * *", "aftercommit.recurring.lordhowe.zone",
						lordHowe.getId(), "aftercommit.recurring.lordhowe.missed", "CATCH_UP",
						"aftercommit.recurring.lordhowe.max-catch-up", "1000")
				.awaitReady();
			Scene.await("a year is caught up with")
				.until(() -> Ticks.run(scene, "tick").size() >= 369 && Ticks.run(scene, "tock").size() >= 369);
			scene.drain();
			NavigableMap<Long, String> ticks = Ticks.run(scene, "tick");
			NavigableMap<Long, String> tocks = Ticks.run(scene, "tock");
			ticks.forEach((time, job) -> Ticks.enter(scene, "tick-" + time, job));
			tocks.forEach((time, job) -> Ticks.enter(scene, "tock-" + time, job));
			Figures figures = scene.figures();
			Report.add("21", "time-zone gap and overlap (Europe/Berlin, Australia/Lord_Howe)",
					"a node that comes back after 370 days catches up with two daily jobs whose times the clocks skip and show twice: one on each day",
					scene, figures);
			assertThat(figures.isClean()).as(figures.toString()).isTrue();
			assertOnceADay(ticks, berlin, now);
			assertOnceADay(tocks, lordHowe, now);
		}
	}

	private static void begin(Scene scene, String name, String definition, Instant last) {
		scene.jdbc()
			.update("INSERT INTO aftercommit_recurring (name, definition, last_at, seen_at)"
					+ " VALUES (?, ?, CAST(? AS timestamptz), now())", name, definition, last.toString());
	}

	private static void assertOnceADay(NavigableMap<Long, String> times, ZoneId zone, Instant now) {
		assertThat(times.keySet().stream().map((time) -> day(time, zone)).toList()).doesNotHaveDuplicates()
			.hasSize((int) ChronoUnit.DAYS.between(day(times.firstKey(), zone), day(times.lastKey(), zone)) + 1);
		ZoneOffsetTransition turn = zone.getRules().previousTransition(now);
		for (int i = 0; i < 2; i++) {
			LocalDate day = day(turn.getInstant().toEpochMilli(), zone);
			if (turn.isGap() && zone.getId().equals("Europe/Berlin")) {
				assertThat(times).containsKey(turn.getInstant().toEpochMilli());
			}
			if (turn.isOverlap()) {
				assertThat(times.keySet().stream().filter((time) -> day(time, zone).equals(day)).toList())
					.singleElement()
					.satisfies((time) -> assertThat(time).isLessThan(turn(zone, day)));
			}
			turn = zone.getRules().previousTransition(turn.getInstant());
		}
	}

	private static long turn(ZoneId zone, LocalDate day) {
		return zone.getRules().nextTransition(day.atStartOfDay(zone).toInstant()).getInstant().toEpochMilli();
	}

	private static LocalDate day(long time, ZoneId zone) {
		return LocalDate.ofInstant(Instant.ofEpochMilli(time), zone);
	}

}
