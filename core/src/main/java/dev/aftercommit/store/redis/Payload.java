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

import java.util.Map;

import dev.aftercommit.store.Headers;

/**
 * A job's headers and arguments as one text: headers written like the query of a URL, a
 * line feed, arguments.
 *
 * @param headers the headers
 * @param arguments the arguments
 */
record Payload(Map<String, String> headers, String arguments) {

	static Payload read(String text) {
		int end = text.indexOf('\n');
		return (end >= 0) ? new Payload(Headers.read(text.substring(0, end)), text.substring(end + 1))
				: new Payload(Map.of(), text);
	}

	String write() {
		return Headers.write(this.headers) + "\n" + this.arguments;
	}

}
