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

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A name under which jobs wait for a worker, and which no live node knows: they wait
 * until one comes that does. Times are the store's.
 *
 * @param name the name
 * @param waiting how many jobs wait for a worker, counted up to 1,000
 * @param exact whether there are no more than that
 * @param oldest how long the one at the head has waited since it was due
 * @param lastVersion the application's version on the node that knew the name last, an
 * empty text if that had none, {@code null} if none is remembered
 * @param lastHeardAt when that node was heard last, {@code null} if none is remembered
 */
public record UnknownName(String name, long waiting, boolean exact, Duration oldest, @Nullable String lastVersion,
		@Nullable Instant lastHeardAt) {

}
