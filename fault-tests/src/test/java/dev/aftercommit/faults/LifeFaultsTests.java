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
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import dev.aftercommit.faults.app.Versions;
import dev.aftercommit.faults.app.WrongClock;
import dev.aftercommit.faults.harness.Client;
import dev.aftercommit.faults.harness.Disk;
import dev.aftercommit.faults.harness.Figures;
import dev.aftercommit.faults.harness.Load;
import dev.aftercommit.faults.harness.Node;
import dev.aftercommit.faults.harness.OnEachStore;
import dev.aftercommit.faults.harness.Report;
import dev.aftercommit.faults.harness.Scene;
import dev.aftercommit.faults.harness.StoreKind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a long life brings: halts at the worst moment, wrong clocks, full disks, deploys.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals are sent with kill")
class LifeFaultsTests {

	@Test
	void aJvmThatHaltsBetweenCommitAndCallbackLosesNothing() throws Exception {
		int halts = Report.times(1, 5);
		try (Scene scene = Scene.onPostgres("f12")) {
			halt(scene, halts, "false");
			scene.node("n1").awaitReady();
			scene.drain();
			Figures figures = scene.figures();
			Report.add("12", "halt between commit and callback (joined)", halts + " JVMs halted there", scene, figures);
			assertClean(figures);
			assertThat(figures.committed()).isEqualTo(halts);
		}
	}

	@Test
	@Tag("full")
	void aJvmThatHaltsBetweenCommitAndCallbackLosesNothingOnAnH2File() throws Exception {
		int halts = 5;
		try (Scene scene = Scene.onH2File("f12")) {
			halt(scene, halts, "false");
			try (Client client = scene.both()) {
				scene.drain(client);
				Figures figures = scene.figures(client);
				Report.add("12", "halt between commit and callback (joined)", halts + " JVMs halted there", scene,
						figures);
				assertClean(figures);
				assertThat(figures.committed()).isEqualTo(halts);
			}
		}
	}

	/**
	 * What is lost where nothing can be promised, as the documentation says.
	 */
	@Test
	@Tag("full")
	void aJvmThatHaltsBetweenCommitAndCallbackLosesWhatWasEnqueuedByBestEffort() throws Exception {
		int halts = 3;
		try (Scene scene = Scene.onPostgres("control_best_effort")) {
			scene.bestEffort();
			halt(scene, halts, "true");
			scene.node("n1").awaitReady();
			scene.drain();
			Figures figures = scene.figures();
			Report.add("12", "halt between commit and callback, from a read-only transaction",
					halts + " JVMs halted there: these jobs are lost, as documented", scene, figures);
			assertThat(figures.lost()).isEqualTo(halts);
			assertThat(figures.ghosts()).isZero();
		}
	}

	private static void halt(Scene scene, int halts, String readOnly) {
		for (int halt = 0; halt < halts; halt++) {
			Node node = scene.node("halt" + halt, "faults.halt-after-commit-of", "halted-" + halt,
					"faults.halt-read-only", readOnly);
			assertThat(node.awaitExit(Scene.PATIENCE)).as(node.output()).isEqualTo(137);
		}
	}

	@OnEachStore
	@Tag("full")
	void wrongClocksOfNodesStealNoLease(StoreKind store) throws Exception {
		try (Scene scene = Scene.on(store, "f20")) {
			// More slots than long bodies: one node may get all of those, and still has
			// to run short ones.
			List<Node> nodes = new ArrayList<>();
			nodes.add(scene.node(List.of("-D" + WrongClock.OFFSET + "=-600000", "-XX:+EnableDynamicAgentLoading"),
					"behind", Ticks.settings("aftercommit.worker.concurrency", "16")));
			nodes.add(scene.node(List.of("-D" + WrongClock.OFFSET + "=600000", "-XX:+EnableDynamicAgentLoading"),
					"ahead", Ticks.settings("aftercommit.worker.concurrency", "16")));
			nodes.add(scene.node(List.of("-D" + WrongClock.OFFSET + "=0", "-XX:+EnableDynamicAgentLoading"), "jumping",
					Ticks.settings("faults.jumping-clock", "true", "aftercommit.worker.concurrency", "16")));
			nodes.forEach(Node::awaitReady);
			Client client = scene.client();
			String gate = scene.gate("long").toString();
			for (int i = 0; i < 12; i++) {
				String id = "long-" + i;
				client.calls().call(id, () -> client.jobs().gated(id, gate));
			}
			long start = System.nanoTime();
			try (Load load = new Load(client.calls(), 2, Duration.ofMillis(20), 20, Integer.MAX_VALUE)) {
				Scene.await("three leases are over, and all have worked")
					.until(() -> System.nanoTime() - start > scene.lease().multipliedBy(3).toNanos()
							&& load.begun() > 100 && nodes.stream()
								.allMatch((node) -> scene.runs((run) -> run.node().equals(node.name())).size() > 10));
			}
			scene.open(scene.gate("long"));
			Ticks.turnOff(scene);
			int fired = Ticks.enterAll(scene);
			Figures figures = scene.figures();
			Report.add("20", "node clocks −10 min, +10 min, jumps of an hour",
					"12 bodies of more than three leases and many short ones on three nodes; no lease was stolen, and each of "
							+ fired + " fire times in a row had one job",
					scene, figures);
			assertClean(figures);
			assertThat(figures.explained()).isZero();
		}
	}

