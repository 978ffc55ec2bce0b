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

package dev.aftercommit.operations;

import java.util.Optional;

import dev.aftercommit.JobArguments;

/**
 * Knows which arguments must not be shown.
 */
@FunctionalInterface
public interface ArgumentMask {

	/** Knows no handler. */
	ArgumentMask NONE = (name, text) -> Optional.empty();

	/**
	 * Hide what is sensitive. Binds nothing.
	 * @param name name of a handler
	 * @param text arguments as they are stored, from anywhere
	 * @return the text with {@link JobArguments#HIDDEN} in place of each sensitive
	 * argument; empty if this node can't tell which ones are
	 */
	Optional<String> apply(String name, String text);

}
