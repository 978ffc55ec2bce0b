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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.aftercommit.faults.app.KeyedJobs;
import dev.aftercommit.faults.app.UniqueKind;
import dev.aftercommit.faults.harness.Client;
import dev.aftercommit.faults.harness.Figures;
import dev.aftercommit.faults.harness.KeyChecker;
import dev.aftercommit.faults.harness.Ledger;
import dev.aftercommit.faults.harness.Ledger.Run;
import dev.aftercommit.faults.harness.Load;
import dev.aftercommit.faults.harness.Node;
import dev.aftercommit.faults.harness.OnEachStore;
import dev.aftercommit.faults.harness.Report;
import dev.aftercommit.faults.harness.Scene;
import dev.aftercommit.faults.harness.StoreKind;
import dev.aftercommit.faults.harness.UniqueChecker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nodes that are killed while their jobs have keys (faults 30 and 31), and what the
 * checkers say where nobody minds keys.
 */
class KeyFaultsTests {

	/** Of concurrency keys. The last ones have a limit of 3. */
	private static final int KEYS = 8;

	private static final int KEYS_OF_THREE = 2;

	private static final long BODY_MILLIS = 80;

	@OnEachStore
	@Tag("full")
	void aKeyIsHadByNoMoreThanItsLimitThoughNodesDieWithIt(StoreKind store) throws Exception {
		try (Scene scene = Scene.on(store, "f30")) {
			Client client = scene.client();
			List<Node> nodes = threeNodes(scene);
			List<Instant> kills = new ArrayList<>();
			try (Load load = load(client, Duration.ofMillis(4), BODY_MILLIS, Integer.MAX_VALUE)) {
				for (int kill = 1; kill <= 3; kill++) {
					Node node = nodes.remove(0);
					int before = load.begun();
					Scene.await("it holds keys").until(() -> load.begun() > before + 200 && open(scene, node) >= 3);
					Instant when = node.kill();
					scene.crashed(node, when);
					kills.add(when);
					nodes.add(scene.node("again" + kill));
					nodes.forEach(Node::awaitReady);
					Scene.await("every key has gone on")
						.until(() -> longestStand(scene.ledger(), List.of(when)).compareTo(Duration.ZERO) > 0);
				}
			}
			scene.drain();
			Ledger ledger = scene.ledger();
			Figures figures = scene.figures();
			Most most = Most.of(ledger);
			Duration longest = longestStand(ledger, kills);
			Report.add("30", "`kill -9` of nodes whose jobs have concurrency keys", String.format(
					"3 of three nodes, while they ran %d bodies; %s; no key stood still for more than %.1f s after a kill",
					figures.recoveries().size(), most, longest.toMillis() / 1000.0), scene, figures);
			assertThat(figures.isClean()).as(figures.toString()).isTrue();
			assertThat(figures.recoveries()).isNotEmpty();
			assertThat(most).isEqualTo(new Most(1, 3, 0));
			assertThat(longest).isLessThanOrEqualTo(scene.lease().multipliedBy(3).dividedBy(2));
			Scene.await("nothing is left of keys").until(() -> scene.leftOfKeys() == 0);
		}
	}

	/** Where nobody minds keys, the checker must find it. */
	@Test
	@Tag("full")
	void withoutKeysTooManyRunAtOnceAndOvertake() throws Exception {
		try (Scene scene = Scene.onPostgres("control_keys")) {
			Client client = scene.client("faults.keys-off", "true");
			threeNodes(scene);
			try (Load load = load(client, Duration.ZERO, 5 * BODY_MILLIS, 600)) {
				load.awaitEnd();
			}
			scene.drain();
			Most most = Most.of(scene.ledger());
			Report.add("K1", "concurrency keys of fault 30 switched off", "without a kill: " + most, scene,
					scene.figures());
			assertThat(most.ofOne()).isGreaterThan(1);
			assertThat(most.ofThree()).isGreaterThan(3);
		}
	}

	private static List<Node> threeNodes(Scene scene, String... settings) {
		List<Node> nodes = new ArrayList<>();
		for (int i = 1; i <= 3; i++) {
			nodes.add(scene.node("n" + i, settings));
		}
		nodes.forEach(Node::awaitReady);
		return nodes;
	}

	/** One caller: so it is known who is to come first. */
	private static Load load(Client client, Duration pause, long bodyMillis, int most) {
		KeyedJobs jobs = client.bean(KeyedJobs.class);
		return new Load(client.calls(), 1, pause, (call) -> {
			String key = keyOf(call);
			return isOfThree(key) ? jobs.three(call, key, bodyMillis) : jobs.one(call, key, bodyMillis);
		}, most);
	}

