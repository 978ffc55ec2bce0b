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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Tag;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobAttempt;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobProgress;
import dev.aftercommit.JobSnapshot;
import dev.aftercommit.JobState;
import dev.aftercommit.JobWords;
import dev.aftercommit.faults.app.ControlledJobs;
import dev.aftercommit.faults.app.Operator;
import dev.aftercommit.faults.harness.Client;
import dev.aftercommit.faults.harness.Figures;
import dev.aftercommit.faults.harness.Ledger;
import dev.aftercommit.faults.harness.Ledger.Run;
import dev.aftercommit.faults.harness.Node;
import dev.aftercommit.faults.harness.OnEachStore;
import dev.aftercommit.faults.harness.Report;
import dev.aftercommit.faults.harness.Scene;
import dev.aftercommit.faults.harness.StoreKind;
import dev.aftercommit.store.JobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Nodes that die while jobs are held up, put off, say how far they are, or are ordered
 * about (faults 33 to 36).
 */
class JobControlFaultsTests {

	private static final int RESTING = 30;

	private static final int SNOOZING = 8;

	private static final int WORDS = 1_000_000;

	private static final int DEAD = 3000;

	@OnEachStore
	@Tag("full")
	void aQueueStaysPausedThoughTheNodeThatPausedItDies(StoreKind store) throws Exception {
		try (Scene scene = Scene.on(store, "f33")) {
			Client client = scene.client();
			JobOperations operations = client.bean(JobOperations.class);
			Path gate = scene.gate("rested");
			Node first = scene.node("n1").awaitReady();
			rest(client, "running", 3, gate);
			Scene.await("some run when their queue is paused").until(() -> scene.runs().size() == 3);
			Node pausing = scene.node("pausing", "faults.order", "PAUSE");
			Scene.await("it has paused the queue").until(() -> ordered(scene, "pausing") == 1);
			pausing.kill();
			first.kill();
			rest(client, "waiting", RESTING, gate);
			for (int i = 0; i < RESTING; i++) {
				String id = "other-" + i;
				client.calls().call(id, () -> client.jobs().work(id, 10));
			}
			scene.node("n2").awaitReady();
			Scene.await("others run").until(() -> runsOf(scene, "other").size() == RESTING);
			Scene.await("nobody runs what had been cut off: its node is dead, and its queue paused")
				.during(scene.lease())
				.until(() -> scene.ledger().jobs().stream().noneMatch((job) -> job.state().equals("RUNNING")));
			assertThat(operations.pausedQueues()).containsExactly(ControlledJobs.RESTING);
			assertThat(runsOf(scene, "running")).hasSize(3);
			assertThat(runsOf(scene, "waiting")).isEmpty();
			scene.open(gate);
			scene.node("resuming", "faults.order", "RESUME", "aftercommit.worker.enabled", "false");
			scene.drain();
			Figures figures = scene.figures();
			Report.add("33", "a queue is paused; the node that paused it and one that runs its jobs are killed",
					"still paused on a node that was started then: " + RESTING
							+ " jobs waited, and 3 that had been cut off, for more than a lease, while others ran; a third node resumed it",
					scene, figures);
			assertThat(figures.isClean()).as(figures.toString()).isTrue();
			assertThat(figures.explained()).isEqualTo(3);
			assertThat(ordered(scene, "resuming")).isOne();
		}
	}

	private static void rest(Client client, String prefix, int times, Path gate) {
		for (int i = 0; i < times; i++) {
			String id = prefix + "-" + i;
			client.calls().call(id, () -> client.bean(ControlledJobs.class).resting(id, gate.toString()));
		}
	}

	private static List<Run> runsOf(Scene scene, String calls) {
		return scene.runs((run) -> run.call().startsWith(calls));
	}

	/** How many orders the node has noted. */
	private static int ordered(Scene scene, String node) throws Exception {
		Path log = scene.directory().resolve("orders-" + node + ".log");
		return Files.exists(log) ? Files.readAllLines(log).size() : 0;
	}

