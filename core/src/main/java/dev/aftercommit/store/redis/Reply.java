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

package dev.aftercommit.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a script answered, value by value. What is stored may have been written by
 * anybody: a value that makes no sense becomes one that does.
 */
final class Reply {

	private static final byte[] NONE = {};

	private final List<?> values;

	private int next;

	Reply(List<?> values) {
		this.values = values;
	}

	boolean hasNext() {
		return this.next < this.values.size();
	}

	byte[] nextBytes() {
		return (this.values.get(this.next++) instanceof byte[] bytes) ? bytes : NONE;
	}

	@Nullable String nextText() {
		Object value = this.values.get(this.next++);
		if (value instanceof byte[] bytes) {
			return text(bytes);
		}
		return (value != null) ? value.toString() : null;
	}

	static String text(byte @Nullable [] bytes) {
		return (bytes != null) ? new String(bytes, StandardCharsets.UTF_8) : "";
	}

	String text() {
		String text = nextText();
		return (text != null) ? text : "";
	}

	long number() {
		try {
			return Long.parseLong(text());
		}
		catch (NumberFormatException ex) {
			return 0;
		}
	}

	int smallNumber() {
		return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number()));
	}

}
