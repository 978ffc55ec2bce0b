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

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import dev.aftercommit.store.Retention;

/**
 * How the workers of a node work. Waiting inside the node is by its monotonic clock.
 *
 * @param nodeName what the node is called, for people
 * @param applicationVersion the application's version, an empty text if it has none
 * @param concurrency number of slots: the most jobs that run at the same time, 1 or more
 * @param virtualThreads whether slots are virtual threads; needs Java 21
 * @param queues queues that this node serves, {@code null} for all there are
 * @param queueSettings for queues that are treated otherwise than by default: how
 * @param pollInterval longest time between two looks at the store
 * @param lease time of silence after which a node's jobs are given to others, on the
 * store's clock
 * @param heartbeat time between two signs of life, at most a third of the lease
 * @param shutdownTimeout time that bodies have to end by themselves when the node stops
 * @param localDispatch whether the enqueuing node runs a job at once when a slot is free
 * @param maxCrashes lost attempts after which a job is given up, 1 or more
 * @param retry when failed jobs are tried again
 * @param retention how long ended jobs are kept
 */
public record WorkerSettings(String nodeName, String applicationVersion, int concurrency, boolean virtualThreads,
		@Nullable Set<String> queues, Map<String, QueueSettings> queueSettings, Duration pollInterval, Duration lease,
		Duration heartbeat, Duration shutdownTimeout, boolean localDispatch, int maxCrashes, RetrySettings retry,
		Retention retention) {

	public WorkerSettings {
		queues = (queues != null) ? Set.copyOf(queues) : null;
		queueSettings = Map.copyOf(queueSettings);
		Assert.isTrue(concurrency >= 1, () -> "'concurrency' (" + concurrency
				+ ") must be at least 1: turn the workers off for a node that only enqueues");
		Assert.isTrue(pollInterval.toMillis() >= 1,
				() -> "'pollInterval' (" + pollInterval + ") must be at least 1 ms");
		Assert.isTrue(heartbeat.toMillis() >= 1, () -> "'heartbeat' (" + heartbeat + ") must be at least 1 ms");
		Assert.isTrue(heartbeat.multipliedBy(3).compareTo(lease) <= 0, () -> "'heartbeat' (" + heartbeat
				+ ") must be at most a third of 'lease' (" + lease + "), so that one missed beat loses no job");
		Assert.isTrue(!shutdownTimeout.isNegative(),
				() -> "'shutdownTimeout' (" + shutdownTimeout + ") must not be negative");
		Assert.isTrue(maxCrashes >= 1, () -> "'maxCrashes' (" + maxCrashes + ") must be at least 1");
	}

	boolean serves(String queue) {
		return this.queues == null || this.queues.contains(queue);
	}

	/**
	 * Age of the last accepted heartbeat, counted from its sending, at which this node
	 * stops trusting its leases: early enough to leave its bodies half a heartbeat.
	 */
	long fencedAfterNanos() {
		return this.lease.minus(this.heartbeat.dividedBy(2)).toNanos();
	}

}
