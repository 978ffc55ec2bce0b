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

import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.util.ClassUtils;

import dev.aftercommit.BackgroundJob;

/**
 * Gives beans with {@code @BackgroundJob} methods a proxy whose first advice is the
 * interceptor of those methods, before {@code @Transactional} and all others: they act
 * when the body runs.
 * <p>
 * A {@code BeanPostProcessor}: declare it in a {@code static} bean method.
 */
@SuppressWarnings("serial")
public final class BackgroundJobProxying extends AbstractBeanFactoryAwareAdvisingPostProcessor {

	/**
	 * Create the post-processor.
	 * @param interceptor gives the interceptor; asked at the first call of an annotated
	 * method, so that no bean is created too early for it
	 */
	public BackgroundJobProxying(Supplier<MethodInterceptor> interceptor) {
		setProxyTargetClass(true);
		setBeforeExistingAdvisors(true);
		this.advisor = new DefaultPointcutAdvisor(new AnnotationMatchingPointcut(null, BackgroundJob.class, true),
				new LazyInterceptor(interceptor));
	}

	@Override
	protected ProxyFactory prepareProxyFactory(Object bean, String beanName) {
		Class<?> type = bean.getClass();
		if (isMadeOfInterfaces(type)) {
			ProxyFactory factory = super.prepareProxyFactory(bean, beanName);
			factory.setProxyTargetClass(false);
			return factory;
		}
		if (Modifier.isFinal(type.getModifiers())) {
			throw Problem.all(List.of(MethodRules.finalClass(type)));
		}
		return super.prepareProxyFactory(bean, beanName);
	}

	private static boolean isMadeOfInterfaces(Class<?> type) {
		return Proxy.isProxyClass(type) || ClassUtils.isLambdaClass(type);
	}

}
