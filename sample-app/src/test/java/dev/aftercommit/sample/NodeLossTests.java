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

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One of two nodes is killed while it boots servers: what an operator sees of it on the
 * other one, and when.
 */
@Tag("full")
@EnabledOnOs({ OS.LINUX, OS.MAC })
class NodeLossTests {

	private static final Duration LEASE = Duration.ofSeconds(6);

	/** For a look at it on a busy machine. */
	private static final Duration LOOK = Duration.ofSeconds(2);

	/** What a page has read serves all who look at it for so long. */
	private static final Duration PAGE = Duration.ofMillis(4_500);

	private static final Duration PATIENCE = Duration.ofSeconds(120);

	private final UUID run = UUID.randomUUID();

	@Test
	void aKilledNodeIsShownAsLostWithinItsLeaseAndItsJobsGoOn() throws Exception {
		TestDatabase database = TestDatabases.postgres();
		try (SampleProcess killed = start(database, "killed", "sample.boot-time=60s");
				SampleProcess other = start(database, "other", "sample.boot-time=500ms")) {
			SignedIn operator = other.signIn();
			List<Long> servers = new ArrayList<>();
			for (int i = 0; i < 10; i++) {
				servers.add(killed.create("web-" + i));
			}
			await().atMost(PATIENCE).until(() -> first(killed) > 0 && first(killed) + first(other) == servers.size());
			await().atMost(PATIENCE).until(() -> state(operator, killed).equals("ALIVE"));
			assertThat(rowOf(killed, operator.look("/background-jobs/nodes"))).contains(">alive<");
			killed.kill();
			long began = System.nanoTime();
			Duration endpoint = awaited(() -> !state(operator, killed).equals("ALIVE"), began);
			Duration page = awaited(
					() -> rowOf(killed, operator.look("/background-jobs/nodes")).matches("(?s).*>(lost|ended)<.*"),
					began);
			Duration moving = awaited(() -> other.output().contains("boots, attempt 2"), began);
			assertThat(endpoint).isLessThan(LEASE.plus(LOOK));
			assertThat(page).isLessThan(LEASE.plus(LOOK).plus(PAGE));
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(other.states()).containsOnlyKeys(servers)
					.allSatisfy((id, state) -> assertThat(state).isEqualTo(ServerState.RUNNING)));
			assertThat(state(operator, killed)).isEqualTo("ENDED");
			assertThat(moving).isLessThan(LEASE.multipliedBy(3).dividedBy(2).plus(LOOK));
		}
	}

	private SampleProcess start(TestDatabase database, String role, String property) throws IOException {
		return SampleProcess.start(Path.of("target", "processes", "loss-" + this.run, role + ".log"),
				List.of("spring.profiles.active=postgres", "spring.datasource.url=" + database.url(),
						"spring.datasource.username=" + database.username(),
						"spring.datasource.password=" + database.password(), "aftercommit.worker.lease=" + LEASE,
						"aftercommit.worker.heartbeat=2s", property));
	}

	private static int first(SampleProcess process) {
		return process.output().split("boots, attempt 1", -1).length - 1;
	}

	private static String state(SignedIn asked, SampleProcess about) throws IOException, InterruptedException {
		for (JsonNode node : JsonMapper.shared().readTree(asked.look("/actuator/backgroundjobnodes")).get("nodes")) {
			if (node.get("name").asString().endsWith(":" + about.pid())) {
				return node.get("state").asString();
			}
		}
		return "";
	}

	private static String rowOf(SampleProcess process, String html) {
		return Pattern.compile("<tr data-row>.*?</tr>", Pattern.DOTALL)
			.matcher(html)
			.results()
			.map((row) -> row.group())
			.filter((row) -> row.contains(":" + process.pid() + "<"))
			.findFirst()
			.orElse("");
	}

	/** How long after a moment something is so. */
	private static Duration awaited(Callable<Boolean> condition, long began) {
		await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(condition);
		return Duration.ofNanos(System.nanoTime() - began);
	}

}
