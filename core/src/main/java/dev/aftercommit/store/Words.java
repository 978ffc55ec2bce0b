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

import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobProgress;

/**
 * All that the body of one attempt has said so far.
 *
 * @param id the job
 * @param lease the attempt's lease
 * @param version grows with each word: what comes late replaces nothing newer
 * @param progress how far it has come, {@code null} if it has not said so
 * @param log its lines, without line breaks and NUL, 201 of at most 1,000 characters
 */
public record Words(UUID id, Lease lease, long version, @Nullable JobProgress progress, List<String> log) {

	/** Of how many attempts at one job a store keeps them, the latest. */
	public static final int MOST_ATTEMPTS = 3;

}
