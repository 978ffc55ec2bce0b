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
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.aftercommit.faults.harness.Client;
import dev.aftercommit.faults.harness.Figures;
import dev.aftercommit.faults.harness.Load;
import dev.aftercommit.faults.harness.Node;
import dev.aftercommit.faults.harness.Report;
import dev.aftercommit.faults.harness.Scene;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.testing.RedisProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Jobs in a Redis that is killed, forgets, is full, or would evict them, with an outbox
 * beside the business rows; and what is lost without one.
 */
class RedisFaultsTests {

	private static String[] aof(String... more) {
		List<String> settings = new ArrayList<>(List.of("--appendonly", "yes", "--appendfsync", "everysec"));
		settings.addAll(List.of(more));
		return settings.toArray(String[]::new);
	}

	@Test
	@Tag("full")
	void aJvmThatHaltsBetweenCommitAndPushLosesNothingThroughTheOutbox() throws Exception {
		try (RedisProcess redis = RedisProcess.start(aof()); Scene scene = Scene.onPostgres("f12redis")) {
			scene.onRedis(redis.port());
			int halts = halt(scene);
			scene.node("heir", "aftercommit.redis.outbox-grace", "1s").awaitReady();
			scene.drain();
			Figures figures = scene.figures();
			Report.add("12", "halt between commit and push (outbox)", halts + " JVMs halted there", scene, figures);
			assertClean(figures);
			assertThat(figures.committed()).isEqualTo(halts);
		}
	}

	/** Not a promise, but the figure that the page owes: what best effort means. */
	@Test
	@Tag("full")
	void aJvmThatHaltsBetweenCommitAndPushLosesItsJobsWithoutAnOutbox() throws Exception {
		try (RedisProcess redis = RedisProcess.start(aof()); Scene scene = Scene.onPostgres("f12redisbest")) {
			scene.onRedis(redis.port());
			scene.bestEffort();
			int halts = halt(scene);
			Node heir = scene.node("heir").awaitReady();
			assertThat(heir.output()).contains("best-effort");
			Figures figures = scene.figures();
			Report.add("12", "halt between commit and push, without an outbox (`aftercommit.redis.outbox: false`)",
					halts + " JVMs halted there: these jobs are lost, as documented", scene, figures);
			assertThat(figures.lost()).isEqualTo(halts);
			assertThat(figures.ghosts()).isZero();
		}
	}

	private static int halt(Scene scene) {
		int halts = Report.times(1, 5);
		for (int halt = 1; halt <= halts; halt++) {
			Node node = scene.node("halt" + halt, "faults.halt-after-commit-of", "halted-" + halt);
			assertThat(node.awaitExit(Scene.PATIENCE)).as(node.output()).isEqualTo(137);
		}
		return halts;
	}

	@Test
	@Tag("full")
	void aRedisWithAnAppendOnlyFileThatIsKilledUnderLoadLosesNothing() throws Exception {
		try (RedisProcess redis = RedisProcess.start(aof()); Scene scene = Scene.onPostgres("f19aof")) {
			scene.onRedis(redis.port());
			Client client = scene.client();
			scene.node("n1").awaitReady();
			int kills = Report.times(1, 5);
			Load load = scene.with(new Load(client.calls(), 2, Duration.ofMillis(10), 20, Integer.MAX_VALUE));
			for (int kill = 1; kill <= kills; kill++) {
				int before = load.begun();
				Scene.await("calls are made").until(() -> load.begun() >= before + 100);
				Instant when = Instant.now();
				redis.kill();
				int killed = load.begun();
				Scene.await("calls are made without Redis").until(() -> load.begun() >= killed + 50);
				scene.storeKilled(when);
				redis.restart();
			}
			int back = load.begun();
			Scene.await("calls are made with it again").until(() -> load.begun() >= back + 50);
			load.close();
			scene.drain();
			Figures figures = scene.figures();
			Report.add("19", "Redis `kill -9` under load, AOF `everysec` (outbox)",
					kills + " kills; callers went on meanwhile and none got an error", scene, figures);
			assertClean(figures);
			assertThat(figures.unknown()).as("callers that got an error").isZero();
		}
	}

