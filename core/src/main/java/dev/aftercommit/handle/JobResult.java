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

package dev.aftercommit.handle;

import java.lang.reflect.Type;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobContext;
import dev.aftercommit.JobFailedException;
import dev.aftercommit.serialization.JobSerializer;
import dev.aftercommit.serialization.UnreadableException;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobStatus;

/**
 * What a job's end means to those who wait for it.
 *
 * @param called the id that the call was given
 * @param type type that its result is read as
 * @param serializer reads it
 * @param admission how far the call has come
 * @param <T> the type of the result
 */
record JobResult<T extends @Nullable Object>(UUID called, Type type, JobSerializer serializer, Admission admission) {

	/**
	 * The job's id.
	 * @return the call's, or that of the job which was kept instead of it
	 */
	UUID id() {
		return this.admission.jobOf(this.called);
	}

	/**
	 * Refuse a wait that can't end well.
	 * @throws IllegalStateException if it would wait for itself, or inside a job
	 */
	void checkWait() {
		if (this.admission.waitsForThisThread()) {
			throw new IllegalStateException("Job " + id() + " is enqueued by the transaction that is open on this"
					+ " thread, so waiting for it here would wait for itself: wait after the transaction has"
					+ " committed, for example in the method that called the @Transactional one");
		}
		JobContext.find().ifPresent((context) -> {
			throw new IllegalStateException("Job " + context.jobId() + " must not wait for job " + id()
					+ " while it holds a worker: return, and let a later job go on with its result. ('await', which"
					+ " gives the worker back meanwhile, comes with a later version)");
		});
	}

	/**
	 * Read the result of a job that has ended well.
	 * @param status the job
	 * @return the result
	 * @throws JobFailedException if it can't be read
	 */
	@SuppressWarnings({ "unchecked", "NullAway" }) // T is nullable where the result is
	T read(JobStatus status) {
		try {
			return (T) this.serializer.readResult(this.type, status.result());
		}
		catch (UnreadableException ex) {
			throw new JobFailedException(describe(status) + " succeeded, but its result can't be read as "
					+ this.type.getTypeName() + ": " + ex.getMessage(), ex);
		}
	}

	JobFailedException failure(JobStatus status) {
		return switch (status.state()) {
			case DEAD -> new JobFailedException(describe(status) + " was given up ("
					+ ((status.reason() != null) ? status.reason() : "no reason is stored") + ") after "
					+ status.attempts() + " attempt(s)" + describe(status.failure()), null);
			case CANCELLED -> new JobFailedException(describe(status) + " was cancelled", null);
			default -> throw new IllegalArgumentException("'state' (" + status.state() + ") is no failure");
		};
	}

	JobFailedException neverEnqueued() {
		return new JobFailedException("Job " + id() + " was never enqueued: " + this.admission.reason(), null);
	}

	JobFailedException missing() {
		return new JobFailedException("Job " + id() + " is not in the store: it was never enqueued, or it ended"
				+ " so long ago that it was pruned (see 'aftercommit.retention')", null);
	}

	private String describe(JobStatus status) {
		return "Job " + id() + " (" + status.name() + ")";
	}

	private static String describe(@Nullable Failure failure) {
		if (failure == null) {
			return "";
		}
		String text = failure.text().lines().findFirst().orElse("");
		return ", at last " + failure.outcome() + ": "
				+ (text.startsWith(failure.type()) ? text : failure.type() + ": " + text);
	}

}
