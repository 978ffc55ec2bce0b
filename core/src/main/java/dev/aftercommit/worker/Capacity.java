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

package dev.aftercommit.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import dev.aftercommit.store.ClaimedJob;

/**
 * How many more jobs this node may have in hand: claimed, reserved or running. A claim
 * takes all the room before it asks, so that it and local dispatch never get more
 * together than there is.
 */
final class Capacity {

	private static final int MOST_PER_CLAIM = 1000;

	/** So that the next claim is answered before what is in hand has begun. */
	private static final int MOST_AHEAD = 2 * MOST_PER_CLAIM;

	private final int slots;

	private final AttemptBuffer buffer;

	private final LongSupplier nanoTime;

	private final AtomicInteger inHand = new AtomicInteger();

	private final Map<String, QueueLimit> limits = new HashMap<>();

	private final Throughput throughput;

	private volatile Runnable onRoom = () -> {
	};

	private volatile Runnable onIdle = () -> {
	};

	/** Whether a job was in hand since {@link #onIdle} was last told. */
	private volatile boolean used = true;

	/** How often jobs were seen to wait in the store. */
	private final AtomicLong sightings = new AtomicLong();

	/** What {@link #sightings} was before the last claim that left nothing behind. */
	private volatile long cleared;

	/** Only between hold and settle, on the claiming thread. */
	private long sightingsAtHold;

	/** Jobs that would start at once or, where bodies are quick, within some 10 ms. */
	private int atOnce;

	private volatile boolean wanted;

	private volatile int lowWater;

	private volatile @Nullable CountDownLatch idle;

	Capacity(WorkerSettings settings, AttemptBuffer buffer, LongSupplier nanoTime) {
		this.slots = settings.concurrency();
		this.buffer = buffer;
		this.nanoTime = nanoTime;
		this.throughput = new Throughput(nanoTime.getAsLong());
		settings.queueSettings().forEach((queue, own) -> {
			if (own.concurrency() != null) {
				this.limits.put(queue, new QueueLimit(own.concurrency()));
			}
		});
	}

	/**
	 * Be told when there is room that a claim has waited for.
	 * @param listener must return at once
	 */
	void onRoom(Runnable listener) {
		this.onRoom = listener;
	}

	/**
	 * Be told when nothing is in hand any more, and a claim has brought nothing.
	 * @param listener must return at once
	 */
	void onIdle(Runnable listener) {
		this.onIdle = listener;
	}

	/** A claim was answered, and brought nothing. */
	void foundNothing() {
		if (this.used && this.inHand.get() == 0) {
			this.used = false;
			this.onIdle.run();
		}
	}

	private void use() {
		if (!this.used) {
			this.used = true;
		}
	}

	/** Jobs wait in the store: whoever comes now is not before them. */
	void seeBacklog() {
		this.sightings.incrementAndGet();
	}

	/**
	 * Take a free slot for a job that is being enqueued.
	 * @param queue its queue
	 * @return whether there was one
	 */
	boolean reserve(String queue) {
		if (this.sightings.get() != this.cleared) {
			return false;
		}
		QueueLimit limit = this.limits.get(queue);
		if (limit != null && !limit.reserve()) {
			return false;
		}
		if (reserveSlot()) {
			use();
			return true;
		}
		if (limit != null) {
			limit.release();
		}
		return false;
	}

	private boolean reserveSlot() {
		int present = this.inHand.get();
		while (present < this.slots) {
			if (this.inHand.compareAndSet(present, present + 1)) {
				return true;
			}
			present = this.inHand.get();
		}
		return false;
	}

	/**
	 * Take the room for a claim: all free slots, or, where bodies are quick, as many jobs
	 * as were lately finished in 50 ms. One claim at a time.
	 * @return the room, to be settled after the claim; perhaps none, and then
	 * {@link #onRoom} is called as soon as there is some
	 */
	Room hold() {
		this.wanted = false;
		this.sightingsAtHold = this.sightings.get();
		int held = holdSlots();
		if (held == 0) {
			// Before the second look: what is given back from now on wakes the claimer.
			this.wanted = true;
			held = holdSlots();
		}
		if (held == 0) {
			return Room.NONE;
		}
		Map<String, Integer> atMost = new HashMap<>();
		this.limits.forEach((queue, limit) -> atMost.put(queue, limit.hold()));
		return new Room(held, atMost, Math.min(held, this.atOnce));
	}

	private int holdSlots() {
		int quick = quick();
		int before = this.inHand.getAndUpdate((count) -> count + limit(count, quick));
		this.atOnce = Math.max(1, Math.max(this.slots - before, Math.min(this.slots, this.lowWater / 5)));
		return limit(before, quick);
	}

	private int limit(int count, int quick) {
		return Math.max(0, Math.min(MOST_PER_CLAIM, Math.max(this.slots - count, quick)));
	}

	private int quick() {
		int target = Math.min(MOST_AHEAD, this.throughput.per50Millis(this.nanoTime.getAsLong()));
		this.lowWater = target / 2;
		int missing = target - this.buffer.size();
		// Not in driblets: at least half of what is aimed at.
		return (missing >= target - this.lowWater) ? missing : 0;
	}

	/**
	 * A claim has ended: what it didn't use is free again.
	 * @param room what was taken for it
	 * @param jobs what it brought
	 */
	void settle(Room room, List<ClaimedJob> jobs) {
		if (jobs.size() >= room.slots()) {
			seeBacklog();
		}
		else {
			// Not what was seen since: the claim may have looked before.
			this.cleared = this.sightingsAtHold;
		}
		this.inHand.addAndGet(jobs.size() - room.slots());
		if (!jobs.isEmpty()) {
			use();
		}
		if (!this.limits.isEmpty()) {
			Map<String, Integer> used = new HashMap<>();
			jobs.forEach((job) -> used.merge(job.queue(), 1, Integer::sum));
			this.limits.forEach(
					(queue, limit) -> limit.settle(room.atMost().getOrDefault(queue, 0), used.getOrDefault(queue, 0)));
		}
	}

	/** The body of a job has run: it counts for the size of claims. */
	void ran() {
		this.throughput.add();
	}

	/**
	 * A job is no longer in hand.
	 * @param queue its queue
	 */
	void release(String queue) {
		QueueLimit limit = this.limits.isEmpty() ? null : this.limits.get(queue);
		boolean awaited = limit != null && limit.release();
		int left = this.inHand.decrementAndGet();
		if (this.wanted && (left < this.slots || this.buffer.size() <= this.lowWater)) {
			this.wanted = false;
			awaited = true;
		}
		if (awaited) {
			this.onRoom.run();
		}
		CountDownLatch idle = this.idle;
		if (left == 0 && idle != null) {
			idle.countDown();
		}
	}

	/**
	 * Wait until no job is in hand. Only when no new ones come any more.
	 * @param timeout the longest time to wait
	 * @return whether none is
	 */
	boolean awaitIdle(Duration timeout) {
		CountDownLatch idle = new CountDownLatch(1);
		this.idle = idle;
		try {
			return this.inHand.get() == 0 || idle.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	int inHand() {
		return this.inHand.get();
	}

	/**
	 * Room taken for one claim.
	 *
	 * @param slots the most jobs to claim in all
	 * @param atMost the most jobs to claim of queues with a limit
	 * @param atOnce the most jobs to claim that should not wait for others in hand
	 */
	record Room(int slots, Map<String, Integer> atMost, int atOnce) {

		static final Room NONE = new Room(0, Map.of(), 0);

	}

}
