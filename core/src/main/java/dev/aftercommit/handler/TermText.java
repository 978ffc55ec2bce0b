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

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.core.convert.TypeDescriptor;
import org.springframework.expression.spel.support.StandardTypeConverter;
import org.springframework.util.ClassUtils;
import org.springframework.util.ObjectUtils;

/**
 * The text of a value that a key or a tag is made of: the same for equal values, on each
 * node and after each start. Also within an expression, where a value is joined to a
 * text.
 */
final class TermText extends StandardTypeConverter {

	@Override
	public boolean canConvert(@Nullable TypeDescriptor sourceType, TypeDescriptor targetType) {
		return targetType.getType() == String.class || super.canConvert(sourceType, targetType);
	}

	@Override
	public @Nullable Object convertValue(@Nullable Object value, @Nullable TypeDescriptor sourceType,
			TypeDescriptor targetType) {
		if (value != null && targetType.getType() == String.class) {
			return of(value);
		}
		return super.convertValue(value, sourceType, targetType);
	}

	/**
	 * Write a value.
	 * @param value the value
	 * @return its text, for a constant of an enum its name
	 * @throws IllegalArgumentException if it has none that could be relied on
	 */
	static String of(Object value) {
		if (value instanceof Enum<?> constant) {
			return constant.name();
		}
		Class<?> type = value.getClass();
		if (!ClassUtils.isSimpleValueType(type)) {
			if (ObjectUtils.isArray(value) || value instanceof Iterable || value instanceof Map) {
				throw new IllegalArgumentException(
						"a " + type.getTypeName() + " is no text: take one of its values, or join them");
			}
			if (hasNoText(type)) {
				throw new IllegalArgumentException("a " + type.getTypeName() + " has no text of its own, only that of"
						+ " Object.toString(), which is another one for each instance: take its id");
			}
		}
		return value.toString();
	}

	private static boolean hasNoText(Class<?> type) {
		return ClassUtils.getMethod(type, "toString").getDeclaringClass() == Object.class;
	}

}
