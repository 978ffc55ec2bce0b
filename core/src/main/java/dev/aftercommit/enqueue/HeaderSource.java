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

package dev.aftercommit.enqueue;

import java.util.Map;

import dev.aftercommit.JobListener;

/**
 * Adds to what travels with a job beside its arguments, such as the caller's trace.
 */
@FunctionalInterface
public interface HeaderSource {

	/**
	 * The most characters that all headers of one job may have together, names and values
	 * counted. A source that would go beyond is left out, and that is logged.
	 */
	int MAX_LENGTH = 8192;

	/**
	 * The headers of a job that is being called for, on the caller's thread, before
	 * anything is written. What this throws is logged, and the job goes without them.
	 * Names that begin with {@value dev.aftercommit.store.JobTerms#PREFIX} are not a
	 * source's to say: they are left out, and that is logged.
	 * @param job the job
	 * @return its headers, possibly none; stored as they are
	 */
	Map<String, String> headers(JobListener.Job job);

}
