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
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * Interrupts bodies whose time is over or whose lease can't be trusted any more. Its
 * thread never asks the store, so that nothing can hold it up.
 */
final class Watch {

	private static final long LONGEST_WAIT_NANOS = 1L << 60;

	private final RunningAttempts running;

	private final Membership membership;

	private final NodeState node;

	private final Loop loop;

	private volatile long nextCheckNanos;

	Watch(RunningAttempts running, Membership membership, NodeState node) {
		this.running = running;
		this.membership = membership;
		this.node = node;
		this.nextCheckNanos = node.nanoTime();
		this.loop = new Loop("aftercommit-watch", new Outage("watch over running jobs", Duration.ofSeconds(1)),
				this::check);
	}

	Loop loop() {
		return this.loop;
	}

	/** An attempt has begun: look at it before its time is over. */
	void started(Attempt attempt) {
		if (attempt.nextCheck() - this.nextCheckNanos < 0) {
			this.loop.wakeUp();
		}
	}

	/**
	 * Look at all running attempts, and interrupt what must not go on.
	 * @return nanoseconds until the next look is due
	 */
	long check() {
		long now = this.node.nanoTime();
		// Whoever begins while we look wakes us again.
		this.nextCheckNanos = now + LONGEST_WAIT_NANOS;
		AtomicLong wait = new AtomicLong(untilFenced(now));
		this.running.forEach((attempt) -> {
			attempt.check(now);
			if (attempt.interruption() == null) {
				wait.accumulateAndGet(attempt.nextCheck() - now, Math::min);
			}
		});
		this.nextCheckNanos = now + wait.get();
		return Math.max(1, wait.get());
	}

	private long untilFenced(long now) {
		@Nullable NodeSession session = this.membership.session();
		long wait = (session != null) ? session.fencedAtNanos() - now : LONGEST_WAIT_NANOS;
		return (wait > 0) ? wait : LONGEST_WAIT_NANOS;
	}

}
