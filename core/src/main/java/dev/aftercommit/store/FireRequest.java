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

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * One step of a schedule: from a time to a later one.
 *
 * @param name name of the schedule
 * @param definition the definition by which the jobs were made
 * @param last the time up to which it is decided, as this node knows it
 * @param newLast the time up to which it is decided from now on, later than {@code last}
 * @param jobs the jobs of fire times after {@code last} up to {@code newLast}, in their
 * order, possibly none
 */
public record FireRequest(String name, String definition, Instant last, Instant newLast, List<NewJob> jobs) {

	/**
	 * What is remembered of this step once it is taken.
	 * @param before what was remembered before
	 * @return the last one of the jobs; what was before if there are none
	 */
	public Recurrence.@Nullable Fired fired(Recurrence.@Nullable Fired before) {
		return this.jobs.isEmpty() ? before
				: new Recurrence.Fired(this.newLast, this.jobs.get(this.jobs.size() - 1).id());
	}

}
