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

package dev.aftercommit.serialization;

import java.io.Serializable;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.ser.impl.UnknownSerializer;

import org.springframework.util.ReflectionUtils;

import dev.aftercommit.JobContext;
import dev.aftercommit.JobHandle;

/**
 * Which declared types can be stored and bound again, asked from Jackson's own knowledge
 * of them.
 */
final class StorableTypes {

	private static final Set<Class<?>> SAYS_NOTHING = Set.of(Object.class, Serializable.class, Comparable.class,
			Cloneable.class);

	private final JsonMapper mapper;

	StorableTypes(JsonMapper mapper) {
		this.mapper = mapper;
	}

	/**
	 * Check a type, and whatever is in it.
	 * @param type the type
	 * @return what is wrong with it and how to mend it, or {@code null} if nothing is
	 */
	@Nullable String problemWith(Type type) {
		try {
			return new TypeWalk(this, this.mapper).problemWith(this.mapper.constructType(type));
		}
		catch (JacksonException ex) {
			return "Jackson can't bind it: " + ex.getOriginalMessage();
		}
		catch (RuntimeException | LinkageError ex) {
			return "Jackson can't tell what it is: " + ex;
		}
	}

	/**
	 * What the class itself says, whatever Jackson could do with it.
	 */
	@Nullable String problemWith(Class<?> type) {
		if (SAYS_NOTHING.contains(type)) {
			return "'" + type.getSimpleName() + "' says nothing of what to bind: declare the concrete type,"
					+ " or JsonNode for free-form data";
		}
		if (type == Class.class) {
			return "a stored job names no class: pass a name of your own";
		}
		if (Throwable.class.isAssignableFrom(type)) {
			return "an exception can't be bound again: pass its message";
		}
		if (JobHandle.class.isAssignableFrom(type) || JobContext.class.isAssignableFrom(type)) {
			return "it belongs to this node: pass the job's id";
		}
		if (type.isInterface() && type.isAnnotationPresent(FunctionalInterface.class)) {
			return "code can't be stored: pass the values that it needs";
		}
		if (isEntity(type)) {
			return "'" + type.getSimpleName() + "' is a JPA entity, whose stored copy would be out of date when the job"
					+ " runs: pass its id and load it in the job";
		}
		return null;
	}

	/**
	 * Whether values would be written without what is in them.
	 */
	@Nullable String problemWithWriting(JavaType type) {
		ValueSerializer<Object> serializer = this.mapper._serializationContext().findTypedValueSerializer(type, true);
		if (serializer instanceof UnknownSerializer && hasState(type.getRawClass())) {
			return "Jackson sees no property of '" + type.getRawClass().getSimpleName()
					+ "': give it getters, make it a record, or annotate its fields with @JsonProperty";
		}
		return null;
	}

	static @Nullable String problemWithTypeId(JsonTypeInfo.@Nullable Value info) {
		if (info != null
				&& (info.getIdType() == JsonTypeInfo.Id.CLASS || info.getIdType() == JsonTypeInfo.Id.MINIMAL_CLASS)) {
			return "it is annotated with @JsonTypeInfo(use = " + info.getIdType() + "), so that " + JobJson.REFUSED;
		}
		return null;
	}

	private static boolean hasState(Class<?> type) {
		boolean[] state = new boolean[1];
		ReflectionUtils.doWithFields(type, (field) -> state[0] = true, StorableTypes::isState);
		return state[0];
	}

	private static boolean isState(Field field) {
		return !Modifier.isStatic(field.getModifiers()) && !Modifier.isTransient(field.getModifiers());
	}

	private static boolean isEntity(Class<?> type) {
		Class<?> current = type;
		while (current != null) {
			if (Arrays.stream(current.getDeclaredAnnotations())
				.map(Annotation::annotationType)
				.anyMatch((annotation) -> annotation.getName().equals("jakarta.persistence.Entity"))) {
				return true;
			}
			current = current.getSuperclass();
		}
		return false;
	}

}
