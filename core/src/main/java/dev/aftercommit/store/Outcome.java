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

package dev.aftercommit.store;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.DeadReason;

/**
 * What is to become of a job after an attempt: computed once as a value, then applied
 * once.
 */
public sealed interface Outcome {

	/**
	 * The body returned: what it did is to hold.
	 */
	sealed interface Returned extends Outcome {

	}

	/**
	 * The job is done.
	 *
	 * @param result the body's result as text, {@code null} for none
	 */
	record Succeeded(@Nullable String result) implements Returned {

	}

	/**
	 * The body asked to be run again later: the job is scheduled, and no attempt is
	 * spent.
	 *
	 * @param delay time to wait, counted by the store, zero or more
	 */
	record Snoozed(Duration delay) implements Returned {

	}

	/**
	 * The attempt failed and the job is tried again.
	 *
	 * @param delay time to wait, counted by the store, zero or more
	 * @param failure how it failed
	 */
	record Retry(Duration delay, Failure failure) implements Outcome {

	}

	/**
	 * The job is given up.
	 *
	 * @param reason why
	 * @param failure how the last attempt ended
	 */
	record Dead(DeadReason reason, Failure failure) implements Outcome {

	}

	/**
	 * The body left because the job was to be cancelled.
	 *
	 * @param failure how it left
	 */
	record Cancelled(Failure failure) implements Outcome {

	}

	/**
	 * The claim is given back: the job waits for a worker again, before jobs that were
	 * enqueued after it, and no attempt is spent.
	 */
	record Released() implements Outcome {

	}

}
