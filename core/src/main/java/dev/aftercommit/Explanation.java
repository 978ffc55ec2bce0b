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
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Why a job is not running, or what it does instead, as the store said when it was asked.
 *
 * @param id the job
 * @param state where it is, {@code null} if it is unknown
 * @param reasons what keeps it there, the first one first; at least one
 */
public record Explanation(UUID id, @Nullable JobState state, List<Reason> reasons) {

	public Explanation {
		reasons = List.copyOf(reasons);
	}

	/**
	 * The reasons, for people.
	 * @return a sentence for each
	 */
	@Override
	public String toString() {
		return this.reasons.stream().map(Reason::text).collect(Collectors.joining(" "));
	}

	/**
	 * One reason.
	 *
	 * @param kind what it is, for programs
	 * @param text the same as a sentence, for people
	 * @param until until when it holds, on the store's clock, if that is known
	 * @param jobs other jobs that it is about, at most 10
	 * @param nodes numbers of the nodes that it is about, at most 10
	 */
	public record Reason(Kind kind, String text, @Nullable Instant until, List<UUID> jobs, List<Long> nodes) {

		public Reason {
			jobs = List.copyOf(jobs);
			nodes = List.copyOf(nodes);
		}

	}

	/**
	 * What can be the reason.
	 */
	public enum Kind {

		/**
		 * No such job is known, or not any more, or its transaction has not committed.
		 */
		UNKNOWN,

		/** It is in the outbox and has not reached the store. */
		IN_OUTBOX,

		/** It waits for its time. */
		WAITS_FOR_ITS_TIME,

		/** Its last attempt has failed, and it waits for the next one. */
		BACKS_OFF,

		/** Its time has come; a node is yet to see that. */
		IS_DUE,

		/** Another job has its unique key. */
		UNIQUE_KEY_IS_HELD,

		/** Others have all the places of its concurrency key. */
		KEY_IS_HELD,

		/** The queue is paused. */
		QUEUE_IS_PAUSED,

		/** No node with workers is alive. */
		NO_NODE_IS_ALIVE,

		/** No live node knows its name. */
		NAME_IS_UNKNOWN,

		/** Live nodes know its name, but none of them serves its queue. */
		QUEUE_IS_NOT_SERVED,

		/** Every node that could run it was told to start nothing. */
		NODES_ARE_QUIET,

		/** All nodes that could run it run as many jobs as they may. */
		WORKERS_ARE_BUSY,

		/** A rate of its handler or its queue is used up for the moment. */
		RATE_IS_SPENT,

		/** Other jobs come before it. */
		OTHERS_COME_FIRST,

		/** Nothing keeps it: it may start at any moment. */
		ANY_MOMENT,

		/** It runs. */
		RUNS,

		/** The node that runs it is silent; others get the job after the lease. */
		ITS_NODE_IS_SILENT,

		/** It runs and was asked to leave. */
		IS_TO_BE_CANCELLED,

		/** It has ended. */
		HAS_ENDED

	}

}
