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

import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.aftercommit.store.AbstractMeetingsContractTests;
import dev.aftercommit.store.StoreHarness;

/**
 * Features meet in the Redis store as they do in the others.
 */
@TestInstance(Lifecycle.PER_CLASS)
class RedisMeetingsContractTests extends AbstractMeetingsContractTests {

	private final LettuceConnectionFactory connections = RedisStoreHarness.connect();

	@AfterAll
	void close() {
		this.connections.destroy();
	}

	@Override
	protected StoreHarness newHarness() {
		return new RedisStoreHarness(this.connections);
	}

	@Override
	protected List<String> left(StoreHarness harness) {
		return RedisKeys.left((RedisStoreHarness) harness);
	}

}
