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

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.function.ServerRequest;

/**
 * Decides what of an application's data is shown: arguments, results, what bodies logged,
 * messages and stacks of exceptions. By the rule of the endpoint {@code backgroundjobs}.
 */
@FunctionalInterface
interface Values {

	/** Nothing is shown: without Boot's actuator there is no such rule. */
	Values HIDDEN = (request, key, value) -> Optional.empty();

	/**
	 * Show a value or not.
	 * @param request who asks for it
	 * @param key what it is
	 * @param value the value
	 * @return what to show; empty if it is hidden, or if there is none
	 */
	Optional<String> show(ServerRequest request, String key, @Nullable String value);

}
