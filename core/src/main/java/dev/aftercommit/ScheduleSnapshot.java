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

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A schedule of recurring jobs as the store has it.
 *
 * @param name its name
 * @param definition the definition by which all nodes fire it: job, times and zone, or
 * {@code disabled}
 * @param decidedAt up to when it is decided which jobs there are, on the store's clock
 * @param nextAt when it is fired next; {@code null} if it is not, or if this node does
 * not know a schedule of this name and definition
 * @param paused whether an operator has paused it
 * @param last what it fired last; {@code null} if it has not fired yet
 */
public record ScheduleSnapshot(String name, String definition, Instant decidedAt, @Nullable Instant nextAt,
		boolean paused, @Nullable LastRun last) {

	/**
	 * The last job that a schedule fired by itself.
	 *
	 * @param job its id
	 * @param firedAt its fire time
	 * @param state where it is; {@code null} if the store knows it no more, or another
	 * job was kept that had its unique key
	 */
	public record LastRun(UUID job, Instant firedAt, @Nullable JobState state) {

	}

}
