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

import org.jspecify.annotations.Nullable;

/**
 * Binds the running attempt to its thread. For the workers; applications ask
 * {@link JobContext#current()}.
 */
public final class CurrentJob {

	private static final ThreadLocal<@Nullable JobContext> CONTEXT = new ThreadLocal<>();

	private CurrentJob() {
	}

	static @Nullable JobContext get() {
		return CONTEXT.get();
	}

	/**
	 * Run a body with a context bound to this thread; whatever was bound before is bound
	 * again afterwards.
	 * @param context the context of the attempt
	 * @param body what to run
	 * @param <T> the type of its result
	 * @return what the body returned
	 * @throws Throwable what the body threw
	 */
	public static <T extends @Nullable Object> T with(JobContext context, Body<T> body) throws Throwable {
		JobContext before = CONTEXT.get();
		CONTEXT.set(context);
		try {
			return body.run();
		}
		finally {
			if (before != null) {
				CONTEXT.set(before);
			}
			else {
				CONTEXT.remove();
			}
		}
	}

	/**
	 * The result that a body gave by returning {@link JobHandle#completed}.
	 * @param returned what the body returned
	 * @return the result
	 * @throws ForeignHandleException if it is the handle of another job
	 */
	public static @Nullable Object resultOf(JobHandle<?> returned) {
		if (returned instanceof CompletedJobHandle<?> completed) {
			return completed.result();
		}
		throw new ForeignHandleException();
	}

	/**
	 * A body returned the handle of another job in place of its result.
	 */
	@SuppressWarnings("serial")
	public static final class ForeignHandleException extends JobException {

		ForeignHandleException() {
			super("The body of a @BackgroundJob method must return its result as JobHandle.completed(result),"
					+ " not the handle of a job that it enqueued", null);
		}

	}

	/**
	 * The body of a job.
	 *
	 * @param <T> the type of its result
	 */
	@FunctionalInterface
	public interface Body<T extends @Nullable Object> {

		/**
		 * Run the body.
		 * @return its result
		 * @throws Throwable whatever it throws
		 */
		T run() throws Throwable;

	}

}
