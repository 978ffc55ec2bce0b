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

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What a node is ready to run now.
 *
 * @param lease the lease under which all jobs of this claim are to be held; its token was
 * never used before
 * @param queues queues that the node serves, {@code null} for all there are
 * @param atMost for queues with a limit of their own: the most jobs to claim from each, 0
 * or more. A queue that isn't named here is bounded by {@code limit} alone
 * @param names names of the handlers that the node knows, aliases included; others are
 * left alone
 * @param limit the most jobs to claim in all, 1 to 1000
 * @param weights for queues with a weight, 1 to 100, other than 1: where several queues
 * have more due jobs than the limit, a queue gets this many places for each one of a
 * queue of weight 1
 * @param rates limits of starts in a time that the node knows of, over all nodes; no job
 * starts that one of them holds for and does not allow
 * @param atMostRated the most jobs to claim by each of the rates, 0 or more: what is
 * claimed by a rate should start at once
 * @param apart those of the names whose jobs end in transactions of their own: many of
 * them at the same moment, so that each needs a lease that it shares with no other job
 */
public record ClaimRequest(Lease lease, @Nullable Set<String> queues, Map<String, Integer> atMost, Set<String> names,
		int limit, Map<String, Integer> weights, List<Rate> rates, int atMostRated, Set<String> apart) {

	/**
	 * A request in which all queues weigh the same, and without rates.
	 * @param lease the lease under which all jobs of this claim are to be held
	 * @param queues queues that the node serves, {@code null} for all there are
	 * @param atMost for queues with a limit of their own: the most jobs to claim from
	 * each
	 * @param names names of the handlers that the node knows
	 * @param limit the most jobs to claim in all
	 */
	public ClaimRequest(Lease lease, @Nullable Set<String> queues, Map<String, Integer> atMost, Set<String> names,
			int limit) {
		this(lease, queues, atMost, names, limit, Map.of(), List.of(), limit, Set.of());
	}

	/**
	 * The most jobs to claim from a queue.
	 * @param queue the queue
	 * @return at most the limit
	 */
	public int most(String queue) {
		return Math.min(this.atMost.getOrDefault(queue, this.limit), this.limit);
	}

	/**
	 * The same request for fewer jobs.
	 * @param jobs the most jobs to claim in all
	 * @return the request
	 */
	public ClaimRequest atMost(int jobs) {
		return new ClaimRequest(this.lease, this.queues, this.atMost, this.names, jobs, this.weights, this.rates,
				this.atMostRated, this.apart);
	}

	/**
	 * Whether jobs of a lane may be claimed at all.
	 * @param queue their queue
	 * @param name their name
	 * @return whether the node serves the queue and knows the name
	 */
	public boolean serves(String queue, String name) {
		return (this.queues == null || this.queues.contains(queue)) && this.names.contains(name);
	}

	/**
	 * How much a queue weighs beside others.
	 * @param queue the queue
	 * @return its weight
	 */
	public int weight(String queue) {
		return this.weights.getOrDefault(queue, 1);
	}

}
