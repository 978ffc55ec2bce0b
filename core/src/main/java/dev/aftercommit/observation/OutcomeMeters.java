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

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;

/**
 * Counts what became of attempts, as {@value #OUTCOMES} by name, queue and outcome. An
 * outcome that the store refused because the lease was lost counts as {@value #STALE}.
 * Jobs that were given up by this node count as {@value #DEAD} by name and queue.
 */
public final class OutcomeMeters implements JobListener {

	static final String OUTCOMES = "aftercommit.jobs.outcomes";

	static final String STALE = "STALE";

	static final String DEAD = "aftercommit.jobs.dead";

	private final MeterProvider<Counter> outcomes;

	private final MeterProvider<Counter> dead;

	/**
	 * Count.
	 * @param registry where the counters are
	 */
	public OutcomeMeters(MeterRegistry registry) {
		this.outcomes = Counter.builder(OUTCOMES).description("Ended attempts at jobs").withRegistry(registry);
		this.dead = Counter.builder(DEAD).description("Jobs that were given up").withRegistry(registry);
	}

	@Override
	public void applied(Attempt attempt, AttemptOutcome outcome, @Nullable JobState state) {
		this.outcomes.withTags(Tags.of("name", attempt.job().name(), "queue", attempt.job().queue(), "outcome",
				(state != null) ? outcome.name() : STALE))
			.increment();
		if (state == JobState.DEAD) {
			this.dead.withTags(Tags.of("name", attempt.job().name(), "queue", attempt.job().queue())).increment();
		}
	}

}
