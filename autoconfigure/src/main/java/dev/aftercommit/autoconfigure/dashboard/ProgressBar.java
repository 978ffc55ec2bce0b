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

import dev.aftercommit.JobProgress;
import dev.aftercommit.JobState;
import org.jspecify.annotations.Nullable;

/**
 * How far a body has come, or had when its attempt ended.
 *
 * @param done what is done
 * @param total what is to be done
 * @param text both for people
 * @param bounded whether the total is known
 * @param last whether it is about an attempt that is over
 */
record ProgressBar(long done, long total, String text, boolean bounded, boolean last) {

	static @Nullable ProgressBar of(@Nullable JobProgress progress, JobState state) {
		if (progress == null) {
			return null;
		}
		boolean bounded = progress.total() > 0;
		String done = Format.number(progress.done());
		return new ProgressBar(progress.done(), progress.total(),
				bounded ? done + " of " + Format.number(progress.total()) : done + " done", bounded,
				state != JobState.RUNNING);
	}

}
