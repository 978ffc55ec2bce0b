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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.aftercommit.JobSnapshot;
import dev.aftercommit.JobState;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.worker.RetrySettings;
import org.jspecify.annotations.Nullable;

/**
 * What a job will do next: how often it may still be tried, and after which intervals if
 * it goes on failing. Known for handlers that this node has and that follow the
 * properties.
 */
final class Outlook {

	private static final int MOST = 12;

	private static final double LONGEST_BAR = 100;

	private final HandlerRegistry handlers;

	private final RetrySettings settings;

	Outlook(HandlerRegistry handlers, RetrySettings settings) {
		this.handlers = handlers;
		this.settings = settings;
	}

	Coming of(JobSnapshot job) {
		JobHandler handler = this.handlers.find(job.name()).orElse(null);
		if (handler == null || (handler.retryPolicy().isPresent() && handler.maxAttempts() == 0)) {
			return new Coming(null, List.of(), false);
		}
		int most = (handler.maxAttempts() > 0) ? handler.maxAttempts() : this.settings.maxAttempts();
		boolean own = handler.retryPolicy().isPresent();
		List<Step> steps = (job.state().isEnded() || job.state() == JobState.SCHEDULED || own) ? List.of()
				: steps(job.attempts(), most);
		return new Coming(most, steps, !steps.isEmpty());
	}

	private List<Step> steps(int attempts, int most) {
		List<Step> steps = new ArrayList<>();
		Duration all = Duration.ZERO;
		for (int attempt = Math.max(1, attempts); attempt < most && steps.size() < MOST; attempt++) {
			Duration interval = this.settings.intervalAfter(attempt);
			all = all.plus(interval);
			steps.add(new Step(attempt + 1, Format.duration(interval), Format.duration(all), width(interval)));
		}
		return steps;
	}

	/** The logarithm, so that seconds are seen beside hours. */
	private int width(Duration interval) {
		double longest = logarithm(this.settings.maxInterval());
		return (longest > 0) ? (int) Math.max(1, Math.round(LONGEST_BAR * logarithm(interval) / longest)) : 1;
	}

	private static double logarithm(Duration interval) {
		double seconds = interval.toSeconds();
		return Math.log1p(seconds);
	}

	/**
	 * What comes next.
	 *
	 * @param most how often the job may be tried, {@code null} if that is not known
	 * @param steps the attempts to come, as long as all fail
	 * @param any whether there are any
	 */
	record Coming(@Nullable Integer most, List<Step> steps, boolean any) {

	}

	/**
	 * An attempt to come.
	 *
	 * @param number which one
	 * @param interval how long after the one before
	 * @param all how long after the next failure
	 * @param width length of its bar, 1 to 100
	 */
	record Step(int number, String interval, String all, int width) {

	}

}
