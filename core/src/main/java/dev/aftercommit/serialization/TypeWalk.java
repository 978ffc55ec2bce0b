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

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.AbstractDeserializer;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.deser.impl.UnsupportedTypeDeserializer;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;

/**
 * One walk through a type, its elements, properties and subtypes, as Jackson would bind
 * them. Each type is looked at once.
 */
final class TypeWalk {

	private final StorableTypes types;

	private final DeserializationContext context;

	private final Set<JavaType> seen = new HashSet<>();

	TypeWalk(StorableTypes types, JsonMapper mapper) {
		this.types = types;
		this.context = mapper._deserializationContext();
	}

	/**
	 * Check a type.
	 * @param type the type
	 * @return the first problem, or {@code null} if there is none
	 */
	@Nullable String problemWith(JavaType type) {
		if (!this.seen.add(type)) {
			return null;
		}
		String own = this.types.problemWith(type.getRawClass());
		if (own != null) {
			return own;
		}
		AnnotatedClass annotated = this.context.introspectClassAnnotations(type);
		JsonTypeInfo.Value info = this.context.getAnnotationIntrospector()
			.findPolymorphicTypeInfo(this.context.getConfig(), annotated);
		if (info != null && info.getIdType() != JsonTypeInfo.Id.NONE) {
			String problem = StorableTypes.problemWithTypeId(info);
			return (problem != null) ? problem : problemWithSubtypes(type, annotated, info);
		}
		return problemWithPlain(type);
	}

	private @Nullable String problemWithSubtypes(JavaType type, AnnotatedClass annotated, JsonTypeInfo.Value info) {
		boolean anyConcrete = info.getIdType() == JsonTypeInfo.Id.CUSTOM || info.getDefaultImpl() != null;
		for (JavaType subtype : subtypes(type, annotated)) {
			if (!subtype.isAbstract()) {
				anyConcrete = true;
				String problem = problemWithSubtype(subtype);
				if (problem != null) {
					return problem;
				}
			}
		}
		return anyConcrete ? null : "'" + type.getRawClass().getSimpleName()
				+ "' is annotated with @JsonTypeInfo, but no type is known that it stands for: add @JsonSubTypes"
				+ " or make it sealed";
	}

	private List<JavaType> subtypes(JavaType type, AnnotatedClass annotated) {
		DeserializationConfig config = this.context.getConfig();
		List<JavaType> subtypes = new ArrayList<>();
		for (NamedType subtype : config.getSubtypeResolver().collectAndResolveSubtypesByClass(config, annotated)) {
			subtypes.add(this.context.constructSpecializedType(type, subtype.getType()));
		}
		return subtypes;
	}

	private @Nullable String problemWithSubtype(JavaType subtype) {
		String own = this.types.problemWith(subtype.getRawClass());
		return (own != null) ? own : problemWithPlain(subtype);
	}

	private @Nullable String problemWithPlain(JavaType type) {
		if (type.isMapLikeType()) {
			String problem = problemWithKey(type.getKeyType());
			if (problem != null) {
				return "its keys: " + problem;
			}
		}
		if (type.getContentType() != null) {
			String problem = problemWith(type.getContentType());
			if (problem != null) {
				return "its elements: " + problem;
			}
		}
		ValueDeserializer<?> deserializer = this.context.findContextualValueDeserializer(type, null);
		if (deserializer instanceof AbstractDeserializer) {
			return "'" + type.getRawClass().getSimpleName() + "' is abstract and doesn't say which types it stands for:"
					+ " declare a concrete type, or annotate it with @JsonTypeInfo(use = JsonTypeInfo.Id.NAME) and"
					+ " @JsonSubTypes";
		}
		if (deserializer instanceof UnsupportedTypeDeserializer) {
			return "Jackson doesn't bind '" + type.getRawClass().getName() + "'";
		}
		if (deserializer instanceof BeanDeserializerBase bean) {
			String problem = problemWithBean(type, bean);
			if (problem != null) {
				return problem;
			}
		}
		return this.types.problemWithWriting(type);
	}

	private @Nullable String problemWithKey(JavaType key) {
		String problem = this.types.problemWith(key.getRawClass());
		if (problem == null) {
			this.context.findKeyDeserializer(key, null);
		}
		return problem;
	}

	private @Nullable String problemWithBean(JavaType type, BeanDeserializerBase bean) {
		Class<?> raw = type.getRawClass();
		if (raw.getName().startsWith("java.") || raw.getName().startsWith("javax.")) {
			return "'" + raw.getName() + "' is no value that can be stored";
		}
		ValueInstantiator creation = bean.getValueInstantiator();
		if (!creation.canInstantiate()) {
			return "Jackson can't create a '" + raw.getSimpleName() + "': make it a record, or give it a constructor"
					+ " without parameters or one annotated with @JsonCreator";
		}
		JavaType delegate = creation.getDelegateType(this.context.getConfig());
		if (delegate != null) {
			return problemWith(delegate);
		}
		String problem = problemWithProperties(raw, bean.creatorProperties());
		return (problem != null) ? problem : problemWithProperties(raw, bean.properties());
	}

	private @Nullable String problemWithProperties(Class<?> owner, Iterator<SettableBeanProperty> properties) {
		while (properties.hasNext()) {
			SettableBeanProperty property = properties.next();
			String problem = problemWithProperty(property);
			if (problem != null) {
				return "property '" + property.getName() + "' of '" + owner.getSimpleName() + "': " + problem;
			}
		}
		return null;
	}

	private @Nullable String problemWithProperty(SettableBeanProperty property) {
		var introspector = this.context.getAnnotationIntrospector();
		if (property.getMember() != null) {
			JsonTypeInfo.Value info = introspector.findPolymorphicTypeInfo(this.context.getConfig(),
					property.getMember());
			if (info != null && info.getIdType() != JsonTypeInfo.Id.NONE) {
				return StorableTypes.problemWithTypeId(info);
			}
			if (introspector.findDeserializer(this.context.getConfig(), property.getMember()) != null) {
				return null;
			}
		}
		return problemWith(property.getType());
	}

}
