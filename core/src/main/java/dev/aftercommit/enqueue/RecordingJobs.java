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

package dev.aftercommit.enqueue;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.util.function.SingletonSupplier;

import dev.aftercommit.BackgroundJobs;
import dev.aftercommit.JobCall;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobOptions;
import dev.aftercommit.VoidJobCall;

/**
 * Enqueues the one call that a lambda makes, once the lambda has returned.
 */
public final class RecordingJobs implements BackgroundJobs {

	private final Supplier<EnqueuePath> path;

	/**
	 * Create the application's entry to its jobs.
	 * @param path takes calls into the store; asked for at the first one
	 */
	public RecordingJobs(Supplier<EnqueuePath> path) {
		this.path = SingletonSupplier.of(path);
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T extends @Nullable Object> JobHandle<T> enqueue(JobOptions options, JobCall<T> call) {
		return (JobHandle<T>) accept(Recording.one(options, call::call));
	}

	@Override
	public JobHandle<?> enqueue(JobOptions options, VoidJobCall call) {
		return accept(Recording.one(options, () -> {
			call.call();
			return null;
		}));
	}

	private JobHandle<?> accept(HeldCall call) {
		this.path.get().accept(call);
		return call.handle();
	}

}
