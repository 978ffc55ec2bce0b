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

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import dev.aftercommit.faults.app.ExactJobs;
import dev.aftercommit.faults.harness.Client;
import dev.aftercommit.faults.harness.Figures;
import dev.aftercommit.faults.harness.Ledger.Run;
import dev.aftercommit.faults.harness.Load;
import dev.aftercommit.faults.harness.Node;
import dev.aftercommit.faults.harness.OnEachStore;
import dev.aftercommit.faults.harness.Report;
import dev.aftercommit.faults.harness.Scene;
import dev.aftercommit.faults.harness.StoreKind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nodes that are killed, stopped, or asked to end.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals are sent with kill")
class ProcessFaultsTests {

	private static final Duration TWO_LEASES = Scene.LEASE.multipliedBy(2);

	@OnEachStore(value = StoreKind.POSTGRES, full = StoreKind.REDIS)
	void aJobOutlivesTheNodesThatRunIt(StoreKind store) throws Exception {
		int kills = Report.times(2, 10);
		try (Scene scene = Scene.on(store, "f01")) {
			List<Node> nodes = new ArrayList<>(List.of(scene.node("n1"), scene.node("n2")));
			Client client = scene.client();
			nodes.forEach(Node::awaitReady);
			Path gate = scene.gate("victim");
			List<String> victims = List.of("victim-1", "victim-2", "victim-3", "victim-4");
			victims.forEach((id) -> client.calls().call(id, () -> client.jobs().gated(id, gate.toString())));
			Load load = scene.with(new Load(client.calls(), 1, Duration.ofMillis(50), 20, Integer.MAX_VALUE));
			for (int kill = 1; kill <= kills; kill++) {
				int attempt = kill;
				Scene.await("victim runs for the " + kill + ". time")
					.until(() -> !scene.runs((run) -> run.call().equals("victim-1") && run.attempt() == attempt)
						.isEmpty());
				Node node = nodeOf(nodes, scene, "victim-1");
				scene.crashed(node, node.kill());
				nodes.remove(node);
				nodes.add(scene.node("n" + (kill + 2)));
				Scene.await("victim runs elsewhere")
					.until(() -> !scene.runs((run) -> run.call().equals("victim-1") && run.attempt() == attempt + 1)
						.isEmpty());
				nodes.forEach(Node::awaitReady);
			}
			scene.open(gate);
			load.close();
			scene.drain();
			Figures figures = scene.figures();
			Report.add("1", "`kill -9` in the middle of jobs",
					kills + " nodes killed one after another, each while it ran the" + " same job and others: "
							+ figures.recoveries().size() + " bodies cut off",
					scene, figures);
			assertClean(figures);
			assertThat(figures.recoveries()).hasSizeGreaterThanOrEqualTo(kills);
			int attempts = scene.attempts("victim-1");
			assertThat(attempts).isEqualTo(scene.runs((run) -> run.call().equals("victim-1")).size());
			// A starved machine may lose a lease besides, and its node says so.
			assertThat(attempts).isBetween(kills + 1, kills + 1 + figures.stale());
			assertRecovered(figures);
		}
	}

	@OnEachStore(value = StoreKind.POSTGRES, full = StoreKind.REDIS)
	void aNodeThatStoodStillForTwoLeasesIsNotBelieved(StoreKind store) throws Exception {
		try (Scene scene = Scene.on(store, "f02")) {
			Figures figures = standStillForTwoLeases(scene);
			Report.add("2", "`kill -STOP` for two leases, then `-CONT`",
					figures.committed() + " bodies that ignore interruption; " + figures.stale()
							+ " of their outcomes came too late"
							+ (scene.joins() ? "; effects of the 3 transactional ones exactly 3" : ""),
					scene, figures);
			assertClean(figures);
			assertThat(scene.hasEffectsExactlyOnce("exact")).isTrue();
			assertThat(figures.stale()).isPositive();
			assertRecovered(figures);
		}
	}

	/**
	 * The same without the fence: if nothing is found now, the checker is blind.
	 */
	@Test
	@Tag("full")
	void withoutItsFenceTheStoreBelievesANodeThatStoodStill() throws Exception {
		try (Scene scene = Scene.onPostgres("control_fence")) {
			Figures figures = standStillForTwoLeases(scene, "faults.fence-off", "true");
			Report.add("F", "fault 2 with the fence switched off",
					"outcomes are applied under whatever lease the job has", scene, figures);
			assertThat(figures.overlappingOutcomes()).isPositive();
			assertThat(figures.isClean()).isFalse();
		}
	}

