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

import dev.aftercommit.autoconfigure.actuate.BackgroundJobQueuesEndpoint.QueueOrderDescriptor;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Notes who gave an order over the web.
 */
@EndpointWebExtension(endpoint = BackgroundJobQueuesEndpoint.class)
class BackgroundJobQueuesEndpointWebExtension {

	private final BackgroundJobQueuesEndpoint delegate;

	BackgroundJobQueuesEndpointWebExtension(BackgroundJobQueuesEndpoint delegate) {
		this.delegate = delegate;
	}

	@WriteOperation
	QueueOrderDescriptor order(SecurityContext securityContext, @Selector String queue, String action) {
		return this.delegate.order(queue, action, Operators.name(securityContext));
	}

}
