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

import java.util.Map;
import java.util.stream.LongStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import dev.aftercommit.JobFlow;
import dev.aftercommit.store.AbstractFlowContractTests;
import dev.aftercommit.store.Flow;
import dev.aftercommit.store.FlowMinutes;
import dev.aftercommit.store.StoreHarness;

import static org.assertj.core.api.Assertions.assertThat;

class RedisFlowContractTests extends AbstractFlowContractTests {

	private static final JobFlow.Counts ONE = new JobFlow.Counts(1, 0, 0, 0, 0);

	private static LettuceConnectionFactory connections;

	@BeforeAll
	static void connect() {
		connections = RedisStoreHarness.connect();
	}

	@AfterAll
	static void disconnect() {
		connections.destroy();
	}

	@Override
	protected StoreHarness newHarness() {
		return new RedisStoreHarness(connections);
	}

	private RedisStoreHarness redis() {
		return (RedisStoreHarness) harness();
	}

	private long present() {
		return FlowMinutes.number(redis().store().flow().read().readAt());
	}

	/**
	 * Those that real time has not taken yet, as this clock was moved and Redis' was not.
	 */
	@Override
	protected int kept() {
		long present = present();
		return (int) LongStream.rangeClosed(present - Flow.KEPT_MINUTES, present)
			.filter((minute) -> !redis().execute("HLEN", redis().key("flow:" + minute)).equals("0"))
			.count();
	}

	@Test
	void aMinuteGoesByItselfAfterAnHour() {
		redis().store().flow().add(Map.of("mail", ONE));
		assertThat(Long.parseLong(redis().execute("TTL", redis().key("flow:" + present())))).isBetween(3500L, 3600L);
	}

	@Test
	void valuesThatNobodyWroteCountNothing() {
		Flow flow = redis().store().flow();
		flow.add(Map.of("mail", ONE));
		String key = redis().key("flow:" + present());
		redis().execute("HSET", key, "x:mail", "7", "", "7", "s:mail", "none", "d:mail", "-3", "e", "5");
		JobFlow read = flow.read();
		assertThat(read.recent("mail")).isEqualTo(ONE);
		assertThat(read.recent().enqueued()).isEqualTo(6);
	}

	@Test
	void aMinuteHasNoMoreFieldsThanItCanBear() {
		Flow flow = redis().store().flow();
		flow.add(Map.of("mail", ONE));
		String key = redis().key("flow:" + present());
		String[] many = new String[2 * 10_000 + 1];
		many[0] = key;
		for (int i = 1; i < many.length; i += 2) {
			many[i] = "e:queue-" + i;
			many[i + 1] = "1";
		}
		redis().execute("HSET", many);
		flow.add(Map.of("one more", ONE));
		assertThat(flow.read().recentQueues()).contains("mail").doesNotContain("one more");
		assertThat(flow.read().recent(Flow.OTHER_QUEUES)).isEqualTo(ONE);
	}

}
