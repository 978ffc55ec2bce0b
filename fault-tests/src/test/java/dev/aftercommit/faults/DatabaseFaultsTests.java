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

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import dev.aftercommit.faults.harness.Client;
import dev.aftercommit.faults.harness.Figures;
import dev.aftercommit.faults.harness.Ledger.Run;
import dev.aftercommit.faults.harness.Load;
import dev.aftercommit.faults.harness.Node;
import dev.aftercommit.faults.harness.OnEachStore;
import dev.aftercommit.faults.harness.Postgres;
import dev.aftercommit.faults.harness.Proxy;
import dev.aftercommit.faults.harness.Proxy.Commits;
import dev.aftercommit.faults.harness.Report;
import dev.aftercommit.faults.harness.Scene;
import dev.aftercommit.faults.harness.StoreKind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A database that crashes, drops connections, or is slow; a network that swallows.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals are sent with kill")
class DatabaseFaultsTests {

	@Test
	void nodesGoOnByThemselvesWhenTheDatabaseHasCrashed() throws Exception {
		int crashes = Report.times(2, 5);
		try (Scene scene = Scene.onPostgres("f07")) {
			List<Node> nodes = List.of(scene.node("n1"), scene.node("n2"));
			Client client = scene.client();
			nodes.forEach(Node::awaitReady);
			Load load = scene.with(new Load(client.calls(), 3, Duration.ofMillis(20), 50, Integer.MAX_VALUE));
			awaitMoreRuns(scene, 20);
			for (int crash = 0; crash < crashes; crash++) {
				Postgres.shared().restartImmediately();
				Instant back = Instant.now();
				Scene.await("a body starts again")
					.until(() -> !scene.runs((run) -> run.startMicros() > micros(back)).isEmpty());
				long first = scene.runs((run) -> run.startMicros() > micros(back)).get(0).startMicros();
				scene.recovered(Duration.of(first - micros(back), ChronoUnit.MICROS));
				awaitMoreRuns(scene, 20);
			}
			load.close();
			scene.drain();
			Figures figures = scene.figures();
			Report.add("7", "PostgreSQL `restart -m immediate`", crashes + " crashes under load; " + figures.unknown()
					+ " callers were not told whether they had committed", scene, figures);
			assertClean(figures);
			assertThat(figures.unknown()).isPositive();
		}
	}

	@Test
	@Tag("full")
	void terminatedBackendsTakeBusinessRowAndJobTogether() throws Exception {
		try (Scene scene = Scene.onPostgres("f08")) {
			List.of(scene.node("n1"), scene.node("n2")).forEach(Node::awaitReady);
			Client client = scene.client();
			Load load = scene.with(new Load(client.calls(), 4, Duration.ofMillis(5), 10, Integer.MAX_VALUE));
			AtomicInteger terminated = new AtomicInteger();
			ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
			try {
				executor.scheduleAtFixedRate(() -> {
					if (Postgres.shared().terminateOne(scene.database().name())) {
						terminated.incrementAndGet();
					}
				}, 0, 200, TimeUnit.MILLISECONDS);
				Scene.await("100 backends are terminated").until(() -> terminated.get() >= 100);
			}
			finally {
				executor.shutdown();
				executor.awaitTermination(1, TimeUnit.MINUTES);
			}
			load.close();
			scene.drain();
			Figures figures = scene.figures();
			Report.add("8", "a random backend terminated every 200 ms",
					terminated + " backends, of callers and workers; " + figures.unknown() + " callers got an error",
					scene, figures);
			assertClean(figures);
			assertThat(figures.unknown()).isPositive();
		}
	}

	@Test
	void aCommitWhoseAnswerIsCutLeavesBusinessRowAndJob() throws Exception {
		try (Scene scene = Scene.onPostgres("f09")) {
			Node node = scene.node("n1");
			Proxy proxy = scene.proxy();
			Client client = scene.client("spring.datasource.url", scene.database().url(proxy));
			node.awaitReady();
			int calls = Report.times(60, 300);
			proxy.commits(Commits.CUT_AFTER, 3);
			IntStream.range(0, calls).forEach((i) -> call(client, "after-" + i));
			int after = proxy.cuts();
			proxy.commits(Commits.CUT_BEFORE, 3);
			IntStream.range(0, calls).forEach((i) -> call(client, "before-" + i));
			int before = proxy.cuts() - after;
			proxy.commits(Commits.PASS, 1);
			scene.drain();
			Figures figures = scene.figures();
			Report.add("9", "COMMIT forwarded, answer cut (callers)",
					after + " answers cut; for comparison, " + before + " COMMITs cut before they arrived", scene,
					figures);
			assertClean(figures);
			assertThat(after).isGreaterThanOrEqualTo(calls / 4);
			assertThat(before).isGreaterThanOrEqualTo(calls / 4);
			assertThat(figures.committed()).isEqualTo(2 * calls - before);
		}
	}