	private static Figures standStillForTwoLeases(Scene scene, String... settings) {
		Node first = scene.node("n1", settings);
		Client client = scene.client();
		first.awaitReady();
		Path gate = scene.gate("held");
		List<String> held = new ArrayList<>(List.of("held-1", "held-2", "held-3"));
		if (scene.joins()) {
			held.addAll(List.of("exact-1", "exact-2", "exact-3"));
		}
		held.forEach((id) -> client.calls()
			.call(id, () -> id.startsWith("exact") ? client.bean(ExactJobs.class).exactStubborn(id, gate.toString())
					: client.jobs().stubborn(id, gate.toString())));
		Scene.await("all run on the first node").until(() -> scene.runs().size() == held.size());
		Node second = scene.node("n2", settings).awaitReady();
		Instant stopped = Instant.now();
		first.stop();
		scene.crashed(first, stopped);
		Scene.await("all run on the second node, and two leases are over")
			.until(() -> scene.runs((run) -> run.node().equals(second.name())).size() == held.size()
					&& Instant.now().isAfter(stopped.plus(TWO_LEASES)));
		// The first one wakes up to an open gate, while the second one is still held by
		// its own.
		second.stop();
		scene.open(gate);
		first.resume();
		Scene.await("the first node has ended all bodies, and was answered").until(() -> {
			long ended = scene.runs((run) -> run.node().equals(first.name()) && run.ended().equals("ok")).size();
			long answered = scene.ledger()
				.applied()
				.stream()
				.filter((applied) -> applied.node().equals(first.name()))
				.count();
			// Without its fence, it also runs again what it was allowed to give back.
			return ended >= held.size() && answered >= held.size();
		});
		second.resume();
		scene.drain();
		return scene.figures();
	}

	@Test
	@Tag("full")
	void aNodeThatStandsStillInsideItsClaimHoldsUpNobodyElse() throws Exception {
		try (Scene scene = Scene.onPostgres("f03")) {
			Client client = scene.client();
			Node first = scene.node("n1").awaitReady();
			try (Connection lock = scene.database().connect()) {
				lock.setAutoCommit(false);
				lock.createStatement().execute("LOCK TABLE aftercommit_lease IN SHARE MODE");
				call(client, "claimed", 6, 10);
				Scene.await("the claim waits in the middle of its statement")
					.until(() -> backends(scene, "wait_event_type = 'Lock' AND query LIKE '%aftercommit_ready%'") > 0);
				first.stop();
			}
			Scene.await("the claim's transaction is left open")
				.until(() -> backends(scene, "state = 'idle in transaction' AND query LIKE '%aftercommit_ready%'") > 0);
			scene.node("n2").awaitReady();
			call(client, "other", 20, 10);
			Scene.await("the second node runs the others")
				.until(() -> scene.runs((run) -> run.call().startsWith("other") && run.ended().equals("ok"))
					.size() == 20);
			assertThat(scene.runs((run) -> run.call().startsWith("claimed"))).isEmpty();
			first.resume();
			scene.drain();
			Figures figures = scene.figures();
			Report.add("3", "`-STOP` inside the claim's transaction",
					"6 rows locked by a node that stood still; 20 others ran meanwhile on the other node", scene,
					figures);
			assertClean(figures);
		}
	}

	private static int backends(Scene scene, String which) {
		return scene.jdbc()
			.queryForObject("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND " + which,
					Integer.class);
	}

	@OnEachStore(value = StoreKind.POSTGRES, full = StoreKind.REDIS)
	void aNodeThatIsAskedToEndGivesItsJobsBack(StoreKind store) throws Exception {
		Duration timeout = Duration.ofSeconds(2);
		try (Scene scene = Scene.on(store, "f04")) {
			Node first = scene.node("n1", "aftercommit.worker.shutdown-timeout", timeout.toMillis() + "ms",
					"aftercommit.worker.concurrency", "6");
			Client client = scene.client();
			first.awaitReady();
			long[] lengths = { 100, 5000, 500, 4500, 1000, 5000 };
			for (int i = 0; i < 18; i++) {
				String id = "job-" + i;
				long millis = lengths[i % lengths.length];
				client.calls().call(id, () -> client.jobs().work(id, millis));
			}
			Scene.await("the node is full").until(() -> open(scene, first).size() >= 3);
			Instant asked = Instant.now();
			first.terminate();
			first.awaitExit(Scene.PATIENCE);
			Duration took = Duration.between(asked, Instant.now());
			Set<String> begun = new HashSet<>();
			scene.runs().forEach((run) -> begun.add(run.call()));
			long late = scene.runs((run) -> run.startMicros() > micros(asked.plusMillis(Report.times(3000, 1000))))
				.size();
			long givenBack = scene.runs((run) -> run.ended().equals("interrupted")).size();
			assertThat(late).as("bodies started after the signal").isZero();
			assertThat(begun).as("something is left for another node").hasSizeLessThan(18);
			assertThat(givenBack).as("something was given back").isPositive();
			assertThat(scene.ledger().jobs()).as("something is still leased")
				.noneMatch((job) -> job.state().equals("RUNNING"));
			// All that is left at once.
			scene.node("n2", "aftercommit.worker.concurrency", "18").awaitReady();
			scene.drain();
			Figures figures = scene.figures();
			Report.add("4", "`SIGTERM` with jobs of 0.1–5 s", String.format(
					"timeout %d s, exit after %.1f s; %d bodies interrupted and given back, none started afterwards, no attempt spent",
					timeout.toSeconds(), took.toMillis() / 1000.0, givenBack), scene, figures);
			assertClean(figures);
			long spent = scene.ledger().jobs().stream().filter((job) -> job.attempts() > 1).count();
			assertThat(spent).as("attempts spent without a lost lease").isLessThanOrEqualTo(figures.stale());
			if (Report.isFull()) {
				assertThat(took).isLessThanOrEqualTo(timeout.plusSeconds(2));
			}
		}
	}

