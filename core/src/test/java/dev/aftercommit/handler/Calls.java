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

package dev.aftercommit.handler;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import dev.aftercommit.JobContext;

/**
 * A context with the handler room in it. Calls of handlers are collected instead of
 * enqueued.
 */
final class Calls implements MethodInterceptor, AutoCloseable {

	final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	final List<Call> calls = new CopyOnWriteArrayList<>();

	private Calls(Class<?>... components) {
		this.context.registerBean(BackgroundJobProxying.class, () -> new BackgroundJobProxying(() -> this));
		this.context.registerBean(BeanHandlerRegistry.class,
				() -> new BeanHandlerRegistry((type) -> type == Object.class ? "Object says nothing" : null));
		if (components.length > 0) {
			this.context.register(components);
		}
	}

	static Calls of(Class<?>... components) {
		Calls calls = new Calls(components);
		calls.context.refresh();
		return calls;
	}

	static Calls notYetStarted(Class<?>... components) {
		return new Calls(components);
	}

	HandlerRegistry registry() {
		return this.context.getBean(HandlerRegistry.class);
	}

	JobHandler handler(String name) {
		return registry().find(name).orElseThrow();
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	Call onlyCall() {
		if (this.calls.size() != 1) {
			throw new AssertionError("Expected one call, but there were " + this.calls);
		}
		return this.calls.get(0);
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		Class<?> type = (target != null) ? AopUtils.getTargetClass(target) : invocation.getMethod().getDeclaringClass();
		Optional<JobHandler> handler = registry().find(type, invocation.getMethod());
		if (handler.isEmpty() || RunMarker.take(handler.get().method())) {
			return invocation.proceed();
		}
		this.calls.add(new Call(handler.get(), handler.get().storedArguments(invocation.getArguments())));
		return null;
	}

	@Override
	public void close() {
		this.context.close();
	}

	static JobContext attempt() {
		return new Attempt();
	}

	record Call(JobHandler handler, @Nullable Object[] arguments) {

		String name() {
			return this.handler.name();
		}

	}

	private static final class Attempt implements JobContext {

		@Override
		public UUID jobId() {
			return new UUID(0, 1);
		}

		@Override
		public int attempt() {
			return 1;
		}

		@Override
		public boolean isStopping() {
			return false;
		}

		@Override
		public boolean stillOwned() {
			return true;
		}

		@Override
		public void checkpoint() {
		}

		@Override
		public void snooze(Duration delay) {
		}

		@Override
		public void progress(long done, long total) {
		}

		@Override
		public void log(String text) {
		}

	}

}
