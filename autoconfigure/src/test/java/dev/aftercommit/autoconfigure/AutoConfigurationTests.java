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

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.BackgroundJobs;
import dev.aftercommit.JobHandle;
import dev.aftercommit.autoconfigure.actuate.BackgroundJobsEndpointAutoConfiguration;
import dev.aftercommit.autoconfigure.actuate.BackgroundJobsHealthAutoConfiguration;
import dev.aftercommit.enqueue.EnqueuePath;
import dev.aftercommit.handler.BackgroundJobProxying;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.serialization.JobSerializer;
import dev.aftercommit.store.CommitCheck;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.RateLimit;
import dev.aftercommit.store.memory.MemoryJobStore;
import dev.aftercommit.worker.QueueSettings;
import dev.aftercommit.worker.WorkerSettings;
import dev.aftercommit.worker.Workers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.info.GitProperties;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;

/**
 * Which beans exist when.
 */
class AutoConfigurationTests {

	private final ApplicationContextRunner alone = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AftercommitAutoConfiguration.class, JobStoreAutoConfiguration.class,
				JobWorkersAutoConfiguration.class, JacksonAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.alone
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class))
		.withPropertyValues("spring.datasource.generate-unique-name=true");

	@Test
	void allAreListedForSpringBoot() {
		assertThat(ImportCandidates.load(ImportAutoConfiguration.class, getClass().getClassLoader())).isEmpty();
		assertThat(ImportCandidates.load(org.springframework.boot.autoconfigure.AutoConfiguration.class,
				getClass().getClassLoader()))
			.filteredOn((name) -> name.startsWith("dev.aftercommit."))
			.hasSize(9)
			.allSatisfy((name) -> assertThat(Class.forName(name)).isFinal());
	}

	@Test
	void worksWithoutAnyPropertyAndWithoutJpa() {
		this.runner.withUserConfiguration(Application.class).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(BackgroundJobs.class).hasSingleBean(Workers.class);
			assertThat(context.getBean(JobStore.class).description()).startsWith("H2 ");
			assertThat(context.getBean(JobStore.class).canJoinTransactions()).isTrue();
			assertThat(context.getBean(Mail.class).send("ada").join(Duration.ofSeconds(30))).isEqualTo("ADA");
		});
	}

	@Test
	void nothingIsThereWhenSwitchedOff() {
		this.alone.withUserConfiguration(Application.class)
			.withPropertyValues("aftercommit.enabled=false")
			.run((context) -> {
				assertThat(context).doesNotHaveBean(JobStore.class)
					.doesNotHaveBean(BackgroundJobs.class)
					.doesNotHaveBean(BackgroundJobProxying.class)
					.doesNotHaveBean(LocalWorkers.class);
				assertThat(AopUtils.isAopProxy(context.getBean(Mail.class))).isFalse();
			});
	}

	@Test
	void aNodeThatOnlyEnqueuesHasNoWorkers() {
		this.runner.withPropertyValues("aftercommit.worker.enabled=false")
			.run((context) -> assertThat(context).hasSingleBean(EnqueuePath.class).doesNotHaveBean(LocalWorkers.class));
	}

	@Test
	void aStoreInMemoryNeedsNoDataSource() {
		this.alone.withPropertyValues("aftercommit.store=memory")
			.run((context) -> assertThat(context).hasSingleBean(MemoryJobStore.class).hasSingleBean(CommitCheck.class));
	}

	@Test
	void aStoreInMemoryNeedsNoJdbc() {
		this.alone.withPropertyValues("aftercommit.store=memory")
			.withClassLoader(new FilteredClassLoader("org.springframework.jdbc", "com.zaxxer", "org.flywaydb",
					"org.springframework.boot.jdbc"))
			.run((context) -> assertThat(context).hasSingleBean(MemoryJobStore.class)
				.doesNotHaveBean(CommitCheck.class));
	}

	@Test
	void worksWithoutFlyway() {
		this.runner.withUserConfiguration(Application.class)
			.withClassLoader(new FilteredClassLoader("org.flywaydb"))
			.run((context) -> assertThat(context.getBean(JobStore.class).directory().depths()).isEmpty());
	}

	@Test
	void worksWithNothingButTheStarter() {
		new ApplicationContextRunner().withUserConfiguration(OnlyTheStarter.class)
			.withClassLoader(new FilteredClassLoader("org.flywaydb", "org.springframework.data", "io.lettuce",
					"org.springframework.boot.data", "org.springframework.boot.actuate",
					"org.springframework.boot.health", "org.springframework.web", "io.micrometer", "jakarta",
					"org.hibernate"))
			.withPropertyValues("spring.datasource.generate-unique-name=true")
			.run((context) -> assertThat(context.getBean(Mail.class).send("ada").join(Duration.ofSeconds(30)))
				.isEqualTo("ADA"));
	}

	@Test
	void withoutDataSourceTheAnswerNamesDriverAndMemory() {
		this.alone.run(answers("there is no DataSource", "'com.h2database:h2'", "'spring.datasource.url'",
				"'aftercommit.store' to 'memory'"));
	}

	@Test
	void withoutJdbcTheAnswerNamesTheStarter() {
		this.alone.withClassLoader(new FilteredClassLoader("org.springframework.jdbc"))
			.run(answers("Spring's JDBC support is not on the classpath", "'spring-boot-starter-jdbc'"));
	}

	@Test
	void severalDataSourcesOfWhichNoneIsPrimaryAreNamed() {
		this.alone.withUserConfiguration(TwoDataSources.class)
			.run(answers("[first, second]", "@Primary", "bean of type JobStore"));
	}

	@Test
	void thePrimaryOfSeveralDataSourcesIsTaken() {
		this.alone.withUserConfiguration(TwoDataSources.class, PrimaryDataSource.class)
			.run((context) -> assertThat(hasTables(context.getBean("chosen", DataSource.class))).isTrue());
	}

	@Test
	void anUnsupportedDatabaseIsAnsweredWithThoseThatWork() {
		this.alone.withBean(DataSource.class, AutoConfigurationTests::mySql)
			.run(answers("MySQL 8.4.0", "PostgreSQL", "H2"));
	}

	@Test
	void aDatabaseThatDoesNotAnswerIsSaidToBeTheReason() {
		this.alone
			.withBean(DataSource.class,
					() -> new DriverManagerDataSource("jdbc:h2:tcp://localhost:1/./nobody-is-there"))
			.run(answers("could not find out which database it is in", "Check that the database is running",
					"'spring.datasource.url'"));
	}

	@Test
	void aShutdownLongerThanItsPhaseIsAnsweredWithBothWaysOut() {
		this.runner
			.withPropertyValues("aftercommit.worker.shutdown-timeout=20s",
					"spring.lifecycle.timeout-per-shutdown-phase=20s")
			.run(answers("'aftercommit.worker.shutdown-timeout' (20s) must be below"
					+ " 'spring.lifecycle.timeout-per-shutdown-phase' (20s)", "Shorten it, or set"));
	}

	@Test
	void backsOffForTheApplicationsOwnStore() {
		this.alone.withBean(JobStore.class, () -> new MemoryJobStore(Clock.systemUTC()))
			.run((context) -> assertThat(context).hasSingleBean(JobStore.class));
	}

	@Test
	void backsOffForTheApplicationsOwnSerializer() {
		JobSerializer own = mock(JobSerializer.class);
		this.runner.withBean(JobSerializer.class, () -> own)
			.run((context) -> assertThat(context.getBean(JobSerializer.class)).isSameAs(own));
	}

	@Test
	void backsOffForTheApplicationsOwnRegistry() {
		HandlerRegistry own = mock(HandlerRegistry.class);
		this.runner.withBean(HandlerRegistry.class, () -> own)
			.run((context) -> assertThat(context.getBean(HandlerRegistry.class)).isSameAs(own));
	}

	@Test
	void backsOffForTheApplicationsOwnEntry() {
		BackgroundJobs own = mock(BackgroundJobs.class);
		this.runner.withBean(BackgroundJobs.class, () -> own)
			.run((context) -> assertThat(context.getBean(BackgroundJobs.class)).isSameAs(own));
	}

	@Test
	void settingsReachTheWorkers() {
		this.runner
			.withPropertyValues("aftercommit.queues.mail.concurrency=2", "aftercommit.queues.mail.weight=5",
					"aftercommit.queues.mail.rate-limit=7/1s", "aftercommit.worker.queues=mail,bulk",
					"aftercommit.worker.lease=9s", "aftercommit.worker.heartbeat=3s", "aftercommit.retry.jitter=0")
			.run((context) -> {
				WorkerSettings settings = context.getBean(WorkerSettings.class);
				assertThat(settings.queueSettings())
					.isEqualTo(Map.of("mail", new QueueSettings(2, 5, new RateLimit(7, Duration.ofSeconds(1)))));
				assertThat(settings.queues()).containsExactlyInAnyOrder("mail", "bulk");
				assertThat(settings.lease()).hasSeconds(9);
				assertThat(settings.heartbeat()).hasSeconds(3);
				assertThat(settings.retry().jitter()).isZero();
				assertThat(settings.virtualThreads()).isFalse();
				assertThat(settings.nodeName()).endsWith(":" + ProcessHandle.current().pid());
			});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void workersAreVirtualThreadsWhereTheApplicationHasThem() {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true")
			.run((context) -> assertThat(context.getBean(WorkerSettings.class).virtualThreads()).isTrue());
	}

	@Test
	void theVersionOfTheApplicationIsThatOfItsBuildItsManifestOrItsCommit() {
		Properties build = new Properties();
		build.setProperty("version", "1.2.3");
		Properties git = new Properties();
		git.setProperty("commit.id.abbrev", "abc1234");
		ApplicationContextRunner committed = this.runner.withBean(GitProperties.class, () -> new GitProperties(git));
		this.runner.run((context) -> assertThat(version(context)).isEmpty());
		committed.run((context) -> assertThat(version(context)).isEqualTo("abc1234"));
		committed.withPropertyValues("spring.application.version=1.2")
			.run((context) -> assertThat(version(context)).isEqualTo("1.2"));
		committed.withBean(BuildProperties.class, () -> new BuildProperties(build))
			.run((context) -> assertThat(version(context)).isEqualTo("1.2.3"));
	}

	@Test
	void misuseOfTheAnnotationIsAnsweredWithWhatToDo() {
		this.runner.withUserConfiguration(Misused.class).run(answers("'twice'", "name"));
	}

	private static String version(AssertableApplicationContext context) {
		return context.getBean(WorkerSettings.class).applicationVersion();
	}

	private static ContextConsumer<AssertableApplicationContext> answers(String... texts) {
		return (context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = analyze(context.getStartupFailure()).orElseThrow();
			assertThat(analysis.getDescription() + "\n" + analysis.getAction()).contains(texts);
			assertThat(analysis.getAction()).isNotBlank();
		};
	}

	private static Optional<FailureAnalysis> analyze(Throwable failure) {
		return Stream
			.<FailureAnalyzer>of(new SettingFailureAnalyzer(), new JobConfigurationFailureAnalyzer(),
					new JobStoreFailureAnalyzer())
			.map((analyzer) -> analyzer.analyze(failure))
			.filter(Objects::nonNull)
			.findFirst();
	}

	private static DataSource mySql() {
		DataSource dataSource = mock(DataSource.class, RETURNS_DEEP_STUBS);
		try {
			given(dataSource.getConnection().getMetaData().getDatabaseProductName()).willReturn("MySQL");
			given(dataSource.getConnection().getMetaData().getDatabaseProductVersion()).willReturn("8.4.0");
			given(dataSource.unwrap(any())).willThrow(new SQLException("wraps nothing"));
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		return dataSource;
	}

	private static boolean hasTables(DataSource dataSource) throws SQLException {
		try (Connection connection = dataSource.getConnection()) {
			return connection.getMetaData().getTables(null, null, "AFTERCOMMIT_JOB", null).next();
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Mail mail() {
			return new Mail();
		}

	}

	public static class Mail {

		@BackgroundJob
		public JobHandle<String> send(String to) {
			return JobHandle.completed(to.toUpperCase(Locale.ROOT));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Application.class)
	@ImportAutoConfiguration({ AftercommitAutoConfiguration.class, JobStoreAutoConfiguration.class,
			JobWorkersAutoConfiguration.class, JobObservationAutoConfiguration.class,
			BackgroundJobsEndpointAutoConfiguration.class, BackgroundJobsHealthAutoConfiguration.class,
			JacksonAutoConfiguration.class, DataSourceAutoConfiguration.class,
			DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class })
	static class OnlyTheStarter {

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoDataSources {

		@Bean
		DataSource first() {
			return new DriverManagerDataSource("jdbc:h2:mem:first;DB_CLOSE_DELAY=-1");
		}

		@Bean
		DataSource second() {
			return new DriverManagerDataSource("jdbc:h2:mem:second;DB_CLOSE_DELAY=-1");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryDataSource {

		@Bean
		@Primary
		DataSource chosen() {
			return new DriverManagerDataSource("jdbc:h2:mem:chosen;DB_CLOSE_DELAY=-1");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Misused {

		@Bean
		Twice twice() {
			return new Twice();
		}

	}

	static class Twice {

		@BackgroundJob(name = "twice")
		void one() {
		}

		@BackgroundJob(name = "twice")
		void two() {
		}

	}

}
