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
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedMethod;
import org.springframework.core.annotation.MergedAnnotations;

import dev.aftercommit.JobContext;
import dev.aftercommit.JobHandle;
import dev.aftercommit.Sensitive;

/**
 * What goes into a body and comes out of it.
 *
 * @param parameterCount number of the method's parameters
 * @param positions positions of the parameters that are stored; the others take the
 * {@link JobContext}
 * @param argumentTypes their types, resolved
 * @param sensitive which of them are {@link Sensitive}, by their places in the list
 * @param resultType type of the result, resolved; {@code null} if the method returns what
 * a handler can't return
 */
record BodySignature(int parameterCount, List<Integer> positions, List<Type> argumentTypes, Set<Integer> sensitive,
		@Nullable Type resultType) {

	static BodySignature of(Method method, Class<?> userClass) {
		ResolvedTypes types = new ResolvedTypes(userClass);
		Type[] declared = method.getGenericParameterTypes();
		List<Integer> positions = new ArrayList<>();
		List<Type> arguments = new ArrayList<>();
		Set<Integer> sensitive = new HashSet<>();
		MethodParameter[] parameters = new AnnotatedMethod(method).getMethodParameters();
		for (int i = 0; i < declared.length; i++) {
			if (declared[i] != JobContext.class) {
				if (isSensitive(parameters[i])) {
					sensitive.add(positions.size());
				}
				positions.add(i);
				arguments.add(types.resolve(declared[i]));
			}
		}
		return new BodySignature(declared.length, List.copyOf(positions), List.copyOf(arguments), Set.copyOf(sensitive),
				resultType(types.resolve(method.getGenericReturnType())));
	}

	/** Annotated there, or where an interface or a superclass declares the method. */
	private static boolean isSensitive(MethodParameter parameter) {
		return MergedAnnotations.from(parameter.getParameterAnnotations()).isPresent(Sensitive.class);
	}

	@Nullable Object[] stored(@Nullable Object[] call) {
		@Nullable Object[] stored = new Object[this.positions.size()];
		for (int i = 0; i < stored.length; i++) {
			stored[i] = call[this.positions.get(i)];
		}
		return stored;
	}

	@Nullable Object[] call(@Nullable Object[] stored, JobContext context) {
		if (stored.length != this.positions.size()) {
			throw new IllegalArgumentException("'arguments' (" + stored.length + ") must be as many as the method has"
					+ " stored parameters (" + this.positions.size() + ")");
		}
		@Nullable Object[] call = new Object[this.parameterCount];
		Arrays.fill(call, context);
		for (int i = 0; i < stored.length; i++) {
			call[this.positions.get(i)] = stored[i];
		}
		return call;
	}

	private static @Nullable Type resultType(Type returned) {
		if (returned == void.class) {
			return Void.class;
		}
		if (returned instanceof ParameterizedType parameterized && isHandle(parameterized.getRawType())) {
			return parameterized.getActualTypeArguments()[0];
		}
		// Raw: says nothing of its result.
		return isHandle(returned) ? Object.class : null;
	}

	private static boolean isHandle(Type type) {
		return type == JobHandle.class || type == CompletableFuture.class || type == Future.class;
	}

}
