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

import org.jspecify.annotations.Nullable;

/**
 * A job that an outbox keeps. Times are the database's.
 *
 * @param job the job; a delay that was counted from its call is what is left of it now
 * @param writtenAt when it was written
 * @param dueAt when it is due, {@code null} for at once
 * @param taken how often it was taken to be pushed by somebody who had not just written
 * it
 */
public record KeptJob(NewJob job, Instant writtenAt, @Nullable Instant dueAt, int taken) {

}
