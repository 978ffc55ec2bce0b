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
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;

import dev.aftercommit.BackgroundJob;
import dev.aftercommit.RecurringJob;

/**
 * Finds annotated methods by the types of the beans, so that a bean that is created later
 * has its handlers from the start. Creates no bean.
 */
final class HandlerScan {

	private static final Logger logger = LoggerFactory.getLogger(HandlerScan.class);

	private final ConfigurableListableBeanFactory beans;

	HandlerScan(ConfigurableListableBeanFactory beans) {
		this.beans = beans;
	}

	/**
	 * Look at all beans.
	 * @param problems gets those of methods that were meant to be handlers, and aren't
	 * @return the annotated methods, in the order of the beans
	 */
	List<AnnotatedMethod> find(List<Problem> problems) {
		List<AnnotatedMethod> found = new ArrayList<>();
		for (String name : this.beans.getBeanNamesForType(Object.class, true, false)) {
			// The target of a scoped proxy is reached through the proxy.
			if (!ScopedProxyUtils.isScopedTarget(name)) {
				Class<?> type = typeOf(name);
				if (type != null && mayBeAnnotated(type)) {
					found.addAll(find(name, type));
					problems.addAll(recurringAlone(name, type));
				}
			}
		}
		return found;
	}

	/**
	 * The annotated methods of a class.
	 * @param type a class, perhaps a proxy's
	 * @return the methods as they are in the user's class, with their annotation
	 */
	static Map<Method, BackgroundJob> annotatedMethods(Class<?> type) {
		Map<Method, BackgroundJob> methods = new LinkedHashMap<>();
		MethodIntrospector
			.selectMethods(type, (MethodIntrospector.MetadataLookup<BackgroundJob>) HandlerScan::annotationOf)
			.forEach((method, annotation) -> methods.put(specificMethod(method, userClass(type, method)), annotation));
		return methods;
	}

	static @Nullable BackgroundJob annotationOf(Method method) {
		return AnnotatedElementUtils.findMergedAnnotation(method, BackgroundJob.class);
	}

	static @Nullable RecurringJob recurrenceOf(Method method) {
		return AnnotatedElementUtils.findMergedAnnotation(method, RecurringJob.class);
	}

	/**
	 * The class that the user wrote.
	 * @param type a bean's class, perhaps a proxy's
	 * @param method one of its methods
	 * @return the class, for a proxy made of interfaces the interface of the method
	 */
	static Class<?> userClass(Class<?> type, Method method) {
		return Proxy.isProxyClass(type) ? method.getDeclaringClass() : ClassUtils.getUserClass(type);
	}

	/**
	 * The method as it is in the user's class.
	 * @param method a method, perhaps an interface's or a bridge
	 * @param userClass the user's class
	 * @return the method whose body would run
	 */
	static Method specificMethod(Method method, Class<?> userClass) {
		return AopUtils.getMostSpecificMethod(method, userClass);
	}

	private List<AnnotatedMethod> find(String beanName, Class<?> type) {
		List<AnnotatedMethod> found = new ArrayList<>();
		annotatedMethods(type).forEach((method, annotation) -> found
			.add(new AnnotatedMethod(beanName, userClass(type, method), method, annotation)));
		return found;
	}

	private static List<Problem> recurringAlone(String beanName, Class<?> type) {
		return MethodIntrospector
			.selectMethods(type, (Method method) -> recurrenceOf(method) != null && annotationOf(method) == null)
			.stream()
			.map((method) -> new Problem(
					"@RecurringJob method '" + ClassUtils.getShortName(type) + "." + method.getName() + "' of bean '"
							+ beanName + "' is not also @BackgroundJob, so that there is no job to enqueue.",
					"Annotate the method with @BackgroundJob, too."))
			.toList();
	}

	private @Nullable Class<?> typeOf(String name) {
		try {
			Class<?> type = targetClass(name);
			if (type != null && ScopedObject.class.isAssignableFrom(type)) {
				Class<?> target = targetClass(ScopedProxyUtils.getTargetBeanName(name));
				return (target != null) ? target : type;
			}
			return type;
		}
		catch (RuntimeException | LinkageError ex) {
			// A class that can't be loaded now: its bean either fails by itself or is
			// never created.
			logger.debug("Could not tell the type of bean '{}', taking it for one without handlers", name, ex);
			return null;
		}
	}

	private @Nullable Class<?> targetClass(String name) {
		if (this.beans.containsBeanDefinition(name)) {
			Object target = this.beans.getMergedBeanDefinition(name)
				.getAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE);
			if (target instanceof Class<?> type) {
				return type;
			}
		}
		Class<?> type = this.beans.getType(name, false);
		return (type != null) ? ClassUtils.getUserClass(type) : null;
	}

	private static boolean mayBeAnnotated(Class<?> type) {
		return !type.getName().startsWith("org.springframework.")
				&& AnnotationUtils.isCandidateClass(type, List.of(BackgroundJob.class, RecurringJob.class));
	}

}
