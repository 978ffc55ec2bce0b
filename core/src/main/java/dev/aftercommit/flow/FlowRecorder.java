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

package dev.aftercommit.flow;

import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

import dev.aftercommit.JobFlow;
import dev.aftercommit.JobState;
import dev.aftercommit.flow.FlowCounts.Kind;
import dev.aftercommit.store.Flow;
import dev.aftercommit.store.OutcomeListener;
import dev.aftercommit.worker.Loop;
import dev.aftercommit.worker.Outage;

/**
 * Counts in memory what this node enqueues and what the store accepts of its outcomes,
 * and brings it to the store ten seconds after the first count: all of it in one call. A
 * node on which nothing happens calls nobody. What the store doesn't take is kept for
 * later, and nothing waits for it.
 */
public final class FlowRecorder implements OutcomeListener, SmartLifecycle {

	static final Duration INTERVAL = Duration.ofSeconds(10);

	private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

	/** For the last counts, at the end. */
	private static final Duration LAST_CALL = Duration.ofSeconds(2);

	private static final Logger logger = LoggerFactory.getLogger(FlowRecorder.class);

	private final Flow flow;

	private final LongSupplier nanoTime;

	private final FlowCounts counts = new FlowCounts();

	private final Outage outage = new Outage("store how many jobs came and went", LONGEST_PAUSE);

	/** Whether anything was counted that is not on its way. */
	private volatile boolean counted;

	private volatile boolean failing;

	private volatile @Nullable Loop loop;

	private @Nullable Long dueNanos;

	/**
	 * Create a recorder that counts; it tells the store once it is started.
	 * @param flow where the counts go
	 * @param nanoTime monotonic time in nanoseconds
	 */
	public FlowRecorder(Flow flow, LongSupplier nanoTime) {
		this.flow = flow;
		this.nanoTime = nanoTime;
	}

	@Override
	public void enqueued(Job job) {
		count(job.queue(), Kind.ENQUEUED);
	}

	@Override
	public void accepted(String queue, JobState state) {
		if (state == JobState.SUCCEEDED) {
			count(queue, Kind.SUCCEEDED);
		}
		else if (state == JobState.RETRYING) {
			count(queue, Kind.RETRIED);
		}
		else if (state == JobState.DEAD) {
			count(queue, Kind.DEAD);
		}
		else if (state == JobState.CANCELLED) {
			count(queue, Kind.CANCELLED);
		}
	}

	private void count(String queue, Kind kind) {
		this.counts.add(queue, kind);
		if (!this.counted) {
			this.counted = true;
			Loop present = this.loop;
			if (present != null) {
				present.wakeUp();
			}
		}
	}

	/** One step: wait until it is time, or tell the store. */
	long step() {
		if (!this.counted) {
			return Loop.FOREVER;
		}
		long now = this.nanoTime.getAsLong();
		Long due = this.dueNanos;
		if (due == null) {
			due = now + INTERVAL.toNanos();
			this.dueNanos = due;
		}
		if (now - due < 0) {
			return due - now;
		}
		record();
		this.outage.over();
		this.dueNanos = null;
		return 0;
	}

	private void record() {
		// First: what is counted from here on is for the next time.
		this.counted = false;
		Map<String, JobFlow.Counts> taken = this.counts.take();
		if (taken.isEmpty()) {
			return;
		}
		try {
			this.flow.add(taken);
			this.failing = false;
		}
		catch (RuntimeException | Error ex) {
			this.counts.giveBack(taken);
			this.counted = true;
			this.failing = true;
			throw ex;
		}
	}

	/** Returns at once, although the store may be down. */
	@Override
	public synchronized void start() {
		if (this.loop == null) {
			Loop started = new Loop("aftercommit-flow", this.outage, this::step);
			started.start();
			this.loop = started;
		}
	}

	/**
	 * Tell the store what was counted last. It has two seconds for that, and none if it
	 * could not take the counts before.
	 */
	@Override
	public void stop() {
		Loop stopping = this.loop;
		this.loop = null;
		if (stopping == null) {
			return;
		}
		stopping.close();
		if (stopping.awaitEnd(LAST_CALL) && this.counted && !this.failing) {
			recordLast();
		}
	}

	private void recordLast() {
		Thread last = new Thread(this::recordQuietly, "aftercommit-flow-stop");
		last.setDaemon(true);
		last.start();
		try {
			last.join(LAST_CALL.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void recordQuietly() {
		try {
			record();
		}
		catch (RuntimeException | Error ex) {
			// A statistic: no reason to end otherwise than always.
			logger.debug("The last counts of this node are lost", ex);
		}
	}

	@Override
	public boolean isRunning() {
		return this.loop != null;
	}

	/** After the workers have stopped, whose last outcomes count. */
	@Override
	public int getPhase() {
		return DEFAULT_PHASE - 2048;
	}

}
