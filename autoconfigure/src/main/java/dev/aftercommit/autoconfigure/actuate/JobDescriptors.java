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

package dev.aftercommit.autoconfigure.actuate;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.Explanation;
import dev.aftercommit.JobArguments;
import dev.aftercommit.JobAttempt;
import dev.aftercommit.JobOperations;
import dev.aftercommit.JobPage;
import dev.aftercommit.JobSnapshot;
import dev.aftercommit.JobWords;
import dev.aftercommit.autoconfigure.actuate.BackgroundJobsEndpoint.PageDescriptor;
import dev.aftercommit.autoconfigure.actuate.JobDescriptor.FailureDescriptor;
import dev.aftercommit.autoconfigure.actuate.JobDetailsDescriptor.ArgumentsDescriptor;
import dev.aftercommit.autoconfigure.actuate.JobDetailsDescriptor.AttemptDescriptor;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.Sanitizer;

/**
 * Makes descriptions of jobs: what came out of an application's data is sanitized.
 */
final class JobDescriptors {

	/** Characters of arguments that are shown. */
	private static final int MOST = 8192;

	private static final int MOST_ORDERS = 100;

	private final Sanitizer sanitizer;

	private final boolean showValues;

	JobDescriptors(Sanitizer sanitizer, boolean showValues) {
		this.sanitizer = sanitizer;
		this.showValues = showValues;
	}

	PageDescriptor describe(JobPage page) {
		return new PageDescriptor(page.jobs().stream().map(this::describe).toList(), page.next());
	}

	private JobDescriptor describe(JobSnapshot job) {
		return new JobDescriptor(job.id(), job.name(), job.queue(), job.priority(), job.state(), job.attempts(),
				job.enqueuedAt(), job.dueAt(), job.endedAt(), job.reason(), describe(job.lastFailure()), job.tags());
	}

	JobDetailsDescriptor describe(JobSnapshot job, @Nullable String result, JobOperations operations) {
		JobWords words = operations.words(job.id());
		Explanation explanation = operations.explain(job.id());
		return new JobDetailsDescriptor(job.id(), job.name(), job.queue(), job.priority(), job.state(), job.attempts(),
				job.enqueuedAt(), job.dueAt(), job.endedAt(), job.reason(), describe(job.lastFailure()), job.tags(),
				describe(operations.arguments(job.id())), sanitize("result", result),
				operations.attempts(job.id()).stream().map(this::describe).toList(), explanation.reasons(),
				words.progress(), words.log().stream().map((line) -> sanitize("log", line)).toList(),
				operations.audit(AuditEntry.Kind.JOB, job.id().toString(), MOST_ORDERS));
	}

	/** Cut when all of it has been sanitized, and not within a character. */
	private ArgumentsDescriptor describe(JobArguments arguments) {
		Object shown = sanitize("arguments", arguments.json());
		if (shown instanceof String text && text.length() > MOST) {
			int end = Character.isHighSurrogate(text.charAt(MOST - 1)) ? MOST - 1 : MOST;
			return new ArgumentsDescriptor(arguments.kind(), text.substring(0, end), true);
		}
		return new ArgumentsDescriptor(arguments.kind(), shown, false);
	}

	private AttemptDescriptor describe(JobAttempt attempt) {
		return new AttemptDescriptor(attempt.number(), attempt.node(), attempt.startedAt(), attempt.endedAt(),
				attempt.outcome(), attempt.errorType(), sanitize("errorText", attempt.errorText()));
	}

	private @Nullable FailureDescriptor describe(JobSnapshot.@Nullable Failure failure) {
		return (failure != null)
				? new FailureDescriptor(failure.outcome(), failure.type(), sanitize("failure", failure.text())) : null;
	}

	private @Nullable Object sanitize(String key, @Nullable String value) {
		return (value != null) ? this.sanitizer.sanitize(new SanitizableData(null, key, value), this.showValues) : null;
	}

}
