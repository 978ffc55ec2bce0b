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

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import dev.aftercommit.store.RateLimit;

/**
 * How the workers of a node treat one queue.
 *
 * @param concurrency the most jobs of it that this node holds at the same time, 1 or
 * more, {@code null} for no limit of its own
 * @param weight how many of its jobs are claimed for each one of a queue of weight 1,
 * where both have more than there is room for, 1 to 100
 * @param rateLimit how many of its jobs start in a time, over all nodes, {@code null} for
 * no limit
 */
public record QueueSettings(@Nullable Integer concurrency, int weight, @Nullable RateLimit rateLimit) {

	public QueueSettings {
		Assert.isTrue(concurrency == null || concurrency >= 1, () -> "'concurrency' (" + concurrency
				+ ") of a queue must be at least 1: leave the queue out of 'queues' to run none of it");
		Assert.isTrue(weight >= 1 && weight <= 100, () -> "'weight' (" + weight
				+ ") of a queue must be between 1 and 100: pause the queue to run none of it");
	}

}
