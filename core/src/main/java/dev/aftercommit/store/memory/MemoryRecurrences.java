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

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import dev.aftercommit.store.FireRequest;
import dev.aftercommit.store.Firing;
import dev.aftercommit.store.Recurrence;
import dev.aftercommit.store.Recurrences;

/**
 * Schedules, under the lock of the jobs.
 */
final class MemoryRecurrences implements Recurrences {

	private final MemoryJobs jobs;

	private final Map<String, Row> rows = new HashMap<>();

	MemoryRecurrences(MemoryJobs jobs) {
		this.jobs = jobs;
	}

	@Override
	public Map<String, Recurrence> agree(Map<String, String> definitions, Duration silence) {
		return this.jobs.locked(() -> {
			Map<String, Recurrence> agreed = new HashMap<>();
			definitions.forEach((name, definition) -> agreed.put(name, agree(name, definition, silence)));
			return agreed;
		});
	}

	private Recurrence agree(String name, String definition, Duration silence) {
		Instant now = this.jobs.now();
		Row row = this.rows.get(name);
		if (row == null
				|| (!row.definition.equals(definition) && (silence.isZero() || !row.seen.plus(silence).isAfter(now)))) {
			row = (row == null) ? new Row(definition, now, now, false, null)
					: new Row(definition, now, now, row.paused, row.fired);
			this.rows.put(name, row);
		}
		else if (row.definition.equals(definition)) {
			this.rows.put(name, new Row(definition, row.last, now, row.paused, row.fired));
		}
		return row.at(now);
	}

	@Override
	public Firing fire(FireRequest request) {
		return this.jobs.locked(() -> {
			Instant now = this.jobs.now();
			Row row = this.rows.get(request.name());
			if (row == null) {
				return new Firing(false, null);
			}
			if (row.paused || !row.definition.equals(request.definition()) || !row.last.equals(request.last())
					|| request.newLast().isAfter(now)) {
				return new Firing(false, row.at(now));
			}
			Row fired = new Row(row.definition, request.newLast(), now, false, request.fired(row.fired));
			this.rows.put(request.name(), fired);
			request.jobs().forEach(this.jobs::add);
			return new Firing(true, fired.at(now));
		});
	}

	@Override
	public boolean pause(String name) {
		return this.jobs.locked(() -> {
			Row row = this.rows.get(name);
			if (row == null || row.paused) {
				return false;
			}
			this.rows.put(name, new Row(row.definition, row.last, row.seen, true, row.fired));
			return true;
		});
	}

	@Override
	public boolean resume(String name) {
		return this.jobs.locked(() -> {
			Row row = this.rows.get(name);
			if (row == null || !row.paused) {
				return false;
			}
			Instant now = this.jobs.now();
			this.rows.put(name,
					new Row(row.definition, row.last.isAfter(now) ? row.last : now, row.seen, false, row.fired));
			return true;
		});
	}

	@Override
	public Map<String, Recurrence> all() {
		return this.jobs.locked(() -> {
			Map<String, Recurrence> all = new TreeMap<>();
			this.rows.forEach((name, row) -> all.put(name, row.at(this.jobs.now())));
			return all;
		});
	}

	private record Row(String definition, Instant last, Instant seen, boolean paused,
			Recurrence.@Nullable Fired fired) {

		Recurrence at(Instant now) {
			return new Recurrence(this.definition, this.last, now, this.paused, this.fired);
		}

	}

}
