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

import dev.aftercommit.AttemptOutcome;

/**
 * How an attempt failed, as text.
 *
 * @param outcome what kind of end it was
 * @param type class name of what was thrown, or a word for what happened
 * @param text message and stack, at most 8,192 characters
 */
public record Failure(AttemptOutcome outcome, String type, String text) {

	/** The most characters of {@link #text()} that are kept. */
	public static final int MAX_TEXT = 8192;

	public Failure {
		type = (type.length() > 200) ? type.substring(0, 200) : type;
		text = (text.length() > MAX_TEXT) ? text.substring(0, MAX_TEXT) : text;
	}

}
