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

import java.io.StringWriter;
import java.util.Optional;
import java.util.Set;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

import dev.aftercommit.JobArguments;

/**
 * Hides some of the stored arguments, token by token: nothing is bound.
 */
final class HiddenArguments {

	private final JsonMapper mapper;

	HiddenArguments(JsonMapper mapper) {
		this.mapper = mapper;
	}

	/**
	 * Hide.
	 * @param text the stored text, from anywhere
	 * @param count how many arguments it must have
	 * @param hidden positions of those to hide, from 0
	 * @return the text without them; empty if it is none of so many arguments
	 */
	Optional<String> in(String text, int count, Set<Integer> hidden) {
		StringWriter shown = new StringWriter(text.length());
		try (JsonParser from = this.mapper.createParser(text); JsonGenerator to = this.mapper.createGenerator(shown)) {
			if (from.nextToken() != JsonToken.START_ARRAY) {
				return Optional.empty();
			}
			to.writeStartArray();
			int position = 0;
			while (from.nextToken() != JsonToken.END_ARRAY) {
				copy(from, to, hidden.contains(position++));
			}
			to.writeEndArray();
			if (position != count || from.nextToken() != null) {
				return Optional.empty();
			}
		}
		catch (JacksonException ex) {
			// What can't be read may be anything.
			return Optional.empty();
		}
		return Optional.of(shown.toString());
	}

	private static void copy(JsonParser from, JsonGenerator to, boolean hidden) {
		if (hidden) {
			from.skipChildren();
			to.writeString(JobArguments.HIDDEN);
			return;
		}
		int depth = 0;
		do {
			JsonToken token = copyToken(from, to);
			depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
		}
		while (depth > 0 && from.nextToken() != null);
	}

	/** A number as it stands there, however long: computing it could take for ever. */
	private static JsonToken copyToken(JsonParser from, JsonGenerator to) {
		JsonToken token = from.currentToken();
		if (token.isNumeric()) {
			to.writeNumber(from.getString());
		}
		else {
			to.copyCurrentEvent(from);
		}
		return token;
	}

}
