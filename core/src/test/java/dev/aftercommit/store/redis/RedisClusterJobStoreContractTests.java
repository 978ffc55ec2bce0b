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

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.aftercommit.store.AbstractJobStoreContractTests;
import dev.aftercommit.store.Durability;
import dev.aftercommit.store.StoreHarness;
import dev.aftercommit.testing.RedisClusterProcesses;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract again, on three masters, each store in whichever slot it falls: a script
 * that touched a key of another slot would be refused.
 */
@TestInstance(Lifecycle.PER_CLASS)
class RedisClusterJobStoreContractTests extends AbstractJobStoreContractTests {

	private final RedisClusterProcesses cluster = RedisClusterProcesses.start();

	private final LettuceConnectionFactory connections = RedisStoreHarness
		.started(new LettuceConnectionFactory(new RedisClusterConfiguration(
				this.cluster.masters().stream().map((master) -> "127.0.0.1:" + master.port()).toList())));

	@AfterAll
	void close() {
		this.connections.destroy();
		this.cluster.close();
	}

	@Override
	protected StoreHarness newHarness() {
		return new RedisStoreHarness(this.connections);
	}

	@Test
	void theMasterThatHasTheStoreIsAskedWhatSurvives() {
		List<String> lives = this.cluster.masters()
			.stream()
			.map((master) -> master.tell("INFO server").replaceFirst("(?s).*run_id:(\\w+).*", "$1"))
			.toList();
		for (int i = 0; i < 5; i++) {
			try (RedisStoreHarness harness = new RedisStoreHarness(this.connections)) {
				Durability durability = ((RedisJobStore) harness.store()).durability();
				String life = durability.incarnation().orElseThrow();
				assertThat(lives).anyMatch(life::startsWith);
				assertThat(durability.await(life, Duration.ofMillis(100))).isFalse();
				assertThat(harness.store().description()).matches("Redis \\d+\\.\\d+\\.\\d+");
			}
		}
	}

}
