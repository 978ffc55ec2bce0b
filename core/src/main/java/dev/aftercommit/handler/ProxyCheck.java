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
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.SpringProxy;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Whether calls of a bean that is already there go through our interceptor. Leaves alone
 * what is lazy: its proxy is made when it is created.
 */
final class ProxyCheck {

	private final ConfigurableListableBeanFactory beans;

	ProxyCheck(ConfigurableListableBeanFactory beans) {
		this.beans = beans;
	}

	/**
	 * Check one method's bean.
	 * @param found the method
	 * @return what is wrong, possibly nothing
	 */
	List<Problem> check(AnnotatedMethod found) {
		List<Problem> problems = new ArrayList<>();
		Object bean = existing(found.beanName());
		if (bean == null || isMock(bean)) {
			return problems;
		}
		if (!isIntercepted(bean)) {
			problems.add(new Problem(
					"@BackgroundJob method " + found + " would run at once, in its caller's thread: the bean has no"
							+ " proxy, because it was created before the post-processors were ready, or was handed to"
							+ " the context ready-made.",
					"Don't let a BeanPostProcessor, a BeanFactoryPostProcessor or what they depend on ask for the bean"
							+ " '" + found.beanName() + "': make such bean methods static, and inject an ObjectProvider"
							+ " or use @Lazy there. Let the container create the bean."));
		}
		else if (found.invocableOn(bean.getClass()).isEmpty()) {
			problems.add(new Problem(
					"@BackgroundJob method " + found + " can't be called: the bean's proxy is made of interfaces,"
							+ " and none of them has the method.",
					"Declare the method in an interface of the bean, or remove"
							+ " 'spring.aop.proxy-target-class=false' or 'proxyTargetClass = false', so that the proxy"
							+ " is a subclass."));
		}
		return problems;
	}

	private @Nullable Object existing(String name) {
		Object singleton = this.beans.getSingleton(name);
		if (!(singleton instanceof FactoryBean<?> factory)) {
			return singleton;
		}
		return factory.isSingleton() ? this.beans.getBean(name) : null;
	}

	private static boolean isIntercepted(Object bean) {
		Object current = bean;
		while (current instanceof Advised advised) {
			boolean ours = Arrays.stream(advised.getAdvisors())
				.anyMatch((advisor) -> advisor.getAdvice() instanceof LazyInterceptor);
			// Where the target comes and goes, each one is post-processed when it is
			// created.
			if (ours || !advised.getTargetSource().isStatic()) {
				return true;
			}
			current = AopProxyUtils.getSingletonTarget(current);
		}
		// An opaque proxy doesn't say what it does.
		return current instanceof SpringProxy;
	}

	/**
	 * A test's stand-in for a bean is nobody's handler, and not to be complained about.
	 */
	private static boolean isMock(Object bean) {
		ClassLoader loader = bean.getClass().getClassLoader();
		if (!ClassUtils.isPresent("org.mockito.Mockito", loader)) {
			return false;
		}
		Class<?> mockito = ClassUtils.resolveClassName("org.mockito.Mockito", loader);
		Method details = ReflectionUtils.findMethod(mockito, "mockingDetails", Object.class);
		Object answer = (details != null) ? ReflectionUtils.invokeMethod(details, null, bean) : null;
		Method isMock = (answer != null) ? ClassUtils.getMethodIfAvailable(answer.getClass(), "isMock") : null;
		return isMock != null && Boolean.TRUE.equals(ReflectionUtils.invokeMethod(isMock, answer));
	}

}
