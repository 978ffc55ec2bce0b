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
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.aftercommit.JobFilter;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobOrder;
import dev.aftercommit.JobState;
import dev.aftercommit.OrderResult;
import dev.aftercommit.Paging;
import dev.aftercommit.faults.app.ControlledJobs;
import dev.aftercommit.faults.harness.Client;
import dev.aftercommit.faults.harness.Figures;
import dev.aftercommit.faults.harness.Ledger;
import dev.aftercommit.faults.harness.Ledger.Run;
import dev.aftercommit.faults.harness.Node;
import dev.aftercommit.faults.harness.OnEachStore;
import dev.aftercommit.faults.harness.Report;
import dev.aftercommit.faults.harness.Scene;
import dev.aftercommit.faults.harness.Starts;
import dev.aftercommit.faults.harness.StoreKind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three nodes that share rates (fault 32), and what the checker says where one of them
 * doesn't mind them.
 */
class RateFaultsTests {

	private static final String LIMIT = "aftercommit.queues." + ControlledJobs.STEADY + ".rate-limit";

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

	private static final Duration MINUTE = Duration.ofMinutes(1);

	@OnEachStore
	@Tag("full")
	void aRateHoldsAndGoesOnThoughANodeDies(StoreKind store) throws Exception {
		try (Scene scene = Scene.on(store, "f32")) {
			Client client = scene.client();
			// Most of it before there is anybody who could start it, the rest meanwhile.
			enqueue(client, 0, 400);
			List<Node> nodes = threeNodes(scene, LIMIT, "50/5s");
			Thread more = new Thread(() -> enqueue(client, 400, 600), "more-calls");
			more.start();
			Scene.await("a third has started").until(() -> scene.runs().size() > 300);
			Node node = nodes.get(0);
			Scene.await("it runs something").until(() -> open(scene, node) > 0);
			Instant killed = node.kill();
			scene.crashed(node, killed);
			more.join();
			scene.drain();
			Figures figures = scene.figures();
			Starts rated = claims(scene, "rated-");
			Starts steady = claims(scene, "steady-");
			double ratedAfter = aSecond(rated, killed);
			double steadyAfter = aSecond(steady, killed) * FIVE_SECONDS.toSeconds();
			Report.add("32", "three nodes share the rates 20/1s and 50/5s, one is killed", String.format(
					"most starts in any second %d (of bodies: %d), in any five seconds %d (%d); after the kill %.1f a second and %.1f in five go on",
					rated.most(SECOND), bodies(scene, "rated-").most(SECOND), steady.most(FIVE_SECONDS),
					bodies(scene, "steady-").most(FIVE_SECONDS), ratedAfter, steadyAfter), scene, figures);
			assertThat(figures.isClean()).as(figures.toString()).isTrue();
			assertThat(figures.recoveries()).isNotEmpty();
			assertThat(rated.most(SECOND)).isLessThanOrEqualTo(21);
			assertThat(steady.most(FIVE_SECONDS)).isLessThanOrEqualTo(52);
			// A machine that is late loses some of a rate, the more the shorter its time.
			assertThat(ratedAfter).isGreaterThanOrEqualTo(17);
			assertThat(steadyAfter).isGreaterThanOrEqualTo(45);
		}
	}

	private static void enqueue(Client client, int from, int to) {
		ControlledJobs jobs = client.bean(ControlledJobs.class);
		for (int i = from; i < to; i++) {
			String rated = "rated-" + i;
			client.calls().call(rated, () -> jobs.rated(rated, 300));
			if (i % 2 == 0) {
				String steady = "steady-" + i;
				client.calls().call(steady, () -> jobs.steady(steady, 300));
			}
		}
	}

	/** Where one of three nodes doesn't know the rate, the checker must find it. */
	@Test
	@Tag("full")
	void aNodeThatDoesNotKnowTheRateIsFound() throws Exception {
		try (Scene scene = Scene.onPostgres("control_rate")) {
			Client client = scene.client();
			scene.node("n1", LIMIT, "50/5s").awaitReady();
			scene.node("n2").awaitReady();
			enqueueSteady(client, 200);
			scene.drain();
			Starts starts = claims(scene, "steady-");
			Report.add("R", "a rate that one of two nodes doesn't know",
					"without a kill: " + starts.most(FIVE_SECONDS) + " starts in five seconds at 50/5s", scene,
					scene.figures());
			assertThat(starts.most(FIVE_SECONDS)).isGreaterThan(52);
		}
	}