	@OnEachStore
	@Tag("full")
	void whatSnoozesRunsAgainWhereverItsNodeDies(StoreKind store) throws Exception {
		try (Scene scene = Scene.on(store, "f34")) {
			Client client = scene.client();
			List<Node> nodes = new ArrayList<>(List.of(scene.node("n1"), scene.node("n2")));
			nodes.forEach(Node::awaitReady);
			Path gate = scene.gate("woken");
			for (int i = 0; i < SNOOZING; i++) {
				String id = "snoozing-" + i;
				client.calls()
					.call(id, () -> client.bean(ControlledJobs.class).snoozing(id, 300, 3000, gate.toString()));
			}
			Scene.await("all snooze").until(() -> snoozes(scene) == SNOOZING);
			Node asleep = nodes.remove(0);
			scene.crashed(asleep, asleep.kill());
			assertThat(scene.runs((run) -> run.endMicros() == Long.MAX_VALUE)).as("cut off").isEmpty();
			nodes.add(scene.node("n3").awaitReady());
			Scene.await("all have run again, and some run")
				.until(() -> scene.runs().size() >= 2 * SNOOZING && open(scene, nodes.get(0)) >= 2);
			Node awake = nodes.remove(0);
			scene.crashed(awake, awake.kill());
			int cut = open(scene, awake);
			Scene.await("all have run once more").until(() -> scene.runs().size() >= 3 * SNOOZING + cut);
			scene.open(gate);
			scene.drain();
			Figures figures = scene.figures();
			Report.add("34", "jobs that snooze, `kill -9` in the snooze and in the body", String.format(
					"%d jobs snoozed %d times; one node killed while all of them snoozed, one while it ran %d; attempts spent: %d lost and the last ones",
					SNOOZING, snoozes(scene), cut, cut), scene, figures);
			assertThat(figures.isClean()).as(figures.toString()).isTrue();
			assertThat(cut).isPositive();
			assertThat(figures.recoveries()).hasSize(cut);
			assertAttempts(scene, client.bean(JobOperations.class));
		}
	}

	private static long snoozes(Scene scene) {
		return scene.ledger()
			.applied()
			.stream()
			.filter((applied) -> applied.outcome().equals("SNOOZED") && applied.state().equals("SCHEDULED"))
			.count();
	}

	private static void assertAttempts(Scene scene, JobOperations operations) {
		for (String id : scene.ledger().calls().values()) {
			List<AttemptOutcome> outcomes = operations.attempts(UUID.fromString(id))
				.stream()
				.map(JobAttempt::outcome)
				.toList();
			long lost = outcomes.stream().filter(AttemptOutcome.LOST::equals).count();
			assertThat(outcomes).as("attempts of %s", id)
				.containsOnlyOnce(AttemptOutcome.SUCCEEDED)
				.contains(AttemptOutcome.SNOOZED);
			assertThat(operations.find(UUID.fromString(id)).map(JobSnapshot::attempts)).as("attempts of %s", id)
				.hasValue((int) lost + 1);
		}
	}

	private static int open(Scene scene, Node node) {
		return scene.runs((run) -> run.node().equals(node.name()) && run.endMicros() == Long.MAX_VALUE).size();
	}

	@OnEachStore
	@Tag("full")
	void whatABodySaidIsKeptWithinBoundsThoughItsNodeDies(StoreKind store) throws Exception {
		try (Scene scene = Scene.on(store, "f35")) {
			Client client = scene.client();
			JobOperations operations = client.bean(JobOperations.class);
			Path gate = scene.gate("heard");
			Node first = scene.node("n1").awaitReady();
			client.calls()
				.call("talking", () -> client.bean(ControlledJobs.class).talking("talking", WORDS, gate.toString()));
			UUID id = client.calls().idOf("talking");
			scene.node("n2").awaitReady();
			Scene.await("it has said a million words")
				.pollInterval(Duration.ofMillis(200))
				.until(() -> said(operations.words(id)) >= WORDS);
			JobWords before = operations.words(id);
			scene.crashed(first, first.kill());
			Scene.await("it says them again")
				.pollInterval(Duration.ofMillis(200))
				.until(() -> lastOf(operations.words(id), 2) >= WORDS);
			scene.open(gate);
			scene.drain();
			JobWords words = operations.words(id);
			Figures figures = scene.figures();
			int characters = words.log().stream().mapToInt(String::length).sum();
			Report.add("35", "`kill -9` of a node whose job says how far it is, a million times", String.format(
					"%d calls of `progress` in two attempts, one of a thousand with a line of the log; kept: the last progress and %d lines, %d characters, of both attempts",
					said(words) + said(before), words.log().size(), characters), scene, figures);
			assertThat(figures.isClean()).as(figures.toString()).isTrue();
			assertThat(figures.recoveries()).hasSize(1);
			assertThat(words.progress()).extracting(JobProgress::total).isEqualTo((long) WORDS);
			assertThat(lastOf(words, 1)).as("what the first attempt had said is there")
				.isGreaterThanOrEqualTo(lastOf(before, 1));
			assertThat(lastOf(words, 2)).as("the last words of the second one").isEqualTo(said(words));
			assertThat(words.log()).hasSizeLessThanOrEqualTo(2 * 201);
			assertThat(characters).isLessThanOrEqualTo(2 * (16_384 + 100));
			assertThat(operations.attempts(id)).extracting(JobAttempt::number, JobAttempt::outcome)
				.contains(tuple(1, AttemptOutcome.LOST));
		}
	}

