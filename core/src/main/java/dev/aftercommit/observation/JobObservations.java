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
import java.util.HashMap;
import java.util.Map;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobListener;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

/**
 * Observes calls as {@value #ENQUEUE} and attempts as {@value #RUN}. The trace of the
 * caller travels in the job's headers. A run that starts soon after the call is part of
 * that trace, a later one begins a trace of its own and names the caller's by the key
 * values {@value JobRunContext#TRACE} and {@value JobRunContext#SPAN}.
 * <p>
 * Of low cardinality: the job's name, its queue, and the outcome of an attempt. Of high
 * cardinality: the job's id, the number of the attempt, and for a later run the trace and
 * span of the caller.
 */
public final class JobObservations implements JobListener {

	static final String ENQUEUE = "aftercommit.enqueue";

	static final String RUN = "aftercommit.run";

	private static final ThreadLocal<Observation.@Nullable Scope> RUNNING = new ThreadLocal<>();

	private final ObservationRegistry registry;

	private final Clock clock;

	/**
	 * Observe.
	 * @param registry where observations go
	 * @param clock of this node: how long ago a call was
	 */
	public JobObservations(ObservationRegistry registry, Clock clock) {
		this.registry = registry;
		this.clock = clock;
	}

	/**
	 * Observe a call that is about to become a job, on the caller's thread.
	 * @param job the job to be
	 * @return what is to travel with it: the trace of the caller, if there is one
	 */
	public Map<String, String> called(Job job) {
		if (this.registry.isNoop()) {
			return Map.of();
		}
		Map<String, String> headers = new HashMap<>();
		SenderContext<Map<String, String>> context = new SenderContext<>(
				(carrier, key, value) -> headers.put(key, value));
		context.setCarrier(headers);
		Observation observation = describe(Observation.createNotStarted(ENQUEUE, () -> context, this.registry), job)
			.contextualName("enqueue " + job.name());
		observation.start().stop();
		return headers;
	}

	@Override
	public void started(Attempt attempt) {
		if (this.registry.isNoop()) {
			return;
		}
		JobRunContext context = new JobRunContext(attempt, this.clock.instant());
		Observation observation = describe(Observation.createNotStarted(RUN, () -> context, this.registry),
				attempt.job())
			.contextualName("run " + attempt.job().name())
			.highCardinalityKeyValue("attempt", Integer.toString(attempt.number()));
		context.link().forEach(observation::highCardinalityKeyValue);
		RUNNING.set(observation.start().openScope());
	}

	@Override
	public void ended(Attempt attempt, AttemptOutcome outcome, @Nullable Throwable failure) {
		Observation.Scope scope = RUNNING.get();
		if (scope == null) {
			return;
		}
		RUNNING.remove();
		scope.close();
		Observation observation = scope.getCurrentObservation();
		observation.lowCardinalityKeyValue("outcome", outcome.name());
		if (failure != null && (outcome == AttemptOutcome.FAILED || outcome == AttemptOutcome.TIMED_OUT)) {
			observation.error(failure);
		}
		observation.stop();
	}

	private static Observation describe(Observation observation, Job job) {
		return observation.lowCardinalityKeyValue("name", job.name())
			.lowCardinalityKeyValue("queue", job.queue())
			.highCardinalityKeyValue("job.id", job.id().toString());
	}

}
