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

import java.util.Optional;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.function.SingletonSupplier;

import dev.aftercommit.JobHandle;
import dev.aftercommit.JobOptions;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.handler.RunMarker;

/**
 * Turns a call of an annotated method into a job, unless it is the handler's own call
 * that runs the body. To be ordered before all other advice, which then acts at the run.
 * <p>
 * Asks for nothing it needs before the first call: advice is made before most beans.
 */
public final class EnqueueInterceptor implements MethodInterceptor {

	private final Supplier<HandlerRegistry> registry;

	private final Supplier<CallFactory> calls;

	private final Supplier<EnqueuePath> path;

	/**
	 * Create an interceptor.
	 * @param registry knows which handler a method is
	 * @param calls makes of a call what is stored
	 * @param path takes it into the store
	 */
	public EnqueueInterceptor(Supplier<HandlerRegistry> registry, Supplier<CallFactory> calls,
			Supplier<EnqueuePath> path) {
		this.registry = SingletonSupplier.of(registry);
		this.calls = SingletonSupplier.of(calls);
		this.path = SingletonSupplier.of(path);
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Optional<JobHandler> handler = this.registry.get().find(targetClass(invocation), invocation.getMethod());
		if (handler.isEmpty() || RunMarker.take(handler.get().method())) {
			return invocation.proceed();
		}
		JobHandle<?> handle = enqueue(handler.get(), invocation.getArguments());
		Class<?> type = handler.get().method().getReturnType();
		if (type == void.class) {
			return null;
		}
		return (type == JobHandle.class) ? handle : handle.future();
	}

	private JobHandle<?> enqueue(JobHandler handler, @Nullable Object[] arguments) {
		Recording recording = Recording.current();
		if (recording != null) {
			return recording.add(this.calls.get().create(handler, arguments, recording.options()));
		}
		HeldCall call = this.calls.get().create(handler, arguments, JobOptions.options());
		this.path.get().accept(call);
		return call.handle();
	}

	private static Class<?> targetClass(MethodInvocation invocation) {
		Object target = invocation.getThis();
		return (target != null) ? AopUtils.getTargetClass(target) : invocation.getMethod().getDeclaringClass();
	}

}
