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
import java.util.concurrent.atomic.AtomicInteger;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.RecurringJob;
import dev.aftercommit.recurring.RecurringJobs;
import dev.aftercommit.recurring.Schedules;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Recurring jobs of annotations and of properties, in an application.
 */
class RecurringJobsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AftercommitAutoConfiguration.class, JobStoreAutoConfiguration.class,
				JobWorkersAutoConfiguration.class, JacksonAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class))
		.withBean(Cleanup.class)
		.withPropertyValues("spring.datasource.generate-unique-name=true");

	@Test
	void aScheduleOfThePropertiesIsFiredAndRuns() {
		this.runner
			.withPropertyValues("aftercommit.recurring.often.job=server.cleanup",
					"aftercommit.recurring.often.every=1s")
			.run((context) -> {
				Cleanup cleanup = context.getBean(Cleanup.class);
				await().atMost(Duration.ofSeconds(30)).until(() -> cleanup.runs() >= 2);
				assertThat(context.getBean(RecurringJobs.class).isRunning()).isTrue();
				assertThat(context.getBean(Schedules.class).descriptions()).containsExactly(
						"'server.cleanup' (server.cleanup cron 0 0 3 * * * Europe/Berlin, missed RUN_ONCE)",
						"'often' (server.cleanup every PT1S, missed RUN_ONCE)");
			});
	}

	@Test
	void aNodeWithoutWorkersFiresNothingAndChecksItsSchedules() {
		this.runner.withPropertyValues("aftercommit.worker.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RecurringJobs.class));
		this.runner
			.withPropertyValues("aftercommit.worker.enabled=false", "aftercommit.recurring.often.job=server.clean",
					"aftercommit.recurring.often.every=1s")
			.run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void aTypoFailsTheStart() {
		this.runner.withPropertyValues("aftercommit.recurring[server.cleanup].cron=0 0 3 * *").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause().isNotNull();
			assertThat(context.getStartupFailure()).isInstanceOf(JobConfigurationException.class)
				.hasMessageContaining("'aftercommit.recurring.server.cleanup.cron' (0 0 3 * *) is no cron expression");
		});
	}

	static class Cleanup {

		private final AtomicInteger runs = new AtomicInteger();

		// tag::recurring[]
		@BackgroundJob(name = "server.cleanup")
		@RecurringJob(cron = "0 0 3 * * *", zone = "Europe/Berlin")
		public void cleanUp() {
			this.runs.incrementAndGet();
		}
		// end::recurring[]

		int runs() {
			return this.runs.get();
		}

	}

}
