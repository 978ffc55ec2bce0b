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

package dev.aftercommit.handler;

import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * The text of a timeout, in the notation of Spring's {@code @DurationFormat}: simple
 * ({@code 10m}), composite ({@code 1h30m}) or ISO ({@code PT10M}).
 */
final class TimeoutText {

	static final String ACTION = "Write 'timeout' as a positive duration with a unit, such as 30s, 10m, 1h30m or"
			+ " PT10M; leave it out for no limit.";

	private TimeoutText() {
	}

	/**
	 * Check a text.
	 * @param text the text, empty for no limit
	 * @return what is wrong with it, or empty if nothing is
	 */
	static Optional<String> problemWith(String text) {
		try {
			Duration timeout = parse(text);
			if (timeout == null || timeout.compareTo(Duration.ZERO) > 0) {
				return Optional.empty();
			}
			return Optional.of("has 'timeout' (" + text + ") of no length");
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			return Optional.of("has 'timeout' (" + text + "), which is no duration");
		}
	}

	/**
	 * Read a text.
	 * @param text the text, empty for no limit
	 * @return the duration, or {@code null} for no limit
	 * @throws IllegalArgumentException if it is no duration
	 * @throws ArithmeticException if it is longer than some 292 years
	 */
	static @Nullable Duration parse(String text) {
		if (text.isEmpty()) {
			return null;
		}
		if (Character.isDigit(text.charAt(text.length() - 1))) {
			throw new IllegalArgumentException("'text' (" + text + ") must have a unit");
		}
		Duration timeout = DurationFormatterUtils.detectAndParse(text);
		// It is measured in nanoseconds.
		return Duration.ofNanos(timeout.toNanos());
	}

}
