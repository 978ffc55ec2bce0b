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

package dev.aftercommit.store.outbox;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.aftercommit.store.Durability;
import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.KeptJob;
import dev.aftercommit.store.Outbox;

/**
 * What this node has pushed and the outbox still keeps, because the target may lose it
 * yet. Bounded: what is too much is forgotten, and found by the relay.
 */
final class Pushed {

	/** Jobs. */
	static final int CAPACITY = 200_000;

	private static final int BATCH = 1000;

	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private static final Logger logger = LoggerFactory.getLogger(Pushed.class);

	private final Outbox outbox;

	private final JobIntake target;

	private final Durability durability;

	private final long grace;

	private final LongSupplier nanos;

	private final Deque<Entry> entries = new ArrayDeque<>();

	private int size;

	private volatile Life life = new Life(Optional.empty());

	Pushed(Outbox outbox, JobIntake target, Durability durability, Duration grace, LongSupplier nanos) {
		this.outbox = outbox;
		this.target = target;
		this.durability = durability;
		this.grace = grace.toNanos();
		this.nanos = nanos;
	}

	/**
	 * The target's life as it was known last, to be asked before a push.
	 */
	Life life() {
		return this.life;
	}

	void add(List<UUID> ids, Life life) {
		if (!ids.isEmpty()) {
			add(new Entry(ids, life, this.nanos.getAsLong(), false));
		}
	}

	/**
	 * Jobs that the target has not taken, as it keeps others instead: if they were pushed
	 * again when those have ended, they would run after all.
	 */
	void merged(List<UUID> ids) {
		if (!ids.isEmpty()) {
			add(new Entry(ids, this.life, this.nanos.getAsLong(), true));
		}
	}

	private synchronized void add(Entry entry) {
		List<UUID> ids = entry.ids();
		this.entries.add(entry);
		this.size += ids.size();
		while (this.size > CAPACITY) {
			this.size -= this.entries.remove().ids().size();
		}
	}

	synchronized boolean isEmpty() {
		return this.entries.isEmpty();
	}

	/**
	 * Remove from the outbox what need not be kept any more, and let be pushed again what
	 * the target has lost.
	 * @return whether anything is to be pushed again
	 */
	boolean settle() {
		Life now = new Life(this.durability.incarnation());
		this.life = now;
		settle(snapshot().stream().filter(Entry::isMerged).toList(), this.outbox::remove);
		List<Entry> pushed = snapshot().stream().filter((entry) -> !entry.isMerged()).toList();
		if (pushed.isEmpty()) {
			return false;
		}
		boolean lost = pushAgain(pushed, now);
		now.incarnation().ifPresent((incarnation) -> removeSurvivors(pushed, now, incarnation));
		return pushTwice(pushed, now) || lost;
	}

	private boolean pushAgain(List<Entry> pushed, Life now) {
		List<Entry> lost = pushed.stream().filter((entry) -> entry.life().isOver(now)).toList();
		if (!lost.isEmpty()) {
			logger.warn(
					"The job store was restarted or replaced, and may have lost what it had just taken:"
							+ " {} jobs are pushed to it again, and those that it still has stay as they are",
					ids(lost).size());
			settle(lost, this.outbox::release);
		}
		return !lost.isEmpty();
	}

	private void removeSurvivors(List<Entry> pushed, Life now, String incarnation) {
		List<Entry> candidates = pushed.stream().filter((entry) -> entry.life().equals(now)).toList();
		if (!candidates.isEmpty()) {
			boolean all = this.durability.await(incarnation, PATIENCE);
			settle(candidates.stream().filter((entry) -> all || isOld(entry)).toList(), this.outbox::remove);
		}
	}

	/**
	 * What was pushed to nobody knows which life of the target: again, to one that is
	 * known, or else once more and then no more.
	 */
	private boolean pushTwice(List<Entry> pushed, Life now) {
		List<Entry> unknown = pushed.stream().filter((entry) -> entry.life().isUnknown() && isOld(entry)).toList();
		settle(unknown, now.isUnknown() ? this::pushOnceMore : this.outbox::release);
		return !unknown.isEmpty();
	}

	private void pushOnceMore(List<UUID> ids) {
		List<KeptJob> kept = this.outbox.find(ids);
		if (!kept.isEmpty()) {
			this.target.enqueue(kept.stream().map(KeptJob::job).toList());
		}
		this.outbox.remove(ids);
	}

	private boolean isOld(Entry entry) {
		return this.nanos.getAsLong() - entry.at() >= this.grace;
	}

	private void settle(List<Entry> settled, Consumer<List<UUID>> action) {
		List<UUID> ids = ids(settled);
		for (int from = 0; from < ids.size(); from += BATCH) {
			action.accept(ids.subList(from, Math.min(ids.size(), from + BATCH)));
		}
		forget(new HashSet<>(settled));
	}

	private static List<UUID> ids(List<Entry> entries) {
		return entries.stream().flatMap((entry) -> entry.ids().stream()).toList();
	}

	private synchronized List<Entry> snapshot() {
		return new ArrayList<>(this.entries);
	}

	private synchronized void forget(Set<Entry> settled) {
		for (Iterator<Entry> each = this.entries.iterator(); !settled.isEmpty() && each.hasNext();) {
			Entry entry = each.next();
			if (settled.contains(entry)) {
				each.remove();
				this.size -= entry.ids().size();
			}
		}
	}

	/**
	 * A life of the target, if it was known.
	 *
	 * @param incarnation which one
	 */
	record Life(Optional<String> incarnation) {

		boolean isOver(Life now) {
			return !isUnknown() && !now.isUnknown() && !equals(now);
		}

		boolean isUnknown() {
			return this.incarnation.isEmpty();
		}

	}

	/** Compared by identity, as a batch is pushed once. */
	private static final class Entry {

		private final List<UUID> ids;

		private final Life life;

		private final long at;

		private final boolean merged;

		Entry(List<UUID> ids, Life life, long at, boolean merged) {
			this.ids = ids;
			this.life = life;
			this.at = at;
			this.merged = merged;
		}

		List<UUID> ids() {
			return this.ids;
		}

		Life life() {
			return this.life;
		}

		long at() {
			return this.at;
		}

		boolean isMerged() {
			return this.merged;
		}

	}

}
