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

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Enqueues calls with what an annotation can't say. A bean of this type is always there.
 * <p>
 * Each lambda makes exactly one call of an annotated method on the real bean; its
 * arguments are taken and checked at once. No call or more than one throws
 * {@link IllegalArgumentException}, and nothing is enqueued. Everything joins the
 * caller's transaction exactly as a plain call does.
 */
public interface BackgroundJobs {

	/**
	 * Enqueue one call, as a plain call would.
	 * @param call makes exactly one annotated call
	 * @param <T> the type of its result
	 * @return the job's handle
	 * @throws IllegalArgumentException if the lambda makes no call or more than one
	 * @throws JobArgumentException if the call can't be stored
	 */
	default <T extends @Nullable Object> JobHandle<T> enqueue(JobCall<T> call) {
		return enqueue(JobOptions.options(), call);
	}

	/**
	 * Enqueue one call, as a plain call would.
	 * @param call makes exactly one annotated call
	 * @return the job's handle
	 * @throws IllegalArgumentException if the lambda makes no call or more than one
	 * @throws JobArgumentException if the call can't be stored
	 */
	default JobHandle<?> enqueue(VoidJobCall call) {
		return enqueue(JobOptions.options(), call);
	}

	/**
	 * Enqueue one call with options.
	 * @param options what differs from the annotation
	 * @param call makes exactly one annotated call
	 * @param <T> the type of its result
	 * @return the job's handle
	 * @throws IllegalArgumentException if the lambda makes no call or more than one
	 * @throws JobArgumentException if the call can't be stored
	 */
	<T extends @Nullable Object> JobHandle<T> enqueue(JobOptions options, JobCall<T> call);

	/**
	 * Enqueue one call with options.
	 * @param options what differs from the annotation
	 * @param call makes exactly one annotated call
	 * @return the job's handle
	 * @throws IllegalArgumentException if the lambda makes no call or more than one
	 * @throws JobArgumentException if the call can't be stored
	 */
	JobHandle<?> enqueue(JobOptions options, VoidJobCall call);

	/**
	 * Enqueue one call for later.
	 * @param time when it is due, on the store's clock
	 * @param call makes exactly one annotated call
	 * @param <T> the type of its result
	 * @return the job's handle
	 * @throws IllegalArgumentException if the lambda makes no call or more than one
	 * @throws JobArgumentException if the call can't be stored
	 */
	default <T extends @Nullable Object> JobHandle<T> schedule(JobTime time, JobCall<T> call) {
		return enqueue(JobOptions.options().time(time), call);
	}

	/**
	 * Enqueue one call for later.
	 * @param time when it is due, on the store's clock
	 * @param call makes exactly one annotated call
	 * @return the job's handle
	 * @throws IllegalArgumentException if the lambda makes no call or more than one
	 * @throws JobArgumentException if the call can't be stored
	 */
	default JobHandle<?> schedule(JobTime time, VoidJobCall call) {
		return enqueue(JobOptions.options().time(time), call);
	}

	/**
	 * Options to add to, for a static import.
	 * @return no options yet
	 */
	static JobOptions options() {
		return JobOptions.options();
	}

	/**
	 * A time from now, for a static import.
	 * @param delay how long to wait, zero or more
	 * @return the time
	 */
	static JobTime in(Duration delay) {
		return JobTime.in(delay);
	}

	/**
	 * An absolute time, for a static import.
	 * @param time the time
	 * @return the time
	 */
	static JobTime at(Instant time) {
		return JobTime.at(time);
	}

}
