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

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.aftercommit.store.AbstractUniqueKeyContractTests;
import dev.aftercommit.store.StoreHarness;
import dev.aftercommit.testing.RedisClusterProcesses;

/**
 * The contract of unique keys again, on three masters: whatever a key's text, it is in
 * the slot of its store.
 */
@TestInstance(Lifecycle.PER_CLASS)
class RedisClusterUniqueKeyContractTests extends AbstractUniqueKeyContractTests {

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

}
