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

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * What a store has of a schedule.
 *
 * @param definition the definition that all nodes go by
 * @param last the time up to which it is decided which jobs there are; fire times up to
 * here never get another one
 * @param now the store's clock when it answered
 * @param paused whether an operator has paused it: no step of it is taken
 * @param fired the latest step that wrote a job; {@code null} if there was none
 */
public record Recurrence(String definition, Instant last, Instant now, boolean paused, @Nullable Fired fired) {

	/**
	 * A step that wrote jobs.
	 *
	 * @param at up to when it was: the fire time of its last job
	 * @param job the id of that job
	 */
	public record Fired(Instant at, UUID job) {

	}

}
