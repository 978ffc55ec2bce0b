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
 * How one attempt at a job ended.
 */
public enum AttemptOutcome {

	/** The body returned. */
	SUCCEEDED,

	/** The body threw. */
	FAILED,

	/** The attempt took longer than its timeout. */
	TIMED_OUT,

	/** The node was stopping; the attempt was given back. */
	INTERRUPTED,

	/** The body asked to be run again later; no attempt was spent. */
	SNOOZED,

	/** The body waits for another job or a signal. */
	AWAITING,

	/** The job was cancelled while it ran. */
	CANCELLED,

	/** The node went silent for a lease: crashed, stopped or cut off. */
	LOST

}
