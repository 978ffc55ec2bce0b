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

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits, but not for ever.
 */
final class WaitFor {

	private WaitFor() {
	}

	static void latch(CountDownLatch latch) {
		try {
			if (!latch.await(WorkersHarness.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
				throw new AssertionError("Nothing happened for " + WorkersHarness.PATIENCE);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

	/** As a body does that ignores interruption. */
	static void uninterruptibly(CountDownLatch latch) {
		boolean done = false;
		while (!done) {
			try {
				done = latch.await(WorkersHarness.PATIENCE.toSeconds(), TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				// That is what it is for.
			}
		}
	}

}
