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

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobListener.Attempt;
import dev.aftercommit.JobListener.Job;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a real tracer makes of a call and its runs.
 */
class TracesTests {

	private static final Instant CALLED = Instant.parse("2026-11-30T12:00:00Z");

	private final InMemorySpanExporter exporter = InMemorySpanExporter.create();

	private final SdkTracerProvider provider = SdkTracerProvider.builder()
		.addSpanProcessor(SimpleSpanProcessor.create(this.exporter))
		.build();

	private final io.opentelemetry.api.trace.Tracer otel = this.provider.get("test");

	private final OtelTracer tracer = new OtelTracer(this.otel, new OtelCurrentTraceContext(), (event) -> {
	});

	private final Propagator propagator = new OtelPropagator(
			ContextPropagators.create(W3CTraceContextPropagator.getInstance()), this.otel);

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final Job job = new Job(new UUID(CALLED.toEpochMilli() << 16 | 7 << 12, 1), "server.boot", "provisioning");

	@AfterEach
	void close() {
		this.provider.close();
	}

	@Test
	void aRunSoonAfterItsCallIsPartOfTheCallersTrace() {
		trace(new PropagatingReceiverTracingObservationHandler<>(this.tracer, this.propagator));
		Map<String, String> headers = call();
		for (int attempt = 1; attempt <= 2; attempt++) {
			run(attempt, headers, Duration.ofSeconds(30L * attempt));
		}
		List<SpanData> runs = spans("run server.boot");
		SpanData call = spans("enqueue server.boot").get(0);
		SpanData request = spans("request").get(0);
		assertThat(call.getParentSpanId()).isEqualTo(request.getSpanId());
		assertThat(runs).hasSize(2).allSatisfy((run) -> {
			assertThat(run.getTraceId()).isEqualTo(request.getTraceId());
			assertThat(run.getParentSpanId()).isEqualTo(call.getSpanId());
			assertThat(attribute(run, JobRunContext.TRACE)).isNull();
		});
	}

	@Test
	void aRunLongAfterItsCallBeginsATraceAndNamesTheCallers() {
		trace(new PropagatingReceiverTracingObservationHandler<>(this.tracer, this.propagator));
		run(1, call(), Duration.ofDays(1));
		SpanData call = spans("enqueue server.boot").get(0);
		SpanData run = spans("run server.boot").get(0);
		assertThat(run.getTraceId()).isNotEqualTo(call.getTraceId());
		assertThat(run.getParentSpanId()).isEqualTo(SpanId.getInvalid());
		assertThat(attribute(run, JobRunContext.TRACE)).isEqualTo(call.getTraceId());
		assertThat(attribute(run, JobRunContext.SPAN)).isEqualTo(call.getSpanId());
	}

	@Test
	void aHandlerOfTheApplicationCanMakeALinkOfIt() {
		trace(new Linking());
		run(1, call(), Duration.ofDays(1));
		SpanData call = spans("enqueue server.boot").get(0);
		SpanData run = spans("run server.boot").get(0);
		assertThat(run.getTraceId()).isNotEqualTo(call.getTraceId());
		assertThat(run.getLinks()).extracting((link) -> link.getSpanContext().getSpanId())
			.containsExactly(call.getSpanId());
	}

	@Test
	void aCallerWhoseClockIsAheadHasCalledJustNow() {
		trace(new PropagatingReceiverTracingObservationHandler<>(this.tracer, this.propagator));
		run(1, call(), Duration.ofHours(-1));
		assertThat(spans("run server.boot").get(0).getTraceId()).isEqualTo(spans("request").get(0).getTraceId());
	}

	@ParameterizedTest
	@ValueSource(strings = { "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
			"4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7" })
	void aTraceInZipkinsHeadersIsNamedToo(String b3) {
		Map<String, String> expected = Map.of(JobRunContext.TRACE, "4bf92f3577b34da6a3ce929d0e0e4736",
				JobRunContext.SPAN, "00f067aa0ba902b7");
		assertThat(link(Map.of("b3", b3))).isEqualTo(expected);
		assertThat(link(Map.of("X-B3-TraceId", "4bf92f3577b34da6a3ce929d0e0e4736", "X-B3-SpanId", "00f067aa0ba902b7")))
			.isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "00", "00-<script>-00f067aa0ba902b7-01", "of the caller",
			"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7\n-01" })
	void whatIsNoTraceIsNotNamed(String header) {
		assertThat(link(Map.of("traceparent", header, "b3", header, "X-B3-TraceId", header))).isEmpty();
	}

	private Map<String, String> link(Map<String, String> headers) {
		return new JobRunContext(new Attempt(this.job, 1, Duration.ZERO, headers), CALLED.plus(Duration.ofDays(1)))
			.link();
	}

	private void trace(ObservationHandler<? extends Observation.Context> receiver) {
		this.registry.observationConfig()
			.observationHandler(new ObservationHandler.FirstMatchingCompositeObservationHandler(
					new PropagatingSenderTracingObservationHandler<>(this.tracer, this.propagator), receiver,
					new DefaultTracingObservationHandler(this.tracer)));
	}

	/** In the trace of a request. */
	private Map<String, String> call() {
		return Observation.createNotStarted("request", this.registry)
			.observe(() -> new JobObservations(this.registry, Clock.systemUTC()).called(this.job));
	}

	private void run(int attempt, Map<String, String> headers, Duration later) {
		JobObservations observations = new JobObservations(this.registry,
				Clock.fixed(CALLED.plus(later), ZoneOffset.UTC));
		Attempt started = new Attempt(this.job, attempt, Duration.ZERO, headers);
		observations.started(started);
		observations.ended(started, AttemptOutcome.SUCCEEDED, null);
	}

	private List<SpanData> spans(String name) {
		return this.exporter.getFinishedSpanItems().stream().filter((span) -> span.getName().equals(name)).toList();
	}

	private static String attribute(SpanData span, String key) {
		return span.getAttributes().get(AttributeKey.stringKey(key));
	}

	/**
	 * As an application may have it, where the Observation API has no links.
	 */
	private final class Linking extends PropagatingReceiverTracingObservationHandler<ReceiverContext<Object>> {

		Linking() {
			super(TracesTests.this.tracer, TracesTests.this.propagator);
		}

		@Override
		public Span.Builder customizeExtractedSpan(ReceiverContext<Object> context, Span.Builder builder) {
			KeyValue trace = context.getHighCardinalityKeyValue("caller.trace.id");
			KeyValue span = context.getHighCardinalityKeyValue("caller.span.id");
			if (trace != null && span != null) {
				builder.addLink(new Link(getTracer().traceContextBuilder()
					.traceId(trace.getValue())
					.spanId(span.getValue())
					.sampled(true)
					.build()));
			}
			return builder;
		}

	}

}
