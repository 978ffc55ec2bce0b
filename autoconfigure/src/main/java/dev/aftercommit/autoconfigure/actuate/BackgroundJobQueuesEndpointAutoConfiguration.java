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

import dev.aftercommit.JobOperations;
import dev.aftercommit.autoconfigure.AftercommitAutoConfiguration;
import dev.aftercommit.store.JobStore;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * The endpoint {@code backgroundjobqueues}, where it is exposed.
 */
@AutoConfiguration(after = AftercommitAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(BackgroundJobQueuesEndpoint.class)
@ConditionalOnBean({ JobStore.class, JobOperations.class })
@Import(StoreOutages.class)
public final class BackgroundJobQueuesEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	BackgroundJobQueuesEndpoint backgroundJobQueuesEndpoint(JobStore store, JobOperations operations) {
		return new BackgroundJobQueuesEndpoint(operations, new OperatorLog(store.auditTrail()));
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(BackgroundJobQueuesEndpoint.class)
	@ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
	BackgroundJobQueuesEndpointWebExtension backgroundJobQueuesEndpointWebExtension(
			BackgroundJobQueuesEndpoint endpoint) {
		return new BackgroundJobQueuesEndpointWebExtension(endpoint);
	}

}
