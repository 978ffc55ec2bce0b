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

package dev.aftercommit.operations;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import dev.aftercommit.ScheduleRun;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Recurrence;

/**
 * Carries out orders about schedules. None of them joins the caller's transaction: it
 * would hold up the schedule on all nodes for as long as it lasts.
 */
final class ScheduleOrders {

	private final JobStore store;

	private final ScheduledJobs jobs;

	ScheduleOrders(JobStore store, ScheduledJobs jobs) {
		this.store = store;
		this.jobs = jobs;
	}

	boolean pause(String schedule) {
		return this.store.recurrences().pause(schedule);
	}

	boolean resume(String schedule) {
		return this.store.recurrences().resume(schedule);
	}

	ScheduleRun run(String schedule) {
		Recurrence present = this.store.recurrences().all().get(schedule);
		if (present == null) {
			return new ScheduleRun(null, "There is no schedule '" + schedule + "'.");
		}
		Optional<NewJob> job = this.jobs.of(schedule, present.definition(), present.now());
		if (job.isEmpty()) {
			return new ScheduleRun(null,
					"This node does not know schedule '" + schedule + "' as all nodes fire it now ("
							+ present.definition()
							+ "), and so not what to enqueue: ask a node of the version that does.");
		}
		UUID id = job.get().id();
		UUID holder = this.store.intake().enqueue(List.of(job.get())).get(id);
		return (holder == null) ? new ScheduleRun(id, null)
				: new ScheduleRun(holder, "Job " + holder + " has its unique key, and is kept instead of another one.");
	}

}
