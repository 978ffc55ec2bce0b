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

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The limit of one queue on this node.
 */
final class QueueLimit {

	private final int limit;

	private final AtomicInteger inHand = new AtomicInteger();

	private volatile boolean backlog;

	QueueLimit(int limit) {
		this.limit = limit;
	}

	/** Take room for one job that is being enqueued, unless others wait before it. */
	boolean reserve() {
		if (this.backlog) {
			return false;
		}
		int present = this.inHand.get();
		while (present < this.limit) {
			if (this.inHand.compareAndSet(present, present + 1)) {
				return true;
			}
			present = this.inHand.get();
		}
		return false;
	}

	/** Take all the room there is for a claim. */
	int hold() {
		// Before the look: what is given back from now on wakes the claimer.
		this.backlog = true;
		int present = this.inHand.getAndUpdate((count) -> Math.max(count, this.limit));
		return Math.max(0, this.limit - present);
	}

	/**
	 * A claim has ended.
	 * @param held room that was taken for it
	 * @param used how much of it the claim used
	 */
	void settle(int held, int used) {
		this.backlog = used >= held;
		this.inHand.addAndGet(used - held);
	}

	/**
	 * A job has ended.
	 * @return whether others wait for its room
	 */
	boolean release() {
		this.inHand.decrementAndGet();
		return this.backlog;
	}

}
