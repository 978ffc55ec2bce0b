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
import java.util.List;

import dev.aftercommit.JobState;
import dev.aftercommit.sample.ServerController.ServerView;
import dev.aftercommit.sample.ServerJobs.ServerJob;
import dev.aftercommit.sample.WatchedHypervisor.Work;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/**
 * A burst of servers that are terminated right after their creation, on H2. On other
 * stores {@link RestartTests} and {@link RedisProfileTests} have one.
 */
@SampleTest
@Timeout(120)
class BurstTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@Autowired
	private RestTestClient client;

	@Autowired
	private Servers servers;

	@Autowired
	private ServerJobs jobs;

	@Autowired
	private WatchedHypervisor hypervisor;

	@Test
	void serversThatAreTerminatedTwiceRightAfterTheirCreationBootAndEndOnceEach() throws Exception {
		long booting = create();
		await().atMost(PATIENCE).until(() -> !work(booting, WatchedHypervisor.BOOT).isEmpty());
		delete(booting);
		List<Long> ids = Burst.send(this::create, this::delete);
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(ids).allSatisfy((id) -> assertThat(this.jobs.of(id))
				.extracting(ServerJob::name, ServerJob::state, ServerJob::attempts)
				.containsExactly(tuple("server.terminate", JobState.SUCCEEDED, 1),
						tuple("server.boot", JobState.SUCCEEDED, 1))));
		assertThat(ids).hasSize(Burst.PAIRS).doesNotHaveDuplicates().allSatisfy((id) -> {
			assertThat(this.servers.find(id).state()).isEqualTo(ServerState.TERMINATED);
			List<Work> stops = work(id, WatchedHypervisor.STOP);
			assertThat(stops).as("how often it was terminated").hasSize(1);
			assertThat(work(id, WatchedHypervisor.BOOT)).as("boots beside or after its end")
				.allSatisfy((boot) -> assertThat(boot.to()).isLessThanOrEqualTo(stops.get(0).from()));
		});
		await().atMost(PATIENCE).until(() -> this.servers.find(booting).state() == ServerState.TERMINATED);
		assertThat(work(booting, WatchedHypervisor.BOOT)).hasSize(BootStep.NUMBER);
	}

	private long create() {
		ServerView created = this.client.post()
			.uri("/servers")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"name\": \"burst\", \"account\": 7}")
			.exchange()
			.expectBody(ServerView.class)
			.returnResult()
			.getResponseBody();
		assertThat(created).isNotNull();
		return created.id();
	}

	private int delete(long id) {
		return this.client.delete().uri("/servers/{id}", id).exchange().returnResult().getStatus().value();
	}

	private List<Work> work(long id, String what) {
		return this.hypervisor.done(id).stream().filter((work) -> work.what().equals(what)).toList();
	}

}
