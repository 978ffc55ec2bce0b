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

package dev.aftercommit.worker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.store.Claim;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Rate;

/**
 * What decides which of the jobs that wait may start: names, weights and rates, as
 * handlers and settings say, and which queues are paused, as the last claim said.
 */
final class StartRules {

	private final Set<String> names;

	private final Set<String> apart = new HashSet<>();

	private final Map<String, Integer> weights = new HashMap<>();

	private final List<Rate> rates = new ArrayList<>();

	private volatile Set<String> paused = Set.of();

	StartRules(WorkerSettings settings, HandlerRegistry handlers) {
		this.names = Set.copyOf(handlers.names());
		settings.queueSettings().forEach((name, queue) -> {
			if (queue.weight() != 1) {
				this.weights.put(name, queue.weight());
			}
			if (queue.rateLimit() != null) {
				this.rates.add(Rate.ofQueue(name, queue.rateLimit()));
			}
		});
		for (JobHandler handler : handlers.handlers()) {
			Set<String> all = new HashSet<>(handler.aliases());
			all.add(handler.name());
			if (handler.transactional()) {
				this.apart.addAll(all);
			}
			handler.rateLimit().ifPresent((limit) -> this.rates.add(Rate.ofJob(handler.name(), all, limit)));
		}
	}

	Set<String> names() {
		return this.names;
	}

	/** Names of handlers whose bodies end their jobs in their own transactions. */
	Set<String> apart() {
		return this.apart;
	}

	Map<String, Integer> weights() {
		return this.weights;
	}

	List<Rate> rates() {
		return this.rates;
	}

	/** Keep in mind what a claim has told. */
	void learn(Claim claim) {
		this.paused = claim.pausedQueues();
	}

	/**
	 * Whether a job may start without a claim.
	 * @param job a job that is being enqueued
	 * @return whether nothing speaks against it
	 */
	boolean allowsLocalDispatch(NewJob job) {
		return this.names.contains(job.name()) && !this.paused.contains(job.queue()) && !job.terms().isKeyed()
				&& !isRated(job.queue(), job.name());
	}

	/**
	 * Whether the start of a job was counted when it was claimed, so that it should start
	 * at once.
	 * @param attempt the claimed job
	 * @return whether any rate holds for it
	 */
	boolean isRated(Attempt attempt) {
		return isRated(attempt.job().queue(), attempt.job().name());
	}

	private boolean isRated(String queue, String name) {
		return !this.rates.isEmpty() && this.rates.stream().anyMatch((rate) -> rate.isOf(queue, name));
	}

}
