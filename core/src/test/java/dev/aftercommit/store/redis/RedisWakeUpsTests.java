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
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.aftercommit.store.WakeUps;
import dev.aftercommit.testing.RedisProcess;
import dev.aftercommit.testing.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Hints between nodes by way of Redis.
 */
class RedisWakeUpsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	@Test
	void aHintReachesOtherNodesUntilTheyCloseTheirEars() throws Exception {
		try (RedisProcess redis = RedisProcess.start(); Node sender = new Node(redis); Node other = new Node(redis)) {
			AtomicInteger heard = new AtomicInteger();
			AutoCloseable ear = other.wakeUps().listen(heard::incrementAndGet);
			sender.sendUntilHeard(heard);
			ear.close();
			await().atMost(PATIENCE).until(() -> redis.tell("PUBSUB NUMSUB {aftercommit}:wake-up").contains(":0"));
		}
	}

	@Test
	void manyCallsInAShortTimeBecomeFewHints() throws Exception {
		try (RedisProcess redis = RedisProcess.start(); Node node = new Node(redis)) {
			AtomicInteger heard = new AtomicInteger();
			node.wakeUps().listen(heard::incrementAndGet);
			node.sendUntilHeard(heard);
			redis.tell("CONFIG RESETSTAT");
			for (int i = 0; i < 100_000; i++) {
				node.wakeUps().send();
			}
			int before = heard.get();
			await().atMost(PATIENCE).until(() -> heard.get() > before);
			String calls = redis.tell("INFO commandstats").replaceFirst("(?s).*cmdstat_publish:calls=(\\d+).*", "$1");
			assertThat(Integer.parseInt(calls)).isBetween(1, 10_000);
		}
	}

	@Test
	void earsAreOpenAgainAfterAnOutage() throws Exception {
		try (RedisProcess redis = RedisProcess.start(); Node node = new Node(redis)) {
			AtomicInteger heard = new AtomicInteger();
			node.wakeUps().listen(heard::incrementAndGet);
			node.sendUntilHeard(heard);
			redis.restart();
			heard.set(0);
			node.sendUntilHeard(heard);
		}
	}

	@Test
	void whoListensDuringAnOutageHearsAfterIt() throws Exception {
		try (RedisProcess redis = RedisProcess.start(); Node node = new Node(redis)) {
			redis.kill();
			AtomicInteger heard = new AtomicInteger();
			node.wakeUps().listen(heard::incrementAndGet);
			node.wakeUps().send();
			redis.restart();
			node.sendUntilHeard(heard);
		}
	}

	private static final class Node implements AutoCloseable {

		private final LettuceConnectionFactory connections;

		private final RedisJobStore store;

		private Node(RedisProcess redis) {
			this.connections = RedisStoreHarness.connect(new RedisServer("127.0.0.1", redis.port(), null),
					Duration.ofSeconds(2));
			this.store = new RedisJobStore(this.connections, RedisStoreSettings.DEFAULTS);
		}

		WakeUps wakeUps() {
			return this.store.wakeUps();
		}

		/** A hint may be lost while nobody listens yet. */
		void sendUntilHeard(AtomicInteger heard) {
			await().atMost(PATIENCE).until(() -> {
				wakeUps().send();
				return heard.get() > 0;
			});
		}

		@Override
		public void close() {
			this.store.close();
			this.connections.destroy();
		}

	}

}
