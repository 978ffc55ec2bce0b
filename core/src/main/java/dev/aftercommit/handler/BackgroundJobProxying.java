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
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.util.ClassUtils;

import dev.aftercommit.BackgroundJob;

/**
 * Gives beans with {@code @BackgroundJob} methods a proxy whose first advice is the
 * interceptor of those methods, before {@code @Transactional} and all others: they act
 * when the body runs.
 * <p>
 * Without an order of its own, so that it comes after all post-processors that have one:
 * whatever advice they added, ours is put before it. A {@code BeanPostProcessor}: declare
 * it in a {@code static} bean method.
 */
public final class BackgroundJobProxying implements BeanPostProcessor, BeanFactoryAware {

	private final Advising advising;

	/**
	 * Create the post-processor.
	 * @param interceptor gives the interceptor; asked at the first call of an annotated
	 * method, so that no bean is created too early for it
	 */
	public BackgroundJobProxying(Supplier<MethodInterceptor> interceptor) {
		this.advising = new Advising(new LazyInterceptor(interceptor));
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.advising.setBeanFactory(beanFactory);
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return this.advising.postProcessAfterInitialization(bean, beanName);
	}

	/**
	 * Spring's way of adding one advisor to beans.
	 */
	@SuppressWarnings("serial")
	private static final class Advising extends AbstractBeanFactoryAwareAdvisingPostProcessor {

		Advising(LazyInterceptor interceptor) {
			setProxyTargetClass(true);
			setBeforeExistingAdvisors(true);
			this.advisor = new DefaultPointcutAdvisor(new AnnotationMatchingPointcut(null, BackgroundJob.class, true),
					interceptor);
		}

		@Override
		protected ProxyFactory prepareProxyFactory(Object bean, String beanName) {
			Class<?> type = bean.getClass();
			ProxyFactory factory = super.prepareProxyFactory(bean, beanName);
			if (Proxy.isProxyClass(type) || ClassUtils.isLambdaClass(type)) {
				factory.setProxyTargetClass(false);
			}
			else if (Modifier.isFinal(type.getModifiers())) {
				throw Problem.all(List.of(MethodRules.finalClass(type)));
			}
			return factory;
		}

	}

}
