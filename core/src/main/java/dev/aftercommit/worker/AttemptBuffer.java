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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Jobs in hand whose body has not started, in the order in which they should.
 */
final class AttemptBuffer {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition notEmpty = this.lock.newCondition();

	private final Deque<Attempt> attempts = new ArrayDeque<>();

	/** Before all of these. */
	private final Deque<Attempt> first = new ArrayDeque<>();

	private volatile int size;

	private int waiting;

	private boolean closed;

	/**
	 * Add attempts.
	 * @param added the attempts
	 * @return whether they were taken; {@code false} once closed
	 */
	boolean addAll(List<Attempt> added) {
		return add(added, this.attempts);
	}

	/**
	 * Add attempts that go before all that were not added so.
	 * @param added the attempts
	 * @return whether they were taken; {@code false} once closed
	 */
	boolean addFirst(List<Attempt> added) {
		return add(added, this.first);
	}

	private boolean add(List<Attempt> added, Deque<Attempt> to) {
		this.lock.lock();
		try {
			if (this.closed) {
				return false;
			}
			to.addAll(added);
			this.size = present();
			for (int i = 0; i < Math.min(added.size(), this.waiting); i++) {
				this.notEmpty.signal();
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait for the next attempt.
	 * @return the attempt, {@code null} once closed
	 */
	@Nullable Attempt take() {
		this.lock.lock();
		try {
			while (present() == 0 && !this.closed) {
				this.waiting++;
				this.notEmpty.awaitUninterruptibly();
				this.waiting--;
			}
			Attempt next = this.first.isEmpty() ? this.attempts.poll() : this.first.poll();
			this.size = present();
			return next;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Take all attempts if the first one, of either kind, has been in here for longer
	 * than this.
	 * @param nanos time that it may wait, in nanoseconds
	 * @param nowNanos monotonic time
	 * @return the attempts, possibly none
	 */
	List<Attempt> takeOlderThan(long nanos, long nowNanos) {
		if (this.size == 0) {
			return List.of();
		}
		this.lock.lock();
		try {
			boolean old = Stream.of(this.first, this.attempts)
				.filter((waiting) -> !waiting.isEmpty())
				.anyMatch((waiting) -> nowNanos - waiting.element().inHandNanos() > nanos);
			return old ? takeAll() : List.of();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Take no more attempts in, and end the threads that wait for one.
	 * @return the attempts that were left
	 */
	List<Attempt> close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.notEmpty.signalAll();
			return takeAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<Attempt> takeAll() {
		List<Attempt> all = new ArrayList<>(this.first);
		all.addAll(this.attempts);
		this.first.clear();
		this.attempts.clear();
		this.size = 0;
		return all;
	}

	private int present() {
		return this.first.size() + this.attempts.size();
	}

	int size() {
		return this.size;
	}

}
