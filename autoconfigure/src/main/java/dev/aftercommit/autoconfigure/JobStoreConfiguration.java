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

import javax.sql.DataSource;

import dev.aftercommit.store.CommitCheck;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.jdbc.JdbcCommitCheck;
import dev.aftercommit.store.jdbc.JdbcJobStore;
import dev.aftercommit.store.jdbc.JdbcStoreSettings;
import dev.aftercommit.store.memory.MemoryJobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.ConnectionHolder;

/**
 * Where jobs can be kept, to be imported in this order: each backs off for those before
 * it.
 */
abstract class JobStoreConfiguration {

	/**
	 * For tests and demonstrations.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = "aftercommit.store", havingValue = "memory")
	@ConditionalOnMissingBean(JobStore.class)
	static class InMemory {

		private static final Logger logger = LoggerFactory.getLogger(JobStoreAutoConfiguration.class);

		@Bean
		MemoryJobStore jobStore() {
			logger.warn("Background jobs are kept in memory: all of them are lost when this JVM ends, and none is part"
					+ " of a transaction. Remove 'aftercommit.store' to keep them in the application's database");
			return new MemoryJobStore(Clock.systemUTC());
		}

	}

	/**
	 * Beside the application's own tables, which are there before ours.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ ConnectionHolder.class, DataSourceBuilder.class })
	static class InDatabase {

		@Bean
		@ConditionalOnMissingBean(JobStore.class)
		@DependsOnDatabaseInitialization
		JdbcJobStore jobStore(ListableBeanFactory beans, AftercommitProperties properties) {
			DataSource dataSource = JobDataSource.choose(beans);
			JdbcJobStore store = new JdbcJobStore(dataSource,
					OwnConnections.derivedFrom(dataSource, OwnConnections.patience(properties.worker().heartbeat())),
					settings(properties.jdbc()));
			H2Warnings.check(dataSource);
			return store;
		}

		@Bean
		@ConditionalOnMissingBean(CommitCheck.class)
		JdbcCommitCheck jobCommitCheck() {
			return new JdbcCommitCheck();
		}

	}

	static JdbcStoreSettings settings(AftercommitProperties.Jdbc jdbc) {
		return new JdbcStoreSettings(jdbc.tablePrefix(), jdbc.schema(), jdbc.initializeSchema(), jdbc.notifyNodes());
	}

	/**
	 * Says what is missing.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(JobStore.class)
	static class Nowhere {

		@Bean
		JobStore jobStore() {
			throw new SettingException(
					"Background jobs are kept in the application's database, and Spring's JDBC"
							+ " support is not on the classpath.",
					"Add 'spring-boot-starter-jdbc' and a JDBC driver. Or set 'aftercommit.store' to 'memory' to try"
							+ " without a database: jobs are then lost when the application ends.");
		}

	}

}
