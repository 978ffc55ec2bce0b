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

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.JobState;
import dev.aftercommit.JobTime;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.IdRange;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Whereabouts.Blocking;

/**
 * All jobs, each in exactly one place, under one lock.
 */
final class MemoryJobs {

	private static final Duration LONGEST_DELAY = Duration.ofDays(36500);

	/** Held by whoever touches anything in here or a {@link StoredJob}. */
	private final ReentrantLock lock = new ReentrantLock();

	private final Clock clock;

	private final NavigableMap<UUID, StoredJob> byId = new TreeMap<>(IdRange.ORDER);

	private final MemoryTags tags = new MemoryTags();

	private final Lanes ready = new Lanes();

	private final Set<String> pausedQueues = new TreeSet<>();

	private final SpentStarts spentStarts = new SpentStarts();

	private final NavigableSet<StoredJob> delayed = new TreeSet<>(StoredJob.BY_DUE_TIME);

	/** Those of the delayed ones that failed. */
	private final NavigableSet<StoredJob> retrying = new TreeSet<>(StoredJob.BY_DUE_TIME);

	private final Set<StoredJob> blocked = new HashSet<>();

	private final Lines lines = new Lines();

	private final UniqueKeys uniqueKeys = new UniqueKeys();

	private final Map<Long, Set<StoredJob>> running = new HashMap<>();

	private final Map<JobState, NavigableSet<StoredJob>> ended = new EnumMap<>(JobState.class);

	private final Map<JobState, Integer> counts = new EnumMap<>(JobState.class);

	private long sequence;

	MemoryJobs(Clock clock) {
		this.clock = clock;
		for (JobState state : JobState.values()) {
			this.counts.put(state, 0);
			this.ended.put(state, new TreeSet<>(StoredJob.BY_END));
		}
	}