	@Test
	@Tag("full")
	void aFullDiskFailsTheCallerAndNothingElse() throws Exception {
		Assumptions.assumeTrue(Disk.canBeLimited(), "prlimit is needed to fill the disk of one process");
		try (Scene scene = Scene.onH2File("f26")) {
			Node node = scene.node("n1", "spring.main.web-application-type", "servlet", "server.port", "0",
					// Without it, Hikari takes the connections of a database that H2 has
					// closed for alive.
					"spring.datasource.hikari.connection-test-query", "SELECT 1")
				.awaitReady();
			Disk disk = new Disk(node, scene.directory());
			int before = Web.post(node, "before", 50);
			disk.fill();
			int during = Web.post(node, "during", 200);
			disk.free();
			// Calmly: the pool looks at a connection only if it was idle for half a
			// second.
			Scene.await("callers get through again")
				.pollInterval(Duration.ofSeconds(1))
				.until(() -> Web.post(node, "again-" + System.nanoTime(), 1) == 1);
			int after = Web.post(node, "after", 50);
			node.terminate();
			node.awaitExit(Scene.PATIENCE);
			try (Client client = scene.both()) {
				scene.drain(client);
				Figures figures = scene.figures(client);
				Report.add("26", "H2 file on a full disk", "the files could not grow: " + (200 - during)
						+ " of 200 callers got an error; it went on by itself when there was room (with Hikari's `connection-test-query`: without it, the pool keeps the closed connections)",
						scene, figures);
				assertClean(figures);
				assertThat(before).isEqualTo(50);
				assertThat(during).isLessThan(200);
				assertThat(after).isEqualTo(50);
			}
		}
	}

	@Test
	@Tag("full")
	void oldAndNewVersionsRunTheirOwnJobsSideBySide() throws Exception {
		try (Scene scene = Scene.onPostgres("f29")) {
			List<Node> old = List.of(scene.node("old1", "faults.version", "1"),
					scene.node("old2", "faults.version", "1"));
			old.forEach(Node::awaitReady);
			Client first = scene.client("faults.version", "1");
			Client second = scene.client("faults.version", "2", "faults.node", "client2");
			for (int i = 0; i < 100; i++) {
				String id = "old-" + i;
				first.calls().call(id, () -> first.bean(Versions.First.class).send(id));
			}
			Node fresh = scene.node("new1", "faults.version", "2");
			for (int i = 0; i < 100; i++) {
				String renamed = "renamed-" + i;
				second.calls().call(renamed, () -> second.bean(Versions.Second.class).dispatch(renamed));
				String added = "added-" + i;
				second.calls().call(added, () -> second.bean(Versions.Second.class).added(added));
			}
			fresh.awaitReady();
			// As a later version of the library would: by adding, never by changing.
			scene.jdbc().execute("ALTER TABLE aftercommit_job ADD COLUMN later text");
			scene.jdbc().execute("ALTER TABLE aftercommit_history ADD COLUMN later text DEFAULT 'x'");
			scene.jdbc().execute("UPDATE aftercommit_schema_version SET version = version + 1");
			for (int i = 100; i < 200; i++) {
				String id = "old-" + i;
				first.calls().call(id, () -> first.bean(Versions.First.class).send(id));
				String renamed = "renamed-" + i;
				second.calls().call(renamed, () -> second.bean(Versions.Second.class).dispatch(renamed));
			}
			old.get(0).terminate();
			scene.node("new2", "faults.version", "2").awaitReady();
			Node restarted = scene.node("old3", "faults.version", "1").awaitReady();
			for (int i = 200; i < 300; i++) {
				String id = "old-" + i;
				first.calls().call(id, () -> first.bean(Versions.First.class).send(id));
			}
			restarted.terminate();
			old.get(1).terminate();
			old.forEach((node) -> node.awaitExit(Scene.PATIENCE));
			scene.drain();
			Figures figures = scene.figures();
			long wrong = scene.runs((run) -> run.node().startsWith("old") && !run.call().startsWith("old")).size();
			long inherited = scene.runs((run) -> run.node().startsWith("new") && run.call().startsWith("old")).size();
			Report.add("29", "rolling deploy: old and new side by side, a renamed handler, a migration between",
					"4 old and 2 new nodes come and go; " + inherited + " jobs of the old name ran on new nodes", scene,
					figures);
			assertClean(figures);
			assertThat(wrong).isZero();
			assertThat(figures.committed()).isEqualTo(600);
		}
	}

	private static void assertClean(Figures figures) {
		assertThat(figures.isClean()).as(figures.toString()).isTrue();
	}

}