	@Test
	@Tag("full")
	void aWorkerThatIsNotToldOfItsCommitsRunsNothingTwice() throws Exception {
		try (Scene scene = Scene.onPostgres("f09w")) {
			Proxy proxy = scene.proxy();
			scene.node("n1", "spring.datasource.url", scene.database().url(proxy)).awaitReady();
			Client client = scene.client();
			proxy.commits(Commits.CUT_AFTER, 7);
			try (Load load = new Load(client.calls(), 2, Duration.ofMillis(10), 5, Report.times(300, 1500))) {
				load.awaitEnd();
			}
			Scene.await("enough commits are cut").until(() -> proxy.cuts() >= 10);
			proxy.commits(Commits.PASS, 1);
			scene.drain();
			Figures figures = scene.figures();
			Report.add("9", "COMMIT forwarded, answer cut (workers)",
					proxy.cuts() + " answers cut: to claims, outcomes, heartbeats and bodies", scene, figures);
			assertClean(figures);
		}
	}

	@OnEachStore
	@Tag("full")
	void aNodeThatIsCutOffStopsItsBodiesBeforeItsLeaseEnds(StoreKind store) throws Exception {
		try (Scene scene = Scene.on(store, "f10")) {
			Proxy proxy = scene.proxy();
			Client client = scene.client();
			Node first = scene.node("n1", scene.through(proxy)).awaitReady();
			Path gate = scene.gate("held");
			List<String> held = List.of("held-1", "held-2", "held-3", "held-4");
			held.forEach((id) -> client.calls().call(id, () -> client.jobs().gated(id, gate.toString())));
			Scene.await("all run on the first node").until(() -> scene.runs().size() == held.size());
			Node second = scene.node("n2").awaitReady();
			Instant cut = Instant.now();
			proxy.blackHole();
			scene.crashed(first, cut);
			Scene.await("all run on the second node")
				.until(() -> scene.runs((run) -> run.node().equals(second.name())).size() == held.size());
			List<Run> cutOff = scene.runs((run) -> run.node().equals(first.name()));
			assertThat(cutOff).allMatch((run) -> run.ended().equals("interrupted"))
				.allMatch((run) -> run.endMicros() <= micros(cut.plus(scene.lease())));
			scene.open(gate);
			Scene.await("three leases are over")
				.until(() -> Instant.now().isAfter(cut.plus(scene.lease().multipliedBy(3))));
			proxy.heal();
			second.terminate();
			second.awaitExit(Scene.PATIENCE);
			client.calls().call("afterwards", () -> client.jobs().work("afterwards", 0));
			Scene.await("the first node works again")
				.until(() -> !scene.runs((run) -> run.node().equals(first.name()) && run.call().equals("afterwards"))
					.isEmpty());
			scene.drain();
			Figures figures = scene.figures();
			Report.add("10", "one node cut off for three leases",
					held.size() + " bodies interrupted on it before its lease was over; it works again when it is back",
					scene, figures);
			assertClean(figures);
			assertThat(figures.overlappingBodies()).isZero();
			assertThat(figures.isRecoveredWithin(scene.lease())).as(figures.toString()).isTrue();
		}
	}

