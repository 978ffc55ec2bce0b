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

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

import dev.aftercommit.QueueSnapshot;
import dev.aftercommit.ScheduleSnapshot;
import dev.aftercommit.ScheduleSnapshot.LastRun;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.QueueDepth;
import dev.aftercommit.store.Recurrence;
import dev.aftercommit.store.Recurrence.Fired;

/**
 * What operators see beside jobs: queues and schedules.
 */
final class Surroundings {

	private final JobStore store;

	private final NextFireTimes nextFireTimes;

	Surroundings(JobStore store, NextFireTimes nextFireTimes) {
		this.store = store;
		this.nextFireTimes = nextFireTimes;
	}

	List<QueueSnapshot> queues() {
		Set<String> paused = this.store.directory().pausedQueues();
		Map<String, Long> running = new HashMap<>();
		this.store.overview().running().forEach((each) -> running.merge(each.queue(), each.count(), Long::sum));
		Map<String, QueueSnapshot> queues = new TreeMap<>();
		for (String queue : paused) {
			queues.put(queue, empty(queue, running, true));
		}
		for (String queue : running.keySet()) {
			queues.put(queue, empty(queue, running, paused.contains(queue)));
		}
		for (QueueDepth depth : this.store.directory().depths()) {
			String queue = depth.queue();
			queues.put(queue, new QueueSnapshot(queue, depth.waiting().value(), depth.waiting().exact(), depth.oldest(),
					running.getOrDefault(queue, 0L), paused.contains(queue)));
		}
		return List.copyOf(queues.values());
	}

	private static QueueSnapshot empty(String queue, Map<String, Long> running, boolean paused) {
		return new QueueSnapshot(queue, 0, true, Duration.ZERO, running.getOrDefault(queue, 0L), paused);
	}

	List<ScheduleSnapshot> schedules() {
		Map<String, Recurrence> rows = this.store.recurrences().all();
		List<UUID> fired = rows.values()
			.stream()
			.map(Recurrence::fired)
			.filter(Objects::nonNull)
			.map(Fired::job)
			.toList();
		Map<UUID, JobStatus> jobs = fired.isEmpty() ? Map.of() : this.store.directory().find(fired);
		List<ScheduleSnapshot> schedules = new ArrayList<>();
		rows.forEach((name, row) -> schedules.add(snapshot(name, row, jobs)));
		return schedules;
	}

	private ScheduleSnapshot snapshot(String name, Recurrence row, Map<UUID, JobStatus> jobs) {
		Instant next = row.paused() ? null : this.nextFireTimes.after(name, row.definition(), row.last());
		return new ScheduleSnapshot(name, row.definition(), row.last(), next, row.paused(), last(row.fired(), jobs));
	}

	private static @Nullable LastRun last(@Nullable Fired fired, Map<UUID, JobStatus> jobs) {
		if (fired == null) {
			return null;
		}
		JobStatus status = jobs.get(fired.job());
		return new LastRun(fired.job(), fired.at(), (status != null) ? status.state() : null);
	}

}
