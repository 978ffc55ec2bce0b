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

package dev.aftercommit.handle;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import dev.aftercommit.JobFailedException;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobState;
import dev.aftercommit.JobTimeoutException;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobStatus;

/**
 * The handle of a job that is in the store, or on its way there.
 *
 * @param <T> the type of the result
 */
final class StoredJobHandle<T extends @Nullable Object> implements JobHandle<T> {

	private final JobResult<T> result;

	private final JobDirectory directory;

	private final ResultWatcher watcher;

	StoredJobHandle(JobResult<T> result, JobDirectory directory, ResultWatcher watcher) {
		this.result = result;
		this.directory = directory;
		this.watcher = watcher;
	}

	@Override
	public UUID id() {
		return this.result.id();
	}

	@Override
	public Optional<JobState> state() {
		if (!this.result.admission().reachedStore()) {
			return Optional.empty();
		}
		return Optional.ofNullable(this.directory.find(Set.of(id())).get(id())).map(JobStatus::state);
	}

	@Override
	public T join(Duration timeout) {
		Assert.isTrue(!timeout.isNegative() && !timeout.isZero(),
				() -> "'timeout' (" + timeout + ") must be positive: ask state() to look without waiting");
		this.result.checkWait();
		try {
			return future().get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw new JobTimeoutException("Job " + id() + " has not ended within 'timeout' (" + timeout
					+ "); it goes on. Wait again, or longer, with the same handle", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new JobTimeoutException(
					"The thread was interrupted while it waited for job " + id() + "; the job goes on", ex);
		}
		catch (ExecutionException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			String message = String.valueOf(cause.getMessage());
			throw (cause instanceof JobTimeoutException) ? new JobTimeoutException(message, cause)
					: new JobFailedException(message, cause);
		}
	}

	@Override
	public CompletableFuture<T> future() {
		JobFuture<T> future = new JobFuture<>(this.result, this.watcher);
		this.result.admission().whenSettled(() -> settle(future));
		return future;
	}

	@Override
	public boolean cancel() {
		return this.result.admission().cancel()
				|| (!this.result.admission().isDropped() && this.directory.cancel(id()));
	}

	@Override
	public String toString() {
		return "JobHandle[" + id() + "]";
	}

	private void settle(JobFuture<T> future) {
		if (this.result.admission().isDropped()) {
			future.fail(this.result.neverEnqueued());
		}
		else {
			this.watcher.watch(future);
		}
	}

}
