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

package dev.aftercommit.serialization;

import tools.jackson.core.JacksonException;

import dev.aftercommit.JobArgumentException;
import dev.aftercommit.serialization.StoredText.UnstorableException;

/**
 * What is said of values that can't be written and of texts that can't be read.
 */
final class Complaints {

	private Complaints() {
	}

	static JobArgumentException unwritable(String what, Throwable cause) {
		if (cause instanceof UnstorableException) {
			return new JobArgumentException(what + " is " + cause.getMessage(), null);
		}
		String why = (cause instanceof JacksonException json) ? json.getOriginalMessage() : cause.toString();
		return new JobArgumentException(what + " can't be written as JSON: " + why
				+ ". Pass a value that can be stored, such as an id, a text or a record", cause);
	}

	static void expect(boolean condition, String message) {
		if (!condition) {
			throw new UnreadableException(message, null);
		}
	}

	/**
	 * The cause is named and not kept: its message quotes what was stored.
	 */
	static UnreadableException unreadable(String what, Throwable cause) {
		StringBuilder message = new StringBuilder(what).append(": ").append(cause.getClass().getSimpleName());
		if (cause instanceof JacksonException json) {
			if (json.getCause() != null) {
				message.append(", caused by ").append(json.getCause().getClass().getName());
			}
			if (json.getLocation() != null && json.getLocation().getCharOffset() >= 0) {
				message.append(", near character ").append(json.getLocation().getCharOffset());
			}
		}
		return new UnreadableException(message.toString(), null);
	}

}
