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

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Where a job is, and what keeps it there.
 *
 * @param status the job, without its result
 * @param now the store's clock
 * @param place where it is apart from its state
 * @param node the node that has its lease, 0 if none has
 * @param claimedAt since when, if that is known
 * @param blocking what blocks it, {@code null} if nothing does
 */
public record Whereabouts(JobStatus status, Instant now, Place place, long node, @Nullable Instant claimedAt,
		@Nullable Blocking blocking) {

	/**
	 * What says more than a state.
	 */
	public enum Place {

		/** In the store. */
		STORE,

		/** In the store, running, and to be cancelled. */
		TO_BE_CANCELLED,

		/** In an outbox. */
		OUTBOX

	}

	/**
	 * A key that a job waits for.
	 *
	 * @param kind which kind of key
	 * @param key the key
	 * @param holders who has it, at most 10
	 */
	public record Blocking(Kind kind, String key, List<UUID> holders) {

		/**
		 * Kinds of keys.
		 */
		public enum Kind {

			/** Only one job has it. */
			UNIQUE,

			/** So many jobs as its limit says have it. */
			CONCURRENCY

		}

	}

}
