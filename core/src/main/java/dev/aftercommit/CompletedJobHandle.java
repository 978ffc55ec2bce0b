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
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * The result of a body that has just run: it has no job of its own.
 *
 * @param result the result
 * @param <T> the type of the result
 */
record CompletedJobHandle<T extends @Nullable Object>(T result) implements JobHandle<T> {

	private static final UUID NIL = new UUID(0, 0);

	@Override
	public UUID id() {
		return JobContext.find().map(JobContext::jobId).orElse(NIL);
	}

	@Override
	public Optional<JobState> state() {
		return Optional.of(JobState.SUCCEEDED);
	}

	@Override
	public T join(Duration timeout) {
		return this.result;
	}

	@Override
	public CompletableFuture<T> future() {
		return CompletableFuture.completedFuture(this.result);
	}

	@Override
	public boolean cancel() {
		return false;
	}

}
