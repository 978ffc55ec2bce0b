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

import java.time.Duration;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Is told what happens to jobs on this node. Beans of this type are called in their
 * order. What a listener throws is logged and changes nothing. Listeners return at once:
 * they are called on the thread that enqueues or runs the job.
 */
public interface JobListener {

	/**
	 * A job was handed to the workers: its transaction has committed. Not told of calls
	 * that made no job, because another one that has their unique key was kept; with an
	 * outbox that is known only later, and it is told of them, too.
	 * @param job the job
	 */
	default void enqueued(Job job) {
	}

	/**
	 * An attempt is about to run, on the thread that will run its body.
	 * @param attempt the attempt
	 */
	default void started(Attempt attempt) {
	}

	/**
	 * The body of an attempt has ended, on the thread that ran it; the outcome is not yet
	 * stored.
	 * @param attempt the attempt
	 * @param outcome how it ended
	 * @param failure what the body threw, if anything
	 */
	default void ended(Attempt attempt, AttemptOutcome outcome, @Nullable Throwable failure) {
	}

	/**
	 * The outcome of an attempt was stored, or refused because its lease was lost.
	 * @param attempt the attempt
	 * @param outcome how it ended
	 * @param state the job's new state; {@code null} if the store refused the outcome as
	 * stale. If somebody asked to cancel the job and this node had not heard of it, the
	 * job is {@link JobState#CANCELLED} where this says that it goes on or was given up
	 */
	default void applied(Attempt attempt, AttemptOutcome outcome, @Nullable JobState state) {
	}

	/**
	 * A job.
	 *
	 * @param id its id
	 * @param name its stored name
	 * @param queue its queue
	 */
	record Job(UUID id, String name, String queue) {

	}

	/**
	 * An attempt at a job.
	 *
	 * @param job the job
	 * @param number 1 for the first
	 * @param waited time from when the job was due to its claim, by the store's clock,
	 * zero or more
	 * @param headers what travels with the job beside its arguments, such as the caller's
	 * trace
	 */
	record Attempt(Job job, int number, Duration waited, Map<String, String> headers) {

		public Attempt {
			headers = Map.copyOf(headers);
		}

	}

}
