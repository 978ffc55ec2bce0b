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
import java.util.UUID;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import dev.aftercommit.JobContext;
import dev.aftercommit.JobLeaveError;
import dev.aftercommit.JobProgress;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.OneLine;
import dev.aftercommit.store.Words;

/**
 * One attempt at a job on this node, from its claim to its outcome.
 */
final class Attempt implements JobContext {

	/** For a body to leave by itself when its job is to be cancelled. */
	static final Duration LEAVE_GRACE = Duration.ofSeconds(1);

	private static final Duration LONGEST_SNOOZE = Duration.ofDays(36500);

	private final ClaimedJob job;

	private final NodeSession session;

	private final NodeState node;

	private final long inHandNanos;

	private @Nullable Thread runner;

	private @Nullable Duration snooze;

	private @Nullable Speech speech;

	/** Whether somebody is about to ask what there is to say. */
	private boolean heard;

	private boolean over;

	private volatile boolean timed;

	private volatile long deadlineNanos;

	private volatile boolean askedToLeave;

	private volatile long leaveNanos;

	private volatile @Nullable Interruption interruption;

	private volatile long interruptedNanos;

	/**
	 * Create an attempt.
	 * @param job the job as it was claimed
	 * @param session the session that holds its lease
	 * @param node this node
	 * @param inHandNanos monotonic time at which this node got it
	 */
	Attempt(ClaimedJob job, NodeSession session, NodeState node, long inHandNanos) {
		this.job = job;
		this.session = session;
		this.node = node;
		this.inHandNanos = inHandNanos;
	}

	ClaimedJob job() {
		return this.job;
	}

	NodeSession session() {
		return this.session;
	}

	long inHandNanos() {
		return this.inHandNanos;
	}

	/**
	 * Begin on this thread, which can be interrupted from now on.
	 * @param timeout the longest time it may take, {@code null} for no limit
	 * @return whether the body may start; {@code false} if the node is stopping, the job
	 * is to be cancelled, or the node can't be sure of the lease
	 */
	boolean begin(@Nullable Duration timeout) {
		if (timeout != null) {
			this.deadlineNanos = this.node.nanoTime() + timeout.toNanos();
			this.timed = true;
		}
		synchronized (this) {
			this.runner = Thread.currentThread();
		}
		// Only now: whoever stops the node sees either this runner or this question.
		return !this.node.isStopping() && !isCancelled() && this.session.isFresh(this.node.nanoTime());
	}

	/**
	 * Interrupt the body if it is running. The first cause decides about the outcome.
	 * @param cause why
	 */
	synchronized void interrupt(Interruption cause) {
		if (this.runner == null || (this.interruption != null && cause != Interruption.STOPPING)) {
			return;
		}
		if (this.interruption == null) {
			this.interruptedNanos = this.node.nanoTime();
			this.interruption = cause;
		}
		this.runner.interrupt();
	}

	/**
	 * The body has ended: no interrupt reaches this thread any more, and none is left on
	 * it for the next job.
	 */
	void end() {
		synchronized (this) {
			this.runner = null;
			this.over = true;
		}
		Thread.interrupted();
	}

	/**
	 * Whether the body has asked to be run again later. What it asks for from now on
	 * comes too late.
	 * @return the delay, {@code null} if it has not asked
	 */
	synchronized @Nullable Duration decideSnooze() {
		this.over = true;
		return this.snooze;
	}

	/**
	 * Interrupt the body if its time is over, its lease can't be trusted, or it doesn't
	 * leave though its job is to be cancelled.
	 * @param nowNanos monotonic time
	 */
	void check(long nowNanos) {
		if (!this.session.isFresh(nowNanos)) {
			interrupt(Interruption.LEASE_LOST);
		}
		else if (this.timed && nowNanos - this.deadlineNanos >= 0) {
			interrupt(Interruption.TIMEOUT);
		}
		else if (isCancelled() && isLeaveGraceOver(nowNanos)) {
			interrupt(Interruption.CANCELLED);
		}
	}

	private boolean isLeaveGraceOver(long nowNanos) {
		if (!this.askedToLeave) {
			this.leaveNanos = nowNanos + LEAVE_GRACE.toNanos();
			this.askedToLeave = true;
		}
		return nowNanos - this.leaveNanos >= 0;
	}

	/**
	 * When to look again, unless it was interrupted.
	 * @return monotonic time
	 */
	long nextCheck() {
		long next = this.session.fencedAtNanos();
		if (this.timed) {
			next = earlier(next, this.deadlineNanos);
		}
		return this.askedToLeave ? earlier(next, this.leaveNanos) : next;
	}

	private static long earlier(long oneNanos, long otherNanos) {
		return (otherNanos - oneNanos < 0) ? otherNanos : oneNanos;
	}

	/** Whether this node has learnt that the job is to be cancelled. */
	boolean isCancelled() {
		return this.session.isToBeCancelled(this.job);
	}

	@Nullable Interruption interruption() {
		return this.interruption;
	}

	long interruptedNanos() {
		return this.interruptedNanos;
	}

	@Override
	public UUID jobId() {
		return this.job.id();
	}

	@Override
	public int attempt() {
		return this.job.attempt();
	}

	@Override
	public boolean isStopping() {
		return this.node.isStopping();
	}

	@Override
	public boolean stillOwned() {
		return this.interruption != Interruption.LEASE_LOST && this.session.isFresh(this.node.nanoTime());
	}

	@Override
	public void checkpoint() {
		if (isStopping()) {
			throw new JobLeaveError("The node is stopping");
		}
		if (isCancelled()) {
			throw new JobLeaveError("The job was cancelled");
		}
		if (!stillOwned()) {
			throw new JobLeaveError("The lease of the job was lost");
		}
	}

	@Override
	public synchronized void snooze(Duration delay) {
		Assert.isTrue(!delay.isNegative() && delay.compareTo(LONGEST_SNOOZE) <= 0,
				() -> "'delay' (" + delay + ") must be from 0 to " + LONGEST_SNOOZE.toDays() + " days");
		Assert.state(!this.over,
				() -> this + " has ended and can't be snoozed any more: call snooze(Duration) before the body returns");
		this.snooze = delay;
	}

	@Override
	public void progress(long done, long total) {
		JobProgress progress = new JobProgress(done, total);
		say((words) -> words.progress(progress));
	}

	@Override
	public void log(String text) {
		say((words) -> words.log(text));
	}

	private void say(Consumer<Speech> words) {
		synchronized (this) {
			if (this.over) {
				return;
			}
			this.speech = (this.speech != null) ? this.speech : new Speech();
			words.accept(this.speech);
			if (this.heard) {
				return;
			}
			this.heard = true;
		}
		this.node.hasWords(this);
	}

	/** Whoever was about to ask does so now: what is said from now on is news. */
	synchronized void heardOut() {
		this.heard = false;
	}

	/**
	 * Whether to ask again, as the answer could not be written.
	 * @return {@code false} if it has ended, or somebody is about to ask anyway
	 */
	synchronized boolean mayStillSpeak() {
		boolean ask = !this.over && !this.heard;
		this.heard |= ask;
		return ask;
	}

	/** All that the body has said, {@code null} if nothing is new. */
	synchronized @Nullable Words unwritten() {
		return (this.speech != null) ? this.speech.unwritten(this.job) : null;
	}

	synchronized void written(long version) {
		if (this.speech != null) {
			this.speech.written(version);
		}
	}

	@Override
	public String toString() {
		return "job " + this.job.id() + " (" + OneLine.of(this.job.name()) + "), attempt " + this.job.attempt();
	}

}
