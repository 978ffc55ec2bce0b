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

import java.time.OffsetDateTime;
import java.util.Set;
import java.util.UUID;

import dev.aftercommit.JobState;
import dev.aftercommit.autoconfigure.actuate.BackgroundJobsEndpoint.JobsDescriptor;
import dev.aftercommit.autoconfigure.actuate.BackgroundJobsEndpoint.OrderDescriptor;
import dev.aftercommit.autoconfigure.actuate.ScheduleDescriptors.ScheduleOrderDescriptor;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Shows values over the web only to whom they may be shown, says by the status what
 * became of an order, and notes who gave it.
 */
@EndpointWebExtension(endpoint = BackgroundJobsEndpoint.class)
class BackgroundJobsEndpointWebExtension {

	private static final int CONFLICT = 409;

	private final BackgroundJobsEndpoint delegate;

	private final Show showValues;

	private final Set<String> roles;

	BackgroundJobsEndpointWebExtension(BackgroundJobsEndpoint delegate, Show showValues, Set<String> roles) {
		this.delegate = delegate;
		this.showValues = showValues;
		this.roles = roles;
	}

	@ReadOperation
	JobsDescriptor jobs(SecurityContext securityContext, JobState @Nullable [] state, @Nullable String queue,
			@Nullable String name, @Nullable String tag, @Nullable OffsetDateTime from, @Nullable OffsetDateTime before,
			@Nullable Integer size, @Nullable String after) {
		return this.delegate.jobs(JobQuery.of(state, queue, name, tag, from, before, size, after),
				isShown(securityContext));
	}

	@ReadOperation
	@Nullable JobDetailsDescriptor job(SecurityContext securityContext, @Selector UUID id) {
		return this.delegate.job(id, isShown(securityContext));
	}

	private boolean isShown(SecurityContext securityContext) {
		return this.showValues.isShown(securityContext, this.roles);
	}

	@WriteOperation
	WebEndpointResponse<OrderDescriptor> order(SecurityContext securityContext, @Selector UUID id, String action) {
		OrderDescriptor result = this.delegate.order(id, action, Operators.name(securityContext));
		return new WebEndpointResponse<>(result, switch (result.result()) {
			case UNKNOWN -> WebEndpointResponse.STATUS_NOT_FOUND;
			case REFUSED -> CONFLICT;
			case DONE, REQUESTED -> WebEndpointResponse.STATUS_OK;
		});
	}

	@WriteOperation
	WebEndpointResponse<ScheduleOrderDescriptor> orderSchedule(SecurityContext securityContext, @Selector String kind,
			@Selector String name, String action) {
		ScheduleOrderDescriptor result = this.delegate.orderSchedule(kind, name, action,
				Operators.name(securityContext));
		return new WebEndpointResponse<>(result,
				(result.result() == ScheduleDescriptors.Result.REFUSED) ? CONFLICT : WebEndpointResponse.STATUS_OK);
	}

}
