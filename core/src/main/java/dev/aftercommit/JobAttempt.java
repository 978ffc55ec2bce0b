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

package dev.aftercommit;

import java.time.Instant;
import java.util.Comparator;

import org.jspecify.annotations.Nullable;

/**
 * An attempt at a job that has ended. Times are the store's.
 *
 * @param number which one; one that was snoozed or given back was not spent, and the next
 * one has its number again
 * @param node number of the node that ran it
 * @param startedAt when it was claimed; {@code null} where the store doesn't keep it
 * @param endedAt when its outcome was stored
 * @param outcome how it ended
 * @param errorType class name of what was thrown, or a word for what happened;
 * {@code null} if nothing went wrong
 * @param errorText message and stack, at least their first 1,000 characters; {@code null}
 * if nothing went wrong
 */
public record JobAttempt(int number, long node, @Nullable Instant startedAt, Instant endedAt, AttemptOutcome outcome,
		@Nullable String errorType, @Nullable String errorText) {

	/** The order in which attempts ended. */
	public static final Comparator<JobAttempt> BY_NUMBER = Comparator.comparingInt(JobAttempt::number)
		.thenComparing(JobAttempt::endedAt);

}
