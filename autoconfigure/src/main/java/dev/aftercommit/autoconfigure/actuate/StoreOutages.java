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

import java.util.Optional;
import java.util.Set;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.OutboxDepth;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.InvocationContext;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.util.function.SingletonSupplier;

/**
 * Has the endpoints answer over the web that the store can't: 503, and a sentence that
 * names it. Elsewhere the exception says so.
 */
final class StoreOutages implements OperationInvokerAdvisor {

	private static final Set<EndpointId> ENDPOINTS = Set.of(EndpointId.of("backgroundjobs"),
			EndpointId.of("backgroundjobqueues"), EndpointId.of("backgroundjobnodes"));

	private static final Logger logger = LoggerFactory.getLogger(StoreOutages.class);

	private final JobStore store;

	/** Asked once: a server that is away is slow to say what it is. */
	private final SingletonSupplier<String> description;

	StoreOutages(JobStore store) {
		this.store = store;
		this.description = SingletonSupplier.of(store::description);
	}

	@Override
	public OperationInvoker apply(EndpointId endpoint, OperationType type, OperationParameters parameters,
			OperationInvoker invoker) {
		return ENDPOINTS.contains(endpoint) ? (context) -> invoke(endpoint, type, invoker, context) : invoker;
	}

	private @Nullable Object invoke(EndpointId endpoint, OperationType type, OperationInvoker invoker,
			InvocationContext context) {
		try {
			return invoker.invoke(context);
		}
		catch (JobStoreException ex) {
			if (!context.canResolve(WebServerNamespace.class)) {
				throw ex;
			}
			logger.warn("The store can't answer the endpoint '{}'", endpoint, ex);
			return new WebEndpointResponse<>(describe(type), WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
		}
	}

	private OutageDescriptor describe(OperationType type) {
		return new OutageDescriptor(
				"The job store (" + this.description.obtain() + ") can't answer: the log of this"
						+ " node says why. Jobs are safe as far as they were stored."
						+ ((type == OperationType.READ) ? "" : " Whether the order was carried out is not known."),
				outbox().orElse(null));
	}

	/** It is in a database, which may answer while the store doesn't. */
	private Optional<OutboxDepth> outbox() {
		try {
			return this.store.outbox();
		}
		catch (JobStoreException ex) {
			return Optional.empty();
		}
	}

	/**
	 * What can be said without the store.
	 *
	 * @param problem that it can't answer
	 * @param outbox how much the outbox keeps, if there is one that answers
	 */
	record OutageDescriptor(String problem, @Nullable OutboxDepth outbox) implements OperationResponseBody {

	}

}
