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

import java.lang.reflect.Type;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.Assert;

import dev.aftercommit.JobArgumentException;
import dev.aftercommit.serialization.StoredText.UnstorableException;

/**
 * Arguments as a JSON array, results as a JSON value, written and read by Jackson with
 * settings of its own.
 * <p>
 * Properties that a type no longer has are ignored, so that it may evolve while old and
 * new versions run side by side; everything else that doesn't fit is unreadable.
 */
public final class JacksonJobSerializer implements JobSerializer {

	private static final int READABLE = 4;

	private final JsonMapper mapper;

	private final StorableTypes types;

	private final HiddenArguments hiddenArguments;

	private final int maxBytes;

	private final int maxChars;

	private final Map<Type, ObjectWriter> writers = new ConcurrentHashMap<>();

	private final Map<Type, ObjectReader> readers = new ConcurrentHashMap<>();

	/**
	 * Create a serializer.
	 * @param maxBytes the longest text to write, in bytes of UTF-8, positive. What is
	 * read may be four times as long, so that the limit can be lowered while jobs wait
	 * @param modules modules for the user's own types, possibly none
	 */
	public JacksonJobSerializer(int maxBytes, Collection<? extends JacksonModule> modules) {
		Assert.isTrue(maxBytes > 0, () -> "'maxBytes' (" + maxBytes + ") must be positive");
		this.maxBytes = maxBytes;
		this.maxChars = (int) Math.min((long) READABLE * maxBytes, Integer.MAX_VALUE);
		this.mapper = JobJson.mapper(this.maxChars, modules);
		this.types = new StorableTypes(this.mapper);
		this.hiddenArguments = new HiddenArguments(this.mapper);
	}

	@Override
	public @Nullable String problemWith(Type type) {
		return this.types.problemWith(type);
	}

	@Override
	public String writeArguments(List<Type> types, @Nullable Object[] arguments) {
		if (types.size() != arguments.length) {
			throw new JobArgumentException("'arguments' (" + arguments.length
					+ ") must be as many as the stored parameters (" + types.size() + ")", null);
		}
		StoredText text = new StoredText(this.maxBytes);
		int[] ends = new int[arguments.length];
		try (JsonGenerator json = this.mapper.createGenerator(text)) {
			json.writeStartArray();
			for (int i = 0; i < arguments.length; i++) {
				write(json, types.get(i), arguments[i], "Argument " + (i + 1));
				json.flush();
				ends[i] = text.length();
			}
			json.writeEndArray();
		}
		catch (UnstorableException ex) {
			throw Complaints.unwritable("The last of " + arguments.length + " arguments", ex);
		}
		return checked(text, (position) -> where(ends, position));
	}

	@Override
	public @Nullable Object[] readArguments(List<Type> types, String text) {
		@Nullable Object[] arguments = new Object[types.size()];
		try (JsonParser json = parser(text)) {
			Complaints.expect(json.nextToken() == JsonToken.START_ARRAY, "The stored arguments are no JSON array");
			for (int i = 0; i < arguments.length; i++) {
				Complaints.expect(json.nextToken() != JsonToken.END_ARRAY,
						"There are " + i + " stored arguments, the method takes " + arguments.length);
				arguments[i] = read(json, types.get(i), "Argument " + (i + 1));
			}
			Complaints.expect(json.nextToken() == JsonToken.END_ARRAY,
					"There are more stored arguments than the method takes: " + arguments.length);
			Complaints.expect(json.nextToken() == null, "Something follows the stored arguments");
			return arguments;
		}
		catch (JacksonException ex) {
			throw Complaints.unreadable("The stored arguments are no JSON", ex);
		}
	}

	@Override
	public Optional<String> hideArguments(String text, int count, Set<Integer> hidden) {
		return this.hiddenArguments.in(text, count, hidden);
	}

	@Override
	public @Nullable String writeResult(Type type, @Nullable Object result) {
		if (result == null) {
			return null;
		}
		StoredText text = new StoredText(this.maxBytes);
		try (JsonGenerator json = this.mapper.createGenerator(text)) {
			write(json, type, result, "The result");
		}
		return checked(text, (position) -> "The result");
	}

	@Override
	public @Nullable Object readResult(Type type, @Nullable String text) {
		if (text == null || type == Void.class) {
			return null;
		}
		try (JsonParser json = parser(text)) {
			Complaints.expect(json.nextToken() != null, "The stored result is empty");
			Object result = read(json, type, "The result");
			Complaints.expect(json.nextToken() == null, "Something follows the stored result");
			return result;
		}
		catch (JacksonException ex) {
			throw Complaints.unreadable("The stored result is no JSON", ex);
		}
	}

	private void write(JsonGenerator json, Type type, @Nullable Object value, String what) {
		try {
			writer(type).writeValue(json, value);
		}
		catch (RuntimeException | StackOverflowError ex) {
			// Whatever the user's own getters threw, too: the caller is told which
			// argument it was.
			throw Complaints.unwritable(what + " ('" + type.getTypeName() + "')", ex);
		}
	}

	private @Nullable Object read(JsonParser json, Type type, String what) {
		try {
			return reader(type).readValue(json);
		}
		catch (RuntimeException | StackOverflowError | LinkageError | AssertionError ex) {
			// Whatever the user's own constructors threw or asserted, too: this job is
			// unreadable, and no other.
			throw Complaints.unreadable(what + " can't be bound to '" + type.getTypeName() + "'", ex);
		}
	}

	private JsonParser parser(String text) {
		Complaints.expect(text.length() <= this.maxChars, "The stored text is longer (" + text.length()
				+ " characters) than what is read: " + this.maxChars + ", four times 'aftercommit.payload.max-size'");
		return this.mapper.createParser(text);
	}

	private ObjectWriter writer(Type type) {
		return this.writers.computeIfAbsent(type, (each) -> this.mapper.writerFor(this.mapper.constructType(each)));
	}

	private ObjectReader reader(Type type) {
		return this.readers.computeIfAbsent(type, (each) -> this.mapper.readerFor(this.mapper.constructType(each)));
	}

	private static String checked(StoredText text, IntFunction<String> where) {
		try {
			return text.checked();
		}
		catch (UnstorableException ex) {
			throw new JobArgumentException(where.apply(ex.position()) + " contains " + ex.getMessage(), null);
		}
	}

	private static String where(int[] ends, int position) {
		int argument = 0;
		while (argument < ends.length - 1 && position >= ends[argument]) {
			argument++;
		}
		return "Argument " + (argument + 1);
	}

}
