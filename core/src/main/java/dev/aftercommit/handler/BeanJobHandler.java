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

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.ReflectionUtils;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.EnqueueMode;
import dev.aftercommit.JobContext;
import dev.aftercommit.RecurringJob;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.RateLimit;

/**
 * A handler whose bean is fetched by name for each run, so that it may be lazy, a
 * prototype or of any other scope.
 */
final class BeanJobHandler implements JobHandler {

	private final BeanFactory beans;

	private final AnnotatedMethod found;

	private final BackgroundJob annotation;

	private final String name;

	private final Set<String> aliases;

	private final BodySignature signature;

	private final Type resultType;

	private final @Nullable Duration timeout;

	private final HandlerTerms terms;

	private final @Nullable RateLimit rateLimit;

	private volatile @Nullable Invocable invocable;

	BeanJobHandler(BeanFactory beans, AnnotatedMethod found, BodySignature signature) {
		this.beans = beans;
		this.found = found;
		this.annotation = found.annotation();
		this.name = found.jobName();
		Set<String> names = new LinkedHashSet<>(Arrays.asList(this.annotation.aliases()));
		names.remove(this.name);
		this.aliases = Set.copyOf(names);
		this.signature = signature;
		this.resultType = (signature.resultType() != null) ? signature.resultType() : Void.class;
		this.terms = HandlerTerms.of(found);
		this.timeout = TimeoutText.parse(this.annotation.timeout());
		String rate = this.annotation.rateLimit();
		this.rateLimit = rate.isEmpty() ? null : RateLimit.parse(rate);
	}

	AnnotatedMethod found() {
		return this.found;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public Set<String> aliases() {
		return this.aliases;
	}

	@Override
	public String queue() {
		return this.annotation.queue();
	}

	@Override
	public int priority() {
		return this.annotation.priority();
	}

	@Override
	public EnqueueMode enqueueMode() {
		return this.annotation.enqueue();
	}

	@Override
	public Optional<RateLimit> rateLimit() {
		return Optional.ofNullable(this.rateLimit);
	}

	@Override
	public int maxAttempts() {
		return this.annotation.maxAttempts();
	}

	@Override
	public boolean transactional() {
		return this.annotation.transactional();
	}

	@Override
	public Optional<Duration> timeout() {
		return Optional.ofNullable(this.timeout);
	}

	@Override
	public Optional<RetryPolicy> retryPolicy() {
		String policy = this.annotation.retryPolicy();
		return policy.isEmpty() ? Optional.empty() : Optional.of(this.beans.getBean(policy, RetryPolicy.class));
	}

	@Override
	public boolean isRetryable(Throwable failure) {
		if (isAny(this.annotation.discardFor(), failure)) {
			return false;
		}
		return this.annotation.retryFor().length == 0 || isAny(this.annotation.retryFor(), failure);
	}

	@Override
	public Optional<RecurringJob> recurrence() {
		return Optional.ofNullable(HandlerScan.recurrenceOf(this.found.method()));
	}

	@Override
	public Method method() {
		return this.found.method();
	}

	@Override
	public List<Type> argumentTypes() {
		return this.signature.argumentTypes();
	}

	@Override
	public Set<Integer> sensitiveArguments() {
		return this.signature.sensitive();
	}

	@Override
	public @Nullable Object[] storedArguments(@Nullable Object[] arguments) {
		return this.signature.stored(arguments);
	}

	@Override
	public JobTerms terms(@Nullable Object[] arguments) {
		return this.terms.forCall(arguments);
	}

	@Override
	public Type resultType() {
		return this.resultType;
	}

	@Override
	public @Nullable Object invoke(@Nullable Object[] arguments, JobContext context) throws Throwable {
		@Nullable Object[] call = this.signature.call(arguments, context);
		Object bean = this.beans.getBean(this.found.beanName());
		Method target = invocableOn(bean.getClass());
		RunMarker.set(this.found.method());
		try {
			return target.invoke(bean, call);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
		finally {
			RunMarker.clear();
		}
	}

	@Override
	public String toString() {
		return this.name + " (" + this.found + ")";
	}

	private Method invocableOn(Class<?> beanClass) {
		Invocable known = this.invocable;
		if (known == null || known.beanClass() != beanClass) {
			Method method = this.found.invocableOn(beanClass)
				.orElseThrow(() -> new IllegalStateException("@BackgroundJob method " + this.found
						+ " can't be called through its bean's proxy '" + beanClass.getName() + "'"));
			ReflectionUtils.makeAccessible(method);
			known = new Invocable(beanClass, method);
			this.invocable = known;
		}
		return known.method();
	}

	private static boolean isAny(Class<? extends Throwable>[] types, Throwable failure) {
		return Arrays.stream(types).anyMatch((type) -> type.isInstance(failure));
	}

	/**
	 * The method that reaches the body on beans of a class.
	 *
	 * @param beanClass class of the bean, of its proxy that is
	 * @param method the method to call, perhaps an interface's
	 */
	private record Invocable(Class<?> beanClass, Method method) {

	}

}
