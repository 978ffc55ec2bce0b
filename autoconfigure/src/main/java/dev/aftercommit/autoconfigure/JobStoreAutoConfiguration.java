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

import java.time.Clock;

import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.memory.MemoryJobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Keeps jobs in the application's database, or, on request, in memory.
 */
@AutoConfiguration(afterName = { "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
		"org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
		"org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration",
		"org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration" })
@ConditionalOnBooleanProperty(name = "aftercommit.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(JobStore.class)
@EnableConfigurationProperties(AftercommitProperties.class)
public final class JobStoreAutoConfiguration {

	/**
	 * For tests and demonstrations.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = "aftercommit.store", havingValue = "memory")
	static class InMemory {

		private static final Logger logger = LoggerFactory.getLogger(JobStoreAutoConfiguration.class);

		@Bean
		MemoryJobStore jobStore() {
			logger.warn("Background jobs are kept in memory: all of them are lost when this JVM ends, and none is part"
					+ " of a transaction. Remove 'aftercommit.store' to keep them in the application's database");
			return new MemoryJobStore(Clock.systemUTC());
		}

	}

}
