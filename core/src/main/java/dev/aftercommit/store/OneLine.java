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

import java.util.regex.Pattern;

/**
 * Text from a row in a line of the log: it makes no lines of its own.
 */
public final class OneLine {

	private static final Pattern BREAKS = Pattern.compile("\\p{Cntrl}|\\p{Zl}|\\p{Zp}");

	private static final int MOST = 500;

	private OneLine() {
	}

	/**
	 * The text without what breaks lines or steers a terminal.
	 * @param text any text
	 * @return the same with a question mark for each such character, at most 500
	 * characters of it
	 */
	public static String of(String text) {
		String begin = (text.length() > MOST) ? text.substring(0, MOST) + "..." : text;
		return BREAKS.matcher(begin).replaceAll("?");
	}

}
