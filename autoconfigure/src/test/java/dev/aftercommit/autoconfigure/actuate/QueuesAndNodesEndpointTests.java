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

package dev.aftercommit.autoconfigure.actuate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.JobFlow;
import dev.aftercommit.JobOperations;
import dev.aftercommit.autoconfigure.AftercommitProperties;
import dev.aftercommit.operations.NextFireTimes;
import dev.aftercommit.operations.StoredJobOperations;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.memory.MemoryJobStore;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.web.context.WebApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The endpoints of queues and nodes: their answers are what operators' tools rely on.
 */
class QueuesAndNodesEndpointTests {

	private static final Instant NOW = Instant.parse("2026-11-24T07:00:00Z");

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class,
				DispatcherServletAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
				WebMvcAutoConfiguration.class, EndpointAutoConfiguration.class, JacksonEndpointAutoConfiguration.class,
				WebEndpointAutoConfiguration.class, ManagementContextAutoConfiguration.class,
				BackgroundJobQueuesEndpointAutoConfiguration.class, BackgroundJobNodesEndpointAutoConfiguration.class))
		.withUserConfiguration(Store.class)
		.withPropertyValues("management.endpoints.web.exposure.include=*");

	private final WebApplicationContextRunner unrestricted = this.runner.withPropertyValues(
			"management.endpoint.backgroundjobqueues.access=UNRESTRICTED",
			"management.endpoint.backgroundjobnodes.access=UNRESTRICTED");

	@Test
	void showsQueues() {
		this.runner.run((context) -> {
			JobStore store = context.getBean(JobStore.class);
			store.intake().enqueue(List.of(new NewJob(UUID.randomUUID(), "send", "mail", 0, null, "[]", Map.of())));
			store.orders().pause("bulk");
			store.flow().add(Map.of("mail", new JobFlow.Counts(90, 57, 5, 2, 1), "quick", JobFlow.Counts.NONE));
			store.flow().add(Map.of("quick", new JobFlow.Counts(1, 1, 0, 0, 0)));
			String bulk = """
					{"queue": "bulk", "waiting": {"value": 0, "exact": true}, "oldest": "PT0S", "running": 0,
						"paused": true, "inPerSecond": 0.0, "outPerSecond": 0.0}""";
			String quick = """
					{"queue": "quick", "waiting": {"value": 0, "exact": true}, "oldest": "PT0S", "running": 0,
						"paused": false, "inPerSecond": 0.017, "outPerSecond": 0.017}""";
			assertThat(mvc(context).get().uri("/actuator/backgroundjobqueues")).hasStatusOk()
				.bodyJson()
				.isStrictlyEqualTo("""
						{"queues": [%s, {"queue": "mail", "waiting": {"value": 1, "exact": true}, "oldest": "PT0S",
							"running": 0, "paused": false, "inPerSecond": 1.5, "outPerSecond": 1.0}, %s]}"""
					.formatted(bulk, quick));
			assertThat(mvc(context).get().uri("/actuator/backgroundjobqueues/bulk")).bodyJson().isStrictlyEqualTo(bulk);
			assertThat(mvc(context).get().uri("/actuator/backgroundjobqueues/quick")).bodyJson()
				.isStrictlyEqualTo(quick);
			assertThat(mvc(context).get().uri("/actuator/backgroundjobqueues/none")).hasStatus(404);
		});
	}

	@Test
	void pausesAndResumesQueuesWhereThatIsAllowed() {
		this.runner.run((context) -> assertThat(order(context, "backgroundjobqueues/mail", "pause")).hasStatus(405));
		this.unrestricted.run((context) -> {
			JobOperations operations = context.getBean(JobOperations.class);
			assertThat(order(context, "backgroundjobqueues/mail", "pause")).hasStatusOk()
				.bodyJson()
				.isStrictlyEqualTo("""
						{"queue": "mail", "paused": true, "changed": true}""");
			assertThat(operations.pausedQueues()).containsExactly("mail");
			assertThat(order(context, "backgroundjobqueues/mail", "pause")).bodyJson()
				.extractingPath("$.changed")
				.isEqualTo(false);
			assertThat(order(context, "backgroundjobqueues/mail", "resume")).bodyJson().isStrictlyEqualTo("""
					{"queue": "mail", "paused": false, "changed": true}""");
			assertThat(operations.pausedQueues()).isEmpty();
			assertThat(order(context, "backgroundjobqueues/mail", "burn")).hasStatus(400);
			assertThat(order(context, "backgroundjobqueues/" + "q".repeat(101), "pause")).hasStatus(400);
		});
	}

	@Test
	void showsNodesAndWhetherAllThatAreAliveHaveOneVersion() {
		this.runner.run((context) -> {
			JobStore store = context.getBean(JobStore.class);
			store.nodes().end(store.nodes().register(new NodeInfo("old", "1.0", Set.of("send"))));
			store.nodes()
				.register(new NodeInfo("app-1:17", "1.1", Set.of("send"), Set.of("mail"), 10, Map.of("mail", 4)));
			String alive = """
					{"number": 2, "name": "app-1:17", "version": "1.1", "state": "ALIVE",
						"startedAt": "2026-11-24T07:00:00Z", "heartbeatAt": "2026-11-24T07:00:00Z",
						"silentFor": "PT0S", "running": 0, "concurrency": 10, "names": ["send"],
						"queues": ["mail"], "queueConcurrency": {"mail": 4}, "quiet": false}""";
			assertThat(mvc(context).get().uri("/actuator/backgroundjobnodes")).hasStatusOk()
				.bodyJson()
				.isStrictlyEqualTo(
						"""
								{"versions": {"1.1": 1}, "unknownNames": [], "nodes": [%s, {"number": 1, "name": "old", "version": "1.0",
									"state": "ENDED", "startedAt": "2026-11-24T07:00:00Z",
									"heartbeatAt": "2026-11-24T07:00:00Z", "silentFor": "PT0S",
									"endedAt": "2026-11-24T07:00:00Z", "running": 0, "concurrency": 2147483647,
									"names": ["send"], "queueConcurrency": {}, "quiet": false}]}"""
							.formatted(alive));
			assertThat(mvc(context).get().uri("/actuator/backgroundjobnodes/2")).bodyJson().isStrictlyEqualTo(alive);
			assertThat(mvc(context).get().uri("/actuator/backgroundjobnodes/3")).hasStatus(404);
			assertThat(mvc(context).get().uri("/actuator/backgroundjobnodes/x")).hasStatus(400);
		});
	}

	@Test
	void showsWhatNoNodeThatIsAliveCanRunAndWhichVersionLastCould() {
		this.runner.run((context) -> {
			JobStore store = context.getBean(JobStore.class);
			store.nodes().end(store.nodes().register(new NodeInfo("old", "1.0", Set.of("send", "resend"))));
			store.nodes().register(new NodeInfo("new", "1.1", Set.of("send")));
			for (String name : List.of("send", "resend", "resend", "never")) {
				store.intake().enqueue(List.of(new NewJob(UUID.randomUUID(), name, "mail", 0, null, "[]", Map.of())));
			}
			assertThat(mvc(context).get().uri("/actuator/backgroundjobnodes")).bodyJson()
				.extractingPath("$.unknownNames")
				.isEqualTo(
						List.of(Map.of("name", "never", "waiting", Map.of("value", 1, "exact", true), "oldest", "PT0S"),
								Map.of("name", "resend", "waiting", Map.of("value", 2, "exact", true), "oldest", "PT0S",
										"lastVersion", "1.0", "lastHeardAt", "2026-11-24T07:00:00Z")));
		});
	}

	@Test
	void quietsAndResumesNodesWhereThatIsAllowed() {
		this.runner.run((context) -> {
			context.getBean(JobStore.class).nodes().register(new NodeInfo("app", "", Set.of()));
			assertThat(order(context, "backgroundjobnodes/1", "quiet")).hasStatus(405);
		});
		this.unrestricted.run((context) -> {
			JobStore store = context.getBean(JobStore.class);
			store.nodes().register(new NodeInfo("app", "", Set.of()));
			assertThat(order(context, "backgroundjobnodes/1", "quiet")).bodyJson().isStrictlyEqualTo("""
					{"node": 1, "changed": true}""");
			assertThat(store.nodes().orders(1).quiet()).isTrue();
			assertThat(order(context, "backgroundjobnodes/1", "quiet")).bodyJson()
				.extractingPath("$.changed")
				.isEqualTo(false);
			assertThat(order(context, "backgroundjobnodes/1", "resume")).hasStatusOk();
			assertThat(store.nodes().orders(1).quiet()).isFalse();
			assertThat(order(context, "backgroundjobnodes/1", "stop")).hasStatus(400);
		});
	}

	@Test
	void eachOrderIsKept() {
		this.unrestricted.run((context) -> {
			context.getBean(JobStore.class).nodes().register(new NodeInfo("app", "", Set.of()));
			order(context, "backgroundjobqueues/mail", "pause");
			order(context, "backgroundjobqueues/mail", "pause");
			order(context, "backgroundjobnodes/1", "quiet");
			JobOperations operations = context.getBean(JobOperations.class);
			assertThat(operations.audit(AuditEntry.Kind.QUEUE, "mail", 10)).containsExactly(
					new AuditEntry(NOW, "unknown", "pause", AuditEntry.Kind.QUEUE, "mail", "UNCHANGED"),
					new AuditEntry(NOW, "unknown", "pause", AuditEntry.Kind.QUEUE, "mail", "DONE"));
			assertThat(operations.audit(AuditEntry.Kind.NODE, "1", 10))
				.containsExactly(new AuditEntry(NOW, "unknown", "quiet", AuditEntry.Kind.NODE, "1", "DONE"));
		});
	}

	private static MvcTestResult order(WebApplicationContext context, String path, String action) {
		return mvc(context).post()
			.uri("/actuator/" + path)
			.contentType(MediaType.APPLICATION_JSON)
			.content("{\"action\": \"" + action + "\"}")
			.exchange();
	}

	private static MockMvcTester mvc(WebApplicationContext context) {
		return MockMvcTester.from(context);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(AftercommitProperties.class)
	static class Store {

		@Bean
		JobStore jobStore() {
			return new MemoryJobStore(Clock.fixed(NOW, ZoneOffset.UTC));
		}

		@Bean
		JobOperations operations(JobStore store) {
			return new StoredJobOperations(store, LocalWorkers.NONE, Duration.ofSeconds(30), NextFireTimes.NONE);
		}

	}

}
