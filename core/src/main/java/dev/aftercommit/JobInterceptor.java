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

import java.util.Map;

/**
 * Acts around the bodies of jobs on this node: sets a tenant, adds to the log's context,
 * translates exceptions. Beans of this type are called in their order, the first one
 * outermost.
 */
public interface JobInterceptor {

	/**
	 * Run the body, and what is to be done before and after it.
	 * <p>
	 * Called on the attempt's thread, which {@link JobContext#current()} knows, once the
	 * arguments have been read; for a {@code transactional} handler inside the
	 * transaction of its body. Its time counts for the timeout.
	 * <p>
	 * It can change what is thrown: whatever it throws counts as if the body had thrown
	 * it, also after a body that returned. It can't change arguments or the result, and
	 * makes no success of a failure: what the body threw counts, too, if it returns. An
	 * {@code Error}, such as a {@link JobLeaveError}, always passes as it is.
	 * @param attempt the attempt
	 * @param body the body, with the interceptors that follow: to be run once, on this
	 * thread. If this returns without having run it, the attempt has failed
	 * @throws Throwable whatever the body is to have thrown
	 */
	void intercept(JobListener.Attempt attempt, Body body) throws Throwable;

	/**
	 * What is to travel with a job that is being called for, so that {@link #intercept}
	 * finds it in the attempt's headers. Called on the caller's thread. What it throws is
	 * logged, and the job goes without.
	 * @param job the job
	 * @return headers, possibly none; all of a job's may have 8,192 characters together,
	 * and names that begin with {@code aftercommit.} are left out
	 */
	default Map<String, String> headers(JobListener.Job job) {
		return Map.of();
	}

	/**
	 * The body of a job, as an interceptor sees it.
	 */
	@FunctionalInterface
	interface Body {

		/**
		 * Run it.
		 * @throws Throwable what it threw
		 * @throws IllegalStateException if it was run before, or on another thread
		 */
		void proceed() throws Throwable;

	}

}
