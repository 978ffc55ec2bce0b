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

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.aftercommit.JobOperations;
import dev.aftercommit.operations.NextFireTimes;
import dev.aftercommit.store.JobStore;

/**
 * Makes the pages.
 *
 * @param store the store
 * @param operations the same, as operators see it
 * @param readings of the whole
 * @param outlook what comes next for a job
 * @param values what of an application's data is shown
 * @param fireTimes when schedules are fired
 * @param clock of this node: times of the store are shown from where it stands
 */
record PageFactory(JobStore store, JobOperations operations, Readings readings, Outlook outlook, Values values,
		NextFireTimes fireTimes, Clock clock) {

	/**
	 * The pages.
	 * @return each by its address from the first page on
	 */
	Map<String, Page> pages() {
		FailuresPage failures = new FailuresPage(this.readings, this.clock);
		Page overview = new OverviewPage(this.readings, failures, this.clock);
		Map<String, Page> pages = new LinkedHashMap<>();
		pages.put("", overview);
		pages.put("/", overview);
		pages.put("/jobs", new JobsPage(this.operations, this.clock));
		pages.put("/jobs/{id}", new JobPage(this.operations, this.store, this.outlook, this.values, this.clock));
		pages.put("/orders", new ConfirmationPage(this.operations, this.clock));
		pages.put("/failures", failures);
		pages.put("/queues", new QueuesPage(this.readings, this.clock));
		pages.put("/recurring", new RecurringPage(this.readings, this.fireTimes, this.clock));
		pages.put("/nodes", new NodesPage(this.readings, this.clock));
		pages.put("/audit", new AuditPage(this.operations, this.readings, this.clock));
		return pages;
	}

}
