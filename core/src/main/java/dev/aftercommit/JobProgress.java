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

/**
 * How far a body has come, as it said.
 *
 * @param done what is done, 0 or more
 * @param total what is to be done, 0 or more; 0 if that is unknown
 */
public record JobProgress(long done, long total) {

	public JobProgress {
		if (done < 0 || total < 0) {
			throw new IllegalArgumentException("'done' (" + done + ") and 'total' (" + total
					+ ") must be 0 or more; say 0 for a total that is unknown");
		}
	}

}
