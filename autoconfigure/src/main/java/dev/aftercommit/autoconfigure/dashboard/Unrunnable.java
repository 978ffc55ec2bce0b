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

package dev.aftercommit.autoconfigure.dashboard;

import dev.aftercommit.autoconfigure.dashboard.Format.When;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that no live node can run.
 *
 * @param name name of their handler
 * @param queue their queue
 * @param amount how many there are
 * @param version the last version that could, if a node that is remembered could
 * @param seen when that was
 * @param query the search for them
 */
record Unrunnable(String name, String queue, String amount, @Nullable String version, @Nullable When seen,
		String query) {

}