	@Test
	@Tag("full")
	void aRedisThatForgetsEverythingLosesNothingThatItHadJustTaken() throws Exception {
		try (RedisProcess redis = RedisProcess.start(); Scene scene = Scene.onPostgres("f19forgets")) {
			scene.onRedis(redis.port());
			Client client = scene.client("aftercommit.redis.outbox-grace", "5m");
			Node node = scene.node("n1", "aftercommit.redis.outbox-grace", "5m").awaitReady();
			assertThat(node.output()).contains("Redis writes nothing to disk");
			Load load = scene.with(new Load(client.calls(), 2, Duration.ofMillis(10), 200, Integer.MAX_VALUE));
			Scene.await("calls are made").until(() -> load.begun() >= 300);
			redis.kill();
			scene.storeForgot();
			redis.restart();
			int back = load.begun();
			Scene.await("calls are made again").until(() -> load.begun() >= back + 50);
			load.close();
			scene.drain();
			Figures figures = scene.figures();
			Report.add("19", "Redis restarted without persistence, within the grace (outbox)",
					"warned of at the start; jobs that had run until then run again", scene, figures);
			assertClean(figures);
		}
	}

	@Test
	@Tag("full")
	void aRedisWithSnapshotsAloneIsWarnedOfAndLosesWhatCameSinceWithoutAnOutbox() throws Exception {
		try (RedisProcess redis = RedisProcess.start("--save", "3600 1"); Scene scene = Scene.onPostgres("f19rdb")) {
			scene.onRedis(redis.port());
			scene.bestEffort();
			Client client = scene.client();
			int calls = 200;
			Load load = scene.with(new Load(client.calls(), 2, Duration.ZERO, 0, calls));
			load.awaitEnd();
			redis.restart();
			Node node = scene.node("n1").awaitReady();
			assertThat(node.output()).contains("Redis writes only snapshots to disk");
			Figures figures = scene.figures();
			Report.add("19", "Redis `kill -9`, snapshots (RDB) only, without an outbox",
					"warned of at the start; what came since the last snapshot is lost", scene, figures);
			assertThat(figures.lost()).isPositive();
			assertThat(figures.ghosts()).isZero();
		}
	}

	@Test
	@Tag("full")
	void aRedisThatEvictsIsRefused() throws Exception {
		try (RedisProcess redis = RedisProcess.start(aof("--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"));
				Scene scene = Scene.onPostgres("f19lru")) {
			scene.onRedis(redis.port());
			Node node = scene.node("n1");
			assertThat(node.awaitExit(Scene.PATIENCE)).isNotZero();
			assertThat(node.output()).contains("Redis evicts jobs in silence when it is full")
				.contains("maxmemory-policy noeviction");
		}
	}

	@Test
	@Tag("full")
	void aFullRedisMakesTheOutboxGrowAndLosesNothing() throws Exception {
		try (RedisProcess redis = RedisProcess.start(aof("--maxmemory", "1500kb"));
				Scene scene = Scene.onPostgres("f19full")) {
			scene.onRedis(redis.port());
			Client client = scene.client("aftercommit.redis.outbox-grace", "1s");
			JobStore store = client.bean(JobStore.class);
			int calls = Report.times(1000, 3000);
			Load load = scene.with(new Load(client.calls(), 4, Duration.ZERO, 0, calls));
			load.awaitEnd();
			Scene.await("Redis is full and the outbox keeps the rest")
				.untilAsserted(
						() -> assertThat(store.outbox().orElseThrow().oldest()).isGreaterThan(Duration.ofSeconds(8)));
			long kept = scene.jdbc().queryForObject("SELECT count(*) FROM aftercommit_outbox", Long.class);
			assertThat(redis.tell("CONFIG SET maxmemory 0")).startsWith("+OK");
			scene.node("n1").awaitReady();
			scene.drain();
			Figures figures = scene.figures();
			Report.add("19", "a full Redis (outbox)", kept + " jobs waited in the outbox until it had room", scene,
					figures);
			assertClean(figures);
			assertThat(figures.unknown()).as("callers that got an error").isZero();
			assertThat(kept).isPositive();
		}
	}

	private static void assertClean(Figures figures) {
		assertThat(figures.isClean()).as(figures.toString()).isTrue();
	}

}
