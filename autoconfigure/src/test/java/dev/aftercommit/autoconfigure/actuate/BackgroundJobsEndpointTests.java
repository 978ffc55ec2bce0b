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

import java.lang.reflect.Method;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobTime;
import dev.aftercommit.autoconfigure.AftercommitProperties;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.OutboxDepth;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.memory.MemoryJobStore;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.context.WebApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;

/**
 * The shape of the answers is what operators' tools rely on.
 */
class BackgroundJobsEndpointTests {

	private static final Instant NOW = Instant.parse("2026-11-24T07:00:00Z");

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class,
				DispatcherServletAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
				WebMvcAutoConfiguration.class, EndpointAutoConfiguration.class, JacksonEndpointAutoConfiguration.class,
				WebEndpointAutoConfiguration.class, ManagementContextAutoConfiguration.class,
				BackgroundJobsEndpointAutoConfiguration.class))
		.withUserConfiguration(Jobs.class)
		.withPropertyValues("management.endpoints.web.exposure.include=backgroundjobs");

	@Test
	void showsTheOutboxAndThatItIsOne() {
		JobStore store = mock(JobStore.class, RETURNS_DEEP_STUBS);
		given(store.description()).willReturn("Redis 7.0.15, outbox in H2 2.4.240");
		given(store.mode()).willReturn(JobStore.Mode.OUTBOX);
		OutboxDepth depth = new OutboxDepth(new Count(3, true), Duration.ofSeconds(2));
		given(store.outbox()).willReturn(Optional.of(depth));
		BackgroundJobsEndpoint.JobsDescriptor jobs = new BackgroundJobsEndpoint(store, mock(HandlerRegistry.class), 10,
				List.of(), Show.NEVER)
			.jobs();
		assertThat(jobs.mode()).isEqualTo("outbox");
		assertThat(jobs.outbox()).isEqualTo(depth);
	}

	@Test
	void showsWhatThereIs() {
		this.runner.run((context) -> {
			JobStore store = context.getBean(JobStore.class);
			store.intake()
				.enqueue(List.of(job("mail.send", "mail", null), job("mail.send", "mail", null),
						job("report", "default", JobTime.in(Duration.ofHours(1)))));
			assertThat(mvc(context).get().uri("/actuator/backgroundjobs")).hasStatusOk()
				.bodyJson()
				.isStrictlyEqualTo("""
						{
							"store": "memory of this JVM",
							"mode": "best-effort",
							"totals": {
								"SCHEDULED": {"value": 1, "exact": true},
								"BLOCKED": {"value": 0, "exact": true},
								"ENQUEUED": {"value": 2, "exact": true},
								"RUNNING": {"value": 0, "exact": true},
								"RETRYING": {"value": 0, "exact": true},
								"SUCCEEDED": {"value": 0, "exact": true},
								"CANCELLED": {"value": 0, "exact": true},
								"DEAD": {"value": 0, "exact": true}
							},
							"queues": {"mail": {"waiting": {"value": 2, "exact": true}, "oldest": "PT0S"}},
							"handlers": [
								{"name": "mail.send", "aliases": ["mail"], "queue": "mail", "priority": 5,
									"maxAttempts": 10, "method": "dev.aftercommit.autoconfigure.actuate\
						.BackgroundJobsEndpointTests$Mail.send(String, int)"}
							]
						}""");
		});
	}

	@Test
	void showsAJobButNotItsValues() {
		this.runner.run((context) -> {
			UUID id = deadJob(context.getBean(JobStore.class));
			assertThat(mvc(context).get().uri("/actuator/backgroundjobs/" + id)).hasStatusOk()
				.bodyJson()
				.isStrictlyEqualTo(json(id, "******"));
		});
	}

	@Test
	void showsTheResultOfAJobOnlyWhereValuesAreShown() {
		this.runner.run((context) -> {
			UUID id = succeededJob(context.getBean(JobStore.class));
			assertThat(mvc(context).get().uri("/actuator/backgroundjobs/" + id)).bodyJson()
				.extractingPath("$.result")
				.isEqualTo("******");
		});
		this.runner.withPropertyValues("management.endpoint.backgroundjobs.show-values=always").run((context) -> {
			UUID id = succeededJob(context.getBean(JobStore.class));
			assertThat(mvc(context).get().uri("/actuator/backgroundjobs/" + id)).bodyJson()
				.extractingPath("$.result")
				.isEqualTo("{\"secret\": 42}");
		});
	}

	@Test
	void showsValuesWhereTheApplicationSaysSo() {
		this.runner.withPropertyValues("management.endpoint.backgroundjobs.show-values=always").run((context) -> {
			UUID id = deadJob(context.getBean(JobStore.class));
			assertThat(mvc(context).get().uri("/actuator/backgroundjobs/" + id)).bodyJson()
				.isStrictlyEqualTo(json(id, "secret"));
		});
	}

	@Test
	void hidesValuesFromWhomIsNotAuthorized() {
		this.runner.withPropertyValues("management.endpoint.backgroundjobs.show-values=when-authorized")
			.run((context) -> {
				UUID id = deadJob(context.getBean(JobStore.class));
				assertThat(mvc(context).get().uri("/actuator/backgroundjobs/" + id)).bodyJson()
					.isStrictlyEqualTo(json(id, "******"));
			});
	}

	@Test
	void answersNotFoundForAnUnknownJobAndBadRequestForWhatIsNoId() {
		this.runner.run((context) -> {
			assertThat(mvc(context).get().uri("/actuator/backgroundjobs/" + UUID.randomUUID())).hasStatus(404);
			assertThat(mvc(context).get().uri("/actuator/backgroundjobs/x")).hasStatus(400);
		});
	}

	@Test
	void isNotThereUnlessExposed() {
		new ApplicationContextRunner().withUserConfiguration(Jobs.class)
			.withConfiguration(AutoConfigurations.of(BackgroundJobsEndpointAutoConfiguration.class))
			.run((context) -> assertThat(context).doesNotHaveBean(BackgroundJobsEndpoint.class));
	}

	@Test
	void isNotThereWithoutJobs() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(BackgroundJobsEndpointAutoConfiguration.class))
			.withPropertyValues("management.endpoints.web.exposure.include=*")
			.run((context) -> assertThat(context).doesNotHaveBean(BackgroundJobsEndpoint.class));
	}

	private static MockMvcTester mvc(WebApplicationContext context) {
		return MockMvcTester.from(context);
	}

	private static String json(UUID id, String failure) {
		return """
				{"id": "%s", "name": "mail.send", "queue": "mail", "priority": 5, "state": "DEAD", "attempts": 1,
					"enqueuedAt": "2026-11-24T07:00:00Z", "endedAt": "2026-11-24T07:00:00Z", "reason": "DISCARDED",
					"failure": {"outcome": "FAILED", "type": "java.lang.IllegalStateException", "text": "%s"}}"""
			.formatted(id, failure);
	}

	private static UUID deadJob(JobStore store) {
		return endedJob(store, new Outcome.Dead(DeadReason.DISCARDED,
				new Failure(AttemptOutcome.FAILED, "java.lang.IllegalStateException", "secret")));
	}

	private static UUID succeededJob(JobStore store) {
		return endedJob(store, new Outcome.Succeeded("{\"secret\": 42}"));
	}

	private static UUID endedJob(JobStore store, Outcome outcome) {
		NewJob job = job("mail.send", "mail", null);
		store.intake().enqueue(List.of(job));
		long node = store.nodes().register(new NodeInfo("test", "", Set.of("mail.send")));
		Claim claim = store.leases()
			.claim(new ClaimRequest(new Lease(node, 1), null, Map.of(), Set.of("mail.send"), 1));
		store.leases().apply(List.of(new Ending(claim.jobs().get(0), outcome)));
		return job.id();
	}

	private static NewJob job(String name, String queue, JobTime time) {
		return new NewJob(UUID.randomUUID(), name, queue, 5, time, "[]", Map.of());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(AftercommitProperties.class)
	static class Jobs {

		@Bean
		JobStore jobStore() {
			return new MemoryJobStore(Clock.fixed(NOW, ZoneOffset.UTC));
		}

		@Bean
		HandlerRegistry handlers() {
			Method method = ReflectionUtils.findMethod(Mail.class, "send", String.class, int.class);
			JobHandler handler = mock(JobHandler.class);
			given(handler.name()).willReturn("mail.send");
			given(handler.aliases()).willReturn(Set.of("mail"));
			given(handler.queue()).willReturn("mail");
			given(handler.priority()).willReturn(5);
			given(handler.method()).willReturn(method);
			HandlerRegistry registry = mock(HandlerRegistry.class);
			given(registry.handlers()).willReturn(List.of(handler));
			return registry;
		}

	}

	static class Mail {

		void send(String to, int copies) {
		}

	}

}
