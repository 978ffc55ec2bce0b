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
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;

import dev.aftercommit.JobFlow;

/**
 * Puts counts together that were added to minutes. For one thread.
 */
public final class FlowMinutes {

	private static final int SECONDS = 60;

	private final Map<Long, Map<String, JobFlow.Counts>> minutes = new HashMap<>();

	/**
	 * The number of a minute.
	 * @param time a time in it
	 * @return whole minutes since 1970
	 */
	public static long number(Instant time) {
		return Math.floorDiv(time.getEpochSecond(), SECONDS);
	}

	/**
	 * Add counts.
	 * @param minute number of the minute
	 * @param queue the queue
	 * @param counts what to add to its counts in that minute
	 */
	public void add(long minute, String queue, JobFlow.Counts counts) {
		this.minutes.computeIfAbsent(minute, (number) -> new HashMap<>()).merge(queue, counts, JobFlow.Counts::plus);
	}

	/**
	 * Forget what was counted before a minute.
	 * @param minute number of the minute
	 */
	public void forgetBefore(long minute) {
		this.minutes.keySet().removeIf((number) -> number < minute);
	}

	/**
	 * Of how many minutes anything is known.
	 * @return a number
	 */
	public int size() {
		return this.minutes.size();
	}

	/**
	 * The last minutes, with those of which nothing is known.
	 * @param now the time on the store's clock
	 * @return the flow
	 */
	public JobFlow until(Instant now) {
		long present = number(now);
		return new JobFlow(now,
				LongStream.rangeClosed(present - Flow.MINUTES, present)
					.mapToObj((minute) -> new JobFlow.Minute(Instant.ofEpochSecond(minute * SECONDS),
							this.minutes.getOrDefault(minute, Map.of())))
					.toList());
	}

}
