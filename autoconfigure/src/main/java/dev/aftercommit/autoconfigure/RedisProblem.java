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

package dev.aftercommit.autoconfigure;

import java.util.Comparator;

/**
 * Something about Redis that loses jobs, or shows them to others.
 *
 * @param refused whether the application must not start so
 * @param what what it is, a whole sentence
 * @param mend what to change, whole sentences
 */
record RedisProblem(boolean refused, String what, String mend) implements Comparable<RedisProblem> {

	static RedisProblem refusal(String what, String mend) {
		return new RedisProblem(true, what, mend);
	}

	static RedisProblem warning(String what, String mend) {
		return new RedisProblem(false, what, mend);
	}

	@Override
	public int compareTo(RedisProblem other) {
		return Comparator.comparing((RedisProblem problem) -> !problem.refused())
			.thenComparing(RedisProblem::what)
			.thenComparing(RedisProblem::mend)
			.compare(this, other);
	}

}