	private static String keyOf(String call) {
		// Not in turns.
		return "key-" + (number(call) * 0x9E3779B9 >>> 16) % KEYS;
	}

	private static int number(String call) {
		return Integer.parseInt(call.substring("load-".length()));
	}

	private static boolean isOfThree(String key) {
		return Integer.parseInt(key.substring("key-".length())) >= KEYS - KEYS_OF_THREE;
	}

	/**
	 * From a kill to when the last key went on.
	 * @return zero as long as one of them has not gone on
	 */
	private static Duration longestStand(Ledger ledger, List<Instant> kills) {
		KeyChecker keys = new KeyChecker(ledger, KeyFaultsTests::keyOf);
		List<Duration> stands = kills.stream()
			.flatMap((kill) -> keys.keys().stream().map((key) -> keys.stoodStill(key, micros(kill))))
			.toList();
		return stands.stream().anyMatch(Objects::isNull) ? Duration.ZERO
				: stands.stream().max(Duration::compareTo).orElse(Duration.ZERO);
	}

	private static long micros(Instant time) {
		return ChronoUnit.MICROS.between(Instant.EPOCH, time);
	}

	private static int open(Scene scene, Node node) {
		return scene.runs((run) -> run.node().equals(node.name()) && run.endMicros() == Long.MAX_VALUE).size();
	}

	@OnEachStore
	@Tag("full")
	void ofEachUniqueKeyThereIsOneJobThoughNodesDieThatCallAndRun(StoreKind store) throws Exception {
		try (Scene scene = Scene.on(store, "f31")) {
			Path end = scene.gate("end-of-calls");
			String[] settings = { "faults.unique-calls-until", end.toString(), "aftercommit.redis.outbox-grace", "1s" };
			Client client = scene.client();
			List<Node> nodes = threeNodes(scene, settings);
			for (int kill = 1; kill <= 2; kill++) {
				Node node = nodes.remove(0);
				Scene.await("it has called and runs").until(() -> called(scene, node) > 200 && open(scene, node) > 0);
				scene.crashed(node, node.kill());
				nodes.add(scene.node("again" + kill, settings));
				nodes.forEach(Node::awaitReady);
			}
			Node caller = scene.node("caller", withoutWorkers(settings));
			Scene.await("it has called").until(() -> called(scene, caller) > 200);
			scene.crashed(caller, caller.kill());
			Node last = nodes.get(2);
			Scene.await("the last one calls").until(() -> called(scene, last) > 200);
			scene.open(end);
			scene.drain();
			// Whoever has a key for ever is met by these.
			for (UniqueKind kind : UniqueKind.values()) {
				for (int key = 0; key < 3; key++) {
					String call = kind.call(key, "client-1");
					client.calls().call(call, () -> kind.enqueue(client.bean(KeyedJobs.class), call, 1));
				}
			}
			scene.drain();
			UniqueChecker checker = check(scene);
			Map<String, String> merged = checker.merged();
			merged.forEach(scene::expect);
			Figures figures = scene.figures();
			KeyChecker running = untilFinished(scene);
			List<String> replacedByEarlier = checker.replacedByEarlier();
			Report.add("31", "`kill -9` of nodes that call for the same unique keys and run them", String.format(
					"3 of four nodes, one of which ran nothing; `KEEP` and `REPLACE`, until `FINISHED` and `STARTED`, of 3 keys each: %d calls were merged with a job that was there, %d jobs replaced; never two of a key",
					merged.values().stream().filter("DELETED"::equals).count(),
					merged.values().stream().filter("CANCELLED"::equals).count()), scene, figures);
			assertThat(replacedByEarlier).as("replaced by what was called earlier").isEmpty();
			assertThat(figures.isClean()).as(figures + " " + scene.checker().lost()).isTrue();
			assertThat(checker.beside()).as("taken although another one had the key").isEmpty();
			assertThat(running.keys()).allMatch((key) -> running.mostAtOnce(key) == 1);
			assertThat(merged.values()).contains("DELETED", "CANCELLED");
			assertThat(merged.keySet()).as("keys that were never given back")
				.noneMatch((call) -> call.endsWith(".client-1"));
			assertThat(scene.runs((run) -> run.endMicros() == Long.MAX_VALUE)).isNotEmpty();
			Scene.await("nothing is left of keys").until(() -> scene.leftOfKeys() == 0);
		}
	}

