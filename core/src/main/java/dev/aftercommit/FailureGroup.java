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

/**
 * Jobs that failed in the same way: those of one name, in one state, whose last failed
 * attempts ended by the same type of error.
 *
 * @param state {@link JobState#DEAD} or {@link JobState#RETRYING}
 * @param name stored name of their handler
 * @param errorType the {@link JobSnapshot.Failure#type()} of their last failures; empty
 * if the store has none
 * @param count how many there are, of those that were looked at
 * @param exact whether all jobs in that state were looked at; if not, there may be more
 * than that
 * @param latest the one that failed last
 * @param latestAt when that was, by the store's clock
 */
public record FailureGroup(JobState state, String name, String errorType, long count, boolean exact, UUID latest,
		Instant latestAt) {

}
