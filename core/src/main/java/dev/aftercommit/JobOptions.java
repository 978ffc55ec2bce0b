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

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What one call says that its annotation doesn't. Immutable: each method returns a new
 * one.
 */
public final class JobOptions {

	private static final JobOptions NONE = new JobOptions(null, null, null);

	private final @Nullable String queue;

	private final @Nullable Integer priority;

	private final @Nullable JobTime time;

	private JobOptions(@Nullable String queue, @Nullable Integer priority, @Nullable JobTime time) {
		this.queue = queue;
		this.priority = priority;
		this.time = time;
	}

	/**
	 * No options: everything is as the annotation says.
	 * @return options to add to
	 */
	public static JobOptions options() {
		return NONE;
	}

	/**
	 * Wait in this queue in place of the annotation's.
	 * @param queue the queue, 1 to 100 characters
	 * @return new options
	 */
	public JobOptions queue(String queue) {
		Assert.isTrue(!queue.isBlank() && queue.length() <= 100,
				() -> "'queue' (" + queue + ") must have 1 to 100 characters");
		return new JobOptions(queue, this.priority, this.time);
	}

	/**
	 * Run with this priority in place of the annotation's.
	 * @param priority lower runs first, -32768 to 32767
	 * @return new options
	 */
	public JobOptions priority(int priority) {
		Assert.isTrue(priority >= Short.MIN_VALUE && priority <= Short.MAX_VALUE,
				() -> "'priority' (" + priority + ") must be between -32768 and 32767");
		return new JobOptions(this.queue, priority, this.time);
	}

	/**
	 * Run at this time at the earliest.
	 * @param time the time, on the store's clock
	 * @return new options
	 */
	public JobOptions time(JobTime time) {
		return new JobOptions(this.queue, this.priority, time);
	}

	/**
	 * The queue, if these options name one.
	 * @return the queue, or {@code null} for the annotation's
	 */
	public @Nullable String queue() {
		return this.queue;
	}

	/**
	 * The priority, if these options name one.
	 * @return the priority, or {@code null} for the annotation's
	 */
	public @Nullable Integer priority() {
		return this.priority;
	}

	/**
	 * The time, if these options name one.
	 * @return the time, or {@code null} for at once
	 */
	public @Nullable JobTime time() {
		return this.time;
	}

}
