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

import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * What became of an order that {@link JobOperations} was given.
 *
 * @param kind what became of it
 * @param found the state in which the order found the job; {@code null} if and only if it
 * is unknown
 * @param holder the job that has the unique key for which the order was refused;
 * {@code null} if that is not why
 */
public record OrderResult(Kind kind, @Nullable JobState found, @Nullable UUID holder) {

	/**
	 * The order was carried out.
	 * @param found the state in which it found the job
	 * @return the result
	 */
	public static OrderResult done(JobState found) {
		return new OrderResult(Kind.DONE, found, null);
	}

	/**
	 * The job runs, and its node was asked.
	 * @return the result
	 */
	public static OrderResult requested() {
		return new OrderResult(Kind.REQUESTED, JobState.RUNNING, null);
	}

	/**
	 * The order means nothing in the job's state; nothing was changed.
	 * @param found the state in which it found the job
	 * @return the result
	 */
	public static OrderResult refused(JobState found) {
		return new OrderResult(Kind.REFUSED, found, null);
	}

	/**
	 * The job is dead and can't be tried again while another one has its unique key;
	 * nothing was changed.
	 * @param holder the job that has the key
	 * @return the result
	 */
	public static OrderResult held(UUID holder) {
		return new OrderResult(Kind.REFUSED, JobState.DEAD, holder);
	}

	/**
	 * There is no such job; nothing was changed.
	 * @return the result
	 */
	public static OrderResult unknown() {
		return new OrderResult(Kind.UNKNOWN, null, null);
	}

	/**
	 * Whether the order was carried out.
	 * @return {@code true} for {@link Kind#DONE} only
	 */
	public boolean isDone() {
		return this.kind == Kind.DONE;
	}

	/**
	 * What can become of an order.
	 */
	public enum Kind {

		/** It was carried out. */
		DONE,

		/**
		 * The job runs: its node was asked, and what becomes of the job is seen in its
		 * state.
		 */
		REQUESTED,

		/**
		 * The job's state is none in which the order means anything, or another job has
		 * its unique key.
		 */
		REFUSED,

		/**
		 * The store has no such job: it never had, or it was pruned or deleted, or its
		 * transaction has not committed.
		 */
		UNKNOWN

	}

}
