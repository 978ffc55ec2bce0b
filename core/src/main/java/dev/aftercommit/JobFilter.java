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
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Which jobs an operator means: those that match all that is said here.
 *
 * @param states in one of these states, none for any
 * @param queue in this queue, {@code null} for any
 * @param name with this stored name of a handler, {@code null} for any
 * @param tag with this tag, {@code null} for any
 * @param errorType with a last failure of exactly this
 * {@link JobSnapshot.Failure#type()}, {@code null} for any and none
 * @param calledFrom called at this time or later, as their ids say: by the clock of the
 * node that called. Of a recurring job it is the fire time. In full milliseconds;
 * {@code null} for any
 * @param calledBefore called before this time, in the same way
 */
public record JobFilter(Set<JobState> states, @Nullable String queue, @Nullable String name, @Nullable String tag,
		@Nullable String errorType, @Nullable Instant calledFrom, @Nullable Instant calledBefore) {

	private static final JobFilter ALL = new JobFilter(Set.of(), null, null, null, null, null, null);

	public JobFilter {
		states = Set.copyOf(states);
		Assert.isTrue(calledFrom == null || calledBefore == null || calledFrom.isBefore(calledBefore),
				() -> "'calledFrom' (" + calledFrom + ") must be before 'calledBefore' (" + calledBefore
						+ "): no job is between them");
	}

	/**
	 * All jobs.
	 * @return a filter that lets every job pass
	 */
	public static JobFilter all() {
		return ALL;
	}

	/**
	 * The same, but only those in one of these states.
	 * @param states at least one
	 * @return another filter
	 */
	public JobFilter states(JobState... states) {
		Assert.notEmpty(states, "'states' must name at least one state: leave it out for jobs in any");
		return new JobFilter(EnumSet.copyOf(Arrays.asList(states)), this.queue, this.name, this.tag, this.errorType,
				this.calledFrom, this.calledBefore);
	}

	/**
	 * The same, but only those in this queue.
	 * @param queue a queue
	 * @return another filter
	 */
	public JobFilter queue(String queue) {
		return new JobFilter(this.states, queue, this.name, this.tag, this.errorType, this.calledFrom,
				this.calledBefore);
	}

	/**
	 * The same, but only those with this name.
	 * @param name stored name of a handler
	 * @return another filter
	 */
	public JobFilter name(String name) {
		return new JobFilter(this.states, this.queue, name, this.tag, this.errorType, this.calledFrom,
				this.calledBefore);
	}

	/**
	 * The same, but only those with this tag.
	 * @param tag a tag
	 * @return another filter
	 */
	public JobFilter tag(String tag) {
		return new JobFilter(this.states, this.queue, this.name, tag, this.errorType, this.calledFrom,
				this.calledBefore);
	}

	/**
	 * The same, but only those whose last failure was of this type, whatever state they
	 * are in: also those that have succeeded after it.
	 * @param errorType class name of what was thrown, or a word for what happened, as
	 * {@link JobOperations#failures} tells it
	 * @return another filter
	 */
	public JobFilter errorType(String errorType) {
		return new JobFilter(this.states, this.queue, this.name, this.tag, errorType, this.calledFrom,
				this.calledBefore);
	}

	/**
	 * The same, but only those that were called within a time.
	 * @param from its beginning, included, {@code null} for no bound
	 * @param before its end, excluded, {@code null} for no bound
	 * @return another filter
	 */
	public JobFilter called(@Nullable Instant from, @Nullable Instant before) {
		return new JobFilter(this.states, this.queue, this.name, this.tag, this.errorType, from, before);
	}

	/**
	 * Whether a job in a state can match.
	 * @param state the state
	 * @return whether this filter lets it pass
	 */
	public boolean includes(JobState state) {
		return this.states.isEmpty() || this.states.contains(state);
	}

}
