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

/**
 * What becomes of a call whose {@link BackgroundJob#uniqueKey() unique key} is held by
 * another job.
 */
public enum OnDuplicate {

	/** The job that is there stays, and the call's handle becomes one of it. */
	KEEP,

	/**
	 * The job that is there is cancelled and the new one takes its place, if it does not
	 * run: it waits for its time, a worker, a key or its next attempt. While it runs, the
	 * new one waits for its end; of several that would wait, the last one does.
	 */
	REPLACE

}
