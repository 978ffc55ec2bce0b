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
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import dev.aftercommit.JobInterceptor;
import dev.aftercommit.JobListener;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.recurring.RecurringJobs;
import dev.aftercommit.recurring.Schedules;
import dev.aftercommit.serialization.JobSerializer;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.Retention;
import dev.aftercommit.worker.QueueSettings;
import dev.aftercommit.worker.RetrySettings;
import dev.aftercommit.worker.WorkerSettings;
import dev.aftercommit.worker.Workers;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.info.GitProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Runs jobs on this node.
 */
@AutoConfiguration(after = AftercommitAutoConfiguration.class,
		afterName = "org.springframework.boot.autoconfigure.info.ProjectInfoAutoConfiguration")
@ConditionalOnBooleanProperty(name = "aftercommit.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(name = "aftercommit.worker.enabled", matchIfMissing = true)
public final class JobWorkersAutoConfiguration {

	private static final String PHASE_TIMEOUT = "spring.lifecycle.timeout-per-shutdown-phase";

	/**
	 * Nobody asks for workers: they begin by themselves.
	 */
	@Bean
	static LazyInitializationExcludeFilter eagerWorkers() {
		return LazyInitializationExcludeFilter.forBeanTypes(Workers.class, StoreTransactions.class,
				RecurringJobs.class);
	}

	@Bean
	@ConditionalOnMissingBean
	WorkerSettings jobWorkerSettings(AftercommitProperties properties, Environment environment,
			ObjectProvider<BuildProperties> build, ObjectProvider<GitProperties> git) {
		AftercommitProperties.Worker worker = properties.worker();
		AftercommitProperties.Retry retry = properties.retry();
		AftercommitProperties.Retention retention = properties.retention();
		checkShutdown(worker.shutdownTimeout(), environment);
		NodeIdentity node = NodeIdentity.of(environment, build.getIfAvailable(), git.getIfAvailable());
		return new WorkerSettings(node.name(), node.version(), worker.concurrency(),
				Threading.VIRTUAL.isActive(environment), worker.servedQueues(), queueSettings(properties.queues()),
				worker.pollInterval(), worker.lease(), worker.heartbeat(), worker.shutdownTimeout(),
				worker.localDispatch(), worker.maxCrashes(), new RetrySettings(retry.maxAttempts(),
						retry.initialInterval(), retry.multiplier(), retry.maxInterval(), retry.jitter()),
				new Retention(retention.succeeded(), retention.cancelled(), retention.dead()));
	}

	@Bean
	@ConditionalOnMissingBean
	Workers jobWorkers(JobStore store, HandlerRegistry handlers, JobSerializer serializer, WorkerSettings settings,
			ObjectProvider<JobListener> listeners, ObjectProvider<JobInterceptor> interceptors) {
		Workers workers = new Workers(store, handlers, serializer, settings, listeners.orderedStream().toList(),
				Clock.systemUTC(), System::nanoTime);
		workers.setInterceptors(interceptors.orderedStream().toList());
		return workers;
	}

	@Bean
	StoreTransactions jobStoreTransactions(ListableBeanFactory beans, JobStore store, HandlerRegistry handlers,
			ObjectProvider<Workers> workers) {
		return new StoreTransactions(beans, store, handlers, workers);
	}

	@Bean
	RecurringJobs jobRecurringJobs(JobStore store, LocalWorkers workers, Schedules schedules, WorkerSettings settings,
			ObjectProvider<JobListener> listeners) {
		return new RecurringJobs(store, workers, schedules, listeners.orderedStream().toList(), settings.lease(),
				System::nanoTime);
	}

	private static Map<String, QueueSettings> queueSettings(Map<String, AftercommitProperties.Queue> queues) {
		Map<String, QueueSettings> settings = new HashMap<>();
		queues.forEach((name, queue) -> settings.put(name,
				new QueueSettings(queue.concurrency(), queue.weight(), queue.parsedRateLimit())));
		return settings;
	}

	private static void checkShutdown(Duration shutdownTimeout, Environment environment) {
		Duration phase = Binder.get(environment).bind(PHASE_TIMEOUT, Duration.class).orElse(Duration.ofSeconds(30));
		SettingException.unless(shutdownTimeout.compareTo(phase) < 0, "aftercommit.worker.shutdown-timeout",
				shutdownTimeout,
				"must be below '" + PHASE_TIMEOUT + "' (" + SettingException.text(phase)
						+ "), or running jobs would be cut off before they can be given back",
				"Shorten it, or set '" + PHASE_TIMEOUT + "' to some seconds more than "
						+ SettingException.text(shutdownTimeout) + ".");
	}

}
