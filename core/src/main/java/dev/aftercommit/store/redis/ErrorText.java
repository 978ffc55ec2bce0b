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

import org.jspecify.annotations.Nullable;

/**
 * When a job failed last, and of which type its error was, as {@code common.lua} writes
 * it: microseconds, a space, the type.
 *
 * @param micros when
 * @param type of which type
 */
record ErrorText(long micros, String type) {

	/** What is known; {@code null} if that is nothing. */
	static @Nullable ErrorText read(byte @Nullable [] value) {
		String text = Reply.text(value);
		int space = text.indexOf(' ');
		if (space < 0) {
			return null;
		}
		String micros = text.substring(0, space);
		return new ErrorText(micros.matches("\\d{1,16}") ? Long.parseLong(micros) : 0, text.substring(space + 1));
	}

}
