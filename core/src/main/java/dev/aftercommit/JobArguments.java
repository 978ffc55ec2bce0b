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
 * The arguments of a job, as far as they may be shown.
 *
 * @param kind what is known of them
 * @param json the arguments as they are stored, an array, with {@link #HIDDEN} in place
 * of each one whose parameter is {@link Sensitive}; {@code null} unless they are
 * {@link Kind#KNOWN}. May be as long as {@code aftercommit.payload.max-size} allows
 */
public record JobArguments(Kind kind, @Nullable String json) {

	/** Stands in place of a value that must not be shown. */
	public static final String HIDDEN = "******";

	/**
	 * What is known of the arguments of a job.
	 */
	public enum Kind {

		/** They are there. */
		KNOWN,

		/**
		 * They are there, but the node that was asked can't tell which of them are
		 * sensitive: it doesn't know the job's name, or its method takes another number
		 * of arguments today.
		 */
		HIDDEN,

		/** They were forgotten when the job succeeded or was cancelled. */
		NOT_KEPT,

		/** No such job, or not any more. */
		UNKNOWN

	}

}
