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
import java.util.Map;
import java.util.UUID;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobListener.Attempt;
import dev.aftercommit.JobListener.Job;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import org.junit.jupiter.api.Test;

import static io.micrometer.observation.tck.TestObservationRegistryAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

class JobObservationsTests {

	private static final Job JOB = new Job(UUID.randomUUID(), "server.boot", "provisioning");

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	private final JobObservations observations = new JobObservations(this.registry, Clock.systemUTC());

	@Test
	void aCallIsObserved() {
		assertThat(this.observations.called(JOB)).isEmpty();
		assertThat(this.registry).hasObservationWithNameEqualTo("aftercommit.enqueue")
			.that()
			.hasBeenStarted()
			.hasBeenStopped()
			.hasContextualNameEqualTo("enqueue server.boot")
			.hasLowCardinalityKeyValue("name", "server.boot")
			.hasLowCardinalityKeyValue("queue", "provisioning")
			.hasHighCardinalityKeyValue("job.id", JOB.id().toString());
	}

	@Test
	void theTraceOfTheCallerTravelsToTheRun() {
		Propagation tracer = new Propagation();
		this.registry.observationConfig().observationHandler(tracer);
		Map<String, String> headers = this.observations.called(JOB);
		assertThat(headers).containsExactly(Map.entry("traceparent", "of the caller"));
		run(new Attempt(JOB, 1, Duration.ZERO, headers), AttemptOutcome.SUCCEEDED, null);
		assertThat(tracer.received).isEqualTo("of the caller");
	}

	@Test
	void anAttemptIsObservedOnItsThreadFromItsStartToItsEnd() {
		Attempt attempt = new Attempt(JOB, 2, Duration.ZERO, Map.of());
		this.observations.started(attempt);
		assertThat(this.registry.getCurrentObservation()).isNotNull();
		this.observations.ended(attempt, AttemptOutcome.SUCCEEDED, null);
		assertThat(this.registry.getCurrentObservation()).isNull();
		assertThat(this.registry).hasObservationWithNameEqualTo("aftercommit.run")
			.that()
			.hasBeenStarted()
			.hasBeenStopped()
			.doesNotHaveError()
			.hasContextualNameEqualTo("run server.boot")
			.hasLowCardinalityKeyValue("name", "server.boot")
			.hasLowCardinalityKeyValue("queue", "provisioning")
			.hasLowCardinalityKeyValue("outcome", "SUCCEEDED")
			.hasHighCardinalityKeyValue("job.id", JOB.id().toString())
			.hasHighCardinalityKeyValue("attempt", "2");
	}

	@Test
	void aFailureIsAnErrorOfItsObservation() {
		IllegalStateException failure = new IllegalStateException("no such server");
		run(new Attempt(JOB, 1, Duration.ZERO, Map.of()), AttemptOutcome.FAILED, failure);
		assertThat(this.registry).hasObservationWithNameEqualTo("aftercommit.run")
			.that()
			.hasLowCardinalityKeyValue("outcome", "FAILED")
			.hasError(failure);
	}

	@Test
	void anInterruptionByTheShutdownIsNoError() {
		run(new Attempt(JOB, 1, Duration.ZERO, Map.of()), AttemptOutcome.INTERRUPTED, new InterruptedException());
		assertThat(this.registry).hasObservationWithNameEqualTo("aftercommit.run").that().doesNotHaveError();
	}

	@Test
	void nothingIsObservedWithoutHandlers() {
		JobObservations none = new JobObservations(ObservationRegistry.NOOP, Clock.systemUTC());
		assertThat(none.called(JOB)).isEmpty();
		Attempt attempt = new Attempt(JOB, 1, Duration.ZERO, Map.of());
		none.started(attempt);
		none.ended(attempt, AttemptOutcome.SUCCEEDED, null);
	}

	private void run(Attempt attempt, AttemptOutcome outcome, Throwable failure) {
		this.observations.started(attempt);
		this.observations.ended(attempt, outcome, failure);
	}

	/**
	 * What a tracer does with the two contexts.
	 */
	private static final class Propagation implements ObservationHandler<Observation.Context> {

		private String received;

		@Override
		@SuppressWarnings("unchecked")
		public void onStart(Observation.Context context) {
			if (context instanceof SenderContext<?>) {
				SenderContext<Map<String, String>> sender = (SenderContext<Map<String, String>>) context;
				sender.getSetter().set(sender.getCarrier(), "traceparent", "of the caller");
			}
			if (context instanceof ReceiverContext<?>) {
				ReceiverContext<Map<String, String>> receiver = (ReceiverContext<Map<String, String>>) context;
				this.received = receiver.getGetter().get(receiver.getCarrier(), "traceparent");
			}
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
