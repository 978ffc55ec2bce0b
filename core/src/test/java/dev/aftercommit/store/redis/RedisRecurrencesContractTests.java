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

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.aftercommit.store.AbstractRecurrencesContractTests;
import dev.aftercommit.store.FireRequest;
import dev.aftercommit.store.Firing;
import dev.aftercommit.store.Recurrence;
import dev.aftercommit.store.Recurrences;
import dev.aftercommit.store.StoreHarness;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Recurring jobs in Redis alone.
 */
@TestInstance(Lifecycle.PER_CLASS)
class RedisRecurrencesContractTests extends AbstractRecurrencesContractTests {

	private final LettuceConnectionFactory connections = RedisStoreHarness.connect();

	@AfterAll
	void close() {
		this.connections.destroy();
	}

	@Override
	protected StoreHarness newHarness() {
		return new RedisStoreHarness(this.connections);
	}

	@Test
	void aLastJobThatMakesNoSenseIsNone() {
		try (RedisStoreHarness harness = new RedisStoreHarness(this.connections)) {
			for (String fired : List.of("-", "x", ":", "1:", "1:x", ":" + UUID.randomUUID(),
					"x:" + UUID.randomUUID())) {
				harness.execute("HSET", harness.key("recurring"), "a", "1 1 - " + fired + "\nd");
				assertThat(harness.store().recurrences().all().get("a").fired()).as(fired).isNull();
			}
		}
	}

	@Test
	void whatMakesNoSenseIsTakenForAnUnknownSchedule() {
		try (RedisStoreHarness harness = new RedisStoreHarness(this.connections)) {
			Recurrences recurrences = harness.store().recurrences();
			Recurrence row = recurrences.agree(Map.of("a", "d"), Duration.ZERO).get("a");
			for (String value : List.of("", "nonsense", "1 \nd", "1 1\nd", "1 1 - \nd", "x y - -\nd", "1 1 x -\nd",
					"-1 1 - -\nd")) {
				harness.execute("HSET", harness.key("recurring"), "a", value);
				Firing firing = recurrences
					.fire(new FireRequest("a", "d", row.last(), row.last().plusSeconds(1), List.of()));
				assertThat(firing.accepted()).isFalse();
				assertThat(firing.present()).isNull();
			}
			assertThat(recurrences.agree(Map.of("a", "d"), Duration.ofMinutes(3)).get("a").last())
				.isAfterOrEqualTo(row.last());
		}
	}

}
