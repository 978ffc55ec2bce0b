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

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What the bodies of a job's latest attempts have said.
 *
 * @param progress how far the latest attempt that said so had come; {@code null} if none
 * has
 * @param log lines of the latest three attempts that said anything, in their order; of
 * each the latest 200, 16,384 characters together
 */
public record JobWords(@Nullable JobProgress progress, List<String> log) {

	/** Nothing was said. */
	public static final JobWords NONE = new JobWords(null, List.of());

	public JobWords {
		log = List.copyOf(log);
	}

}
