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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.autoconfigure.AftercommitAutoConfiguration;
import dev.aftercommit.autoconfigure.JobStoreAutoConfiguration;
import dev.aftercommit.autoconfigure.JobWorkersAutoConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.actuate.endpoint.CompositeHealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.IndicatedHealthDescriptor;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an orchestrator is told while a node drains, and when its store is away.
 */
class ProbesTests {

	private ConfigurableApplicationContext context;

	private HealthEndpoint health;

	private Work work;

	@BeforeEach
	void start() {
		SpringApplication application = new SpringApplicationBuilder().sources(Application.class).build();
		this.context = application.run("--server.port=0", "--spring.main.banner-mode=off", "--aftercommit.store=memory",
				"--aftercommit.worker.shutdown-timeout=300ms", "--management.endpoint.health.probes.enabled=true",
				"--management.endpoint.health.show-details=always",
				"--management.endpoint.health.group.readiness.include=readinessState,backgroundJobs");
		this.health = this.context.getBean(HealthEndpoint.class);
		this.work = this.context.getBean(Work.class);
	}

	@AfterEach
	void stop() {
		this.work.release().countDown();
		this.context.close();
	}

	@Test
	void whileItDrainsANodeIsNotReadyButAlive() throws Exception {
		this.work.ignoreInterruption();
		assertThat(this.work.started().await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(status("readiness")).isEqualTo(Status.UP);
		assertThat(status("liveness")).isEqualTo(Status.UP);
		Thread closing = new Thread(this.context::close);
		closing.start();
		await().atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(status("readiness")).isEqualTo(Status.OUT_OF_SERVICE));
		assertThat(status("liveness")).isEqualTo(Status.UP);
		assertThat(status("backgroundJobs")).isEqualTo(Status.OUT_OF_SERVICE);
		await().atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(details("backgroundJobs")).contains("draining", "ignoringInterruption",
					"work.ignore"));
		this.work.release().countDown();
		closing.join(30_000);
		assertThat(this.work.interrupted()).isTrue();
	}

	@Test
	void livenessDoesNotAskTheStore() {
		assertThat(this.health.healthForPath("liveness")).isInstanceOfSatisfying(CompositeHealthDescriptor.class,
				(liveness) -> assertThat(liveness.getComponents()).containsOnlyKeys("livenessState"));
	}

	private Status status(String path) {
		HealthDescriptor found = this.health.healthForPath(path);
		assertThat(found).as(path).isNotNull();
		return found.getStatus();
	}

	private String details(String path) {
		return (this.health.healthForPath(path) instanceof IndicatedHealthDescriptor found)
				? String.valueOf(found.getDetails()) : "";
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ TomcatServletWebServerAutoConfiguration.class, JacksonAutoConfiguration.class,
			EndpointAutoConfiguration.class, ApplicationAvailabilityAutoConfiguration.class,
			AvailabilityHealthContributorAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class,
			HealthEndpointAutoConfiguration.class, AvailabilityProbesAutoConfiguration.class,
			JobStoreAutoConfiguration.class, AftercommitAutoConfiguration.class, JobWorkersAutoConfiguration.class,
			BackgroundJobsHealthAutoConfiguration.class })
	static class Application {

		@Bean
		Work work() {
			return new Work();
		}

	}

	/**
	 * A body that is not to be interrupted.
	 */
	static class Work {

		private final CountDownLatch started = new CountDownLatch(1);

		private final CountDownLatch release = new CountDownLatch(1);

		private final AtomicBoolean interrupted = new AtomicBoolean();

		CountDownLatch started() {
			return this.started;
		}

		CountDownLatch release() {
			return this.release;
		}

		AtomicBoolean interrupted() {
			return this.interrupted;
		}

		@BackgroundJob(name = "work.ignore")
		void ignoreInterruption() {
			this.started.countDown();
			while (this.release.getCount() > 0) {
				try {
					this.release.await();
				}
				catch (InterruptedException ex) {
					this.interrupted.set(true);
				}
			}
		}

	}

}
