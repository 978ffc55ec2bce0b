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

package dev.aftercommit.autoconfigure;

import java.time.Duration;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobHandle;
import dev.aftercommit.enqueue.HeaderSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class JobObservationAutoConfigurationTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AftercommitAutoConfiguration.class, JobStoreAutoConfiguration.class,
				JobWorkersAutoConfiguration.class, JobObservationAutoConfiguration.class))
		.withBean(Mail.class)
		.withPropertyValues("aftercommit.store=memory");

	@Test
	void callsAndAttemptsAreObservedAndMeasured() {
		this.runner
			.withConfiguration(
					AutoConfigurations.of(MetricsAutoConfiguration.class, ObservationAutoConfiguration.class))
			.withBean(SimpleMeterRegistry.class)
			.run((context) -> {
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				assertThat(context.getBean(Mail.class).send("ada").join(LONG)).isEqualTo("sent to ada");
				await().atMost(LONG).untilAsserted(() -> {
					assertThat(meters.get("aftercommit.enqueue").tag("name", "mail").timer().count()).isOne();
					assertThat(meters.get("aftercommit.run").tag("outcome", "SUCCEEDED").timer().count()).isOne();
					assertThat(meters.get("aftercommit.jobs.outcomes").tag("queue", "letters").counter().count())
						.isOne();
				});
				assertThat(meters.get("aftercommit.queue.depth").tag("queue", "letters").gauge().value()).isZero();
				assertThat(meters.get("aftercommit.queue.oldest.age").tag("queue", "letters").timeGauge().value())
					.isZero();
				assertThat(meters.get("aftercommit.worker.slots").gauge().value()).isEqualTo(10);
			});
	}

	@Test
	void aNodeWithoutWorkersHasNoSlots() {
		this.runner.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class))
			.withBean(SimpleMeterRegistry.class)
			.withPropertyValues("aftercommit.worker.enabled=false")
			.run((context) -> assertThat(context.getBean(MeterRegistry.class).find("aftercommit.worker.slots").gauge())
				.isNull());
	}

	@Test
	void worksWithoutMicrometer() {
		this.runner.withClassLoader(new FilteredClassLoader("io.micrometer")).run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(HeaderSource.class);
			assertThat(context.getBean(Mail.class).send("ada").join(LONG)).isEqualTo("sent to ada");
		});
	}

	@Test
	void nothingIsObservedWithoutRegistries() {
		this.runner.run(
				(context) -> assertThat(context).doesNotHaveBean(HeaderSource.class).doesNotHaveBean("jobQueueMeters"));
	}

	public static class Mail {

		@BackgroundJob(name = "mail", queue = "letters")
		public JobHandle<String> send(String to) {
			return JobHandle.completed("sent to " + to);
		}

	}

}
