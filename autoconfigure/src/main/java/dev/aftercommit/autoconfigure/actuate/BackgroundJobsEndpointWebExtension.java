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

import java.util.Set;
import java.util.UUID;

import dev.aftercommit.autoconfigure.actuate.BackgroundJobsEndpoint.JobDescriptor;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Shows values of a job over the web only to whom they may be shown.
 */
@EndpointWebExtension(endpoint = BackgroundJobsEndpoint.class)
class BackgroundJobsEndpointWebExtension {

	private final BackgroundJobsEndpoint delegate;

	private final Show showValues;

	private final Set<String> roles;

	BackgroundJobsEndpointWebExtension(BackgroundJobsEndpoint delegate, Show showValues, Set<String> roles) {
		this.delegate = delegate;
		this.showValues = showValues;
		this.roles = roles;
	}

	@ReadOperation
	@Nullable JobDescriptor job(SecurityContext securityContext, @Selector UUID id) {
		return this.delegate.job(id, this.showValues.isShown(securityContext, this.roles));
	}

}
