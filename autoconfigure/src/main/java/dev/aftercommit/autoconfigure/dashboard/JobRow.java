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

import java.time.Instant;
import java.util.List;
import java.util.Locale;

import dev.aftercommit.JobFilter;
import dev.aftercommit.JobSnapshot;
import dev.aftercommit.JobState;
import dev.aftercommit.autoconfigure.dashboard.Format.When;
import org.jspecify.annotations.Nullable;

/**
 * A job in a list.
 *
 * @param id its id
 * @param shortId the end of it, in which ids of one moment differ
 * @param name name of its handler
 * @param queue its queue
 * @param state where it is
 * @param attempts attempts counted so far
 * @param called when the store took it
 * @param next when it is due, if it waits for that
 * @param ended when it ended, if it has
 * @param failure what it failed with last, if it did
 * @param tags texts by which it is found
 * @param retryable whether it can be enqueued again
 */
record JobRow(String id, String shortId, String name, String queue, Badge state, int attempts, When called,
		@Nullable When next, @Nullable When ended, @Nullable String failure, List<Tag> tags, boolean retryable) {

	static JobRow of(JobSnapshot job, Instant now) {
		String id = job.id().toString();
		JobSnapshot.Failure failure = job.lastFailure();
		return new JobRow(id, Format.shortId(id), job.name(), job.queue(), Badge.of(job.state()), job.attempts(),
				Format.at(job.enqueuedAt(), now), Format.when(job.dueAt(), now), Format.when(job.endedAt(), now),
				(failure != null) ? Format.simpleName(failure.type()) : null, job.tags().stream().map(Tag::of).toList(),
				job.state() == JobState.DEAD);
	}

	/**
	 * Where a job is, as a word and a colour.
	 *
	 * @param word the word
	 * @param tone the colour's name in the style sheet
	 */
	record Badge(String word, String tone) {

		static Badge of(JobState state) {
			return new Badge(state.name().toLowerCase(Locale.ROOT), switch (state) {
				case DEAD -> "bad";
				case RETRYING, BLOCKED -> "wait";
				case RUNNING -> "busy";
				case SUCCEEDED, CANCELLED -> "over";
				case SCHEDULED, ENQUEUED -> "plain";
			});
		}

	}

	/**
	 * A tag, and the jobs that have it.
	 *
	 * @param text the tag
	 * @param query the search for it
	 */
	record Tag(String text, String query) {

		static Tag of(String text) {
			return new Tag(text, new JobSearch(JobFilter.all().tag(text)).query());
		}

	}

}