	private static long said(JobWords words) {
		JobProgress progress = words.progress();
		return (progress != null) ? progress.done() : 0;
	}

	/** The number in the last line of an attempt. */
	private static long lastOf(JobWords words, int attempt) {
		String beginning = "attempt " + attempt + " has said ";
		return words.log()
			.stream()
			.filter((line) -> line.startsWith(beginning))
			.map((line) -> line.substring(beginning.length()).split(" ")[0])
			.mapToLong(Long::parseLong)
			.max()
			.orElse(0);
	}

	@OnEachStore
	@Tag("full")
	void anOrderAboutManyIsCarriedOutOnceOrNotAtAllThoughWhoGivesItDies(StoreKind store) throws Exception {
		try (Scene scene = Scene.on(store, "f36")) {
			Client client = scene.client();
			JobOperations operations = client.bean(JobOperations.class);
			Path gate = scene.gate("repaired");
			scene.node("n1", "logging.level.dev.aftercommit.worker", "ERROR").awaitReady();
			for (int i = 0; i < DEAD; i++) {
				String id = "hopeless-" + i;
				client.calls().call(id, () -> client.bean(ControlledJobs.class).hopeless(id, gate.toString()));
			}
			Scene.await("all are given up").until(() -> dead(client) == DEAD);
			scene.open(gate);
			if (scene.joins()) {
				killWhileItsTransactionIsOpen(scene);
				assertThat(dead(client)).as("orders of a transaction that was not committed").isEqualTo(DEAD);
			}
			Node operator = scene.node("retrying", "faults.order", "RETRY", "aftercommit.worker.enabled", "false");
			Scene.await("it is in the middle")
				.pollInterval(Duration.ofMillis(2))
				.until(() -> dead(client) < DEAD - 200);
			operator.kill();
			long left = dead(client);
			int finished = Operator.retry(operations);
			scene.drain();
			Figures figures = scene.figures();
			Report.add("36", "`kill -9` of a node in the middle of an order about many", String.format(
					"%d of %d `DEAD` jobs were retried until then, each of them once; a second order retried the other %d%s",
					DEAD - left, DEAD, left, scene.joins() ? "; of one inside a transaction, none had been" : ""),
					scene, figures);
			assertThat(figures.isClean()).as(figures.toString()).isTrue();
			assertThat(left).isBetween(1L, DEAD - 200L);
			assertThat((long) finished).isEqualTo(left);
			assertThat(ordered(scene, "retrying")).as("it was killed before its end").isZero();
			assertThat(scene.runs()).as("one that failed and one more for each").hasSize(2 * DEAD);
			assertThat(scene.ledger().jobs()).extracting(Ledger.Job::attempts).containsOnly(2);
		}
	}

	private static void killWhileItsTransactionIsOpen(Scene scene) throws Exception {
		Node operator = scene.node("joined", "faults.order", "RETRY_IN_A_TRANSACTION", "aftercommit.worker.enabled",
				"false");
		Scene.await("its transaction has been open for a while")
			.pollInterval(Duration.ofMillis(10))
			.until(() -> scene.jdbc().queryForObject("""
					SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
					AND backend_xid IS NOT NULL AND xact_start < now() - interval '200 ms'""", Integer.class) > 0);
		operator.kill();
		assertThat(ordered(scene, "joined")).as("it was killed before its end").isZero();
	}

	private static long dead(Client client) {
		return client.bean(JobStore.class).directory().count().get(JobState.DEAD).value();
	}

}
