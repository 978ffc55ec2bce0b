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
 * What becomes of a recurring job's fire times that passed while no node was there to
 * fire them. A fire time is missed when it is further in the past than one lease
 * ({@code aftercommit.worker.lease}) before a node gets to it; until then it is late, and
 * gets its job.
 */
public enum MissedRuns {

	/**
	 * The latest missed one gets a job, unless a later fire time that isn't missed gets
	 * one at the same moment.
	 */
	RUN_ONCE,

	/**
	 * They are left out.
	 */
	SKIP,

	/**
	 * Each gets its job, but of many only the latest {@code max-catch-up}.
	 */
	CATCH_UP

}
