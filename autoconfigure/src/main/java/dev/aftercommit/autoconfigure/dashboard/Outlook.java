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

import dev.aftercommit.AuditEntry;
import dev.aftercommit.JobSnapshot;
import dev.aftercommit.JobState;
import dev.aftercommit.OrderResult;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.worker.RetrySettings;
import org.jspecify.annotations.Nullable;

/**
 * What a job will do next: how often it may still be tried, and after which intervals if
 * it goes on failing. Known for handlers that this node has and that follow the
 * properties, until an operator has a job tried again: a retry forgives the attempts
 * before it, and how many these were is told by no store.
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

	/**
	 * What comes next for a job.
	 * @param job the job
	 * @param orders the latest orders about it
	 * @return what is known
	 */
	Coming of(JobSnapshot job, List<AuditEntry> orders) {
		JobHandler handler = this.handlers.find(job.name()).orElse(null);
		if (handler == null || (handler.retryPolicy().isPresent() && handler.maxAttempts() == 0)) {
			return new Coming(null, null, List.of(), false);
		}
		int most = (handler.maxAttempts() > 0) ? handler.maxAttempts() : this.settings.maxAttempts();
		if (orders.stream().anyMatch(Outlook::isRetry)) {
			return Coming.unknown("An operator's retry let it begin anew: what came before counts no longer, and it"
					+ " could be tried " + Format.amount(most, "time") + " more from there.");
		}
		if (job.attempts() > most) {
			return Coming.unknown("More than the " + Format.number(most) + " that its handler allows: a retry let it"
					+ " begin anew, or more were allowed when it was tried.");
		}
		boolean fails = !job.state().isEnded() && job.state() != JobState.SCHEDULED && job.lastFailure() != null;
		List<Step> steps = (fails && handler.retryPolicy().isEmpty()) ? steps(job.attempts(), most) : List.of();
		return new Coming(most, null, steps, !steps.isEmpty());
	}

	/** An order about many is among a job's orders if it has changed the job. */
	private static boolean isRetry(AuditEntry order) {
		return order.action().equals(Action.RETRY.id())
				&& (order.kind() == AuditEntry.Kind.MANY || order.result().equals(OrderResult.Kind.DONE.name()));
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
	 * @param note why it is not known, {@code null} if there is nothing to say of it
	 * @param steps the attempts to come, as long as all fail
	 * @param any whether there are any
	 */
	record Coming(@Nullable Integer most, @Nullable String note, List<Step> steps, boolean any) {

		private static Coming unknown(String note) {
			return new Coming(null, note, List.of(), false);
		}

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
