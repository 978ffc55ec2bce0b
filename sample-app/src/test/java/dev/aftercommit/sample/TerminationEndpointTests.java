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
import java.util.Map;
import java.util.stream.IntStream;

import dev.aftercommit.JobFilter;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobSnapshot;
import dev.aftercommit.JobState;
import dev.aftercommit.OrderResult;
import dev.aftercommit.Paging;
import dev.aftercommit.sample.ServerJobs.ServerJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The end of a server, and its jobs, over HTTP.
 */
@SampleTest
@Timeout(120)
class TerminationEndpointTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@Autowired
	private RestTestClient client;

	@Autowired
	private Servers servers;

	@Autowired
	private ServerProvisioning provisioning;

	@Autowired
	private ServerJobs jobs;

	@Autowired
	private ChattyJobs chatty;

	@Autowired
	private JobOperations operations;

	@Autowired
	private WatchedHypervisor hypervisor;

	@AfterEach
	void letAllMachinesGoOn() {
		this.hypervisor.release();
	}

	@Test
	void aServerThatBootsIsTerminatedAfterItsBoot() {
		long id = bootHalfWay();
		delete(id).expectStatus()
			.isAccepted()
			.expectBody()
			.json("{\"id\": %d, \"name\": \"web-1\", \"account\": 7, \"state\": \"TERMINATING\"}".formatted(id));
		assertThat(this.servers.find(id).state()).isEqualTo(ServerState.TERMINATING);
		delete(id).expectStatus().isAccepted();
		awaitJobs(id, "server.terminate BLOCKED", "server.boot RUNNING");
		this.hypervisor.release();
		awaitJobs(id, "server.terminate SUCCEEDED", "server.boot SUCCEEDED");
		assertThat(this.servers.find(id).state()).isEqualTo(ServerState.TERMINATED);
		assertThat(this.hypervisor.done(id)).extracting(WatchedHypervisor.Work::what)
			.containsExactly("boot", "boot", "boot", "boot", "stop");
	}

	@Test
	void nothingIsDoneAboutAServerThatIsTerminatedAlready() {
		long id = this.servers.create("web-1", 7).id();
		delete(id).expectStatus().isAccepted();
		awaitJobs(id, "server.terminate SUCCEEDED", "server.boot SUCCEEDED");
		delete(id).expectStatus().isNoContent().expectBody().isEmpty();
		assertThat(this.jobs.of(id)).hasSize(2);
		this.client.get().uri("/servers/{id}", id).exchange().expectBody().jsonPath("$.state").isEqualTo("TERMINATED");
	}

	@Test
	void aTerminationThatWasCancelledCanBeAskedForAgain() {
		long id = bootHalfWay();
		delete(id).expectStatus().isAccepted();
		OrderResult cancelled = this.operations.cancel(this.jobs.of(id).get(0).id());
		assertThat(cancelled).isEqualTo(OrderResult.done(JobState.BLOCKED));
		delete(id).expectStatus().isAccepted();
		this.hypervisor.release();
		awaitJobs(id, "server.terminate SUCCEEDED", "server.terminate CANCELLED", "server.boot SUCCEEDED");
		assertThat(this.servers.find(id).state()).isEqualTo(ServerState.TERMINATED);
	}

	@Test
	void theJobsOfAServerAreListedTheNewestFirst() {
		long id = bootHalfWay();
		delete(id).expectStatus().isAccepted();
		List<Map<String, Object>> jobs = get(id);
		assertThat(jobs).hasSize(2)
			.allSatisfy(
					(job) -> assertThat(job).containsOnlyKeys("id", "name", "state", "attempts", "progress", "log"));
		assertThat(jobs.get(0)).containsEntry("name", "server.terminate")
			.containsEntry("state", "BLOCKED")
			.containsEntry("attempts", 0)
			.containsEntry("progress", null)
			.containsEntry("log", List.of());
		assertThat(jobs.get(1)).containsEntry("id", String.valueOf(this.servers.find(id).bootJob()))
			.containsEntry("name", "server.boot")
			.containsEntry("state", "RUNNING")
			.containsEntry("attempts", 1)
			.containsEntry("progress", Map.of("done", 2, "total", 4))
			.containsEntry("log", List.of("looks for a host with room", "copies the image", "starts the kernel"));
	}

	@Test
	void theListOfJobsIsBounded() {
		long id = this.servers.create("web-1", 7).id();
		IntStream.rangeClosed(1, 20).forEach((number) -> this.chatty.chat(id, number, null));
		assertThat(get(id)).hasSize(20).noneMatch((job) -> job.get("name").equals("server.boot"));
	}

	@Test
	void theLogOfAJobIsBounded() {
		long id = this.servers.create("web-1", 7).id();
		this.chatty.chat(id, 21, null);
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(get(id).get(0)).extractingByKey("log")
				.isEqualTo(IntStream.rangeClosed(2, 21).mapToObj((number) -> "line " + number).toList()));
	}

	@Test
	void anAccountsJobsAreFoundByItsTag() {
		long account = 4711;
		long id = this.servers.create("web-1", account).id();
		this.servers.terminate(id);
		assertThat(this.operations.list(JobFilter.all().tag("account:" + account), Paging.newestFirst(10)).jobs())
			.extracting(JobSnapshot::name)
			.containsExactly("server.terminate", "server.boot");
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', textBlock = """
			DELETE, /servers/987654321,      404, There is no server 987654321
			GET,    /servers/987654321/jobs, 404, There is no server 987654321
			DELETE, /servers/abc,            400, `'id' must be a whole number, not 'abc'`
			GET,    /servers/abc/jobs,       400, `'id' must be a whole number, not 'abc'`
			""")
	void aServerThatIsNotThereIsAProblem(String method, String path, int status, String detail) {
		this.client.method(HttpMethod.valueOf(method))
			.uri(path)
			.exchange()
			.expectStatus()
			.isEqualTo(status)
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo(detail);
	}

	@Test
	void aBootThatComesTooLateStartsNothing() {
		long id = this.servers.create("web-1", 7).id();
		this.servers.terminate(id);
		awaitJobs(id, "server.terminate SUCCEEDED", "server.boot SUCCEEDED");
		int done = this.hypervisor.done(id).size();
		JobHandle<BootReport> boot = this.provisioning.boot(id, 7);
		assertThat(boot.join(PATIENCE)).isEqualTo(new BootReport(id, ServerState.TERMINATED, 1));
		assertThat(this.servers.find(id).state()).isEqualTo(ServerState.TERMINATED);
		assertThat(this.hypervisor.done(id)).hasSize(done);
	}

	/**
	 * Create a server whose boot has done two of its four steps, and said so, and waits.
	 */
	private long bootHalfWay() {
		this.hypervisor.hold();
		long id = this.servers.create("web-1", 7).id();
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(this.jobs.of(id)).singleElement()
				.extracting(ServerJob::log)
				.isEqualTo(List.of(BootStep.HOST.text(), BootStep.IMAGE.text(), BootStep.KERNEL.text())));
		return id;
	}

	private ResponseSpec delete(long id) {
		return this.client.delete().uri("/servers/{id}", id).exchange();
	}

	private List<Map<String, Object>> get(long id) {
		List<Map<String, Object>> jobs = this.client.get()
			.uri("/servers/{id}/jobs", id)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(new ParameterizedTypeReference<List<Map<String, Object>>>() {
			})
			.returnResult()
			.getResponseBody();
		assertThat(jobs).isNotNull();
		return jobs;
	}

	private void awaitJobs(long id, String... namesAndStates) {
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(this.jobs.of(id)).extracting((job) -> job.name() + " " + job.state())
				.containsExactly(namesAndStates));
	}

}
