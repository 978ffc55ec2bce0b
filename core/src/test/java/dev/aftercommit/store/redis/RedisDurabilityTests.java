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

package dev.aftercommit.store.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.aftercommit.store.Durability;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.testing.RedisProcess;
import dev.aftercommit.testing.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What Redis says of what it has taken.
 */
class RedisDurabilityTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	@Test
	void nothingIsKnownOfAServerThatSaysNeitherWhatIsOnDiskNorHasReplicas() {
		try (World world = new World()) {
			world.enqueue();
			assertThat(world.durability().await(world.incarnation(), Duration.ofMillis(100))).isFalse();
		}
	}

	@Test
	void whatEachReplicaKnowsSurvives() {
		try (World world = new World();
				RedisProcess replica = RedisProcess.start("--replicaof", "127.0.0.1 " + world.primary.port(),
						"--repl-diskless-sync-delay", "0")) {
			Awaitility.await()
				.atMost(LONG)
				.until(() -> replica.tell("INFO replication").contains("master_link_status:up"));
			world.enqueue();
			assertThat(world.durability().await(world.incarnation(), LONG)).isTrue();
			assertThat(world.durability().await("another", LONG)).isFalse();
		}
	}

	/**
	 * Not by the embedded server, which is too old; by a container, or the one that is
	 * named.
	 */
	@Test
	void whatIsOnDiskSurvivesWhereTheServerSaysSo() {
		LettuceConnectionFactory connections = RedisStoreHarness.connect();
		try (RedisStoreHarness harness = new RedisStoreHarness(connections)) {
			String info = harness.execute("INFO");
			assumeThat(info).containsPattern("redis_version:(7\\.[2-9]|[89]\\.|\\d\\d)").contains("aof_enabled:1");
			harness.store()
				.intake()
				.enqueue(List.of(new NewJob(UUID.randomUUID(), "job", "default", 0, null, "[]", Map.of())));
			Durability durability = ((RedisJobStore) harness.store()).durability();
			assertThat(durability.await(durability.incarnation().orElseThrow(), LONG)).isTrue();
			assertThat(durability.await("another", LONG)).isFalse();
		}
		finally {
			connections.destroy();
		}
	}

	@Test
	void eachStartOfAServerIsAnotherLife() {
		try (World world = new World()) {
			String first = world.incarnation();
			assertThat(world.incarnation()).isEqualTo(first);
			world.primary.restart();
			Awaitility.await()
				.atMost(LONG)
				.untilAsserted(() -> assertThat(world.durability().incarnation()).isPresent()
					.hasValueSatisfying((second) -> assertThat(second).isNotEqualTo(first)));
			assertThat(world.durability().await(first, Duration.ofMillis(100))).isFalse();
		}
	}

	@Test
	void aServerThatIsGoneSaysNothing() {
		try (World world = new World()) {
			String life = world.incarnation();
			world.primary.kill();
			assertThat(world.durability().incarnation()).isEmpty();
			assertThat(world.durability().await(life, Duration.ofMillis(100))).isFalse();
		}
	}

	private static final class World implements AutoCloseable {

		private final RedisProcess primary = RedisProcess.start("--appendonly", "yes", "--repl-diskless-sync-delay",
				"0");

		private final LettuceConnectionFactory connections = RedisStoreHarness
			.connect(new RedisServer("127.0.0.1", this.primary.port(), null), Duration.ofSeconds(2));

		private final RedisJobStore store = new RedisJobStore(this.connections, RedisStoreSettings.DEFAULTS);

		Durability durability() {
			return this.store.durability();
		}

		String incarnation() {
			return durability().incarnation().orElseThrow();
		}

		void enqueue() {
			this.store.intake()
				.enqueue(List.of(new NewJob(UUID.randomUUID(), "job", "default", 0, null, "[]", Map.of())));
		}

		@Override
		public void close() {
			this.store.close();
			this.connections.destroy();
			this.primary.close();
		}

	}

}
