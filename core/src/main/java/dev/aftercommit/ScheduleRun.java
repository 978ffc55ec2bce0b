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

import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * What became of the order to run a schedule's job now.
 *
 * @param job the job that was enqueued, or else the one that keeps it from that;
 * {@code null} if there is none
 * @param refusal a sentence that says why none was enqueued; {@code null} if one was
 */
public record ScheduleRun(@Nullable UUID job, @Nullable String refusal) {

	/**
	 * Whether a job was enqueued.
	 * @return whether it was
	 */
	public boolean isDone() {
		return this.refusal == null;
	}

}
