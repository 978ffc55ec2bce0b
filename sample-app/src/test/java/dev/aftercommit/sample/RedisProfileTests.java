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

package dev.aftercommit.sample;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.testing.RedisProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The profile {@code redis}: jobs in a Redis that is killed and stays away for a while,
 * servers in H2.
 */
@EnabledOnOs({ OS.LINUX, OS.MAC })
class RedisProfileTests {

	private static final Duration PATIENCE = Duration.ofSeconds(120);

	private static final Duration OUTAGE = Duration.ofSeconds(5);

	@Test
	@Tag("full")
	void fortyServersThatAreCreatedAroundACrashAndAnOutageOfRedisAllEndRunning() throws Exception {
		Path directory = Path.of("target", "processes", "redis-" + UUID.randomUUID());
		try (RedisProcess redis = RedisProcess.start("--appendonly", "yes", "--appendfsync", "everysec");
				SampleProcess sample = SampleProcess.start(directory.resolve("sample.log"),
						List.of("spring.profiles.active=redis", "spring.data.redis.port=" + redis.port(),
								"sample.database=./" + directory.resolve("servers"), "sample.boot-time=500ms",
								"aftercommit.worker.lease=3s", "aftercommit.worker.heartbeat=1s"))) {
			// The port is told before the report of what starts last.
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(sample.output()).contains("Background jobs are kept in Redis")
					.contains("(outbox)"));
			Set<Long> created = new HashSet<>();
			create(sample, created, 10);
			redis.kill();
			long killed = System.nanoTime();
			create(sample, created, 20);
			await().atMost(PATIENCE).until(() -> System.nanoTime() - killed > OUTAGE.toNanos());
			redis.restart();
			create(sample, created, 10);
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(sample.states()).hasSize(40)
					.containsOnlyKeys(created)
					.allSatisfy((id, state) -> assertThat(state).isEqualTo(ServerState.RUNNING)));
			sample.assertThatABurstEndsOnceEach();
			sample.terminate();
		}
	}

	/** Each answers 201, whatever becomes of Redis. */
	private static void create(SampleProcess sample, Set<Long> created, int number) throws Exception {
		for (int i = 0; i < number; i++) {
			created.add(sample.create("web-" + created.size()));
		}
	}

}
