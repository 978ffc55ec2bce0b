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

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.store.AuditNote;
import dev.aftercommit.store.AuditTrail;

/**
 * The latest orders, under the lock of the jobs.
 */
final class MemoryAuditTrail implements AuditTrail {

	private static final int KEPT_ENTRIES = 10_000;

	private final MemoryJobs jobs;

	private final Deque<Kept> all = new ArrayDeque<>();

	private final Map<Subject, Deque<Kept>> bySubject = new HashMap<>();

	MemoryAuditTrail(MemoryJobs jobs) {
		this.jobs = jobs;
	}

	@Override
	public void append(AuditNote note) {
		this.jobs.locked(() -> {
			Set<Subject> subjects = new LinkedHashSet<>();
			subjects.add(new Subject(note.kind(), note.subject()));
			note.jobs().forEach((id) -> subjects.add(new Subject(AuditEntry.Kind.JOB, id.toString())));
			Kept kept = new Kept(new AuditEntry(this.jobs.now(), note.who(), note.action(), note.kind(), note.subject(),
					note.result()), subjects);
			this.all.addLast(kept);
			subjects.forEach(
					(subject) -> this.bySubject.computeIfAbsent(subject, (key) -> new ArrayDeque<>(1)).addLast(kept));
			if (this.all.size() > KEPT_ENTRIES) {
				forgetFirst();
			}
			return kept;
		});
	}

	@Override
	public List<AuditEntry> about(AuditEntry.Kind kind, String subject, int most) {
		return this.jobs.locked(() -> latest(
				this.bySubject.getOrDefault(new Subject(kind, AuditNote.text(subject)), new ArrayDeque<>(1)), most));
	}

	@Override
	public List<AuditEntry> latest(int most) {
		return this.jobs.locked(() -> latest(this.all, most));
	}

	private static List<AuditEntry> latest(Deque<Kept> kept, int most) {
		List<AuditEntry> latest = new ArrayList<>();
		Iterator<Kept> latestFirst = kept.descendingIterator();
		while (latestFirst.hasNext() && latest.size() < most) {
			latest.add(latestFirst.next().entry());
		}
		return latest;
	}

	/** Under the lock. */
	void prune() {
		Instant before = this.jobs.now().minus(KEPT);
		while (!this.all.isEmpty() && this.all.getFirst().entry().at().isBefore(before)) {
			forgetFirst();
		}
	}

	private void forgetFirst() {
		this.all.removeFirst().subjects().forEach((subject) -> {
			Deque<Kept> kept = Objects.requireNonNull(this.bySubject.get(subject));
			kept.removeFirst();
			if (kept.isEmpty()) {
				this.bySubject.remove(subject);
			}
		});
	}

	private record Subject(AuditEntry.Kind kind, String text) {

	}

	private record Kept(AuditEntry entry, Set<Subject> subjects) {

	}

}