	@Test
	@Tag("full")
	void aSlowDatabaseCausesNoRetryStorm() throws Exception {
		try (Scene scene = Scene.onPostgres("f11")) {
			// With the default lease: of three seconds, nothing would be left by a
			// latency of three.
			scene.lease(Duration.ofSeconds(30));
			Proxy proxy = scene.proxy();
			String url = scene.database().url(proxy);
			List.of(scene.node("n1", "spring.datasource.url", url), scene.node("n2", "spring.datasource.url", url))
				.forEach(Node::awaitReady);
			Client client = scene.client();
			Load load = scene.with(new Load(client.calls(), 1, Duration.ofMillis(100), 0, Integer.MAX_VALUE));
			awaitMoreRuns(scene, 20);
			double usual = statementsPerSecond(proxy, Duration.ofSeconds(10));
			proxy.latency(Duration.ofMillis(500));
			double slow = statementsPerSecond(proxy, Duration.ofSeconds(15));
			proxy.latency(Duration.ofSeconds(3));
			double slower = statementsPerSecond(proxy, Duration.ofSeconds(20));
			proxy.latency(Duration.ZERO);
			double afterwards = statementsPerSecond(proxy, Duration.ofSeconds(10));
			load.close();
			scene.drain();
			Figures figures = scene.figures();
			Report.add("11", "+0.5 s, then +3 s of latency", String.format(
					"statements per second of two nodes under a steady load: %.0f, with +0.5 s %.0f, with +3 s %.0f, afterwards %.0f",
					usual, slow, slower, afterwards), scene, figures);
			assertClean(figures);
			assertThat(slow).isLessThanOrEqualTo(2 * usual);
			assertThat(slower).isLessThanOrEqualTo(2 * usual);
			assertThat(afterwards).isLessThanOrEqualTo(2 * usual);
		}
	}

	private static double statementsPerSecond(Proxy proxy, Duration during) {
		long before = proxy.statements();
		long start = System.nanoTime();
		Scene.await("statements are counted for " + during).until(() -> System.nanoTime() - start >= during.toNanos());
		return (proxy.statements() - before) / ((System.nanoTime() - start) / 1e9);
	}

	@Test
	@Tag("full")
	void aPoolFullOfSleepersAndPausesOfTheJvmCostNoLease() throws Exception {
		try (Scene scene = Scene.onPostgres("f27")) {
			// Longer, so that a busy machine's own pauses stay small beside it.
			scene.lease(Duration.ofSeconds(10));
			Client client = scene.client();
			Node first = scene
				.node("n1", "spring.datasource.hikari.maximum-pool-size", "4", "aftercommit.worker.concurrency", "4")
				.awaitReady();
			Path gate = scene.gate("held");
			List<String> held = List.of("held-1", "held-2", "held-3", "held-4");
			held.forEach((id) -> client.calls().call(id, () -> client.jobs().holding(id, gate.toString())));
			Scene.await("all connections are taken").until(() -> scene.runs().size() == held.size());
			Node second = scene.node("n2").awaitReady();
			Instant start = Instant.now();
			Scene.await("two leases are over")
				.until(() -> Instant.now().isAfter(start.plus(scene.lease().multipliedBy(2))));
			for (int pause = 0; pause < 3; pause++) {
				first.stop();
				Instant stopped = Instant.now();
				Scene.await("a third of a lease is over")
					.until(() -> Instant.now().isAfter(stopped.plus(scene.lease().dividedBy(3))));
				first.resume();
				Instant resumed = Instant.now();
				Scene.await("two heartbeats are over")
					.until(() -> Instant.now().isAfter(resumed.plus(scene.lease().multipliedBy(2).dividedBy(3))));
			}
			scene.open(gate);
			scene.drain();
			Figures figures = scene.figures();
			Report.add("27", "pool full of sleepers; pauses of the JVM",
					"4 bodies hold all 4 connections for more than two leases, 3 pauses of a third of it; no lease was lost to the other node",
					scene, figures);
			assertClean(figures);
			assertThat(figures.explained()).isZero();
			assertThat(scene.runs((run) -> run.node().equals(second.name()))).isEmpty();
		}
	}

	private static void call(Client client, String id) {
		client.calls().call(id, () -> client.jobs().work(id, 0));
	}

	private static void awaitMoreRuns(Scene scene, int more) {
		int before = scene.runs((run) -> run.ended().equals("ok")).size();
		Scene.await(more + " more bodies have run")
			.until(() -> scene.runs((run) -> run.ended().equals("ok")).size() >= before + more);
	}

	private static long micros(Instant time) {
		return ChronoUnit.MICROS.between(Instant.EPOCH, time);
	}

	private static void assertClean(Figures figures) {
		assertThat(figures.isClean()).as(figures.toString()).isTrue();
	}

}
