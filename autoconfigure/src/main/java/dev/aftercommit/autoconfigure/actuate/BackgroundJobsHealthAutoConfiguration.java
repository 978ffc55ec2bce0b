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

package dev.aftercommit.autoconfigure.actuate;

import java.time.Duration;

import dev.aftercommit.autoconfigure.AftercommitProperties;
import dev.aftercommit.autoconfigure.JobWorkersAutoConfiguration;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.worker.Workers;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * The health contributor {@code backgroundJobs}. Not part of the liveness of the
 * application: a restart mends no database.
 */
@AutoConfiguration(after = JobWorkersAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(JobStore.class)
@ConditionalOnEnabledHealthIndicator("backgroundjobs")
public final class BackgroundJobsHealthAutoConfiguration {

	/** What a take-over by another node, and a pause of the relay, may take. */
	private static final Duration SPARE = Duration.ofMinutes(1);

	@Bean
	@ConditionalOnMissingBean(name = { "backgroundJobsHealthIndicator", "backgroundJobsHealthContributor" })
	BackgroundJobsHealthIndicator backgroundJobsHealthIndicator(JobStore store, ObjectProvider<Workers> workers,
			AftercommitProperties properties) {
		return new BackgroundJobsHealthIndicator(store, workers.getIfAvailable(), properties.worker().lease(),
				properties.redis().outboxGrace().plus(SPARE), System::nanoTime);
	}

}
