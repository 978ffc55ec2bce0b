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
import java.util.UUID;

import javax.sql.DataSource;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.JobContext;
import dev.aftercommit.JobHandle;
import dev.aftercommit.worker.Workers;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whose transactions {@code transactional} jobs run in, and when there are none.
 */
class TransactionalStartTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	private final ApplicationContextRunner alone = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AftercommitAutoConfiguration.class, JobStoreAutoConfiguration.class,
				JobWorkersAutoConfiguration.class, JacksonAutoConfiguration.class, DataSourceAutoConfiguration.class,
				JdbcTemplateAutoConfiguration.class, TransactionAutoConfiguration.class))
		.withPropertyValues("spring.datasource.generate-unique-name=true");

	private final ApplicationContextRunner runner = this.alone
		.withConfiguration(AutoConfigurations.of(DataSourceTransactionManagerAutoConfiguration.class));

	@Test
	void theManagerOfTheStoresDataSourceIsFoundAndAPlainTransactionalJoins() {
		this.runner.withUserConfiguration(Payments.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Payments.class).pay("Ada").join(LONG)).isEqualTo("attempt 2");
			assertThat(payments(context)).isEqualTo(1);
		});
	}

	@Test
	void theManagerOfJpaIsFound() {
		this.alone.withConfiguration(AutoConfigurations.of(HibernateJpaAutoConfiguration.class))
			.withUserConfiguration(Payments.class)
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(JpaTransactionManager.class);
				assertThat(context.getBean(Payments.class).pay("Ada").join(LONG)).isEqualTo("attempt 2");
				assertThat(payments(context)).isEqualTo(1);
			});
	}

	@Test
	void aStoreInMemoryIsRefused() {
		this.runner.withUserConfiguration(Payments.class)
			.withPropertyValues("aftercommit.store=memory")
			.run(refuses("memory of this JVM", "payments.pay", "remove 'aftercommit.store'"));
	}

	@Test
	void noManagerIsRefused() {
		this.alone.withUserConfiguration(Payments.class).run(refuses("transaction manager beans []", "payments.pay"));
	}

	@Test
	void aManagerOnAnotherDataSourceIsRefused() {
		this.alone.withUserConfiguration(Payments.class, Other.class)
			.run(refuses("[otherTransactionManager]", "H2 ", "@Primary"));
	}

	@Test
	void aManagerThatHasNoDataSourceIsNotAsked() {
		this.runner.withUserConfiguration(Payments.class, Broker.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void severalManagersOfWhichNoneIsPrimaryAreNamed() {
		this.alone.withUserConfiguration(PlainPayments.class, Several.class)
			.run(refuses("[first, second]", "none is primary", "@Primary"));
	}

	@Test
	void thePrimaryOfSeveralManagersIsTaken() {
		this.alone.withUserConfiguration(Payments.class, Several.class, PrimaryManager.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void aBodyThatNamesAnotherManagerIsRefused() {
		this.alone.withUserConfiguration(NamesOther.class, Several.class, PrimaryManager.class)
			.run(refuses("@Transactional(\"second\")", "'chosen'"));
	}

	@Test
	void aBodyWhoseTransactionalMeansAnotherManagerIsRefused() {
		this.alone.withUserConfiguration(Payments.class, PrimaryElsewhere.class)
			.run(refuses("means another transaction manager", "@Transactional(\"own\")"));
	}

	@Test
	void aBodyThatNamesItsOwnManagerIsFine() {
		this.alone.withUserConfiguration(NamesOwn.class, PrimaryElsewhere.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void aNodeThatOnlyEnqueuesNeedsNone() {
		this.alone.withUserConfiguration(PlainPayments.class)
			.withPropertyValues("aftercommit.worker.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(Workers.class));
	}

	private static ContextConsumer<AssertableApplicationContext> refuses(String... texts) {
		return (context) -> {
			assertThat(context).hasFailed();
			Throwable cause = context.getStartupFailure();
			while (cause != null && !(cause instanceof JobConfigurationException)) {
				cause = cause.getCause();
			}
			assertThat(cause).as("cause of %s", context.getStartupFailure()).isNotNull().hasMessageContainingAll(texts);
			assertThat(((JobConfigurationException) cause).action()).isPresent();
		};
	}

	private static Integer payments(AssertableApplicationContext context) {
		return context.getBean(JdbcTemplate.class).queryForObject("SELECT COUNT(*) FROM payment", Integer.class);
	}

	private static DataSource newDatabase() {
		return new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
	}

	static class Payments {

		private final JdbcTemplate jdbc;

		Payments(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
			jdbc.execute("CREATE TABLE payment (name VARCHAR(100))");
		}

		@BackgroundJob(name = "payments.pay", transactional = true, retryPolicy = "atOnce")
		@Transactional
		public JobHandle<String> pay(String name) {
			this.jdbc.update("INSERT INTO payment VALUES (?)", name);
			int attempt = JobContext.current().attempt();
			if (attempt == 1) {
				throw new IllegalStateException("planted");
			}
			return JobHandle.completed("attempt " + attempt);
		}

		@Bean
		static RetryPolicy atOnce() {
			return RetryPolicy.builder().delay(Duration.ofMillis(1)).build();
		}

	}

	static class PlainPayments {

		@BackgroundJob(transactional = true)
		public void pay() {
		}

	}

	static class NamesOther {

		@BackgroundJob(transactional = true)
		@Transactional("second")
		public void pay() {
		}

	}

	static class NamesOwn {

		@BackgroundJob(transactional = true)
		@Transactional("own")
		public void pay() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Other {

		@Bean
		PlatformTransactionManager otherTransactionManager() {
			return new JdbcTransactionManager(newDatabase());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Several {

		@Bean
		PlatformTransactionManager first(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

		@Bean
		PlatformTransactionManager second(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryManager {

		@Bean
		@Primary
		PlatformTransactionManager chosen(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryElsewhere {

		@Bean
		PlatformTransactionManager own(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

		@Bean
		@Primary
		PlatformTransactionManager elsewhere() {
			return new JdbcTransactionManager(newDatabase());
		}

	}

	/** A broker's, whose begin would wait for a server. */
	@Configuration(proxyBeanMethods = false)
	static class Broker {

		@Bean(autowireCandidate = false)
		PlatformTransactionManager broker() {
			return new PlatformTransactionManager() {

				@Override
				public TransactionStatus getTransaction(TransactionDefinition definition) {
					throw new AssertionError("was asked");
				}

				@Override
				public void commit(TransactionStatus status) {
					throw new AssertionError("was asked");
				}

				@Override
				public void rollback(TransactionStatus status) {
					throw new AssertionError("was asked");
				}

			};
		}

	}

}
