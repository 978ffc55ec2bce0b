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
import java.util.Optional;

import dev.aftercommit.store.NewJob;

/**
 * Makes jobs of schedules, as far as this node knows these and their handlers.
 */
@FunctionalInterface
public interface ScheduledJobs {

	/** Knows no schedule. */
	ScheduledJobs NONE = (name, definition, now) -> Optional.empty();

	/**
	 * A job of a schedule besides its fire times.
	 * @param name the schedule's name
	 * @param definition the definition by which all nodes fire it
	 * @param now the store's clock
	 * @return the job; empty if this node knows no schedule of this name and definition
	 */
	Optional<NewJob> of(String name, String definition, Instant now);

}
