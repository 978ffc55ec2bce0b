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

package dev.aftercommit.autoconfigure;

import java.time.Duration;

import org.springframework.util.unit.DataSize;

/**
 * A setting makes no sense, alone or beside another. Says what to change.
 */
@SuppressWarnings("serial")
public final class SettingException extends RuntimeException {

	private final String action;

	/**
	 * Stop the start-up.
	 * @param problem what makes no sense
	 * @param action what to change, whole sentences
	 */
	public SettingException(String problem, String action) {
		super(problem);
		this.action = action;
	}

	/**
	 * What to change.
	 * @return whole sentences
	 */
	String action() {
		return this.action;
	}

	/**
	 * Stop the start-up unless a rule holds.
	 * @param valid whether it holds
	 * @param name full name of the property
	 * @param value its value
	 * @param rule what it must be, without subject: "must be between 1 and 5"
	 * @param action what to change, whole sentences
	 * @throws SettingException if the rule does not hold
	 */
	public static void unless(boolean valid, String name, Object value, String rule, String action) {
		if (!valid) {
			throw new SettingException("'%s' (%s) %s.".formatted(name, text(value), rule), action);
		}
	}

	/**
	 * A value as it would be written in {@code application.yml}.
	 * @param value the value
	 * @return its text
	 */
	static String text(Object value) {
		if (value instanceof DataSize size) {
			return text(size);
		}
		return (value instanceof Duration duration) ? text(duration) : value.toString();
	}

	private static String text(DataSize size) {
		if (size.toMegabytes() > 0 && size.equals(DataSize.ofMegabytes(size.toMegabytes()))) {
			return size.toMegabytes() + "MB";
		}
		return (size.toKilobytes() > 0 && size.equals(DataSize.ofKilobytes(size.toKilobytes())))
				? size.toKilobytes() + "KB" : size.toString();
	}

	private static String text(Duration duration) {
		long millis = duration.toMillis();
		if (millis == 0 || millis % 1_000 != 0) {
			return millis + "ms";
		}
		long seconds = millis / 1_000;
		if (seconds % 86_400 == 0) {
			return seconds / 86_400 + "d";
		}
		if (seconds % 3_600 == 0) {
			return seconds / 3_600 + "h";
		}
		return (seconds % 60 == 0) ? seconds / 60 + "m" : seconds + "s";
	}

}
