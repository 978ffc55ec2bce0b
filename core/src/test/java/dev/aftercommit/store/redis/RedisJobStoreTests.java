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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.aftercommit.testing.RedisProcess;
import dev.aftercommit.testing.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What the store says of itself, and which settings it takes.
 */
class RedisJobStoreTests {

	@Test
	void itSaysWhichServerItIsOnWhenThatAnswers() {
		RedisProcess redis = RedisProcess.start();
		LettuceConnectionFactory connections = RedisStoreHarness
			.connect(new RedisServer("127.0.0.1", redis.port(), null), Duration.ofSeconds(2));
		try (redis; RedisJobStore store = new RedisJobStore(connections, RedisStoreSettings.DEFAULTS)) {
			assertThat(store.description()).matches("Redis \\d+\\.\\d+\\.\\d+");
			assertThat(store.canJoinTransactions()).isFalse();
			redis.kill();
			assertThat(store.description()).isEqualTo("Redis");
		}
		finally {
			connections.destroy();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "{a}", "a}", "a*", "ä", "a\n" })
	void aPrefixThatCouldMeanOtherKeysIsRefused(String prefix) {
		assertThatIllegalArgumentException().isThrownBy(() -> new RedisStoreSettings(prefix, 1))
			.withMessageStartingWith("'keyPrefix' (" + prefix + ")");
	}

	@Test
	void whatHasEndedIsKeptAWhile() {
		assertThatIllegalArgumentException().isThrownBy(() -> new RedisStoreSettings("a", 0))
			.withMessageStartingWith("'historyLimit' (0)");
	}

}
