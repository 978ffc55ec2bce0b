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

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.CurrentJob;
import dev.aftercommit.JobInterceptor;
import dev.aftercommit.store.ClaimedJob;

/**
 * Runs bodies inside all interceptors.
 */
final class Interceptors {

	static final Interceptors NONE = new Interceptors(List.of());

	private final List<JobInterceptor> interceptors;

	Interceptors(List<JobInterceptor> interceptors) {
		this.interceptors = List.copyOf(interceptors);
	}

	@Nullable Object around(ClaimedJob job, CurrentJob.Body<@Nullable Object> body) throws Throwable {
		return this.interceptors.isEmpty() ? body.run() : new Run(job, body).result();
	}

	/** One body and its interceptors. */
	private final class Run {

		private final ClaimedJob job;

		private final CurrentJob.Body<@Nullable Object> body;

		private @Nullable Object result;

		private Run(ClaimedJob job, CurrentJob.Body<@Nullable Object> body) {
			this.job = job;
			this.body = body;
		}

		private @Nullable Object result() throws Throwable {
			proceed(0);
			return this.result;
		}

		private void proceed(int index) throws Throwable {
			if (index == Interceptors.this.interceptors.size()) {
				this.result = this.body.run();
				return;
			}
			JobInterceptor interceptor = Interceptors.this.interceptors.get(index);
			Once rest = new Once(interceptor, () -> proceed(index + 1));
			try {
				interceptor.intercept(Listeners.attempt(this.job), rest);
			}
			catch (Throwable ex) {
				throw rest.orError(ex);
			}
			rest.check();
		}

	}

	/** What an interceptor may run, and must run once. */
	private static final class Once implements JobInterceptor.Body {

		private final Thread thread = Thread.currentThread();

		private final JobInterceptor interceptor;

		private final JobInterceptor.Body rest;

		private boolean run;

		private @Nullable Throwable thrown;

		private Once(JobInterceptor interceptor, JobInterceptor.Body rest) {
			this.interceptor = interceptor;
			this.rest = rest;
		}

		@Override
		public void proceed() throws Throwable {
			if (this.run || Thread.currentThread() != this.thread) {
				throw new IllegalStateException("'proceed' of " + this.interceptor + " was called "
						+ (this.run ? "again" : "on another thread") + ": run the body once, on the attempt's thread");
			}
			this.run = true;
			try {
				this.rest.proceed();
			}
			catch (Throwable ex) {
				this.thrown = ex;
				throw ex;
			}
		}

		private Throwable orError(Throwable failure) {
			if (!(this.thrown instanceof Error) || this.thrown == failure) {
				return failure;
			}
			this.thrown.addSuppressed(failure);
			return this.thrown;
		}

		private void check() throws Throwable {
			if (!this.run) {
				throw new IllegalStateException(this.interceptor + " returned without having run the body: call"
						+ " 'proceed' once, or throw what the body is to have thrown");
			}
			if (this.thrown != null) {
				throw this.thrown;
			}
		}

	}

}
