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

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Wakes one waiting thread. A signal that nobody waits for is kept for the next one to
 * wait; raising it twice is raising it once, and costs a volatile read.
 */
final class WakeUpSignal {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private volatile boolean raised;

	void raise() {
		if (this.raised) {
			return;
		}
		this.lock.lock();
		try {
			this.raised = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait until the signal is raised, and lower it.
	 * @param nanos the longest time to wait
	 */
	void await(long nanos) {
		this.lock.lock();
		try {
			long left = nanos;
			while (!this.raised && left > 0) {
				left = this.changed.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			// Nobody has a reason to interrupt a loop's thread: it looks, and goes on.
		}
		finally {
			this.raised = false;
			this.lock.unlock();
		}
	}

}
