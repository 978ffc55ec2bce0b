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
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

import org.springframework.util.ClassUtils;

import dev.aftercommit.BackgroundJob;

/**
 * A method that is to be a handler, as it was found.
 *
 * @param beanName the bean that is called
 * @param userClass the bean's class as the user wrote it, never a proxy
 * @param method the method as it is in that class, never a bridge
 * @param annotation the annotation, wherever it was found
 */
record AnnotatedMethod(String beanName, Class<?> userClass, Method method, BackgroundJob annotation) {

	String jobName() {
		return this.annotation.name().isEmpty() ? this.userClass.getSimpleName() + "." + this.method.getName()
				: this.annotation.name();
	}

	/**
	 * The method that reaches this one through a bean.
	 * @param beanClass class of the bean, of its proxy that is
	 * @return the method itself, or one of the proxy's interfaces; empty if the proxy
	 * hides it
	 */
	Optional<Method> invocableOn(Class<?> beanClass) {
		if (this.method.getDeclaringClass().isAssignableFrom(beanClass)) {
			return Optional.of(this.method);
		}
		return ClassUtils.getAllInterfacesForClassAsSet(beanClass)
			.stream()
			.flatMap((type) -> Arrays.stream(type.getMethods()))
			.filter((candidate) -> candidate.getName().equals(this.method.getName())
					&& HandlerScan.specificMethod(candidate, this.userClass).equals(this.method))
			.findFirst();
	}

	@Override
	public String toString() {
		String parameters = Arrays.stream(this.method.getParameterTypes())
			.map(ClassUtils::getShortName)
			.collect(Collectors.joining(", "));
		return "'%s.%s(%s)' of bean '%s'".formatted(ClassUtils.getShortName(this.userClass), this.method.getName(),
				parameters, this.beanName);
	}

}
