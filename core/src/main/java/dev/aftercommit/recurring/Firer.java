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

package dev.aftercommit.recurring;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.aftercommit.store.FireRequest;
import dev.aftercommit.store.Firing;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.OneLine;
import dev.aftercommit.store.Recurrence;
import dev.aftercommit.store.Recurrences;
import dev.aftercommit.worker.Outage;

/**
 * Fires what is due, and says when to come back. For one thread.
 */
final class Firer {

	/** How often a node says by which definitions it fires, and learns the others'. */
	static final Duration LOOK = Duration.ofMinutes(1);

	/** After so long without it, a definition gives way to another one. */
	static final Duration SILENCE = Duration.ofMinutes(3);

	private static final Logger logger = LoggerFactory.getLogger(Firer.class);

	private final Recurrences recurrences;

	private final List<Schedule> schedules;

	private final Duration patience;

	private final Consumer<List<NewJob>> fired;

	private final LongSupplier nanoTime;

	private final Outage outage;

	private final StoreClock clock;

	/** Up to when it is decided, of those schedules that this node fires. */
	private final Map<String, Instant> decided = new HashMap<>();

	private boolean known;

	private long lookAtNanos;

	Firer(Recurrences recurrences, List<Schedule> schedules, Duration patience, Consumer<List<NewJob>> fired,
			LongSupplier nanoTime, Outage outage) {
		this.recurrences = recurrences;
		this.schedules = schedules;
		this.patience = patience;
		this.fired = fired;
		this.nanoTime = nanoTime;
		this.outage = outage;
		this.clock = new StoreClock(nanoTime);
		this.lookAtNanos = nanoTime.getAsLong();
	}

	/**
	 * One step.
	 * @return nanoseconds until the next one is due
	 */
	long step() {
		if (this.nanoTime.getAsLong() - this.lookAtNanos >= 0) {
			look();
		}
		RuntimeException failure = null;
		for (Schedule schedule : this.schedules) {
			try {
				fireDue(schedule);
			}
			catch (RuntimeException ex) {
				// One schedule that can't be fired must not keep the others from it.
				failure = ex;
			}
		}
		if (failure != null) {
			throw failure;
		}
		this.outage.over();
		return untilNext();
	}

	private void look() {
		Map<String, String> definitions = this.schedules.stream()
			.collect(Collectors.toMap(Schedule::name, Schedule::definition));
		Map<String, Recurrence> agreed = this.recurrences.agree(definitions, this.known ? SILENCE : Duration.ZERO);
		this.lookAtNanos = this.nanoTime.getAsLong() + LOOK.toNanos();
		this.schedules.forEach((schedule) -> hear(schedule, agreed.get(schedule.name())));
		this.known = true;
	}

	private void hear(Schedule schedule, @Nullable Recurrence present) {
		if (present == null) {
			// Somebody has deleted it: it is written again.
			this.decided.remove(schedule.name());
			this.lookAtNanos = this.nanoTime.getAsLong();
			return;
		}
		this.clock.set(present);
		if (present.definition().equals(schedule.definition())) {
			if (present.paused()) {
				pause(schedule, present);
			}
			else {
				this.decided.put(schedule.name(), present.last());
			}
		}
		else if (this.decided.remove(schedule.name()) != null) {
			logger.info("Schedule {} is now '{}' by a node that was started later: this one fires it no more", schedule,
					OneLine.of(present.definition()));
		}
	}

	/**
	 * No step of it would be taken. Whether it goes on is asked when it would fire next,
	 * so that a resumed one is in time; not at each second of one that fires each second,
	 * but before a fire time counts as missed.
	 */
	private void pause(Schedule schedule, Recurrence present) {
		if (this.decided.remove(schedule.name()) != null) {
			logger.info("Schedule {} is paused", schedule);
		}
		Instant next = (schedule.times() != null) ? schedule.times().next(present.now()) : null;
		if (next != null && next.isBefore(present.now().plus(LOOK))) {
			long wait = Math.max(Duration.between(present.now(), next).toNanos(), this.patience.toNanos() / 3);
			this.lookAtNanos = Math.min(this.lookAtNanos, this.nanoTime.getAsLong() + wait);
		}
	}

	private void fireDue(Schedule schedule) {
		Instant last = this.decided.get(schedule.name());
		Due due = due(schedule, last);
		while (last != null && due != null) {
			FireRequest step = new FireRequest(schedule.name(), schedule.definition(), last, due.newLast(),
					due.times().stream().map(schedule::jobAt).toList());
			Firing firing = this.recurrences.fire(step);
			hear(schedule, firing.present());
			if (firing.accepted()) {
				tell(schedule, step, due);
			}
			Instant before = last;
			last = this.decided.get(schedule.name());
			// Refused, and nobody else was faster: the store thinks that it is too early.
			due = before.equals(last) ? null : due(schedule, last);
		}
	}

	private @Nullable Due due(Schedule schedule, @Nullable Instant last) {
		return (last != null && schedule.times() != null) ? Due.of(schedule, last, this.clock.now(), this.patience)
				: null;
	}

	private void tell(Schedule schedule, FireRequest step, Due due) {
		if (due.missed() != null) {
			logger.warn("Schedule {} was not fired from {} to {}, when nobody was there: {} jobs are enqueued now",
					schedule, step.last(), due.missed(), step.jobs().size());
		}
		if (!step.jobs().isEmpty()) {
			this.fired.accept(step.jobs());
		}
	}

	private long untilNext() {
		long wait = Math.max(0, this.lookAtNanos - this.nanoTime.getAsLong());
		Instant now = this.clock.now();
		for (Schedule schedule : this.schedules) {
			Instant last = this.decided.get(schedule.name());
			Instant next = (last != null && schedule.times() != null) ? schedule.times().next(last) : null;
			if (next != null && next.isBefore(now.plusNanos(wait))) {
				wait = Math.max(0, Duration.between(now, next).toNanos());
			}
		}
		return wait;
	}

}
