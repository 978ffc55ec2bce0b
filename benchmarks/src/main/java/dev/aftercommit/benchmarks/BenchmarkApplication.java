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

package dev.aftercommit.benchmarks;

import java.util.Map;

import javax.sql.DataSource;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;

/**
 * The application of a user: the starter, a {@link DataSource}, one annotated method.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class BenchmarkApplication {

	/**
	 * Start it on a pool that outlives it.
	 * @param workersStart run when all is set up, right before the workers start
	 * @param settings {@code aftercommit.*} properties that differ from the defaults
	 */
	static ConfigurableApplicationContext open(Database database, Runs runs, Runnable workersStart,
			Map<String, Object> settings) {
		return new SpringApplicationBuilder(BenchmarkApplication.class).web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.registerShutdownHook(false)
			.properties(settings)
			.initializers((context) -> {
				// Registered instances are not closed with the application.
				ConfigurableListableBeanFactory beans = context.getBeanFactory();
				beans.registerSingleton("dataSource", database.dataSource());
				beans.registerSingleton("runs", runs);
				beans.registerSingleton("workersStart", workersStart);
			})
			.run();
	}

	@Bean
	StampingTransactionManager transactionManager(DataSource dataSource) {
		return new StampingTransactionManager(dataSource);
	}

	@Bean
	NoOpJobs noOpJobs(Runs runs) {
		return new NoOpJobs(runs);
	}

	@Bean
	BeforeWorkers beforeWorkers(Runnable workersStart) {
		return new BeforeWorkers(workersStart);
	}

	/**
	 * Starts before everything that has no phase of its own.
	 */
	static final class BeforeWorkers implements SmartLifecycle {

		private final Runnable action;

		private volatile boolean running;

		BeforeWorkers(Runnable action) {
			this.action = action;
		}

		@Override
		public void start() {
			this.action.run();
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return 0;
		}

	}

}
