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

package dev.aftercommit.sample;

import java.util.EnumMap;
import java.util.Map;

import dev.aftercommit.JobOperations;
import dev.aftercommit.JobState;
import dev.aftercommit.StateCount;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * How many jobs there are, for the page, whose visitors need not sign in.
 */
@RestController
class JobTotalsController {

	private final JobOperations operations;

	JobTotalsController(JobOperations operations) {
		this.operations = operations;
	}

	@GetMapping("/jobs/totals")
	Map<JobState, StateCount> totals() {
		Map<JobState, StateCount> totals = new EnumMap<>(JobState.class);
		this.operations.totals().forEach((total) -> totals.put(total.state(), total));
		return totals;
	}

}
