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

package dev.aftercommit.store.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import dev.aftercommit.JobAttempt;

/**
 * The latest attempts at one job that did not succeed.
 */
final class AttemptLog {

	private static final int MOST_COUNTED = 50;

	private static final int MOST_GIVEN_BACK = 30;

	private static final int MOST_TEXT = 1000;

	private final Deque<JobAttempt> counted = new ArrayDeque<>(1);

	private final Deque<JobAttempt> givenBack = new ArrayDeque<>(1);

	void add(JobAttempt attempt) {
		boolean counts = attempt.errorText() != null;
		Deque<JobAttempt> those = counts ? this.counted : this.givenBack;
		those.add(attempt);
		if (those.size() > (counts ? MOST_COUNTED : MOST_GIVEN_BACK)) {
			those.remove();
		}
	}

	static String shortened(String text) {
		return (text.length() > MOST_TEXT) ? text.substring(0, MOST_TEXT) : text;
	}

	List<JobAttempt> list() {
		List<JobAttempt> all = new ArrayList<>(this.counted);
		all.addAll(this.givenBack);
		all.sort(JobAttempt.BY_NUMBER);
		return all;
	}

}
