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

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Ids as they are in Redis: 36 characters, lower case.
 */
final class Ids {

	static final int LENGTH = 36;

	private Ids() {
	}

	static byte[] write(UUID id) {
		return Redis.bytes(id.toString());
	}

	/** An id; {@code null} if it is none, or written in another way. */
	static @Nullable UUID read(byte[] text, int start) {
		if (text.length < start + LENGTH) {
			return null;
		}
		long high = 0;
		long low = 0;
		for (int i = 0; i < LENGTH; i++) {
			int digit = digit(text[start + i]);
			if (isHyphen(i) ? text[start + i] != '-' : digit < 0) {
				return null;
			}
			if (i < LENGTH / 2 && !isHyphen(i)) {
				high = high << 4 | digit;
			}
			else if (!isHyphen(i)) {
				low = low << 4 | digit;
			}
		}
		return new UUID(high, low);
	}

	/** Ids that follow one another, without those that are none. */
	static List<UUID> readAll(String text) {
		byte[] bytes = Redis.bytes(text);
		List<UUID> ids = new ArrayList<>(bytes.length / LENGTH);
		for (int start = 0; start < bytes.length; start += LENGTH) {
			UUID id = read(bytes, start);
			if (id != null) {
				ids.add(id);
			}
		}
		return ids;
	}

	private static boolean isHyphen(int index) {
		return index == 8 || index == 13 || index == 18 || index == 23;
	}

	private static int digit(byte character) {
		if (character >= '0' && character <= '9') {
			return character - '0';
		}
		return (character >= 'a' && character <= 'f') ? character - 'a' + 10 : -1;
	}

}
