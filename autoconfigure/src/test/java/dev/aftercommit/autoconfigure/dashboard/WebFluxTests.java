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

package dev.aftercommit.autoconfigure.dashboard;

import dev.aftercommit.autoconfigure.AftercommitAutoConfiguration;
import dev.aftercommit.autoconfigure.JobStoreAutoConfiguration;
import dev.aftercommit.autoconfigure.actuate.BackgroundJobNodesEndpointAutoConfiguration;
import dev.aftercommit.autoconfigure.actuate.BackgroundJobQueuesEndpointAutoConfiguration;
import dev.aftercommit.autoconfigure.actuate.BackgroundJobsEndpointAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * With WebFlux there are no pages: the start says so, and the endpoints are there.
 */
@ExtendWith(OutputCaptureExtension.class)
class WebFluxTests {

	private final ReactiveWebApplicationContextRunner runner = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, CodecsAutoConfiguration.class,
				WebFluxAutoConfiguration.class, EndpointAutoConfiguration.class, JacksonEndpointAutoConfiguration.class,
				WebEndpointAutoConfiguration.class, ManagementContextAutoConfiguration.class,
				AftercommitAutoConfiguration.class, JobStoreAutoConfiguration.class, DashboardAutoConfiguration.class,
				BackgroundJobsEndpointAutoConfiguration.class, BackgroundJobQueuesEndpointAutoConfiguration.class,
				BackgroundJobNodesEndpointAutoConfiguration.class))
		.withPropertyValues("aftercommit.store=memory", "aftercommit.dashboard.enabled=true",
				"management.endpoints.web.exposure.include=*");

	@Test
	void theStartSaysThatThereAreNoPages(CapturedOutput output) {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(Dashboard.class);
			assertThat(output).contains("There is no dashboard at /background-jobs",
					"The actuator endpoints answer the same questions.");
		});
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "backgroundjobs", "backgroundjobs?state=DEAD", "backgroundjobqueues", "backgroundjobnodes" })
	void theEndpointsAreThere(String endpoint) {
		this.runner.run((context) -> WebTestClient.bindToApplicationContext(context)
			.build()
			.get()
			.uri("/actuator/" + endpoint)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$")
			.isNotEmpty());
	}

	@Test
	void ordersAreRefusedUnlessTheApplicationSaysOtherwise() {
		this.runner.run((context) -> assertThat(pause(context)).isEqualTo(405));
		this.runner.withPropertyValues("management.endpoint.backgroundjobqueues.access=UNRESTRICTED")
			.run((context) -> assertThat(pause(context)).isEqualTo(200));
	}

	private static int pause(ApplicationContext context) {
		return WebTestClient.bindToApplicationContext(context)
			.build()
			.post()
			.uri("/actuator/backgroundjobqueues/mail")
			.header("Content-Type", "application/json")
			.bodyValue("{\"action\": \"pause\"}")
			.exchange()
			.returnResult(String.class)
			.getStatus()
			.value();
	}

}
