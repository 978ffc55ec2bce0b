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

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodClassKey;
import org.springframework.util.Assert;

import dev.aftercommit.JobConfigurationException;

/**
 * The handlers among the beans of a context. Found by the beans' types, so that it is
 * complete although all beans are lazy; checked when all singletons are there.
 * <p>
 * Whoever asks before that, such as an initialisation method that calls an annotated
 * method, gets what the types say by then.
 */
public final class BeanHandlerRegistry implements HandlerRegistry, BeanFactoryAware, SmartInitializingSingleton {

	private final TypeCheck types;

	private final Map<MethodClassKey, Optional<JobHandler>> calls = new ConcurrentHashMap<>();

	private @Nullable ConfigurableListableBeanFactory beans;

	private volatile @Nullable Found found;

	/**
	 * Create a registry.
	 * @param types says which arguments and results can be stored
	 */
	public BeanHandlerRegistry(TypeCheck types) {
		this.types = types;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		Assert.isInstanceOf(ConfigurableListableBeanFactory.class, beanFactory,
				"'beanFactory' must be one whose beans can be listed");
		this.beans = (ConfigurableListableBeanFactory) beanFactory;
	}

	/**
	 * Look again, now that the beans are there, and check them all.
	 * @throws JobConfigurationException if a handler can't work; says so of all of them
	 */
	@Override
	public void afterSingletonsInstantiated() {
		Found complete = look();
		List<Problem> problems = new ArrayList<>();
		ProxyCheck proxies = new ProxyCheck(beans());
		complete.byMethod().values().forEach((handler) -> problems.addAll(proxies.check(handler.found())));
		if (!problems.isEmpty()) {
			throw Problem.all(problems);
		}
		this.found = complete;
		this.calls.clear();
	}

	@Override
	public Optional<JobHandler> find(String name) {
		return Optional.ofNullable(found().byName().get(name));
	}

	/**
	 * {@inheritDoc}
	 * @throws JobConfigurationException if the method is annotated, but of a bean whose
	 * type did not say so beforehand
	 */
	@Override
	public Optional<JobHandler> find(Class<?> targetClass, Method method) {
		MethodClassKey call = new MethodClassKey(method, targetClass);
		Optional<JobHandler> known = this.calls.get(call);
		if (known == null) {
			known = Optional.ofNullable(findAnnotated(targetClass, method));
			this.calls.put(call, known);
		}
		return known;
	}

	@Override
	public Collection<JobHandler> handlers() {
		return Collections.unmodifiableCollection(found().byMethod().values());
	}

	@Override
	public Set<String> names() {
		return found().byName().keySet();
	}

	private @Nullable JobHandler findAnnotated(Class<?> targetClass, Method method) {
		Class<?> userClass = HandlerScan.userClass(targetClass, method);
		Method specific = HandlerScan.specificMethod(method, userClass);
		JobHandler handler = found().byMethod().get(new MethodClassKey(specific, userClass));
		if (handler == null && HandlerScan.annotationOf(specific) != null) {
			throw new JobConfigurationException("@BackgroundJob method '" + specific.getName() + "' of class '"
					+ userClass.getName()
					+ "' was called, but no bean's declared type has that method, so no node would know its jobs"
					+ " by name before the bean is created.",
					"Declare the bean by its class: '" + userClass.getSimpleName() + "' as return type of the @Bean"
							+ " method (or as object type of the FactoryBean).",
					null);
		}
		return handler;
	}

	private Found found() {
		Found known = this.found;
		if (known == null) {
			known = look();
			this.found = known;
		}
		return known;
	}

	private Found look() {
		MethodRules rules = new MethodRules(beans(), this.types);
		List<Problem> problems = new ArrayList<>();
		RunnableNames names = new RunnableNames();
		Map<MethodClassKey, BeanJobHandler> methods = new LinkedHashMap<>();
		for (AnnotatedMethod method : new HandlerScan(beans()).find(problems)) {
			BodySignature signature = BodySignature.of(method.method(), method.userClass());
			List<Problem> own = rules.check(method, signature);
			problems.addAll(own);
			if (own.isEmpty()) {
				BeanJobHandler handler = new BeanJobHandler(beans(), method, signature);
				names.add(handler);
				methods.put(new MethodClassKey(method.method(), method.userClass()), handler);
			}
		}
		problems.addAll(names.problems());
		if (!problems.isEmpty()) {
			throw Problem.all(problems);
		}
		return new Found(Map.copyOf(names.handlers()), methods);
	}

	private ConfigurableListableBeanFactory beans() {
		Assert.state(this.beans != null, "'beanFactory' must be set: declare the registry as a bean");
		return this.beans;
	}

	/**
	 * What was found.
	 *
	 * @param byName the handlers by name and alias
	 * @param byMethod the handlers by method and user's class, in the order of the beans
	 */
	private record Found(Map<String, BeanJobHandler> byName, Map<MethodClassKey, BeanJobHandler> byMethod) {

	}

}
