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

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobException;
import dev.aftercommit.JobFailedException;
import dev.aftercommit.JobState;
import dev.aftercommit.store.JobStatus;

/**
 * The future of a job's result, and those that were derived from it. Refuses waits that
 * can't end well. The store is asked for its result only while somebody wants it: waits,
 * has looked, or has attached something.
 *
 * @param <T> the type of the future's value
 */
final class JobFuture<T extends @Nullable Object> extends CompletableFuture<T> {

	private final JobResult<?> job;

	private final ResultWatcher watcher;

	/** Keeps the job's own future reachable for as long as a derived one is. */
	private final JobFuture<?> origin;

	private volatile boolean wanted;

	JobFuture(JobResult<T> job, ResultWatcher watcher) {
		this.job = job;
		this.watcher = watcher;
		this.origin = this;
	}

	private JobFuture(JobFuture<?> origin) {
		this.job = origin.job;
		this.watcher = origin.watcher;
		this.origin = origin;
	}

	@Override
	public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
		want();
		return new JobFuture<>(this.origin);
	}

	@Override
	public T get() throws InterruptedException, ExecutionException {
		prepareWait();
		return super.get();
	}

	@Override
	public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
		prepareWait();
		return super.get(timeout, unit);
	}

	@Override
	public T join() {
		prepareWait();
		return super.join();
	}

	@Override
	public boolean isDone() {
		want();
		return super.isDone();
	}

	@Override
	public T getNow(T valueIfAbsent) {
		want();
		return super.getNow(valueIfAbsent);
	}

	UUID id() {
		return this.job.id();
	}

	boolean isFinished() {
		return super.isDone();
	}

	boolean isWanted() {
		return this.wanted || getNumberOfDependents() > 0;
	}

	boolean isDoubtful() {
		return this.job.admission().isDoubtful();
	}

	/**
	 * Complete this future if the job has ended.
	 * @param status the job
	 * @return whether it has ended
	 */
	boolean accept(JobStatus status) {
		if (!status.state().isEnded()) {
			return false;
		}
		try {
			succeed(status);
		}
		catch (JobFailedException ex) {
			fail(ex);
		}
		return true;
	}

	void failMissing() {
		fail(this.job.missing());
	}

	// On the default executor: what callers have attached must not run on our threads.
	void fail(JobException failure) {
		defaultExecutor().execute(() -> completeExceptionally(failure));
	}

	@SuppressWarnings("unchecked")
	private void succeed(JobStatus status) {
		if (status.state() != JobState.SUCCEEDED) {
			throw this.job.failure(status);
		}
		T value = (T) this.job.read(status);
		defaultExecutor().execute(() -> complete(value));
	}

	private void prepareWait() {
		if (!isFinished()) {
			this.job.checkWait();
			want();
		}
	}

	private void want() {
		JobFuture<?> future = this.origin;
		if (!future.wanted && !future.isFinished()) {
			future.wanted = true;
			this.watcher.wakeUp();
		}
	}

}
