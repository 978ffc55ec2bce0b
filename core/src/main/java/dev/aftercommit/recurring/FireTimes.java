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

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The times at which a schedule fires, for ever.
 */
interface FireTimes {

	/**
	 * The first one after a time.
	 * @param after a time
	 * @return the fire time, or {@code null} if there is none any more
	 */
	@Nullable Instant next(Instant after);

	/**
	 * The latest one of a period, which may be years long.
	 * @param after beginning of the period, excluded
	 * @param upTo its end, included
	 * @return the fire time, or {@code null} if there is none in it
	 */
	@Nullable Instant latest(Instant after, Instant upTo);

}
