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

import java.time.Instant;

/**
 * An order that an operator gave, on the dashboard or by an endpoint: who, what, when, on
 * what, and what became of it.
 *
 * @param at when it was noted, on the store's clock
 * @param who name of the operator, as far as that is known
 * @param action what was ordered, such as {@code retry} or {@code pause}
 * @param kind what kind of thing it was about
 * @param subject what it was about: a job's id, a queue's or a schedule's name, a node's
 * number, or what jobs were looked for
 * @param result what became of it
 */
public record AuditEntry(Instant at, String who, String action, Kind kind, String subject, String result) {

	/**
	 * What an order can be about.
	 */
	public enum Kind {

		/** One job. */
		JOB("job"),

		/** A queue. */
		QUEUE("queue"),

		/** A node. */
		NODE("node"),

		/** A schedule of recurring jobs. */
		SCHEDULE("schedule"),

		/** All jobs that match a filter. */
		MANY("jobs");

		private final String noun;

		Kind(String noun) {
			this.noun = noun;
		}

		/**
		 * What stands before the subject in a sentence.
		 * @return a word
		 */
		public String noun() {
			return this.noun;
		}

	}

}
