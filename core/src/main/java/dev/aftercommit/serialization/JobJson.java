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

import java.util.Collection;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindContext;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.PolymorphicTypeValidator;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/**
 * The JSON of jobs. Its settings are fixed and none of the application's mapper's: a
 * change there must not make stored jobs unreadable.
 */
final class JobJson {

	static final int MAX_DEPTH = 200;

	/** What is wrong with type ids that are names of classes. */
	static final String REFUSED = "a stored row would name a class: use JsonTypeInfo.Id.NAME with @JsonSubTypes";

	/**
	 * The most characters of one number. Jackson's reader of long decimals fails on some
	 * correct ones, of 4,438 characters and more as far as we found: it multiplies by a
	 * power of ten that it hasn't computed. Up to 2,200 characters none does.
	 */
	static final int MAX_NUMBER_LENGTH = 2_000;

	private JobJson() {
	}

	/**
	 * Create the mapper.
	 * @param maxChars the longest text to read
	 * @param modules the user's modules
	 * @return the mapper
	 */
	static JsonMapper mapper(int maxChars, Collection<? extends JacksonModule> modules) {
		JsonFactory factory = JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder()
				.maxNestingDepth(MAX_DEPTH)
				.maxDocumentLength(maxChars)
				.maxStringLength(maxChars)
				.maxNameLength(maxChars)
				.maxNumberLength(MAX_NUMBER_LENGTH)
				.build())
			.streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
			.build();
		JsonMapper.Builder builder = JsonMapper.builder(factory);
		readStrictly(builder);
		writeExactly(builder);
		return builder.polymorphicTypeValidator(new NoClassNames())
			.addModules(modules)
			.addModule(new SimpleModule("aftercommit").addDeserializer(Class.class, new NoClass()))
			.build();
	}

	private static void readStrictly(JsonMapper.Builder builder) {
		// Another version of the argument's type may have written it.
		builder.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
			.enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
			.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
			.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
			// Each argument is read from the middle of an array; the end is checked
			// there.
			.disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
			.disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
			.withCoercionConfig(LogicalType.Textual,
					(texts) -> texts.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
						.setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
						.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail));
	}

	private static void writeExactly(JsonMapper.Builder builder) {
		builder
			// An enum's text may be for people; its name is what the code knows it by.
			.disable(EnumFeature.WRITE_ENUMS_USING_TO_STRING, EnumFeature.READ_ENUMS_USING_TO_STRING)
			.enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
			.disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS, DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS,
					DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE, DateTimeFeature.NORMALIZE_DESERIALIZED_ZONE_ID)
			.enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
			.disable(SerializationFeature.FAIL_ON_EMPTY_BEANS, SerializationFeature.CLOSE_CLOSEABLE);
	}

	/**
	 * Refuses type ids that are names of classes, whatever annotation asks for them.
	 */
	@SuppressWarnings("serial")
	private static final class NoClassNames extends PolymorphicTypeValidator {

		@Override
		public Validity validateBaseType(DatabindContext context, JavaType baseType) {
			return context.reportBadDefinition(baseType,
					"'" + baseType.getRawClass().getName() + "' is annotated so that " + REFUSED);
		}

		@Override
		public Validity validateSubClassName(DatabindContext context, JavaType baseType, String subClassName) {
			return Validity.DENIED;
		}

		@Override
		public Validity validateSubType(DatabindContext context, JavaType baseType, JavaType subType) {
			return Validity.DENIED;
		}

	}

	/**
	 * Refuses to load a class that a text names.
	 */
	@SuppressWarnings("rawtypes")
	static final class NoClass extends ValueDeserializer<Class> {

		@Override
		public Class<?> deserialize(JsonParser parser, DeserializationContext context) throws JacksonException {
			return context.reportInputMismatch(Class.class, "A stored job names no class");
		}

	}

}