	/**
	 * The sentence itself, in real time; on both stores at the same time, as nearly all
	 * of it is waiting.
	 */
	@Test
	@Tag("full")
	void overFiveMinutesNoMinuteHasMoreThanTheRateAndFivePercentNorLessThanFivePercentBelow() throws Exception {
		try (Scene postgres = Scene.on(StoreKind.POSTGRES, "f32minutes");
				Scene redis = Scene.on(StoreKind.REDIS, "f32minutes")) {
			List<Scene> scenes = List.of(postgres, redis);
			List<Client> clients = new ArrayList<>();
			for (Scene scene : scenes) {
				// As in production: nobody is killed.
				scene.lease(Duration.ofSeconds(30));
				threeNodes(scene, LIMIT, "100/1m");
				Client client = scene.client();
				clients.add(client);
				// More than five minutes and what there is ahead of time can take.
				enqueueSteady(client, 560);
			}
			Duration time = MINUTE.multipliedBy(5);
			Scene.await("five minutes are over")
				.atMost(time.plus(Scene.PATIENCE))
				.pollInterval(SECOND)
				.until(() -> scenes.stream().allMatch((scene) -> isOver(bodies(scene, "steady-"), time.plus(SECOND))));
			for (int i = 0; i < scenes.size(); i++) {
				cancelWhatIsLeft(scenes.get(i), clients.get(i));
				scenes.get(i).drain();
				assertMinutes(scenes.get(i), time);
			}
		}
	}

	private static boolean isOver(Starts starts, Duration time) {
		return starts.count() > 0 && starts.last() - starts.first() > time.toNanos() / 1000;
	}

	private static void cancelWhatIsLeft(Scene scene, Client client) {
		JobOperations operations = client.bean(JobOperations.class);
		JobFilter waiting = JobFilter.all().states(JobState.ENQUEUED).queue(ControlledJobs.STEADY);
		List<String> cancelled = operations.order(JobOrder.CANCEL, waiting, Paging.oldestFirst(1000))
			.jobs(OrderResult.Kind.DONE)
			.stream()
			.map(Object::toString)
			.toList();
		assertThat(cancelled).as("there was work until the end").isNotEmpty();
		scene.ledger().calls().forEach((call, job) -> {
			if (cancelled.contains(job)) {
				scene.expect(call, "CANCELLED");
			}
		});
	}

	private static void assertMinutes(Scene scene, Duration time) {
		Starts claims = claims(scene, "steady-");
		Starts bodies = bodies(scene, "steady-");
		Figures figures = scene.figures();
		long end = bodies.first() + time.toNanos() / 1000;
		Report.add("32", "three nodes share the rate 100/1m for five minutes", String.format(
				"of every window of a minute the fullest had %d starts and the emptiest %d (by the store's clock: %d and %d); %d in five minutes",
				bodies.most(MINUTE), bodies.fewest(MINUTE, bodies.first(), end), claims.most(MINUTE),
				claims.fewest(MINUTE, claims.first(), claims.first() + time.toNanos() / 1000), bodies.countUntil(end)),
				scene, figures);
		assertThat(figures.isClean()).as(figures.toString()).isTrue();
		for (Starts starts : List.of(claims, bodies)) {
			assertThat(starts.most(MINUTE)).isLessThanOrEqualTo(105);
			assertThat(starts.fewest(MINUTE, starts.first(), starts.first() + time.toNanos() / 1000))
				.isGreaterThanOrEqualTo(95);
		}
		assertThat(scene.runs().stream().map(Run::node).distinct()).as("nodes that took part").hasSize(3);
	}

	private static void enqueueSteady(Client client, int jobs) {
		for (int i = 0; i < jobs; i++) {
			String call = "steady-" + i;
			client.calls().call(call, () -> client.bean(ControlledJobs.class).steady(call, 100));
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

	private static int open(Scene scene, Node node) {
		return scene.runs((run) -> run.node().equals(node.name()) && run.endMicros() == Long.MAX_VALUE).size();
	}

	/** When bodies began, by this machine's clock. */
	private static Starts bodies(Scene scene, String calls) {
		return new Starts(scene.runs((run) -> run.call().startsWith(calls)).stream().map(Run::startMicros).toList());
	}

	/**
	 * When jobs were claimed, by the store's clock: they were due when it took them, and
	 * say how long they had waited. One that was lost or given back is due anew, and
	 * counts from when its body began.
	 */
	private static Starts claims(Scene scene, String calls) {
		Ledger ledger = scene.ledger();
		Map<String, Long> claimed = new HashMap<>();
		ledger.jobs().forEach((job) -> claimed.put(job.id(), job.enqueuedMicros()));
		scene.claims()
			.stream()
			.filter((claim) -> claim.attempt() == 1)
			.forEach((claim) -> claimed.merge(claim.job(), claim.waitedMicros(), Long::sum));
		return new Starts(ledger.runs()
			.stream()
			.filter((run) -> run.call().startsWith(calls))
			.map((run) -> isFirst(run, claimed.get(run.job())) ? claimed.get(run.job()) : run.startMicros())
			.toList());
	}

	private static boolean isFirst(Run run, long claimed) {
		return run.attempt() == 1 && Math.abs(run.startMicros() - claimed) < SECOND.toNanos() / 1000;
	}

	/** Starts a second from a moment on. */
	private static double aSecond(Starts starts, Instant from) {
		long micros = ChronoUnit.MICROS.between(Instant.EPOCH, from);
		return (starts.count() - starts.countUntil(micros)) * 1e6 / (starts.last() - micros);
	}

}
