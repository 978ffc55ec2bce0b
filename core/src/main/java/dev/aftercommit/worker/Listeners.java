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

package dev.aftercommit.worker;

import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobState;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.OutcomeListener;

/**
 * Tells all listeners. What they throw changes nothing.
 */
final class Listeners {

	private static final Logger logger = LoggerFactory.getLogger(Listeners.class);

	private final List<JobListener> listeners;

	/** Those that only count, for which nothing is made. */
	private final List<OutcomeListener> outcomeListeners;

	Listeners(List<JobListener> listeners) {
		this.listeners = listeners.stream().filter((listener) -> !(listener instanceof OutcomeListener)).toList();
		this.outcomeListeners = listeners.stream()
			.filter(OutcomeListener.class::isInstance)
			.map(OutcomeListener.class::cast)
			.toList();
	}

	void started(ClaimedJob job) {
		tell(job, (listener) -> listener.started(attempt(job)));
	}

	void ended(ClaimedJob job, AttemptOutcome outcome, @Nullable Throwable failure) {
		tell(job, (listener) -> listener.ended(attempt(job), outcome, failure));
	}

	void applied(ClaimedJob job, AttemptOutcome outcome, @Nullable JobState state) {
		if (state != null) {
			count(job, state);
		}
		tell(job, (listener) -> listener.applied(attempt(job), outcome, state));
	}

	private void count(ClaimedJob job, JobState state) {
		for (OutcomeListener listener : this.outcomeListeners) {
			try {
				listener.accepted(job.queue(), state);
			}
			catch (RuntimeException | Error ex) {
				// A count is no reason to lose an outcome.
				logger.warn("The outcome of job {} ({}) was not counted: {}", job.id(), job.name(), listener, ex);
			}
		}
	}

	private void tell(ClaimedJob job, Consumer<JobListener> event) {
		for (JobListener listener : this.listeners) {
			try {
				event.accept(listener);
			}
			catch (RuntimeException | Error ex) {
				// Whoever looks on must not change what becomes of the job.
				logger.warn("A listener failed for job {} ({}), attempt {}: {}", job.id(), job.name(), job.attempt(),
						listener, ex);
			}
		}
	}

	static JobListener.Attempt attempt(ClaimedJob job) {
		return new JobListener.Attempt(new JobListener.Job(job.id(), job.name(), job.queue()), job.attempt(),
				job.waited(), job.headers());
	}

}
