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

package dev.aftercommit.recurring;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.MissedRuns;

/**
 * A schedule as the application's properties have it. What is {@code null} is what the
 * code says, or the default.
 *
 * @param name name of the schedule
 * @param enabled whether it fires
 * @param job name or alias of the handler of its jobs
 * @param cron fire times as a cron expression
 * @param every fire times as the multiples of an interval
 * @param zone time zone of the cron expression
 * @param missed what becomes of missed fire times
 * @param maxCatchUp the most missed ones that get a job
 */
public record ScheduleSettings(String name, boolean enabled, @Nullable String job, @Nullable String cron,
		@Nullable Duration every, @Nullable String zone, @Nullable MissedRuns missed, @Nullable Integer maxCatchUp) {

}
