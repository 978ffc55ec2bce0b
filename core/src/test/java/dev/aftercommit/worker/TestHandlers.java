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

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.ClassUtils;

import dev.aftercommit.EnqueueMode;
import dev.aftercommit.JobContext;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.store.RateLimit;

/**
 * Handlers whose bodies are lambdas of one text.
 */
class TestHandlers implements HandlerRegistry {

	private final Map<String, JobHandler> byName = new LinkedHashMap<>();

	TestHandler add(String name, Body body) {
		TestHandler handler = new TestHandler(name, body);
		this.byName.put(name, handler);
		return handler;
	}

	@Override
	public Optional<JobHandler> find(String name) {
		return Optional.ofNullable(this.byName.get(name));
	}

	@Override
	public Optional<JobHandler> find(Class<?> targetClass, Method method) {
		return Optional.empty();
	}

	@Override
	public Collection<JobHandler> handlers() {
		return this.byName.values();
	}

	@Override
	public Set<String> names() {
		return this.byName.keySet();
	}

	/**
	 * A body.
	 */
	interface Body {

		@Nullable Object run(String argument, JobContext context) throws Throwable;

	}

	/**
	 * A handler to be changed before the workers start.
	 */
	static final class TestHandler implements JobHandler {

		private final String name;

		private final Body body;

		int maxAttempts;

		boolean transactional;

		@Nullable Duration timeout;

		@Nullable RateLimit rateLimit;

		@Nullable RetryPolicy retryPolicy;

		Predicate<Throwable> retryable = (failure) -> true;

		TestHandler(String name, Body body) {
			this.name = name;
			this.body = body;
		}

		TestHandler maxAttempts(int maxAttempts) {
			this.maxAttempts = maxAttempts;
			return this;
		}

		TestHandler inTransaction() {
			this.transactional = true;
			return this;
		}

		TestHandler rateLimit(RateLimit rateLimit) {
			this.rateLimit = rateLimit;
			return this;
		}

		TestHandler timeout(Duration timeout) {
			this.timeout = timeout;
			return this;
		}

		TestHandler retryPolicy(RetryPolicy retryPolicy) {
			this.retryPolicy = retryPolicy;
			return this;
		}

		TestHandler retryable(Predicate<Throwable> retryable) {
			this.retryable = retryable;
			return this;
		}

		@Override
		public String name() {
			return this.name;
		}

		@Override
		public Set<String> aliases() {
			return Set.of();
		}

		@Override
		public String queue() {
			return "default";
		}

		@Override
		public int priority() {
			return 0;
		}

		@Override
		public EnqueueMode enqueueMode() {
			return EnqueueMode.AFTER_COMMIT;
		}

		@Override
		public Optional<RateLimit> rateLimit() {
			return Optional.ofNullable(this.rateLimit);
		}

		@Override
		public int maxAttempts() {
			return this.maxAttempts;
		}

		@Override
		public boolean transactional() {
			return this.transactional;
		}

		@Override
		public Optional<Duration> timeout() {
			return Optional.ofNullable(this.timeout);
		}

		@Override
		public Optional<RetryPolicy> retryPolicy() {
			return Optional.ofNullable(this.retryPolicy);
		}

		@Override
		public boolean isRetryable(Throwable failure) {
			return this.retryable.test(failure);
		}

		@Override
		public Method method() {
			return ClassUtils.getMethod(Object.class, "toString");
		}

		@Override
		public List<Type> argumentTypes() {
			return List.of(String.class);
		}

		@Override
		public @Nullable Object[] storedArguments(@Nullable Object[] arguments) {
			return arguments;
		}

		@Override
		public Type resultType() {
			return String.class;
		}

		@Override
		public @Nullable Object invoke(@Nullable Object[] arguments, JobContext context) throws Throwable {
			return this.body.run((String) arguments[0], context);
		}

	}

}
