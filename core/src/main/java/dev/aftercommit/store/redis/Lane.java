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

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Where jobs of one name wait in one queue. In Redis a lane is queue and name with a
 * colon between them, and each of both is written so that it has no colon, no space and
 * no line feed: as it is, or else as in a URL.
 *
 * @param queue the queue
 * @param name the jobs' name
 */
record Lane(String queue, String name) {

	static Lane read(String text) {
		int colon = text.indexOf(':');
		return (colon >= 0) ? new Lane(word(text.substring(0, colon)), word(text.substring(colon + 1)))
				: new Lane("", word(text));
	}

	String write() {
		return written(this.queue) + ":" + written(this.name);
	}

	/** A queue or a name as it is in Redis. */
	static String written(String word) {
		for (int i = 0; i < word.length(); i++) {
			if (!isPlain(word.charAt(i))) {
				return URLEncoder.encode(word, StandardCharsets.UTF_8);
			}
		}
		return word;
	}

	private static boolean isPlain(char c) {
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-'
				|| c == '_' || c == '$';
	}

	/** What {@link #written} was given; anything else as it is. */
	static String word(String written) {
		if (written.indexOf('%') < 0 && written.indexOf('+') < 0) {
			return written;
		}
		try {
			return URLDecoder.decode(written, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			// Not written by us: one odd lane must not stop the others.
			return written;
		}
	}

}