	@Test
	@Tag("full")
	void aJobThatIgnoresItsInterruptionIsRescuedOnce() throws Exception {
		try (Scene scene = Scene.onPostgres("f05")) {
			Client client = scene.client();
			Node first = scene.node("n1", "aftercommit.worker.shutdown-timeout", "1s").awaitReady();
			Path gate = scene.gate("stubborn");
			List<String> ids = List.of("stubborn-1", "stubborn-2", "stubborn-3");
			ids.forEach((id) -> client.calls().call(id, () -> client.jobs().stubborn(id, gate.toString())));
			Scene.await("all run").until(() -> scene.runs().size() == ids.size());
			scene.node("n2").awaitReady();
			first.terminate();
			Scene.await("the node interrupts them, in vain").until(() -> first.output().contains("still running"));
			scene.crashed(first, first.kill());
			assertThat(scene.runs((run) -> run.endMicros() != Long.MAX_VALUE)).isEmpty();
			Scene.await("all run elsewhere").until(() -> scene.runs().size() == 2 * ids.size());
			scene.open(gate);
			scene.drain();
			Figures figures = scene.figures();
			Report.add("5", "`SIGTERM`, jobs ignore it, then `SIGKILL`", "3 jobs, each rescued once", scene, figures);
			assertClean(figures);
			assertThat(figures.explained()).isEqualTo(ids.size());
			assertRecovered(figures);
		}
	}

	@Test
	@Tag("full")
	void requestsThatEnqueueWhileTheirServerEndsLoseNothing() throws Exception {
		try (Scene scene = Scene.onPostgres("f06")) {
			scene.client();
			AtomicInteger answered = new AtomicInteger();
			Set<String> accepted = ConcurrentHashMap.newKeySet();
			int rounds = 3;
			for (int round = 1; round <= rounds; round++) {
				Node node = scene
					.node("web" + round, "spring.main.web-application-type", "servlet", "server.port", "0",
							"server.tomcat.threads.max", "16", "aftercommit.worker.shutdown-timeout", "3s")
					.awaitReady();
				int port = Web.port(node);
				List<Thread> callers = new ArrayList<>();
				for (int caller = 0; caller < 6; caller++) {
					String prefix = "r" + round + "-c" + caller + "-";
					Thread thread = new Thread(() -> post(port, prefix, accepted, answered));
					thread.start();
					callers.add(thread);
				}
				int before = answered.get();
				Scene.await("requests come in").until(() -> answered.get() > before + 100);
				node.terminate();
				node.awaitExit(Scene.PATIENCE);
				for (Thread thread : callers) {
					thread.join();
				}
			}
			scene.node("n9").awaitReady();
			scene.drain();
			Figures figures = scene.figures();
			Report.add("6", "`SIGTERM` while requests still enqueue",
					rounds + " servers ended under load; " + accepted.size() + " requests were answered with success",
					scene, figures);
			assertClean(figures);
			assertThat(scene.ledger().calls().keySet()).containsAll(accepted);
		}
	}

	private static void post(int port, String prefix, Set<String> accepted, AtomicInteger answered) {
		for (int i = 0;; i++) {
			String id = prefix + i;
			try {
				if (Web.post(port, id, 5)) {
					accepted.add(id);
				}
				answered.incrementAndGet();
			}
			catch (IOException ex) {
				// The server has gone.
				return;
			}
		}
	}

