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

package dev.aftercommit.store;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import org.springframework.util.StringUtils;

/**
 * A job's headers as one text, written like the query of a URL, for stores that keep them
 * as text.
 */
public final class Headers {

	private Headers() {
	}

	/**
	 * Write headers.
	 * @param headers the headers
	 * @return one line of text, empty if there are none
	 */
	public static String write(Map<String, String> headers) {
		if (headers.isEmpty()) {
			return "";
		}
		return headers.entrySet()
			.stream()
			.map((header) -> encode(header.getKey()) + "=" + encode(header.getValue()))
			.collect(Collectors.joining("&"));
	}

	/**
	 * Read headers. Never fails: what was not written by {@link #write} is left as it is,
	 * or left out.
	 * @param text what the store has
	 * @return the headers, in their order, not to be changed
	 */
	public static Map<String, String> read(String text) {
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
