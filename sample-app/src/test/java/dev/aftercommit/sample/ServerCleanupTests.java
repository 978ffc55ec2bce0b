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

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;

import dev.aftercommit.JobOperations;
import dev.aftercommit.ScheduleSnapshot;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@SampleTest
class ServerCleanupTests {

	@Autowired
	private ServerCleanup cleanup;

	@Autowired
	private ServerRepository servers;

	@Autowired
	private JobOperations operations;

	@Test
	void itForgetsServersThatWereTerminatedLongEnoughAgo() {
		Instant now = Instant.now();
		long old = terminated(now.minus(Duration.ofHours(25)));
		long young = terminated(now.minus(Duration.ofHours(23)));
		Server running = new Server("running", 7);
		running.reach(ServerState.RUNNING);
		long other = this.servers.save(running).id();
		this.cleanup.cleanUp();
		await().atMost(Duration.ofSeconds(60)).until(() -> this.servers.findById(old).isEmpty());
		assertThat(this.servers.findById(young)).isPresent();
		assertThat(this.servers.findById(other)).isPresent();
	}

	@Test
	void itRunsEveryNight() {
		ScheduleSnapshot schedule = this.operations.schedules()
			.stream()
			.filter((one) -> one.name().equals("nightly-cleanup"))
			.findFirst()
			.orElseThrow();
		assertThat(schedule.definition()).contains("server.cleanup");
		assertThat(schedule.nextAt()).isNotNull()
			.isAfter(Instant.now())
			.isBefore(Instant.now().plus(Duration.ofDays(1)))
			.satisfies((next) -> assertThat(next.atZone(ZoneOffset.UTC).toLocalTime()).isEqualTo(LocalTime.MIDNIGHT));
	}

	private long terminated(Instant at) {
		Server server = new Server("terminated", 7);
		server.terminated(at);
		return this.servers.save(server).id();
	}

}
