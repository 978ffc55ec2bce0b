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

import java.util.Set;

import dev.aftercommit.store.CancelRequest;
import dev.aftercommit.store.ClaimedJob;

/**
 * A node's life under one number: from its registration until it is taken for dead or
 * ends.
 */
final class NodeSession {

	private final long number;

	private final long fencedAfterNanos;

	private final Tokens tokens = new Tokens();

	private volatile long beatNanos;

	private volatile boolean lost;

	private volatile boolean quiet;

	private volatile Set<CancelRequest> cancelRequests = Set.of();

	/**
	 * Begin.
	 * @param number the node's number
	 * @param sentNanos monotonic time before its registration was sent
	 * @param fencedAfterNanos age of the last sign of life at which leases are no longer
	 * trusted
	 */
	NodeSession(long number, long sentNanos, long fencedAfterNanos) {
		this.number = number;
		this.beatNanos = sentNanos;
		this.fencedAfterNanos = fencedAfterNanos;
	}

	long number() {
		return this.number;
	}

	Tokens tokens() {
		return this.tokens;
	}

	/**
	 * A heartbeat was accepted.
	 * @param sentNanos monotonic time before it was sent: the store can't have taken it
	 * earlier
	 */
	void accepted(long sentNanos) {
		this.beatNanos = sentNanos;
	}

	/** The store said that this node was taken for dead. */
	void lose() {
		this.lost = true;
	}

	/**
	 * The store said whether an operator wants this node to claim nothing more.
	 * @param quiet whether that is so
	 * @return whether it is news
	 */
	boolean quiet(boolean quiet) {
		boolean news = this.quiet != quiet;
		this.quiet = quiet;
		return news;
	}

	boolean isQuiet() {
		return this.quiet;
	}

	/**
	 * The store said which jobs of this node somebody asked to cancel.
	 * @param requests all of them
	 */
	void cancelRequests(Set<CancelRequest> requests) {
		this.cancelRequests = requests;
	}

	boolean isToBeCancelled(ClaimedJob job) {
		Set<CancelRequest> requests = this.cancelRequests;
		return !requests.isEmpty() && requests.contains(new CancelRequest(job.id(), job.lease()));
	}

	long beatNanos() {
		return this.beatNanos;
	}

	/**
	 * When this node stops trusting its leases, if no heartbeat is accepted before.
	 * @return monotonic time
	 */
	long fencedAtNanos() {
		return this.beatNanos + this.fencedAfterNanos;
	}

	/**
	 * Whether nobody else can have been given this node's jobs.
	 * @param nowNanos monotonic time
	 * @return whether its leases can be trusted
	 */
	boolean isFresh(long nowNanos) {
		return !this.lost && nowNanos - fencedAtNanos() < 0;
	}

}
