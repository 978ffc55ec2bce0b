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

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.aftercommit.JobOperations;
import dev.aftercommit.autoconfigure.actuate.BackgroundJobNodesEndpointAutoConfiguration;
import dev.aftercommit.autoconfigure.actuate.BackgroundJobQueuesEndpointAutoConfiguration;
import dev.aftercommit.autoconfigure.actuate.BackgroundJobsEndpointAutoConfiguration;
import dev.aftercommit.autoconfigure.dashboard.DashboardApplication.Secured;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.actuate.web.ServletManagementContextAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatServletManagementContextAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where the application has a port of its own for management, the pages are on the
 * application's port alone, and the endpoints on the other one alone.
 */
class ManagementPortTests {

	private static final List<String> PAGES = List.of("", "/", "/jobs", "/failures", "/queues", "/recurring", "/nodes",
			"/audit", "/orders?action=retry&state=DEAD", "/assets/dashboard.css", "/assets/dashboard.js");

	private static final List<String> ENDPOINTS = List.of("backgroundjobs", "backgroundjobqueues",
			"backgroundjobnodes");

	private static final String[] SAME_ORIGIN = { "Sec-Fetch-Site", "same-origin" };

	static Stream<List<Class<?>>> applications() {
		return Stream.of(List.of(Managed.class), List.of(Managed.class, Secured.class));
	}

	@ParameterizedTest
	@MethodSource("applications")
	void pagesAndEndpointsAreEachOnOnePort(List<Class<?>> application) {
		try (ConfigurableApplicationContext context = DashboardApplication.start(application,
				"aftercommit.dashboard.insecure=true", "management.server.port=0",
				"management.endpoints.web.exposure.include=*")) {
			PlainBrowser main = new PlainBrowser(DashboardApplication.base(context), "operator");
			PlainBrowser management = new PlainBrowser(
					"http://localhost:" + context.getEnvironment().getProperty("local.management.port"), "operator");
			for (String page : PAGES) {
				assertThat(main.get("/background-jobs" + page).statusCode()).as(page).isEqualTo(200);
				assertThat(management.get("/background-jobs" + page).statusCode()).as(page).isEqualTo(404);
				assertThat(management.get("/actuator/background-jobs" + page).statusCode()).as(page).isEqualTo(404);
			}
			assertThat(management.get("/background-jobs/live").statusCode()).isEqualTo(404);
			for (String endpoint : ENDPOINTS) {
				assertThat(main.get("/actuator/" + endpoint).statusCode()).as(endpoint).isEqualTo(404);
				assertThat(main.get("/" + endpoint).statusCode()).as(endpoint).isEqualTo(404);
				assertThat(management.get("/actuator/" + endpoint).statusCode()).as(endpoint).isEqualTo(200);
			}
			assertThat(main.get("/actuator").statusCode()).isEqualTo(404);
			assertOrdersAreTakenOnTheApplicationsPortAlone(context, main, management);
		}
	}

	/** With all that a page of the application's port has in its form. */
	private static void assertOrdersAreTakenOnTheApplicationsPortAlone(ConfigurableApplicationContext context,
			PlainBrowser main, PlainBrowser management) {
		JobOperations operations = context.getBean(JobOperations.class);
		operations.pauseQueue("mails");
		context.getBean(Readings.class).forget();
		String path = "/background-jobs/queues";
		Map<String, String> form = main.fields(path);
		form.put("action", "resume");
		assertThat(form).containsEntry("subject", "mails").containsKey("token");
		assertThat(management.post(path, form, SAME_ORIGIN).statusCode()).isIn(403, 404);
		assertThat(operations.pausedQueues()).containsExactly("mails");
		assertThat(main.post(path, form, SAME_ORIGIN).statusCode()).isEqualTo(303);
		assertThat(operations.pausedQueues()).isEmpty();
	}

	/**
	 * With Boot's actuator, and all of its endpoints about jobs.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ EndpointAutoConfiguration.class, JacksonEndpointAutoConfiguration.class,
			WebEndpointAutoConfiguration.class, ManagementContextAutoConfiguration.class,
			ServletManagementContextAutoConfiguration.class, TomcatServletManagementContextAutoConfiguration.class,
			BackgroundJobsEndpointAutoConfiguration.class, BackgroundJobQueuesEndpointAutoConfiguration.class,
			BackgroundJobNodesEndpointAutoConfiguration.class })
	static class Managed {

	}

}
