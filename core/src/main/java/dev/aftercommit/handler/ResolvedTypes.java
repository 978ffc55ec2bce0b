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

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.Map;

import org.springframework.core.GenericTypeResolver;
import org.springframework.core.ResolvableType;

/**
 * Declared types with the type variables replaced by what the user's class says they are,
 * at any depth; {@code ? extends X} becomes {@code X}. A variable that the class leaves
 * open stays one.
 */
@SuppressWarnings("rawtypes")
final class ResolvedTypes {

	private final Map<TypeVariable, Type> variables;

	ResolvedTypes(Class<?> userClass) {
		this.variables = GenericTypeResolver.getTypeVariableMap(userClass);
	}

	Type resolve(Type type) {
		if (type instanceof TypeVariable<?> variable) {
			Type known = this.variables.get(variable);
			return (known == null || known.equals(variable)) ? variable : resolve(known);
		}
		if (type instanceof WildcardType wildcard) {
			return resolve(wildcard.getUpperBounds()[0]);
		}
		if (type instanceof ParameterizedType parameterized) {
			return resolveArguments(parameterized);
		}
		if (type instanceof GenericArrayType array) {
			Type component = resolve(array.getGenericComponentType());
			return (component instanceof Class<?> known) ? Array.newInstance(known, 0).getClass()
					: new ResolvedArray(component);
		}
		return type;
	}

	/**
	 * Whether nothing is left open.
	 * @param type a resolved type
	 * @return {@code false} if a type variable is left in it
	 */
	static boolean isComplete(Type type) {
		if (type instanceof ParameterizedType parameterized) {
			return Arrays.stream(parameterized.getActualTypeArguments()).allMatch(ResolvedTypes::isComplete);
		}
		if (type instanceof GenericArrayType array) {
			return isComplete(array.getGenericComponentType());
		}
		return !(type instanceof TypeVariable<?>);
	}

	private Type resolveArguments(ParameterizedType type) {
		Type[] declared = type.getActualTypeArguments();
		Type[] resolved = Arrays.stream(declared).map(this::resolve).toArray(Type[]::new);
		if (Arrays.equals(declared, resolved)) {
			return type;
		}
		ResolvableType[] arguments = Arrays.stream(resolved)
			.map(ResolvableType::forType)
			.toArray(ResolvableType[]::new);
		return ResolvableType.forClassWithGenerics((Class<?>) type.getRawType(), arguments).getType();
	}

	/**
	 * An array whose elements have type arguments.
	 *
	 * @param component the type of the elements
	 */
	private record ResolvedArray(Type component) implements GenericArrayType {

		@Override
		public Type getGenericComponentType() {
			return this.component;
		}

		@Override
		public String toString() {
			return this.component.getTypeName() + "[]";
		}

	}

}
