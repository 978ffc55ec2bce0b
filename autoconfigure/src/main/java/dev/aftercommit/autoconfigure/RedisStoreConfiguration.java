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

import javax.sql.DataSource;

import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.jdbc.JdbcOutbox;
import dev.aftercommit.store.outbox.OutboxJobStore;
import dev.aftercommit.store.redis.RedisJobStore;
import dev.aftercommit.store.redis.RedisStoreSettings;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.util.ClassUtils;

/**
 * Jobs in Redis, to be imported in this order: each backs off for those before it.
 */
abstract class RedisStoreConfiguration {

	private static final String FACTORY = "org.springframework.data.redis.connection.RedisConnectionFactory";

	static RedisJobStore redis(RedisConnectionFactory connections, AftercommitProperties.Redis redis) {
		return new RedisJobStore(connections, new RedisStoreSettings(redis.keyPrefix(), redis.historyLimit()));
	}

	/**
	 * Jobs of a transaction are kept in its database until Redis has them for good.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ RedisConnectionFactory.class, ConnectionHolder.class, DataSourceBuilder.class })
	@Conditional(OnRedisStore.class)
	@ConditionalOnBean({ RedisConnectionFactory.class, DataSource.class })
	@ConditionalOnBooleanProperty(name = "aftercommit.redis.outbox", matchIfMissing = true)
	@ConditionalOnMissingBean(JobStore.class)
	static class WithOutbox {

		/** So that the node that pushed a job is the one that removes it. */
		private static final Duration SPARE = Duration.ofSeconds(10);

		@Bean
		@DependsOnDatabaseInitialization
		OutboxJobStore jobStore(ListableBeanFactory beans, RedisConnectionFactory connections,
				AftercommitProperties properties) {
			DataSource dataSource = JobDataSource.choose(beans);
			Duration grace = properties.redis().outboxGrace();
			JdbcOutbox outbox = new JdbcOutbox(dataSource,
					OwnConnections.derivedFrom(dataSource, OwnConnections.patience(properties.worker().heartbeat())),
					JobStoreConfiguration.settings(properties.jdbc()), grace.plus(SPARE));
			H2Warnings.check(dataSource);
			RedisJobStore redis = redis(connections, properties.redis());
			return new OutboxJobStore(redis, outbox, redis.durability(), grace, System::nanoTime);
		}

		@Bean
		RedisWatch jobRedisWatch(RedisConnectionFactory connections) {
			return new RedisWatch(new RedisCheck(connections));
		}

		@Bean
		OutboxLifecycle jobOutboxLifecycle(OutboxJobStore store) {
			return new OutboxLifecycle(store);
		}

		@Bean
		static LazyInitializationExcludeFilter eagerOutbox() {
			return LazyInitializationExcludeFilter.forBeanTypes(OutboxLifecycle.class, RedisWatch.class);
		}

	}

	/**
	 * A job is lost if the JVM dies between the commit and Redis' answer.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(RedisConnectionFactory.class)
	@Conditional(OnRedisStore.class)
	@ConditionalOnBean(RedisConnectionFactory.class)
	@ConditionalOnMissingBean(JobStore.class)
	static class WithoutOutbox {

		@Bean
		RedisJobStore jobStore(RedisConnectionFactory connections, AftercommitProperties properties) {
			return redis(connections, properties.redis());
		}

		@Bean
		RedisWatch jobRedisWatch(RedisConnectionFactory connections) {
			return new RedisWatch(new RedisCheck(connections));
		}

		@Bean
		static LazyInitializationExcludeFilter eagerRedisWatch() {
			return LazyInitializationExcludeFilter.forBeanTypes(RedisWatch.class);
		}

	}

	/**
	 * Says what is missing.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = "aftercommit.store", havingValue = "redis")
	@ConditionalOnMissingBean(JobStore.class)
	static class Nowhere {

		@Bean
		JobStore jobStore(ApplicationContext context) {
			if (!ClassUtils.isPresent(FACTORY, context.getClassLoader())) {
				throw new SettingException(
						"Background jobs are to be kept in Redis ('aftercommit.store' is 'redis'), and Spring's Redis"
								+ " support is not on the classpath.",
						"Add 'spring-boot-starter-data-redis' and set 'spring.data.redis.host' or"
								+ " 'spring.data.redis.url'. Or remove 'aftercommit.store' to keep jobs in the"
								+ " application's database.");
			}
			throw new SettingException(
					"Background jobs are to be kept in Redis ('aftercommit.store' is 'redis'), and there is no"
							+ " RedisConnectionFactory that leads to one.",
					"Add 'spring-boot-starter-data-redis' and set 'spring.data.redis.host' or 'spring.data.redis.url',"
							+ " don't exclude DataRedisAutoConfiguration, or define a bean of type RedisConnectionFactory.");
		}

	}

}
