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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import dev.aftercommit.JobOperations;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.autoconfigure.AftercommitProperties;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.operations.NextFireTimes;
import dev.aftercommit.operations.StoredJobOperations;
import dev.aftercommit.store.AuditTrail;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.Flow;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobOrders;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.Nodes;
import dev.aftercommit.store.OutboxDepth;
import dev.aftercommit.store.Overview;
import dev.aftercommit.store.Recurrences;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.InvocationContext;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;
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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;

/**
 * What the endpoints answer while the store can't.
 */
class StoreOutagesTests {

	private static final String PROBLEM = "The job store (PostgreSQL 17.11) can't answer: the log of this node says why."
			+ " Jobs are safe as far as they were stored.";

	private static final JobStoreException AWAY = new JobStoreException("Connection to db.internal:5432 refused", null);

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class,
				DispatcherServletAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
				WebMvcAutoConfiguration.class, EndpointAutoConfiguration.class, JacksonEndpointAutoConfiguration.class,
				WebEndpointAutoConfiguration.class, ManagementContextAutoConfiguration.class,
				BackgroundJobsEndpointAutoConfiguration.class, BackgroundJobQueuesEndpointAutoConfiguration.class,
				BackgroundJobNodesEndpointAutoConfiguration.class))
		.withUserConfiguration(Away.class)
		.withPropertyValues("management.endpoints.web.exposure.include=*");

	@Test
	void questionsAreAnsweredByASentenceThatNamesTheStore() {
		this.runner.run((context) -> {
			for (String path : List.of("backgroundjobs", "backgroundjobs?size=10",
					"backgroundjobs/" + UUID.randomUUID(), "backgroundjobqueues", "backgroundjobqueues/mail",
					"backgroundjobnodes", "backgroundjobnodes/1")) {
				assertThat(MockMvcTester.from(context).get().uri("/actuator/" + path)).as(path)
					.hasStatus(503)
					.bodyJson()
					.isStrictlyEqualTo("{\"problem\": \"" + PROBLEM + "\"}");
			}
		});
	}

	@Test
	void ordersAreAnsweredByThatNobodyKnowsWhetherTheyWereCarriedOut() {
		this.runner
			.withPropertyValues("management.endpoint.backgroundjobs.access=UNRESTRICTED",
					"management.endpoint.backgroundjobqueues.access=UNRESTRICTED",
					"management.endpoint.backgroundjobnodes.access=UNRESTRICTED")
			.run((context) -> Map
				.of("backgroundjobs/" + UUID.randomUUID(), "retry", "backgroundjobs/schedules/nightly", "pause",
						"backgroundjobqueues/mail", "pause", "backgroundjobnodes/1", "quiet")
				.forEach((path,
						action) -> assertThat(MockMvcTester.from(context)
							.post()
							.uri("/actuator/" + path)
							.contentType(MediaType.APPLICATION_JSON)
							.content("{\"action\": \"" + action + "\"}")).as(path)
							.hasStatus(503)
							.bodyJson()
							.isStrictlyEqualTo("{\"problem\": \"" + PROBLEM
									+ " Whether the order was carried out is not known.\"}")));
	}

	@Test
	void anOutboxThatAnswersIsToldNevertheless() {
		this.runner.run((context) -> {
			JobStore store = context.getBean(JobStore.class);
			given(store.outbox()).willReturn(Optional.of(new OutboxDepth(new Count(3, true), Duration.ofSeconds(2))));
			assertThat(MockMvcTester.from(context).get().uri("/actuator/backgroundjobs")).hasStatus(503)
				.bodyJson()
				.isStrictlyEqualTo("{\"problem\": \"" + PROBLEM
						+ "\", \"outbox\": {\"jobs\": {\"value\": 3, \"exact\": true}, \"oldest\": \"PT2S\"}}");
			willThrow(AWAY).given(store).outbox();
			assertThat(MockMvcTester.from(context).get().uri("/actuator/backgroundjobs")).hasStatus(503)
				.bodyJson()
				.isStrictlyEqualTo("{\"problem\": \"" + PROBLEM + "\"}");
		});
	}

	@Test
	void elsewhereTheExceptionSaysSo() {
		OperationInvoker failing = (context) -> {
			throw AWAY;
		};
		StoreOutages outages = new StoreOutages(mock(JobStore.class));
		OperationInvoker advised = outages.apply(EndpointId.of("backgroundjobs"), OperationType.READ,
				mock(OperationParameters.class), failing);
		assertThatExceptionOfType(JobStoreException.class)
			.isThrownBy(() -> advised.invoke(new InvocationContext(SecurityContext.NONE, Map.of())))
			.isSameAs(AWAY);
		assertThat(outages.apply(EndpointId.of("health"), OperationType.READ, mock(OperationParameters.class), failing))
			.isSameAs(failing);
	}

	/**
	 * A store that knows its name, and nothing else.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(AftercommitProperties.class)
	static class Away {

		@Bean
		JobStore jobStore() {
			JobStore store = mock(JobStore.class);
			given(store.description()).willReturn("PostgreSQL 17.11");
			given(store.mode()).willReturn(JobStore.Mode.JOINED);
			given(store.outbox()).willReturn(Optional.empty());
			given(store.directory()).willReturn(away(JobDirectory.class));
			given(store.overview()).willReturn(away(Overview.class));
			given(store.orders()).willReturn(away(JobOrders.class));
			given(store.nodes()).willReturn(away(Nodes.class));
			given(store.flow()).willReturn(away(Flow.class));
			given(store.recurrences()).willReturn(away(Recurrences.class));
			given(store.auditTrail()).willReturn(away(AuditTrail.class));
			return store;
		}

		private static <T> T away(Class<T> type) {
			return mock(type, (call) -> {
				throw AWAY;
			});
		}

		@Bean
		JobOperations operations(JobStore store) {
			return new StoredJobOperations(store, LocalWorkers.NONE, Duration.ofSeconds(30), NextFireTimes.NONE);
		}

		@Bean
		HandlerRegistry handlers() {
			return mock(HandlerRegistry.class);
		}

	}

}
