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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import org.springframework.util.StringUtils;

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
		return (end >= 0) ? new Payload(headers(text.substring(0, end)), text.substring(end + 1))
				: new Payload(Map.of(), text);
	}

	String write() {
		return this.headers.entrySet()
			.stream()
			.map((header) -> encode(header.getKey()) + "=" + encode(header.getValue()))
			.collect(Collectors.joining("&", "", "\n")) + this.arguments;
	}

	private static Map<String, String> headers(String text) {
		if (text.isEmpty()) {
			return Map.of();
		}
		Map<String, String> headers = new LinkedHashMap<>();
		for (String header : StringUtils.delimitedListToStringArray(text, "&")) {
			int end = header.indexOf('=');
			if (end >= 0) {
				headers.put(decode(header.substring(0, end)), decode(header.substring(end + 1)));
			}
		}
		return Collections.unmodifiableMap(headers);
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	private static String decode(String text) {
		try {
			return URLDecoder.decode(text, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			// Not written by us: one odd job must not stop a claim of many.
			return text;
		}
	}

}
