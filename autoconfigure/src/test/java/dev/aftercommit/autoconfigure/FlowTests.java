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
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobFlow;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobState;
import dev.aftercommit.flow.FlowRecorder;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.JobStore;
import org.junit.jupiter.api.Test;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Nodes of one store count what comes and goes, those without workers, too. What they
 * have counted last they say when they stop.
 */
class FlowTests {

	private static final Count NONE = new Count(0, true);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AftercommitAutoConfiguration.class, JobStoreAutoConfiguration.class,
				JobWorkersAutoConfiguration.class, JacksonAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class))
		.withBean(Work.class)
		.withPropertyValues("spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1",
				"aftercommit.retry.initial-interval=1h");

	private final ApplicationContextRunner callers = this.runner.withPropertyValues("aftercommit.worker.enabled=false");

	@Test
	void nodesCountWhatTheyEnqueueAndWhatTheyRun() {
		this.callers.run((context) -> {
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			call(context, transaction, (work, status) -> work.succeed());
			call(context, transaction, (work, status) -> work.succeed());
			call(context, transaction, (work, status) -> work.fail());
			call(context, transaction, (work, status) -> work.giveUp());
			call(context, transaction, (work, status) -> {
				work.succeed();
				status.setRollbackOnly();
			});
			context.getBean(Work.class).succeed();
		});
		this.callers.run((context) -> assertThat(lately(context))
			.isEqualTo(Map.of("good", new JobFlow.Counts(3, 0, 0, 0, 0), "bad", new JobFlow.Counts(2, 0, 0, 0, 0))));
		this.runner.run((context) -> await().atMost(Duration.ofSeconds(60)).until(() -> {
			Map<JobState, Count> counts = context.getBean(JobStore.class).directory().count();
			return counts.getOrDefault(JobState.SUCCEEDED, NONE).value() == 3
					&& counts.getOrDefault(JobState.RETRYING, NONE).value() == 1
					&& counts.getOrDefault(JobState.DEAD, NONE).value() == 1;
		}));
		this.callers.run((context) -> assertThat(lately(context))
			.isEqualTo(Map.of("good", new JobFlow.Counts(3, 3, 0, 0, 0), "bad", new JobFlow.Counts(2, 0, 1, 1, 0))));
	}

	@Test
	void aLazyApplicationCountsToo() {
		this.callers
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(context.getBean(FlowRecorder.class).isRunning()).isTrue());
	}

	private static void call(ApplicationContext context, TransactionTemplate transaction,
			BiConsumer<Work, TransactionStatus> calls) {
		transaction.executeWithoutResult((status) -> calls.accept(context.getBean(Work.class), status));
	}

	/** Of all minutes, as one may have ended meanwhile. */
	private static Map<String, JobFlow.Counts> lately(ApplicationContext context) {
		Map<String, JobFlow.Counts> sums = new HashMap<>();
		context.getBean(JobOperations.class)
			.flow()
			.minutes()
			.forEach((minute) -> minute.queues()
				.forEach((queue, counts) -> sums.merge(queue, counts, JobFlow.Counts::plus)));
		return sums;
	}

	static class Work {

		@BackgroundJob(name = "succeed", queue = "good")
		public void succeed() {
		}

		@BackgroundJob(name = "fail", queue = "bad")
		public void fail() {
			throw new IllegalStateException("planted");
		}

		@BackgroundJob(name = "giveUp", queue = "bad", maxAttempts = 1)
		public void giveUp() {
			throw new IllegalStateException("planted");
		}

	}

}
