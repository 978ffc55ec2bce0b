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

package dev.aftercommit.store.jdbc;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/**
 * What waits in one lane.
 *
 * @param head its first job
 * @param waiting how many wait, in its lane or in its queue, as was asked; counted up to
 * one more than the limit
 * @param now the store's time
 */
record LaneDepth(Candidate head, long waiting, OffsetDateTime now) {

	Duration oldest() {
		return Micros.duration(ChronoUnit.MICROS.between(this.head.dueAt(), this.now));
	}

}
