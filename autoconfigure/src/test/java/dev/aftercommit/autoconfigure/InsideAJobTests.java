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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobAttempt;
import dev.aftercommit.JobContext;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobInterceptor;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobProgress;
import dev.aftercommit.WorkersIdleEvent;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What bodies say, and what is said around them, in an application.
 */
class InsideAJobTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AftercommitAutoConfiguration.class, JobStoreAutoConfiguration.class,
				JobWorkersAutoConfiguration.class, JacksonAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class))
		.withBean(Imports.class)
		.withBean(TenantInterceptor.class)
		.withBean(QuietMoments.class)
		.withPropertyValues("spring.datasource.generate-unique-name=true");

	@Test
	void aBodySnoozesTellsItsProgressAndKnowsItsCallersTenant() {
		this.runner.run((context) -> {
			Imports imports = context.getBean(Imports.class);
			Tenants.set("acme");
			JobHandle<?> handle;
			try {
				handle = imports.load("people.csv");
			}
			finally {
				Tenants.clear();
			}
			await().atMost(LONG).until(() -> imports.tenants().size() == 2);
			handle.join(LONG);
			assertThat(imports.tenants()).containsExactly("acme", "acme");
			JobOperations operations = context.getBean(JobOperations.class);
			assertThat(operations.words(handle.id()).progress()).isEqualTo(new JobProgress(3, 3));
			assertThat(operations.words(handle.id()).log()).containsExactly("people.csv is not there yet",
					"read people.csv");
			assertThat(operations.attempts(handle.id())).extracting(JobAttempt::outcome)
				.containsExactly(AttemptOutcome.SNOOZED, AttemptOutcome.SUCCEEDED);
		});
	}

	@Test
	void theApplicationIsToldOnceThatItsWorkersAreIdle() {
		this.runner.run((context) -> await().atMost(LONG)
			.untilAsserted(() -> assertThat(context.getBean(QuietMoments.class).events).hasSize(1)));
	}

	static class Imports {

		private final List<String> tenants = new CopyOnWriteArrayList<>();

		private final AtomicInteger looks = new AtomicInteger();

		// tag::body[]
		@BackgroundJob(name = "people.import")
		public JobHandle<Integer> load(String file) {
			JobContext context = JobContext.current();
			this.tenants.add(Tenants.current());
			if (!isThere(file)) {
				context.log(file + " is not there yet");
				context.snooze(Duration.ofMillis(100));
				return JobHandle.completed(0);
			}
			context.log("read " + file);
			for (int line = 1; line <= 3; line++) {
				context.progress(line, 3);
			}
			return JobHandle.completed(3);
		}
		// end::body[]

		List<String> tenants() {
			return this.tenants;
		}

		private boolean isThere(String file) {
			return this.looks.incrementAndGet() > 1;
		}

	}

	// tag::interceptor[]
	static class TenantInterceptor implements JobInterceptor {

		@Override
		public Map<String, String> headers(JobListener.Job job) {
			return Map.of("tenant", Tenants.current());
		}

		@Override
		public void intercept(JobListener.Attempt attempt, Body body) throws Throwable {
			Tenants.set(attempt.headers().getOrDefault("tenant", ""));
			try {
				body.proceed();
			}
			finally {
				Tenants.clear();
			}
		}

	}
	// end::interceptor[]

	static class QuietMoments {

		final List<WorkersIdleEvent> events = new CopyOnWriteArrayList<>();

		// tag::idle[]
		@EventListener
		void workersAreIdle(WorkersIdleEvent event) {
			this.events.add(event);
		}
		// end::idle[]

	}

	/** The tenant of a thread, as applications have it. */
	static final class Tenants {

		private static final ThreadLocal<String> CURRENT = ThreadLocal.withInitial(() -> "");

		private Tenants() {
		}

		static String current() {
			return CURRENT.get();
		}

		static void set(String tenant) {
			CURRENT.set(tenant);
		}

		static void clear() {
			CURRENT.remove();
		}

	}

}
