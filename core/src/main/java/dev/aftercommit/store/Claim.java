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
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a claim brought.
 *
 * @param jobs the claimed jobs in the order in which they should start, possibly none
 * @param nextDue time until the earliest scheduled or retrying job of the store is due,
 * on the store's clock, zero if one is due and not yet promoted; empty if there is none
 * @param unsettled whether somebody should {@link JobLeases#settle} keys
 * @param pausedQueues the queues that are paused, of whatever node
 * @param nextStart time until one of the request's rates that hold jobs up lets one
 * start; empty if none does
 */
public record Claim(List<ClaimedJob> jobs, Optional<Duration> nextDue, boolean unsettled, Set<String> pausedQueues,
		Optional<Duration> nextStart) {

	/**
	 * A claim of which no rate holds up anything.
	 * @param jobs the claimed jobs
	 * @param nextDue time until the next one is due
	 * @param unsettled whether somebody should settle keys
	 * @param pausedQueues the queues that are paused
	 */
	public Claim(List<ClaimedJob> jobs, Optional<Duration> nextDue, boolean unsettled, Set<String> pausedQueues) {
		this(jobs, nextDue, unsettled, pausedQueues, Optional.empty());
	}

	/**
	 * A claim of a store in which nothing is unsettled or paused.
	 * @param jobs the claimed jobs
	 * @param nextDue time until the next one is due
	 */
	public Claim(List<ClaimedJob> jobs, Optional<Duration> nextDue) {
		this(jobs, nextDue, false, Set.of());
	}

}