	/**
	 * What the documentation says of an outbox: it is decided about keys when jobs are
	 * pushed.
	 */
	@Test
	@Tag("full")
	void throughAnOutboxACallWhoseNodeDiesBeforeItsPushReplacesLaterOnes() throws Exception {
		try (Scene scene = Scene.on(StoreKind.REDIS, "f31late")) {
			Client client = scene.client();
			String early = UniqueKind.REPLACE.call(0, "early");
			String late = UniqueKind.REPLACE.call(0, "late");
			Node node = scene.node("halt", "faults.halt-after-commit-of", early);
			assertThat(node.awaitExit(Scene.PATIENCE)).as(node.output()).isEqualTo(137);
			client.calls().call(late, () -> client.bean(KeyedJobs.class).replace(late, UniqueKind.keyOf(late), 0));
			Scene.await("both are pushed, the later one first")
				.until(() -> scene.ledger().jobs().stream().noneMatch((job) -> job.state().equals("NOWHERE"))
						&& scene.ledger().jobs().size() == 2);
			scene.node("n1").awaitReady();
			scene.drain();
			Ledger ledger = scene.ledger();
			assertThat(ledger.jobs()).filteredOn((job) -> job.id().equals(ledger.calls().get(late)))
				.extracting(Ledger.Job::state)
				.containsExactly("CANCELLED");
			assertThat(scene.runs()).extracting(Run::call).containsExactly(early);
		}
	}

	/** Where nobody minds keys, the checker must find it. */
	@Test
	@Tag("full")
	void withoutUniqueKeysThereAreManyJobsOfOne() throws Exception {
		try (Scene scene = Scene.onPostgres("control_unique")) {
			Path end = scene.gate("end-of-calls");
			List<Node> nodes = threeNodes(scene, "faults.unique-calls-until", end.toString(), "faults.keys-off",
					"true");
			Scene.await("it has called").until(() -> called(scene, nodes.get(2)) > 100);
			scene.open(end);
			scene.drain();
			int beside = check(scene).beside().size();
			KeyChecker running = untilFinished(scene);
			int most = running.keys().stream().mapToInt(running::mostAtOnce).max().orElse(0);
			Report.add(
					"K2", "unique keys of fault 31 switched off", "without a kill: " + beside
							+ " jobs taken although another one had their key; up to " + most + " of a key ran at once",
					scene, scene.figures());
			assertThat(beside).isPositive();
			assertThat(most).isGreaterThan(1);
		}
	}

	private static String[] withoutWorkers(String... settings) {
		return Stream.concat(Stream.of(settings), Stream.of("aftercommit.worker.enabled", "false"))
			.toArray(String[]::new);
	}

	private static long called(Scene scene, Node node) {
		return scene.callTimes().keySet().stream().filter((call) -> call.contains("." + node.name() + "-")).count();
	}

	private static UniqueChecker check(Scene scene) {
		return new UniqueChecker(scene.ledger(), scene.callTimes(), scene.claims(), scene.joins());
	}

	/** Of these none runs beside another one. */
	private static KeyChecker untilFinished(Scene scene) {
		return new KeyChecker(scene.ledger(),
				(call) -> UniqueKind.of(call).isUntilStarted() ? null : UniqueKind.keyOf(call));
	}

	/**
	 * How many jobs of a key went on at the same moment.
	 *
	 * @param ofOne of the keys with a limit of 1
	 * @param ofThree of those with a limit of 3
	 * @param overtaken jobs of keys with a limit of 1 that began after a later one
	 */
	private record Most(int ofOne, int ofThree, int overtaken) {

		static Most of(Ledger ledger) {
			KeyChecker checker = new KeyChecker(ledger, KeyFaultsTests::keyOf);
			List<String> ones = checker.keys().stream().filter((key) -> !isOfThree(key)).toList();
			List<String> threes = checker.keys().stream().filter(KeyFaultsTests::isOfThree).toList();
			return new Most(most(checker, ones), most(checker, threes),
					ones.stream().mapToInt((key) -> checker.overtaken(key, KeyFaultsTests::number).size()).sum());
		}

		private static int most(KeyChecker checker, List<String> keys) {
			return keys.stream().mapToInt(checker::mostAtOnce).max().orElse(0);
		}

		@Override
		public String toString() {
			return "at most " + this.ofOne + " of a key with limit 1 at once, and " + this.ofThree
					+ " of one with limit 3; " + this.overtaken + " overtaken";
		}

	}

}
