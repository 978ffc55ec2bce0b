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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import dev.aftercommit.store.NewJob;

/**
 * Jobs that this node's transactions have just committed, in the order of the commits,
 * for the pusher. Memory is bounded: when it <em>falls behind</em>, all is forgotten and
 * left to the relay, which reads it from the outbox, until that has caught up.
 */
final class PushQueue {

	/** Jobs. */
	static final int CAPACITY = 10_000;

	/** Characters of arguments. */
	static final long TEXT_CAPACITY = 32_000_000;

	private static final int BATCH = 500;

	private static final int BATCH_TEXT = 4_000_000;

	private final Deque<NewJob> waiting = new ArrayDeque<>();

	private long text;

	private boolean behind = true;

	/** How often something was left to the relay. */
	private long left;

	private boolean closed;

	private Runnable wakePusher = () -> {
	};

	private Runnable wakeRelay = () -> {
	};

	void onOffer(Runnable wakePusher, Runnable wakeRelay) {
		this.wakePusher = wakePusher;
		this.wakeRelay = wakeRelay;
	}

	/** Returns at once. */
	void offer(List<NewJob> jobs) {
		(add(jobs) ? this.wakePusher : this.wakeRelay).run();
	}

	private synchronized boolean add(List<NewJob> jobs) {
		if (this.behind || this.closed) {
			this.left++;
			return false;
		}
		jobs.forEach((job) -> {
			this.waiting.add(job);
			this.text += job.arguments().length();
		});
		if (this.waiting.size() > CAPACITY || this.text > TEXT_CAPACITY) {
			fallBehind();
			return false;
		}
		return true;
	}

	/**
	 * What to push next, at most so much that one call takes it.
	 */
	synchronized List<NewJob> poll() {
		List<NewJob> batch = new ArrayList<>();
		long length = 0;
		while (!this.waiting.isEmpty() && batch.size() < BATCH && length < BATCH_TEXT) {
			NewJob job = this.waiting.remove();
			length += job.arguments().length();
			batch.add(job);
		}
		this.text -= length;
		return batch;
	}

	synchronized void fallBehind() {
		this.behind = true;
		this.left++;
		this.waiting.clear();
		this.text = 0;
	}

	synchronized boolean isBehind() {
		return this.behind;
	}

	/**
	 * To be asked before looking into the outbox, for {@link #caughtUp}.
	 */
	synchronized long left() {
		return this.left;
	}

	/**
	 * The outbox had nothing left.
	 * @param left what {@link #left} said before it was looked into: what was left since
	 * may not have been seen
	 */
	synchronized void caughtUp(long left) {
		this.behind &= (this.left != left);
	}

	/** What comes from now on is left in the outbox. */
	synchronized void close() {
		this.closed = true;
	}

	/** What was left meanwhile is the relay's; what comes after that is taken again. */
	synchronized void open() {
		if (this.closed) {
			this.closed = false;
			fallBehind();
		}
	}

}
