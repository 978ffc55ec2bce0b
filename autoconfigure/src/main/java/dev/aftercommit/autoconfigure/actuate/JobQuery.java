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

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Set;

import dev.aftercommit.JobFilter;
import dev.aftercommit.JobState;
import dev.aftercommit.Paging;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/**
 * A question for jobs as a request asks it.
 *
 * @param filter which jobs
 * @param paging which page of them
 */
record JobQuery(JobFilter filter, Paging paging) {

	private static final int SIZE = 50;

	/**
	 * Read it.
	 * @param state states, none for any
	 * @param queue a queue, {@code null} for any
	 * @param name name of a handler, {@code null} for any
	 * @param tag a tag, {@code null} for any
	 * @param from time of the call, included
	 * @param before time of the call, excluded
	 * @param size jobs on the page, {@code null} for 50
	 * @param after where the page begins, {@code null} for the first one
	 * @return the question, {@code null} if nothing was asked
	 * @throws InvalidEndpointRequestException if it makes no sense
	 */
	static @Nullable JobQuery of(JobState @Nullable [] state, @Nullable String queue, @Nullable String name,
			@Nullable String tag, @Nullable OffsetDateTime from, @Nullable OffsetDateTime before,
			@Nullable Integer size, @Nullable String after) {
		boolean asked = state != null || queue != null || name != null || tag != null || from != null || before != null
				|| size != null || after != null;
		if (!asked) {
			return null;
		}
		try {
			JobFilter filter = new JobFilter((state != null) ? Set.of(state) : Set.of(), queue, name, tag, null,
					instant(from), instant(before));
			return new JobQuery(filter, Paging.newestFirst((size != null) ? size : SIZE).after(after));
		}
		catch (IllegalArgumentException ex) {
			throw Operators.badRequest(ex);
		}
	}

	private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
		return (time != null) ? time.toInstant() : null;
	}

}
