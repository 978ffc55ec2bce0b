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

package dev.aftercommit;

import org.jspecify.annotations.Nullable;

/**
 * A call can't be stored: an argument is not serialisable, too large or not allowed, or a
 * key or a tag that is made of the arguments is {@code null}, empty, too long or no text.
 * Nothing was written.
 */
@SuppressWarnings("serial")
public final class JobArgumentException extends JobException {

	/**
	 * Create an exception.
	 * @param message what went wrong and how to mend it
	 * @param cause what caused it, if anything
	 */
	public JobArgumentException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
