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

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way from working to stopped: no more claims, what has not started goes back, what
 * runs may end, what does not end is interrupted and goes back too.
 */
final class Drain implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(Drain.class);

	/** For a claim that is on its way: its jobs go back. */
	private static final Duration CLAIM_GRACE = Duration.ofSeconds(2);

	/** For bodies that were interrupted. */
	private static final Duration INTERRUPT_GRACE = Duration.ofSeconds(1);

	/** For the last outcomes, when the store is slow. */
	private static final Duration OUTCOME_GRACE = Duration.ofSeconds(5);

	private final Engine engine;

	Drain(Engine engine) {
		this.engine = engine;
	}

	@Override
	public void run() {
		this.engine.node.stop();
		long began = this.engine.node.nanoTime();
		stopClaiming();
		this.engine.slots.close();
		if (!this.engine.capacity.awaitIdle(timeLeft(began))) {
			interruptBodies();
		}
		boolean stored = this.engine.flusher.awaitEmpty(OUTCOME_GRACE);
		if (!stored) {
			logger.warn("Stopping with {} outcomes that the store did not take: their jobs run again when this node's"
					+ " lease is over", this.engine.flusher.unstored());
		}
		this.engine.flusher.close();
		this.engine.closeNews();
		leave();
	}

	private void stopClaiming() {
		try {
			this.engine.ear().close();
		}
		catch (Exception ex) {
			logger.debug("Could not stop listening to wake-ups", ex);
		}
		this.engine.maintenance.loop().close();
		this.engine.claimLoop.loop().close();
		this.engine.claimLoop.loop().awaitEnd(CLAIM_GRACE);
	}

	private Duration timeLeft(long began) {
		Duration spent = Duration.ofNanos(this.engine.node.nanoTime() - began);
		Duration left = this.engine.settings().shutdownTimeout().minus(spent);
		return left.isNegative() ? Duration.ZERO : left;
	}

	private void interruptBodies() {
		logger.info("{} jobs are still running, and {} in hand, after 'shutdownTimeout' ({}): interrupting what runs",
				this.engine.running.count(), this.engine.capacity.inHand(), this.engine.settings().shutdownTimeout());
		this.engine.running.forEach((attempt) -> attempt.interrupt(Interruption.STOPPING));
		if (!this.engine.capacity.awaitIdle(INTERRUPT_GRACE)) {
			this.engine.running.forEach((attempt) -> logger
				.warn("{} ignores interruption: it is given to another node when this node's lease is over", attempt));
		}
	}

	private void leave() {
		this.engine.heartbeat.close();
		this.engine.heartbeat.awaitEnd(INTERRUPT_GRACE);
		this.engine.failureLog.close();
		this.engine.watch.loop().close();
		if (this.engine.running.count() > 0) {
			// Its row, and so its lease, covers the bodies that are still running.
			return;
		}
		try {
			this.engine.membership.end();
		}
		catch (RuntimeException ex) {
			logger.warn("Could not tell the store that this node ends: it is taken for dead after its lease", ex);
		}
	}

}
