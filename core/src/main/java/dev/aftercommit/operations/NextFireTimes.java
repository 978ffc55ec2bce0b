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

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Says when schedules are fired next, as far as this node knows them.
 */
@FunctionalInterface
public interface NextFireTimes {

	/** Knows no schedule. */
	NextFireTimes NONE = (name, definition, after) -> null;

	/**
	 * The next fire time of a schedule.
	 * @param name its name
	 * @param definition the definition by which all nodes fire it
	 * @param after a time on the store's clock
	 * @return the first fire time after it; {@code null} if there is none, or if this
	 * node knows no schedule of this name and definition
	 */
	@Nullable Instant after(String name, String definition, Instant after);

}
