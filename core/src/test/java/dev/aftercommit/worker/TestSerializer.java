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

package dev.aftercommit.worker;

import java.lang.reflect.Type;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobArgumentException;
import dev.aftercommit.serialization.JobSerializer;
import dev.aftercommit.serialization.UnreadableException;

/**
 * One text is one text. "unreadable" is not, "broken" breaks the serializer itself.
 */
class TestSerializer implements JobSerializer {

	@Override
	public @Nullable String problemWith(Type type) {
		return null;
	}

	@Override
	public String writeArguments(List<Type> types, @Nullable Object[] arguments) {
		return String.valueOf(arguments[0]);
	}

	@Override
	public @Nullable Object[] readArguments(List<Type> types, String text) {
		if (text.equals("unreadable")) {
			throw new UnreadableException("planted", null);
		}
		if (text.equals("broken")) {
			throw new IllegalStateException("planted");
		}
		return new Object[] { text };
	}

	@Override
	public @Nullable String writeResult(Type type, @Nullable Object result) {
		if (result != null && !(result instanceof String)) {
			throw new JobArgumentException("planted: " + result.getClass(), null);
		}
		return (String) result;
	}

	@Override
	public @Nullable Object readResult(Type type, @Nullable String text) {
		return text;
	}

}
