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
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.aftercommit.BackgroundJobs;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobState;
import dev.aftercommit.autoconfigure.app.GreetingApplication;
import dev.aftercommit.autoconfigure.app.Greetings;
import dev.aftercommit.autoconfigure.app.Reception;
import dev.aftercommit.store.JobStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The starter in an application with JPA and H2, as a user has it.
 */
@ExtendWith(OutputCaptureExtension.class)
class EndToEndTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final Consumer<JobHandle<String>> NOTHING = (greeting) -> {
	};

	private final String database = "spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

	@Test
	void aJobRunsOnceItsTransactionHasCommitted() {
		try (ConfigurableApplicationContext context = start()) {
			Greetings greetings = context.getBean(Greetings.class);
			JobHandle<String> greeting = context.getBean(Reception.class).letIn("Ada", (handle) -> {
				assertThat(handle.state()).isEmpty();
				assertThat(greetings.said()).isEmpty();
			});
			assertThat(greeting.join(LONG)).isEqualTo("Hello Ada");
			assertThat(greetings.said()).containsExactly("Hello Ada");
			await().atMost(LONG).untilAsserted(() -> assertThat(greeting.state()).contains(JobState.SUCCEEDED));
		}
	}

	@Test
	void aJobWhoseTransactionIsRolledBackNeverRuns() {
		try (ConfigurableApplicationContext context = start()) {
			Reception reception = context.getBean(Reception.class);
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> reception.letIn("Mallory", (handle) -> {
					throw new IllegalStateException("not today");
				}))
				.withMessage("not today");
			assertThat(reception.letIn("Ada", NOTHING).join(LONG)).isEqualTo("Hello Ada");
			assertThat(context.getBean(Greetings.class).said()).containsExactly("Hello Ada");
			assertThat(context.getBean(JobStore.class).directory().count().values())
				.extracting((count) -> count.value())
				.containsOnly(0L, 1L)
				.containsOnlyOnce(1L);
		}
	}

	@Test
	void aCallWithoutTransactionAndOneByTheBeanRunAtOnce() {
		try (ConfigurableApplicationContext context = start()) {
			Greetings greetings = context.getBean(Greetings.class);
			assertThat(greetings.greet(-1).join(LONG)).isEqualTo("Who are you?");
			JobHandle<?> handle = context.getBean(BackgroundJobs.class).enqueue(() -> greetings.greet(-2));
			assertThat(handle.join(LONG)).isNotNull();
			assertThat(greetings.said()).hasSize(2);
		}
	}

	@Test
	void joiningInsideTheTransactionIsRefused() {
		try (ConfigurableApplicationContext context = start()) {
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(
					() -> context.getBean(Reception.class).letIn("Ada", (handle) -> handle.join(Duration.ofHours(1))));
		}
	}

	@Test
	void aNodeWithoutWorkersOnlyEnqueuesAndAnotherNodeRuns() {
		try (ConfigurableApplicationContext web = start("aftercommit.worker.enabled=false")) {
			JobHandle<String> greeting = web.getBean(Reception.class).letIn("Ada", NOTHING);
			assertThat(greeting.state()).contains(JobState.ENQUEUED);
			try (ConfigurableApplicationContext worker = start()) {
				assertThat(greeting.join(LONG)).isEqualTo("Hello Ada");
				assertThat(worker.getBean(Greetings.class).said()).containsExactly("Hello Ada");
			}
			assertThat(web.getBean(Greetings.class).said()).isEmpty();
		}
	}

	@Test
	void aPoolOfOneConnectionWithoutAutoCommitIsEnough() {
		try (ConfigurableApplicationContext context = start("spring.flyway.enabled=false",
				"spring.datasource.hikari.maximum-pool-size=1", "spring.datasource.hikari.auto-commit=false")) {
			Reception reception = context.getBean(Reception.class);
			List<JobHandle<String>> greetings = IntStream.range(0, 20)
				.mapToObj((number) -> reception.letIn("Ada", NOTHING))
				.toList();
			assertThat(greetings).allSatisfy((greeting) -> assertThat(greeting.join(LONG)).isEqualTo("Hello Ada"));
			assertThat(context.getBean(Greetings.class).said()).hasSize(20);
		}
	}

	@Test
	void workersStartAlthoughAllBeansAreLazy() {
		try (ConfigurableApplicationContext web = start("aftercommit.worker.enabled=false",
				"spring.main.lazy-initialization=true")) {
			web.getBean(Reception.class).letIn("Ada", NOTHING);
			try (ConfigurableApplicationContext lazy = start("spring.main.lazy-initialization=true")) {
				JobStore store = lazy.getBean(JobStore.class);
				await().atMost(LONG)
					.untilAsserted(() -> assertThat(store.directory().count().get(JobState.SUCCEEDED).value()).isOne());
			}
		}
	}

	@Test
	void anApplicationCanBeRestartedInOneJvm() {
		for (int run = 1; run <= 3; run++) {
			try (ConfigurableApplicationContext context = start()) {
				assertThat(context.getBean(Reception.class).letIn("Ada", NOTHING).join(LONG)).isEqualTo("Hello Ada");
				assertThat(context.getBean(Greetings.class).said()).hasSize(1);
			}
		}
		await().atMost(LONG)
			.untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
				.noneMatch((name) -> name.startsWith("aftercommit")));
	}

	@Test
	void jobsCanBeEnqueuedWhileTheApplicationStarts() {
		try (ConfigurableApplicationContext context = start(EarlyCalls.class)) {
			await().atMost(LONG).untilAsserted(() -> assertThat(context.getBean(Greetings.class).said()).hasSize(2));
		}
	}

	@Test
	void theTablesComeAfterThoseOfTheApplicationsOwnFlyway() {
		try (ConfigurableApplicationContext context = start("spring.jpa.hibernate.ddl-auto=validate",
				"spring.flyway.locations=classpath:db/greetings")) {
			assertThat(context.getBean(Reception.class).letIn("Ada", NOTHING).join(LONG)).isEqualTo("Hello Ada");
		}
		try (ConfigurableApplicationContext again = start("spring.jpa.hibernate.ddl-auto=validate",
				"spring.flyway.locations=classpath:db/greetings")) {
			assertThat(again.getBean(Reception.class).letIn("Bob", NOTHING).join(LONG)).isEqualTo("Hello Bob");
		}
	}

	@Test
	void switchedOffMethodsArePlainMethods() {
		try (ConfigurableApplicationContext context = start("aftercommit.enabled=false")) {
			assertThat(context.getBeanProvider(BackgroundJobs.class).stream()).isEmpty();
			context.getBean(Greetings.class).greet(-1);
			assertThat(context.getBean(Greetings.class).said()).containsExactly("Who are you?");
		}
	}

	@Test
	void twoLinesSayWhatThisNodeDoes(CapturedOutput output) {
		start("logging.level.dev.aftercommit=info", "aftercommit.worker.queues=mail,default",
				"aftercommit.worker.concurrency=1")
			.close();
		assertThat(lines(output)).hasSize(2)
			.satisfiesExactly(
					(line) -> assertThat(line).contains("Background jobs are kept in H2 2.")
						.endsWith("and enqueued with the caller's transaction (joined)"),
					(line) -> assertThat(line)
						.endsWith("1 worker on queues default, mail for 1 handler of background jobs"));
	}

	@Test
	void twoLinesSayThatANodeOnlyEnqueues(CapturedOutput output) {
		start("logging.level.dev.aftercommit=info", "aftercommit.worker.enabled=false", "aftercommit.store=memory")
			.close();
		assertThat(lines(output)).hasSize(2)
			.satisfiesExactly((line) -> assertThat(line).contains("kept in memory").contains("best-effort"),
					(line) -> assertThat(line).contains("No workers on this node, which only enqueues"));
		assertThat(output).contains("all of them are lost when this JVM ends");
	}

	private static List<String> lines(CapturedOutput output) {
		return Stream.of(output.getOut().split("\n"))
			.filter((line) -> line.contains("StartupReport"))
			.map(String::strip)
			.toList();
	}

	private ConfigurableApplicationContext start(String... properties) {
		return start(GreetingApplication.class, properties);
	}

	private ConfigurableApplicationContext start(Class<?> application, String... properties) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.properties(this.database, "spring.jpa.hibernate.ddl-auto=update")
			.properties(properties)
			.run();
	}

	@Configuration(proxyBeanMethods = false)
	@Import(GreetingApplication.class)
	static class EarlyCalls {

		@Bean
		InitializingBean atInitialization(Greetings greetings) {
			return () -> greetings.greet(-1);
		}

		@Bean
		ApplicationRunner atStart(Greetings greetings) {
			return (arguments) -> greetings.greet(-2);
		}

	}

}
