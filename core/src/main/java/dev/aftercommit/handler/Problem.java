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

package dev.aftercommit.handler;

import java.util.List;
import java.util.stream.Collectors;

import dev.aftercommit.JobConfigurationException;

/**
 * Something that keeps an annotated method from being a handler.
 *
 * @param description what is wrong, a sentence
 * @param action how to mend it, a sentence
 */
record Problem(String description, String action) {

	/**
	 * All problems in one exception.
	 * @param problems the problems, at least one
	 * @return the exception
	 */
	static JobConfigurationException all(List<Problem> problems) {
		if (problems.size() == 1) {
			return new JobConfigurationException(problems.get(0).description(), problems.get(0).action(), null);
		}
		String description = problems.stream()
			.map((problem) -> "\n - " + problem.description())
			.collect(Collectors.joining("", problems.size() + " problems with @BackgroundJob methods:", "\n"));
		String action = problems.stream()
			.map(Problem::action)
			.distinct()
			.map((each) -> "\n - " + each)
			.collect(Collectors.joining("", "Mend all of them:", ""));
		return new JobConfigurationException(description, action, null);
	}

}
