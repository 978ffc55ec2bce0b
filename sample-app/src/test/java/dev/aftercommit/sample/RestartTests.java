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
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Ends the application, in a JVM of its own, while servers boot, and starts it again.
 */
@EnabledOnOs({ OS.LINUX, OS.MAC })
class RestartTests {

	private static final Duration PATIENCE = Duration.ofSeconds(120);

	static Stream<Database> databases() {
		return Stream.of(Database.h2(), Database.postgres());
	}

	@Test
	void sixtyServersThatBootedWhenTheApplicationWasKilledAllEndRunning() throws Exception {
		killWhileSixtyServersBoot(Database.h2());
	}

	@Test
	@Tag("full")
	void sixtyServersThatBootedWhenTheApplicationWasKilledAllEndRunningOnPostgres() throws Exception {
		killWhileSixtyServersBoot(Database.postgres());
	}

	private static void killWhileSixtyServersBoot(Database database) throws Exception {
		Set<Long> created = new HashSet<>();
		try (SampleProcess first = database.start("killed", "sample.boot-time=1s")) {
			for (int i = 1; i <= 60; i++) {
				created.add(first.create("web-" + i));
			}
			first.kill();
		}
		try (SampleProcess second = database.start("after-kill", "sample.boot-time=500ms")) {
			Map<Long, ServerState> found = second.states();
			assertThat(found.keySet()).isEqualTo(created);
			assertThat(found.values()).as("servers that were cut off").contains(ServerState.BOOTING);
			awaitRunning(second, created);
			second.assertThatABurstEndsOnceEach();
			second.terminate();
		}
	}

	@ParameterizedTest
	@MethodSource("databases")
	@Tag("full")
	void aBootThatMeetsAShutdownIsGivenBackAndSpendsNoAttempt(Database database) throws Exception {
		long id;
		try (SampleProcess first = database.start("terminated", "sample.boot-time=60s")) {
			id = first.create("web-1");
			await().atMost(PATIENCE).until(() -> first.states().get(id) == ServerState.BOOTING);
			Iterator<String> page = first.watch().iterator();
			assertThat(page.next()).isEqualTo("event:servers");
			assertThat(first.terminate()).isLessThan(Duration.ofSeconds(20));
			assertThat(first.output()).contains("Server " + id + " boots, attempt 1");
		}
		try (SampleProcess second = database.start("after-shutdown", "sample.boot-time=1s")) {
			assertThat(second.states()).containsOnlyKeys(id);
			awaitRunning(second, Set.of(id));
			assertThat(second.output()).contains("Server " + id + " boots, attempt 1").doesNotContain("attempt 2");
			second.terminate();
		}
	}

	private static void awaitRunning(SampleProcess process, Collection<Long> ids) {
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(process.states()).containsOnlyKeys(ids)
				.allSatisfy((id, state) -> assertThat(state).isEqualTo(ServerState.RUNNING)));
	}

	/**
	 * Where one test keeps its servers.
	 */
	record Database(String name, UUID run, List<String> properties) {

		static Database h2() {
			UUID run = UUID.randomUUID();
			return new Database("h2", run, List.of("sample.database=./target/processes/h2-" + run + "/servers"));
		}

		static Database postgres() {
			TestDatabase database = TestDatabases.postgres();
			return new Database("postgres", UUID.randomUUID(),
					List.of("spring.profiles.active=postgres", "spring.datasource.url=" + database.url(),
							"spring.datasource.username=" + database.username(),
							"spring.datasource.password=" + database.password()));
		}

		SampleProcess start(String role, String... properties) throws IOException {
			List<String> all = new ArrayList<>(this.properties);
			// A killed node's jobs go to the next one when its lease is over: that need
			// not take half a minute here.
			Collections.addAll(all, "aftercommit.worker.lease=3s", "aftercommit.worker.heartbeat=1s");
			Collections.addAll(all, properties);
			return SampleProcess.start(Path.of("target", "processes", this.name + "-" + this.run, role + ".log"), all);
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
