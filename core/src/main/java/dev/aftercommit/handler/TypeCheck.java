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

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;

/**
 * Says at start-up whether values of a type can be stored, for whoever stores them.
 */
@FunctionalInterface
public interface TypeCheck {

	/**
	 * Check a declared type of an argument or a result.
	 * @param type the type, without type variables
	 * @return what is wrong with it and how to mend it, or {@code null} if nothing is
	 */
	@Nullable String problemWith(Type type);

}
