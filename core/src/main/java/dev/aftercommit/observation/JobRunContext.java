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

package dev.aftercommit.observation;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.aftercommit.JobListener.Attempt;
import io.micrometer.observation.transport.ReceiverContext;

/**
 * What handlers of observations are told of a run. Within a minute of the call, its
 * carrier has the headers of the call, so that tracers make the run a child of the
 * caller. Later, the carrier is empty, so that a trace begins, and the caller's is named
 * by the key values {@value #TRACE} and {@value #SPAN}.
 */
final class JobRunContext extends ReceiverContext<Map<String, String>> {

	/**
	 * How long after its call a run is part of the caller's trace: by the time in the
	 * job's id, which is the calling node's, and the time of the node that runs it.
	 */
	static final Duration SOON = Duration.ofMinutes(1);

	static final String TRACE = "caller.trace.id";

	static final String SPAN = "caller.span.id";

	private static final Pattern W3C = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-.{0,100}");

	private static final Pattern B3 = Pattern.compile("([0-9a-f]{16}|[0-9a-f]{32})-([0-9a-f]{16})(-.{0,100})?");

	private static final Pattern ID = Pattern.compile("[0-9a-f]{16}|[0-9a-f]{32}");

	private final Map<String, String> headers;

	private final boolean soon;

	JobRunContext(Attempt attempt, Instant now) {
		super((carrier, key) -> carrier.get(key));
		this.headers = attempt.headers();
		Instant called = Instant.ofEpochMilli(attempt.job().id().getMostSignificantBits() >>> 16);
		this.soon = Duration.between(called, now).compareTo(SOON) <= 0;
		setCarrier(this.soon ? this.headers : Map.of());
	}

	/**
	 * Names the caller's trace where the run is no part of it.
	 * @return key values, none if there is no such trace or it is written in a way that
	 * is not known here
	 */
	Map<String, String> link() {
		if (this.soon) {
			return Map.of();
		}
		return Stream.of(W3C.matcher(header("traceparent")), B3.matcher(header("b3")))
			.filter(Matcher::matches)
			.findFirst()
			.map((found) -> Map.of(TRACE, found.group(1), SPAN, found.group(2)))
			.orElseGet(this::linkOfSeveralHeaders);
	}

	private Map<String, String> linkOfSeveralHeaders() {
		String trace = header("X-B3-TraceId");
		String span = header("X-B3-SpanId");
		return (ID.matcher(trace).matches() && ID.matcher(span).matches()) ? Map.of(TRACE, trace, SPAN, span)
				: Map.of();
	}

	private String header(String name) {
		return this.headers.getOrDefault(name, "");
	}

}
