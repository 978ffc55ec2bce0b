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

package dev.aftercommit.autoconfigure;

import dev.aftercommit.store.outbox.OutboxJobStore;

import org.springframework.context.SmartLifecycle;

/**
 * Pushes jobs from the outbox while the connections to Redis are open: they are opened
 * before and closed after.
 */
class OutboxLifecycle implements SmartLifecycle {

	/** After the connection factory's own, which is 0; before that of the workers. */
	private static final int PHASE = 1000;

	private final OutboxJobStore store;

	private volatile boolean running;

	OutboxLifecycle(OutboxJobStore store) {
		this.store = store;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public void start() {
		this.store.start();
		this.running = true;
	}

	@Override
	public void stop() {
		this.store.stop();
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
