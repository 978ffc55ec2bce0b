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

import java.time.Duration;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.aftercommit.store.NewJob;

/**
 * Pushes what this node has just committed. Needs no database, and tries nothing twice:
 * what fails is the relay's.
 */
final class Pusher {

	private static final Duration REST = Duration.ofSeconds(1);

	private static final Logger logger = LoggerFactory.getLogger(Pusher.class);

	private final PushQueue queue;

	private final Push push;

	private final Runnable wakeRelay;

	Pusher(PushQueue queue, Push push, Runnable wakeRelay) {
		this.queue = queue;
		this.push = push;
		this.wakeRelay = wakeRelay;
	}

	Duration step() {
		List<NewJob> batch = this.queue.poll();
		if (batch.isEmpty()) {
			return REST;
		}
		try {
			this.push.push(batch);
		}
		catch (RuntimeException ex) {
			// The outbox has them: nothing is lost, and no order, if the relay goes on.
			logger.debug("Could not push {} jobs, leaving them to the relay", batch.size(), ex);
			this.queue.fallBehind();
			this.wakeRelay.run();
		}
		return Duration.ZERO;
	}

}