	@Test
	void aJobThatTakesItsNodeDownEndsDeadAndTheOthersFinish() throws Exception {
		try (Scene scene = Scene.onPostgres("f23")) {
			String[] settings = { "aftercommit.worker.max-crashes", "3", "aftercommit.worker.concurrency", "4" };
			List<Node> nodes = new ArrayList<>(List.of(scene.node("n1", settings), scene.node("n2", settings)));
			Client client = scene.client();
			nodes.forEach(Node::awaitReady);
			scene.expect("halting", "DEAD");
			scene.expect("filling", "DEAD");
			client.calls().call("halting", () -> client.jobs().halting("halting"));
			client.calls().call("filling", () -> client.jobs().filling("filling"));
			Load load = scene.with(new Load(client.calls(), 1, Duration.ofMillis(50), 20, Integer.MAX_VALUE));
			AtomicInteger started = new AtomicInteger(nodes.size());
			AtomicInteger crashes = new AtomicInteger();
			Scene.await("both are given up")
				.atMost(Scene.PATIENCE.multipliedBy(2))
				.pollInterval(Duration.ofMillis(200))
				.until(() -> {
					for (Node node : List.copyOf(nodes)) {
						if (!node.isAlive()) {
							crashes.incrementAndGet();
							nodes.remove(node);
							nodes.add(scene.node("n" + started.incrementAndGet(), settings));
						}
					}
					return scene.jdbc().queryForObject("""
							SELECT count(*) FROM aftercommit_dead d JOIN fault_call c ON c.job_id = d.id
							WHERE d.reason = 'CRASHED' AND c.id IN ('halting', 'filling')""", Integer.class) == 2;
				});
			load.close();
			scene.drain();
			Figures figures = scene.figures();
			Report.add("23", "a job that halts its JVM, one that fills the heap",
					crashes.get() + " JVMs taken down; both jobs `DEAD`, `CRASHED` after 3; the others finished", scene,
					figures);
			assertClean(figures);
			assertThat(crashes.get()).isGreaterThanOrEqualTo(3);
			assertThat(scene.runs((run) -> run.call().equals("halting"))).hasSize(3);
		}
	}

	@Test
	@Tag("full")
	void tenThousandJobsOutliveThreeNodesOfWhichOneIsKilledEveryFewSeconds() throws Exception {
		int most = 11_667;
		String[] pool = { "spring.datasource.hikari.maximum-pool-size", "14" };
		try (Scene scene = Scene.onPostgres("f10000")) {
			Client client = scene.client();
			List<Node> nodes = new ArrayList<>(
					List.of(scene.node("n1", pool), scene.node("n2", pool), scene.node("n3", pool)));
			nodes.forEach(Node::awaitReady);
			int kills = 0;
			try (Load load = new Load(client.calls(), 4, Duration.ofMillis(20),
					(id) -> client.bean(ExactJobs.class).exact(id, 60), most)) {
				while (scene.jdbc()
					.queryForObject("SELECT count(*) FROM aftercommit_history", Integer.class) < most * 6 / 7 - 500) {
					Node node = nodes.remove(0);
					Scene.await("the next one is busy")
						.until(() -> load.begun() >= most || open(scene, node).size() >= 2);
					scene.crashed(node, node.kill());
					kills++;
					nodes.add(scene.node("n" + (kills + 3), pool));
					nodes.forEach(Node::awaitReady);
				}
				load.awaitEnd();
			}
			scene.drain();
			Figures figures = scene.figures();
			Report.add("1", "10,000 jobs over three nodes, one killed every few seconds",
					kills + " nodes killed while they ran " + figures.recoveries().size()
							+ " bodies; transactional effects exactly " + scene.ledger().effects().size(),
					scene, figures);
			assertClean(figures);
			assertThat(scene.hasEffectsExactlyOnce("")).isTrue();
			assertThat(figures.committed()).isGreaterThanOrEqualTo(10_000);
			assertThat(kills).isGreaterThanOrEqualTo(5);
			assertThat(figures.recoveries()).isNotEmpty();
			assertRecovered(figures);
		}
	}

	private static void call(Client client, String prefix, int times, long millis) {
		for (int i = 0; i < times; i++) {
			String id = prefix + "-" + i;
			client.calls().call(id, () -> client.jobs().work(id, millis));
		}
	}

	private static List<Run> open(Scene scene, Node node) {
		return scene.runs((run) -> run.node().equals(node.name()) && run.endMicros() == Long.MAX_VALUE);
	}

	private static Node nodeOf(List<Node> nodes, Scene scene, String call) {
		List<Run> runs = scene.runs((run) -> run.call().equals(call));
		String name = runs.get(runs.size() - 1).node();
		return nodes.stream().filter((node) -> node.name().equals(name)).findFirst().orElseThrow();
	}

	private static long micros(Instant time) {
		return ChronoUnit.MICROS.between(Instant.EPOCH, time);
	}

	private static void assertClean(Figures figures) {
		assertThat(figures.isClean()).as(figures.toString()).isTrue();
	}

	/** That it took no longer than it may, the report has seen to. */
	private static void assertRecovered(Figures figures) {
		assertThat(figures.recoveries()).isNotEmpty();
	}

}
