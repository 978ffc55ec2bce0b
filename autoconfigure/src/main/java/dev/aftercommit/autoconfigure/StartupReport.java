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

import java.util.Set;

import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.recurring.Schedules;
import dev.aftercommit.store.JobStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Says in two lines, and one for each schedule, what this node does with background jobs.
 */
class StartupReport implements ApplicationListener<ContextRefreshedEvent> {

	private static final Logger logger = LoggerFactory.getLogger(StartupReport.class);

	private final ApplicationContext context;

	private final JobStore store;

	private final HandlerRegistry handlers;

	private final Schedules schedules;

	private final AftercommitProperties properties;

	StartupReport(ApplicationContext context, JobStore store, HandlerRegistry handlers, Schedules schedules,
			AftercommitProperties properties) {
		this.context = context;
		this.store = store;
		this.handlers = handlers;
		this.schedules = schedules;
		this.properties = properties;
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() == this.context) {
			logger.info("Background jobs are kept in {} and enqueued {}", this.store.description(), mode());
			logger.info("{} {} of background jobs", workers(), plural(this.handlers.handlers().size(), "handler"));
			this.schedules.descriptions().forEach((schedule) -> logger.info("Recurring: {}", schedule));
		}
	}

	private String mode() {
		return switch (this.store.mode()) {
			case JOINED -> "with the caller's transaction (joined)";
			case OUTBOX -> "with the caller's transaction, through an outbox in its database (outbox)";
			case BEST_EFFORT -> "after the caller's transaction (best-effort: lost if the JVM dies in between)";
		};
	}

	private String workers() {
		AftercommitProperties.Worker worker = this.properties.worker();
		return worker.enabled()
				? plural(worker.concurrency(), "worker") + " on " + queues(worker.servedQueues()) + " for"
				: "No workers on this node, which only enqueues (aftercommit.worker.enabled=false);";
	}

	private static String queues(@Nullable Set<String> served) {
		return (served == null) ? "all queues"
				: ((served.size() == 1) ? "queue " : "queues ") + String.join(", ", served.stream().sorted().toList());
	}

	private static String plural(int number, String word) {
		return number + " " + word + ((number == 1) ? "" : "s");
	}

}
