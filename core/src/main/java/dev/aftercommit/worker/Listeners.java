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

/**
 * Tells all listeners. What they throw changes nothing.
 */
final class Listeners {

	private static final Logger logger = LoggerFactory.getLogger(Listeners.class);

	private final List<JobListener> listeners;

	Listeners(List<JobListener> listeners) {
		this.listeners = List.copyOf(listeners);
	}

	void started(ClaimedJob job) {
		tell(job, (listener) -> listener.started(attempt(job)));
	}

	void ended(ClaimedJob job, AttemptOutcome outcome, @Nullable Throwable failure) {
		tell(job, (listener) -> listener.ended(attempt(job), outcome, failure));
	}

	void applied(ClaimedJob job, AttemptOutcome outcome, @Nullable JobState state) {
		tell(job, (listener) -> listener.applied(attempt(job), outcome, state));
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
