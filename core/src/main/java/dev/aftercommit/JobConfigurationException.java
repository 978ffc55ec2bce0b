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

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * An annotated method, a setting or a store can't work as it is. The message says how to
 * mend it.
 */
@SuppressWarnings("serial")
public final class JobConfigurationException extends JobException {

	private final String description;

	private final @Nullable String action;

	/**
	 * Create an exception.
	 * @param message what went wrong and how to mend it
	 * @param cause what caused it, if anything
	 */
	public JobConfigurationException(String message, @Nullable Throwable cause) {
		super(message, cause);
		this.description = message;
		this.action = null;
	}

	/**
	 * Create an exception whose two halves can be shown apart.
	 * @param description what went wrong
	 * @param action how to mend it
	 * @param cause what caused it, if anything
	 */
	public JobConfigurationException(String description, String action, @Nullable Throwable cause) {
		super(description + " " + action, cause);
		this.description = description;
		this.action = action;
	}

	/**
	 * What went wrong.
	 * @return the description, without the action if that is known apart from it
	 */
	public String description() {
		return this.description;
	}

	/**
	 * How to mend it.
	 * @return the action, or empty if the description says it too
	 */
	public Optional<String> action() {
		return Optional.ofNullable(this.action);
	}

}
