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

import org.jspecify.annotations.Nullable;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.store.Failure;

/**
 * How an attempt failed, as one text: the outcome, the length of the type in bytes, both
 * with a line feed after them, then the type and the text.
 */
final class FailureText {

	private FailureText() {
	}

	static String write(Failure failure) {
		return failure.outcome().name() + "\n" + Redis.bytes(failure.type()).length + "\n" + failure.type()
				+ failure.text();
	}

	/** A failure; {@code null} if the text is nothing that was written here. */
	static @Nullable Failure read(@Nullable String text) {
		String[] parts = (text != null) ? text.split("\n", 3) : new String[0];
		if (parts.length < 3 || !parts[1].matches("\\d{1,9}")) {
			return null;
		}
		AttemptOutcome outcome = Constants.named(AttemptOutcome.class, parts[0]);
		int length = Integer.parseInt(parts[1]);
		byte[] rest = Redis.bytes(parts[2]);
		if (outcome == null || length > rest.length) {
			return null;
		}
		return new Failure(outcome, new String(rest, 0, length, StandardCharsets.UTF_8),
				new String(rest, length, rest.length - length, StandardCharsets.UTF_8));
	}

}
