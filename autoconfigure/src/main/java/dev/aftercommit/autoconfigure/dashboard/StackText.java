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

package dev.aftercommit.autoconfigure.dashboard;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A stack trace as people want it: the message and the application's own frames; the
 * whole of it is folded.
 *
 * @param message its first line
 * @param own frames that are no framework's, at most five
 * @param whole all of it
 * @param folded whether there is more than what is shown
 */
record StackText(String message, List<String> own, String whole, boolean folded) {

	private static final int MOST = 5;

	private static final Pattern FRAME = Pattern.compile("\\s*at .+");

	private static final Pattern FRAMEWORK = Pattern
		.compile("\\s*at (?:[\\w.]+//?)*(?:java\\.|javax\\.|jdk\\.|sun\\.|jakarta\\.|org\\.springframework\\."
				+ "|dev\\.aftercommit\\.(?!sample)|org\\.hibernate\\.|com\\.zaxxer\\.|org\\.aopalliance\\."
				+ "|io\\.micrometer\\.|org\\.apache\\.|io\\.netty\\.|org\\.postgresql\\.|org\\.h2\\.).*|.*\\$\\$.*");

	/**
	 * Stores keep the beginning of a long one: what is left of its last frame is none.
	 */
	static StackText of(String text) {
		List<String> own = text.substring(0, text.length() - rest(text))
			.lines()
			.filter((line) -> FRAME.matcher(line).matches() && !FRAMEWORK.matcher(line).matches())
			.limit(MOST)
			.map(String::strip)
			.toList();
		boolean cut = rest(text) > 0;
		return new StackText(Format.firstLine(text), own, cut ? text + "… (cut)" : text, text.lines().count() > 1);
	}

	/** A frame that is there to its end has a bracket or a line break behind it. */
	private static int rest(String text) {
		String last = text.substring(text.lastIndexOf('\n') + 1);
		return (FRAME.matcher(last).matches() && !last.endsWith(")")) ? last.length() : 0;
	}

}
