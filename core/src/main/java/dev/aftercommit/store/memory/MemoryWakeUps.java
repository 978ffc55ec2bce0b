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

package dev.aftercommit.store.memory;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.aftercommit.store.WakeUps;

/**
 * Hints within one JVM.
 */
final class MemoryWakeUps implements WakeUps {

	private static final Logger logger = LoggerFactory.getLogger(MemoryWakeUps.class);

	private final List<Ear> ears = new CopyOnWriteArrayList<>();

	@Override
	public void send() {
		this.ears.forEach(Ear::hear);
	}

	@Override
	public AutoCloseable listen(Runnable wakeUp) {
		Ear ear = new Ear(wakeUp);
		this.ears.add(ear);
		return () -> this.ears.remove(ear);
	}

	/** Not a record: the same listener twice is two ears. */
	private static final class Ear {

		private final Runnable wakeUp;

		private Ear(Runnable wakeUp) {
			this.wakeUp = wakeUp;
		}

		private void hear() {
			try {
				this.wakeUp.run();
			}
			catch (RuntimeException ex) {
				// Whoever sends a hint is not to suffer from who hears it.
				logger.warn("A listener to wake-ups failed, the next poll finds what it missed", ex);
			}
		}

	}

}
