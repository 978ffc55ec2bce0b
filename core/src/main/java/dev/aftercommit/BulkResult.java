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

import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * What became of an order about all jobs that match, as far as it went.
 *
 * @param jobs the jobs that it found, by what became of the order about each
 * @param next where to go on, {@code null} if no more match
 */
public record BulkResult(Map<OrderResult.Kind, List<UUID>> jobs, @Nullable String next) {

	public BulkResult {
		jobs = Map.copyOf(jobs);
	}

	/**
	 * Jobs of which this became of the order.
	 * @param kind what became of it
	 * @return their ids, possibly none
	 */
	public List<UUID> jobs(OrderResult.Kind kind) {
		return this.jobs.getOrDefault(kind, List.of());
	}

	/**
	 * How many there are of these.
	 * @param kind what became of the order
	 * @return the number, 0 or more
	 */
	public int count(OrderResult.Kind kind) {
		return jobs(kind).size();
	}

}