	<T> T locked(Supplier<T> action) {
		this.lock.lock();
		try {
			return action.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	Instant now() {
		return this.clock.instant();
	}

	@Nullable StoredJob find(UUID id) {
		return this.byId.get(id);
	}

	SpentStarts spentStarts() {
		return this.spentStarts;
	}

	Set<String> pausedQueues() {
		return this.pausedQueues;
	}

	Lanes ready() {
		return this.ready;
	}

	NavigableSet<StoredJob> delayed() {
		return this.delayed;
	}

	/** Those that died or were due last are the last ones. */
	NavigableSet<StoredJob> failed(JobState state) {
		return (state == JobState.RETRYING) ? this.retrying : ended(state);
	}

	Set<Long> runningNodes() {
		return Set.copyOf(this.running.keySet());
	}

	Collection<StoredJob> runningOn(long node) {
		return this.running.getOrDefault(node, Set.of());
	}

	NavigableSet<StoredJob> ended(JobState state) {
		return Objects.requireNonNull(this.ended.get(state));
	}

	Collection<StoredJob> all() {
		return this.byId.values();
	}

	/** All ids, or those with a tag, in their order. */
	NavigableSet<UUID> ids(@Nullable String tag) {
		return (tag != null) ? this.tags.of(tag) : this.byId.navigableKeySet();
	}

	int count(JobState state) {
		return this.counts.getOrDefault(state, 0);
	}

	/**
	 * Take a job, unless it is known.
	 * @return the job that is kept instead of it, because that one has its unique key
	 */
	Optional<UUID> add(NewJob newJob) {
		if (this.byId.containsKey(newJob.id())) {
			return Optional.empty();
		}
		Instant now = now();
		StoredJob job = new StoredJob(newJob, ++this.sequence, now, dueAt(newJob.time(), now));
		StoredJob holder = this.uniqueKeys.holder(job.terms.uniqueKey());
		if (holder != null && job.terms.onDuplicate() == OnDuplicate.KEEP) {
			return Optional.of(holder.id);
		}
		cancelIfWaiting(this.uniqueKeys.successor(job.terms.uniqueKey()));
		cancelIfWaiting(holder);
		this.byId.put(job.id, job);
		this.tags.add(job);
		this.uniqueKeys.enter(job);
		if (job.dueAt.isAfter(now)) {
			put(job, JobState.SCHEDULED);
		}
		else {
			putWhenDue(job);
		}
		return Optional.empty();
	}

	private void cancelIfWaiting(@Nullable StoredJob job) {
		if (job != null) {
			cancel(job);
		}
	}

	private static Instant dueAt(@Nullable JobTime time, Instant now) {
		if (time instanceof JobTime.In in) {
			return now.plus(in.delay());
		}
		return (time instanceof JobTime.At at && at.time().isAfter(now)) ? at.time() : now;
	}

	/** To where it waits for a worker or, until it may, for a key. */
	void moveToReady(StoredJob job) {
		take(job);
		putWhenDue(job);
	}

	private void putWhenDue(StoredJob job) {
		boolean goesOn = !this.uniqueKeys.isSuccessor(job) && this.lines.admit(job);
		put(job, goesOn ? JobState.ENQUEUED : JobState.BLOCKED);
	}

	/** What keeps a blocked job. */
	@Nullable Blocking blocking(StoredJob job) {
		if (job.state != JobState.BLOCKED) {
			return null;
		}
		StoredJob holder = this.uniqueKeys.holder(job.terms.uniqueKey());
		if (holder != null && this.uniqueKeys.isSuccessor(job)) {
			return new Blocking(Blocking.Kind.UNIQUE, Objects.requireNonNull(job.terms.uniqueKey()),
					List.of(holder.id));
		}
		return new Blocking(Blocking.Kind.CONCURRENCY, Objects.requireNonNull(job.terms.concurrencyKey()),
				this.lines.holders(job));
	}

	/**
	 * What a dead job needs to be tried again.
	 * @return another one that has its unique key
	 */
	Optional<UUID> takeKeyAgain(StoredJob job) {
		StoredJob holder = this.uniqueKeys.holder(job.terms.uniqueKey());
		if (holder == null) {
			this.uniqueKeys.enter(job);
		}
		return Optional.ofNullable(holder).map((other) -> other.id);
	}

	private void giveKeysUp(StoredJob job) {
		// Its successor is in the line before anybody gets its place: it may be the first
		// one there.
		giveUniqueKeyUp(job);
		this.lines.leave(job);
		for (StoredJob next = this.lines.next(job); next != null; next = this.lines.next(job)) {
			moveToReady(next);
		}
	}

	private void giveUniqueKeyUp(StoredJob job) {
		StoredJob successor = this.uniqueKeys.leave(job);
		if (successor != null && successor.state == JobState.BLOCKED) {
			moveToReady(successor);
		}
	}

	void moveToRetrying(StoredJob job, Duration delay) {
		delay(job, delay, JobState.RETRYING);
	}

	void moveToScheduled(StoredJob job, Duration delay) {
		delay(job, delay, JobState.SCHEDULED);
	}

	private void delay(StoredJob job, Duration delay, JobState state) {
		take(job);
		job.dueAt = now().plus((delay.compareTo(LONGEST_DELAY) < 0) ? delay : LONGEST_DELAY);
		put(job, state);
	}

	void moveToRunning(StoredJob job, Lease lease) {
		take(job);
		job.lease = lease;
		job.node = lease.node();
		job.claimedAt = now();
		put(job, JobState.RUNNING);
		if (job.terms.uniqueUntil() == UniqueUntil.STARTED) {
			giveUniqueKeyUp(job);
		}
	}

	void moveToEnd(StoredJob job, JobState state) {
		take(job);
		job.endedAt = now();
		put(job, state);
		giveKeysUp(job);
	}

	/**
	 * Cancel a job that has not started.
	 * @return whether it had not
	 */
	boolean cancel(StoredJob job) {
		if (job.state == JobState.RUNNING || job.state.isEnded()) {
			return false;
		}
		moveToCancelled(job);
		return true;
	}

	void moveToCancelled(StoredJob job) {
		moveToEnd(job, JobState.CANCELLED);
		job.dropArguments();
	}

	void remove(StoredJob job) {
		take(job);
		this.byId.remove(job.id);
		this.tags.remove(job);
	}

	private void put(StoredJob job, JobState state) {
		job.state = state;
		this.counts.merge(state, 1, Integer::sum);
		place(job).add(job);
		if (state == JobState.RETRYING) {
			this.retrying.add(job);
		}
	}

	/** Out of where it is: to be put somewhere else under the same lock. */
	private void take(StoredJob job) {
		Collection<StoredJob> place = place(job);
		place.remove(job);
		this.retrying.remove(job);
		this.counts.merge(job.state, -1, Integer::sum);
		if (place.isEmpty() && job.state == JobState.ENQUEUED) {
			this.ready.drop(job);
		}
		if (job.lease != null) {
			if (place.isEmpty()) {
				this.running.remove(job.lease.node());
			}
			job.lease = null;
			job.cancelRequested = false;
		}
	}

	private Collection<StoredJob> place(StoredJob job) {
		if (job.lease != null) {
			return this.running.computeIfAbsent(job.lease.node(), (node) -> new LinkedHashSet<>());
		}
		return switch (job.state) {
			case ENQUEUED -> this.ready.of(job);
			case SCHEDULED, RETRYING -> this.delayed;
			case BLOCKED -> this.blocked;
			default -> ended(job.state);
		};
	}

}
