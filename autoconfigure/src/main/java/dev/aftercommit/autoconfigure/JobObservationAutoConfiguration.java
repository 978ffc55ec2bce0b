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
import java.util.Set;
import java.util.stream.Collectors;

import dev.aftercommit.JobOperations;
import dev.aftercommit.enqueue.HeaderSource;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.observation.JobObservations;
import dev.aftercommit.observation.OutcomeMeters;
import dev.aftercommit.observation.OutboxMeters;
import dev.aftercommit.observation.QueueMeters;
import dev.aftercommit.observation.SlotMeters;
import dev.aftercommit.observation.UnknownNameMeters;
import dev.aftercommit.observation.WaitMeters;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.worker.Workers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Observes calls and attempts, and measures queues, where the application has registries
 * for it.
 */
@AutoConfiguration(after = JobWorkersAutoConfiguration.class,
		afterName = {
				"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
				"org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration" })
@ConditionalOnBean({ JobStore.class, HandlerRegistry.class })
public final class JobObservationAutoConfiguration {

	/**
	 * Observations.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ObservationRegistry.class)
	@ConditionalOnBean(ObservationRegistry.class)
	static class Observed {

		/**
		 * Comes first, so that what other listeners log belongs to the trace.
		 */
		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		@ConditionalOnMissingBean
		JobObservations jobObservations(ObservationRegistry registry) {
			return new JobObservations(registry, Clock.systemUTC());
		}

		@Bean
		HeaderSource jobTraceHeaders(JobObservations observations) {
			return observations::called;
		}

	}

	/**
	 * Meters.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	@ConditionalOnBean(MeterRegistry.class)
	static class Measured {

		/** A scrape of all queues costs one query in this time. */
		private static final Duration MAX_AGE = Duration.ofSeconds(5);

		@Bean
		@ConditionalOnMissingBean
		OutcomeMeters jobOutcomeMeters(MeterRegistry registry) {
			return new OutcomeMeters(registry);
		}

		@Bean
		@ConditionalOnMissingBean
		WaitMeters jobWaitMeters(MeterRegistry registry) {
			return new WaitMeters(registry);
		}

		@Bean
		@ConditionalOnMissingBean
		QueueMeters jobQueueMeters(JobStore store, HandlerRegistry handlers) {
			return new QueueMeters(() -> store.directory().depths(), () -> queues(handlers), System::nanoTime, MAX_AGE);
		}

		@Bean
		@ConditionalOnMissingBean
		OutboxMeters jobOutboxMeters(JobStore store) {
			return new OutboxMeters(() -> (store.mode() == JobStore.Mode.OUTBOX), store::outbox, System::nanoTime,
					MAX_AGE);
		}

		/** Scraped more often, it is asked no more often. */
		@Bean
		@ConditionalOnMissingBean
		UnknownNameMeters jobUnknownNameMeters(JobOperations operations) {
			return new UnknownNameMeters(operations::unknownNames, System::nanoTime, MAX_AGE.multipliedBy(6));
		}

		@Bean
		@ConditionalOnBean(Workers.class)
		@ConditionalOnMissingBean
		SlotMeters jobSlotMeters(Workers workers) {
			return new SlotMeters(() -> workers.status().slots(), () -> workers.status().bodies(),
					() -> workers.status().heartbeatAge());
		}

		private static Set<String> queues(HandlerRegistry handlers) {
			return handlers.handlers().stream().map(JobHandler::queue).collect(Collectors.toSet());
		}

	}

}
