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

package dev.aftercommit.handle;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * How far one call has come on its way into the store. Whoever moves the call says so
 * here, and its handle looks here before it asks the store. Safe on any thread; each step
 * is taken at most once.
 */
public final class Admission {

	private final AtomicReference<Step> step;

	private final List<Runnable> actions = new ArrayList<>(0);

	private final @Nullable Thread caller;

	private volatile String reason = "";

	private volatile @Nullable UUID kept;

	private Admission(Step step, @Nullable Thread caller) {
		this.step = new AtomicReference<>(step);
		this.caller = caller;
	}

	/**
	 * A call that this thread makes now and that is not yet in the store.
	 * @return an admission that is held
	 */
	public static Admission held() {
		return new Admission(Step.HELD, Thread.currentThread());
	}

	/**
	 * A job that is in the store.
	 * @return an admission at its end
	 */
	public static Admission past() {
		return new Admission(Step.ENQUEUED, null);
	}

	/**
	 * The call is about to be written in the caller's transaction.
	 * @return {@code false} if it was cancelled before, and is not to be written
	 */
	public boolean stage() {
		return move(Step.HELD, Step.STAGED);
	}

	/**
	 * The transaction has committed and the call waits to be written after it.
	 * @return {@code false} if it was cancelled before, and is not to be written
	 */
	public boolean queue() {
		return move(Step.HELD, Step.QUEUED);
	}

	/**
	 * The call is about to be written in a transaction of its own, for the first time or
	 * again.
	 * @return {@code false} if it was cancelled before, and is not to be written
	 */
	public boolean write() {
		return move(Step.HELD, Step.WRITING) || move(Step.QUEUED, Step.WRITING) || now() == Step.WRITING;
	}

	/**
	 * Nothing was written for the call: another job has its unique key, and is kept
	 * instead. Its handle is one of that job from now on, unless what it was called in is
	 * rolled back.
	 * @param kept the other job's id
	 */
	public void redirect(UUID kept) {
		this.kept = kept;
	}

	/**
	 * The job is in the store, and what it was written in has committed. So has the
	 * decision, if another one was kept instead.
	 */
	public void enqueue() {
		settle(Step.ENQUEUED);
	}

	/**
	 * It was written, but nobody knows whether its transaction has committed.
	 */
	public void doubt() {
		settle(Step.DOUBTFUL);
	}

	/**
	 * The call won't become a job.
	 * @param reason why, for whoever waits for its result
	 */
	public void drop(String reason) {
		this.reason = reason;
		settle(Step.DROPPED);
	}

	/**
	 * Whether another job was kept instead of this call.
	 * @return whether nothing was written for it
	 */
	public boolean isRedirected() {
		return this.kept != null;
	}

	/**
	 * Whether the call waits for its transaction and nothing of it was written.
	 * @return whether it is held
	 */
	public boolean isHeld() {
		return now() == Step.HELD;
	}

	/**
	 * Whether the call was written in a transaction that is not over, as far as is known.
	 * @return whether it is staged
	 */
	public boolean isStaged() {
		return now() == Step.STAGED;
	}

	/**
	 * Drop the call if nothing of it was written yet.
	 * @return whether it was dropped
	 */
	boolean cancel() {
		if (move(Step.HELD, Step.DROPPED) || move(Step.QUEUED, Step.DROPPED)) {
			this.reason = "it was cancelled before it was enqueued";
			runActions();
			return true;
		}
		return false;
	}

	/**
	 * Whether whoever waits for the job on this thread would wait for itself: the
	 * transaction that enqueues it can't commit while its thread waits.
	 * @return whether waiting is in vain
	 */
	boolean waitsForThisThread() {
		Step now = now();
		return (now == Step.HELD || now == Step.STAGED) && this.caller == Thread.currentThread();
	}

	/**
	 * Whether the job is in the store, or may be.
	 * @return {@code false} before the commit and after a rollback
	 */
	boolean reachedStore() {
		Step now = now();
		return now == Step.ENQUEUED || now == Step.DOUBTFUL;
	}

	/**
	 * The job that the call's handle is one of.
	 * @param own the id that the call has itself
	 * @return that id, or the one of the job that was kept instead
	 */
	UUID jobOf(UUID own) {
		UUID other = this.kept;
		return (other != null) ? other : own;
	}

	boolean isDropped() {
		return now() == Step.DROPPED;
	}

	boolean isDoubtful() {
		return now() == Step.DOUBTFUL;
	}

	String reason() {
		return this.reason;
	}

	/**
	 * Run something once it is clear whether the call became a job; at once if it is.
	 * @param action what to run, on the thread that settles it
	 */
	void whenSettled(Runnable action) {
		synchronized (this.actions) {
			if (!now().isEnd()) {
				this.actions.add(action);
				return;
			}
		}
		action.run();
	}

	private Step now() {
		return Objects.requireNonNull(this.step.get());
	}

	private void settle(Step end) {
		Step before = this.step.getAndUpdate((now) -> now.isEnd() ? now : end);
		if (!before.isEnd()) {
			if (end == Step.DROPPED) {
				this.kept = null;
			}
			runActions();
		}
	}

	private void runActions() {
		List<Runnable> ready;
		synchronized (this.actions) {
			ready = List.copyOf(this.actions);
			this.actions.clear();
		}
		ready.forEach(Runnable::run);
	}

	private boolean move(Step from, Step to) {
		return this.step.compareAndSet(from, to);
	}

	private enum Step {

		HELD, STAGED, QUEUED, WRITING, ENQUEUED, DOUBTFUL, DROPPED;

		boolean isEnd() {
			return compareTo(ENQUEUED) >= 0;
		}

	}

}
