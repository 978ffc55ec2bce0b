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

package dev.aftercommit.autoconfigure.dashboard;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import dev.aftercommit.JobFilter;
import dev.aftercommit.JobState;
import dev.aftercommit.autoconfigure.dashboard.Frame.Field;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.util.UriUtils;

/**
 * Which jobs a page is asked for: all of it stands in its address.
 *
 * @param filter which jobs
 */
record JobSearch(JobFilter filter) {

	/**
	 * Read it from an address or a form.
	 * @param request what is asked for
	 * @return the search
	 * @throws IllegalArgumentException if it makes no sense
	 */
	static JobSearch of(ServerRequest request) {
		Set<JobState> states = states(request.servletRequest().getParameterValues("state"));
		return new JobSearch(new JobFilter(states, text(request, "queue"), text(request, "name"), text(request, "tag"),
				text(request, "errorType"), time(request, "from"), time(request, "before")));
	}

	private static Set<JobState> states(String @Nullable [] names) {
		if (names == null) {
			return Set.of();
		}
		return Arrays.stream(names).filter(StringUtils::hasText).map(JobSearch::state).collect(Collectors.toSet());
	}

	private static JobState state(String name) {
		return Arrays.stream(JobState.values())
			.filter((state) -> state.name().equals(name.toUpperCase(Locale.ROOT)))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException(
					"There is no state '" + name + "'. States are " + Arrays.toString(JobState.values()) + "."));
	}

	private static @Nullable String text(ServerRequest request, String name) {
		return request.param(name).filter((text) -> !text.isEmpty()).orElse(null);
	}

	private static @Nullable Instant time(ServerRequest request, String name) {
		String text = text(request, name);
		try {
			return (text != null) ? Instant.parse(text.strip()) : null;
		}
		catch (DateTimeException ex) {
			throw new IllegalArgumentException(
					"'" + name + "' (" + text + ") must be a time such as 2026-01-31T23:59:00Z.", ex);
		}
	}

	boolean isEmpty() {
		return fields().isEmpty();
	}

	/** As fields of a form. */
	List<Field> fields() {
		List<Field> fields = new ArrayList<>();
		this.filter.states().stream().sorted().forEach((state) -> fields.add(new Field("state", state.name())));
		add(fields, "queue", this.filter.queue());
		add(fields, "name", this.filter.name());
		add(fields, "tag", this.filter.tag());
		add(fields, "errorType", this.filter.errorType());
		add(fields, "from", this.filter.calledFrom());
		add(fields, "before", this.filter.calledBefore());
		return fields;
	}

	private static void add(List<Field> fields, String name, @Nullable Object value) {
		if (value != null) {
			fields.add(new Field(name, value.toString()));
		}
	}

	/** As it is noted who has ordered what. */
	@Override
	public String toString() {
		return fields().stream().map((field) -> field.name() + "=" + field.value()).collect(Collectors.joining(", "));
	}

	/** As it stands in an address. */
	String query() {
		return query(fields());
	}

	static String query(List<Field> fields) {
		return fields.stream()
			.map((field) -> field.name() + "=" + UriUtils.encode(field.value(), StandardCharsets.UTF_8))
			.collect(Collectors.joining("&"));
	}

}
