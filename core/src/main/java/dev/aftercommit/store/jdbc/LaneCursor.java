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

package dev.aftercommit.store.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * Up to where this node had emptied the one lane that has jobs, a while ago. As long as
 * each claim gets all that it asks for, and from one lane, the next one may begin there
 * instead of stepping over all that was claimed and is not vacuumed yet. What has a
 * higher priority is looked for in any case, and nothing begins there while jobs of
 * another name wait in the queue.
 * <p>
 * Only a hint: it is a quarter of a second old or older, so that who was drawing a place
 * then has committed since, and one claim in ten looks for other lanes and from the
 * start, as do each that follows one that got less, and each that comes more than a
 * second after the last one that did: what has come back to its place, or to another
 * lane, must not wait for ten times that a slow body ends.
 */
final class LaneCursor {

	private static final long AGE_MICROS = 250_000;

	private static final long LONGEST_MICROS = 1_000_000;

	private static final int CLAIMS = 10;

	private @Nullable Place latest;

	private @Nullable Place older;

	private @Nullable Place old;

	private long olderMicros;

	private long wholeMicros;

	private int claims;

	/**
	 * Where a claim may begin.
	 * @return {@code null} if everything is to be looked at
	 */
	synchronized @Nullable Hint hint() {
		return (this.old != null && this.claims < CLAIMS) ? new Hint(this.old, this.wholeMicros + LONGEST_MICROS)
				: null;
	}

	/**
	 * Keep in mind where a claim has come to.
	 * @param last the last place that it took, {@code null} if it got less than it asked
	 * for, or not from one lane only
	 * @param now microseconds on the store's clock
	 * @param whole whether it looked at everything
	 */
	synchronized void advance(@Nullable Place last, long now, boolean whole) {
		if (last == null || (this.latest != null && !this.latest.isBeside(last))) {
			this.latest = null;
			this.older = null;
			this.old = null;
			this.claims = 0;
			return;
		}
		if (whole) {
			this.claims = 0;
			this.wholeMicros = now;
		}
		this.latest = (this.latest != null) ? this.latest.later(last) : last;
		if (this.older == null || now - this.olderMicros >= AGE_MICROS) {
			this.old = this.older;
			this.older = this.latest;
			this.olderMicros = now;
		}
		this.claims++;
	}

	/**
	 * Where a claim may begin, for a while.
	 *
	 * @param place the place
	 * @param until microseconds on the store's clock
	 */
	record Hint(Place place, long until) {

	}

	/**
	 * A place in a lane, that is in what waits under one name in one queue.
	 *
	 * @param queue the queue
	 * @param name the name
	 * @param priority the priority
	 * @param seq the number within it
	 */
	record Place(String queue, String name, int priority, long seq) {

		boolean isBeside(Place other) {
			return this.name.equals(other.name) && this.queue.equals(other.queue);
		}

		Place later(Place other) {
			return (other.priority > this.priority || (other.priority == this.priority && other.seq > this.seq)) ? other
					: this;
		}

	}

}
