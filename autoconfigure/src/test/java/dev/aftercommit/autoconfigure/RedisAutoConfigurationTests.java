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
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.autoconfigure.actuate.BackgroundJobsEndpointAutoConfiguration;
import dev.aftercommit.autoconfigure.actuate.BackgroundJobsHealthAutoConfiguration;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.JobStore.Mode;
import dev.aftercommit.testing.RedisProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Jobs in a real Redis, with and without an outbox.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisAutoConfigurationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static RedisProcess redis;

	private final ApplicationContextRunner withoutDatabase = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AftercommitAutoConfiguration.class, JobStoreAutoConfiguration.class,
				JobWorkersAutoConfiguration.class, JacksonAutoConfiguration.class, DataRedisAutoConfiguration.class,
				BackgroundJobsEndpointAutoConfiguration.class, BackgroundJobsHealthAutoConfiguration.class))
		.withUserConfiguration(Application.class)
		.withPropertyValues("spring.data.redis.port=" + redis.port(), "spring.data.redis.timeout=2s",
				"management.endpoints.web.exposure.include=*", "management.endpoints.jmx.exposure.include=*");

	private final ApplicationContextRunner withDatabase = this.withoutDatabase
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class))
		.withPropertyValues("spring.datasource.generate-unique-name=true", "aftercommit.store=redis");

	@BeforeAll
	static void start() {
		((ch.qos.logback.classic.Logger) LoggerFactory.getLogger(StartupReport.class)).setLevel(Level.INFO);
		redis = RedisProcess.start("--appendonly", "yes", "--appendfsync", "everysec");
	}

	@AfterAll
	static void stop() {
		((ch.qos.logback.classic.Logger) LoggerFactory.getLogger(StartupReport.class)).setLevel(null);
		redis.close();
	}

	@Test
	void withADataSourceJobsGoThroughAnOutbox(CapturedOutput output) {
		this.withDatabase.withPropertyValues(prefix("a")).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(JobStore.class).mode()).isEqualTo(Mode.OUTBOX);
			assertThat(output).contains("Background jobs are kept in Redis 7")
				.contains(", outbox in H2 ")
				.contains("with the caller's transaction, through an outbox in its database (outbox)")
				.contains("10 workers on all queues for 1 handler of background jobs");
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			Mail mail = context.getBean(Mail.class);
			JobHandle<String> sent = transaction.execute((status) -> mail.send("ada"));
			assertThat(Objects.requireNonNull(sent).join(PATIENCE)).isEqualTo("ADA");
			JobHandle<String> rolledBack = transaction.execute((status) -> {
				status.setRollbackOnly();
				return mail.send("bob");
			});
			assertThat(Objects.requireNonNull(rolledBack).state()).isEmpty();
			assertThat(context.getBean(HealthIndicator.class).health().getDetails()).containsKeys("outbox",
					"oldestInOutbox");
		});
	}

	@Test
	void withoutAnOutboxJobsAreBestEffort(CapturedOutput output) {
		this.withDatabase.withPropertyValues(prefix("b"), "aftercommit.redis.outbox=false").run((context) -> {
			assertThat(context.getBean(JobStore.class).mode()).isEqualTo(Mode.BEST_EFFORT);
			assertThat(output)
				.contains("after the caller's transaction (best-effort: lost if the JVM dies in between)");
			assertThat(context.getBean(Mail.class).send("ada").join(PATIENCE)).isEqualTo("ADA");
			assertThat(context.getBean(HealthIndicator.class).health().getDetails()).doesNotContainKey("outbox");
		});
	}

	@Test
	void withoutADataSourceJobsGoToRedisIfThereIsOne() {
		this.withoutDatabase.withPropertyValues(prefix("c")).run((context) -> {
			assertThat(context.getBean(JobStore.class).description()).startsWith("Redis 7");
			assertThat(context.getBean(JobStore.class).mode()).isEqualTo(Mode.BEST_EFFORT);
			assertThat(context.getBean(Mail.class).send("ada").join(PATIENCE)).isEqualTo("ADA");
		});
	}

	@Test
	void withoutAnyDatabaseClassesJobsGoToRedis() {
		this.withoutDatabase.withPropertyValues(prefix("d"))
			.withClassLoader(new FilteredClassLoader("org.springframework.jdbc", "com.zaxxer", "org.flywaydb",
					"org.springframework.boot.jdbc", "org.h2", "org.postgresql"))
			.run((context) -> assertThat(context.getBean(Mail.class).send("ada").join(PATIENCE)).isEqualTo("ADA"));
	}

	@Test
	void withBothJobsStayInTheDatabaseUnlessItIsSaidOtherwise() {
		this.withDatabase.withPropertyValues("aftercommit.store=auto")
			.run((context) -> assertThat(context.getBean(JobStore.class).mode()).isEqualTo(Mode.JOINED));
	}

	@Test
	void withoutTheRedisStarterTheAnswerNamesIt() {
		this.withDatabase.withClassLoader(new FilteredClassLoader("org.springframework.data", "io.lettuce"))
			.run(answers("Spring's Redis support is not on the classpath", "'spring-boot-starter-data-redis'"));
	}

	@Test
	void withoutAConnectionFactoryTheAnswerSaysWhereItComesFrom() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(AftercommitAutoConfiguration.class, JobStoreAutoConfiguration.class))
			.withPropertyValues("aftercommit.store=redis")
			.run(answers("no RedisConnectionFactory", "DataRedisAutoConfiguration"));
	}

	@Test
	void transactionalBodiesAreRefused() {
		this.withDatabase.withUserConfiguration(Transactional.class)
			.withPropertyValues(prefix("e"))
			.run(answers("kept in Redis 7", "completes no job in a transaction of its body", "ledger.book", "'jdbc'"));
	}

	@Test
	void aRedisThatEvictsJobsIsRefused() {
		try (RedisProcess evicting = RedisProcess.start("--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru")) {
			this.withDatabase.withPropertyValues("spring.data.redis.port=" + evicting.port())
				.run(answers("Redis evicts jobs in silence when it is full ('maxmemory-policy' is 'allkeys-lru')",
						"maxmemory-policy noeviction"));
		}
	}

	@Test
	void aRedisThatWritesNothingToDiskIsWarnedOf(CapturedOutput output) {
		try (RedisProcess volatileRedis = RedisProcess.start()) {
			this.withDatabase.withPropertyValues("spring.data.redis.port=" + volatileRedis.port()).run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(output).contains("Redis writes nothing to disk").contains("'appendonly yes'");
			});
		}
	}

	@Test
	void aRedisThatIsAwayAtTheStartIsWaitedForWithAnOutbox() {
		try (RedisProcess late = RedisProcess.start("--appendonly", "yes")) {
			late.kill();
			this.withDatabase
				.withPropertyValues("spring.data.redis.port=" + late.port(), "spring.data.redis.connect-timeout=1s")
				.run((context) -> {
					assertThat(context).hasNotFailed();
					JobHandle<String> sent = context.getBean(Mail.class).send("ada");
					late.restart();
					assertThat(sent.join(PATIENCE)).isEqualTo("ADA");
				});
		}
	}

	@Test
	void aFullRedisIsAnErrorWithoutAnOutboxAndAGrowingOutboxWithOne() {
		String letter = "x".repeat(100_000);
		try (RedisProcess full = RedisProcess.start("--appendonly", "yes", "--maxmemory", "1500kb",
				"--maxmemory-policy", "noeviction")) {
			ApplicationContextRunner runner = this.withDatabase
				.withPropertyValues("spring.data.redis.port=" + full.port(), "aftercommit.worker.enabled=false");
			runner.withPropertyValues(prefix("full1"), "aftercommit.redis.outbox=false").run((context) -> {
				Mail mail = context.getBean(Mail.class);
				assertThatExceptionOfType(JobStoreException.class)
					.isThrownBy(() -> IntStream.range(0, 1000).forEach((i) -> mail.send(letter)))
					.withMessageContaining("Redis is full");
			});
			runner.withPropertyValues(prefix("full2"), "aftercommit.worker.enabled=true").run((context) -> {
				Mail mail = context.getBean(Mail.class);
				List<JobHandle<String>> sent = IntStream.range(0, 20).mapToObj((i) -> mail.send(letter)).toList();
				JobStore store = context.getBean(JobStore.class);
				assertThat(store.outbox().orElseThrow().jobs().value()).isEqualTo(20);
				try (RedisConnection connection = context.getBean(RedisConnectionFactory.class).getConnection()) {
					connection.serverCommands().setConfig("maxmemory", "0");
				}
				for (JobHandle<String> each : sent) {
					assertThat(each.join(PATIENCE)).hasSize(letter.length());
				}
			});
		}
	}

	@Test
	void jobsThatRedisLosesInARestartWithoutPersistenceRunFromTheOutbox() {
		try (RedisProcess forgetful = RedisProcess.start()) {
			ApplicationContextRunner runner = this.withDatabase.withPropertyValues(
					"spring.data.redis.port=" + forgetful.port(), "aftercommit.redis.outbox-grace=1m",
					"spring.datasource.generate-unique-name=false",
					"spring.datasource.url=jdbc:h2:mem:forgetful;DB_CLOSE_DELAY=-1");
			runner.withPropertyValues("aftercommit.worker.queues=other").run((context) -> {
				Mail mail = context.getBean(Mail.class);
				TransactionTemplate transaction = new TransactionTemplate(
						context.getBean(PlatformTransactionManager.class));
				List<JobHandle<String>> sent = IntStream.range(0, 20)
					.mapToObj((i) -> Objects.requireNonNull(transaction.execute((status) -> mail.send("ada"))))
					.toList();
				JobStore store = context.getBean(JobStore.class);
				awaitDepth(store, 20);
				forgetful.restart();
				awaitDepth(store, 20);
				runner.run((other) -> {
					assertThat(other).hasNotFailed();
					assertThat(sent).allSatisfy((each) -> assertThat(each.join(PATIENCE)).isEqualTo("ADA"));
				});
			});
		}
	}

	private static void awaitDepth(JobStore store, int waiting) {
		await().atMost(PATIENCE)
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(store.directory().depths()).singleElement()
				.satisfies((depth) -> assertThat(depth.waiting().value()).isEqualTo(waiting)));
	}

	private static String prefix(String name) {
		return "aftercommit.redis.key-prefix=" + name;
	}

	private static ContextConsumer<AssertableApplicationContext> answers(String... texts) {
		return (context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = Stream
				.<FailureAnalyzer>of(new SettingFailureAnalyzer(), new JobConfigurationFailureAnalyzer(),
						new JobStoreFailureAnalyzer())
				.map((analyzer) -> analyzer.analyze(context.getStartupFailure()))
				.filter(Objects::nonNull)
				.findFirst()
				.orElseThrow();
			assertThat(analysis.getDescription() + "\n" + analysis.getAction()).contains(texts);
		};
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Mail mail() {
			return new Mail();
		}

	}

	public static class Mail {

		@BackgroundJob(name = "mail.send")
		public JobHandle<String> send(String to) {
			return JobHandle.completed(to.toUpperCase(java.util.Locale.ROOT));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Transactional {

		@Bean
		Ledger ledger() {
			return new Ledger();
		}

	}

	public static class Ledger {

		@BackgroundJob(name = "ledger.book", transactional = true)
		public void book() {
		}

	}

}
