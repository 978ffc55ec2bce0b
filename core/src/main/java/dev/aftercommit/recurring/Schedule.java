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

package dev.aftercommit.recurring;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobArgumentException;
import dev.aftercommit.MissedRuns;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.NewJob;

/**
 * What is fired, when, and as what.
 *
 * @param name its name, unique in the application
 * @param job the handler of its jobs
 * @param arguments what is stored as the arguments of a job that has none
 * @param times when it fires; {@code null} for a schedule that is turned off
 * @param definition text that is the same for the same job at the same times
 * @param missed what becomes of missed fire times
 * @param maxCatchUp the most missed ones that get a job, 1 to {@link #MOST}
 */
record Schedule(String name, JobHandler job, String arguments, @Nullable FireTimes times, String definition,
		MissedRuns missed, int maxCatchUp) {

	/** The most jobs that are fired in one step. */
	static final int MOST = 1000;

	private static final Object[] NO_ARGUMENTS = {};

	NewJob jobAt(Instant time) {
		return job(FireId.of(this.name, time), Map.of(Schedules.FIRE_TIME_HEADER, time.toString()));
	}

	/** Of no fire time: it is enqueued because somebody wants it to. */
	NewJob jobBesides(Instant now) {
		return job(FireId.besides(now), Map.of());
	}

	private NewJob job(UUID id, Map<String, String> own) {
		Map<String, String> headers = new LinkedHashMap<>(terms().toHeaders());
		headers.put(Schedules.NAME_HEADER, this.name);
		headers.putAll(own);
		return new NewJob(id, this.job.name(), this.job.queue(), this.job.priority(), null, this.arguments,
				Map.copyOf(headers));
	}

	/**
	 * On which terms its jobs run beside others.
	 * @return the terms of a call without arguments
	 * @throws JobArgumentException if a key has no value
	 */
	JobTerms terms() {
		return this.job.terms(NO_ARGUMENTS);
	}

	@Override
	public String toString() {
		return "'" + this.name + "' (" + this.definition
				+ ((this.times != null) ? ", missed " + this.missed.name() : "") + ")";
	}

}
