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
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.aftercommit.store.JobLeases;

/**
 * What every node does for all: gives the jobs of dead nodes to others, gives back leases
 * that it holds without knowing, deletes what has been kept long enough. Every node may
 * do all of it at any time: there is no leader.
 */
final class Maintenance {

	private static final Logger logger = LoggerFactory.getLogger(Maintenance.class);

	private static final int RESCUED_AT_ONCE = 500;

	private static final int PRUNED_AT_ONCE = 1000;

	private static final int MOST_ROUNDS = 20;

	/** Where a step may not do all that there is to do. */
	private static final long SOON_NANOS = Duration.ofSeconds(1).toNanos();

	private static final long PRUNE_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

	private final JobLeases leases;

	private final WorkerSettings settings;

	private final Membership membership;

	private final NodeState node;

	private final DoubleSupplier random;

	private final Runnable onRescue;

	private final Outage outage;

	private final Loop loop;

	private volatile boolean answerLost;

	private long reclaimNanos;

	private long pruneNanos;

	Maintenance(JobLeases leases, WorkerSettings settings, Membership membership, NodeState node, DoubleSupplier random,
			Runnable onRescue) {
		this.leases = leases;
		this.settings = settings;
		this.membership = membership;
		this.node = node;
		this.random = random;
		this.onRescue = onRescue;
		this.outage = new Outage("look after the store", settings.heartbeat());
		this.loop = new Loop("aftercommit-maintenance", this.outage, this::work);
		this.reclaimNanos = node.nanoTime() + settings.lease().toNanos();
		this.pruneNanos = node.nanoTime() + jittered(PRUNE_EVERY_NANOS);
	}

	Loop loop() {
		return this.loop;
	}

	/** A commit may have happened without us: there may be leases nobody knows of. */
	void reclaimSoon() {
		this.answerLost = true;
	}

	/** The answer to a claim was lost: there are likely to be leases nobody knows of. */
	void reclaimNow() {
		this.answerLost = true;
		this.loop.wakeUp();
	}

	/** One step: whatever is due. */
	long work() {
		NodeSession session = this.membership.freshSession();
		long next = jittered(this.settings.heartbeat().toNanos());
		if (session != null) {
			reclaimIfDue(session);
			if (this.membership.mayRescue() && rescue() > 0) {
				// Jobs on their last chance come one by one, and must not wait for a
				// heartbeat each.
				next = Math.min(next, SOON_NANOS);
			}
			next = Math.min(next, pruneIfDue());
			this.outage.over();
		}
		return next;
	}

	private void reclaimIfDue(NodeSession session) {
		long now = this.node.nanoTime();
		if (!this.answerLost && now - this.reclaimNanos < 0) {
			return;
		}
		// First: what is lost from here on is for the next look.
		boolean lost = this.answerLost;
		this.answerLost = false;
		int reclaimed = reclaim(session, lost);
		this.reclaimNanos = now + this.settings.lease().toNanos();
		if (reclaimed > 0) {
			logger.info("Gave back {} jobs that this node held without knowing", reclaimed);
			this.onRescue.run();
		}
	}

	private int reclaim(NodeSession session, boolean lost) {
		Tokens.Snapshot known = session.tokens().snapshot();
		try {
			return this.leases.reclaim(session.number(), known.held(), known.below());
		}
		catch (RuntimeException | Error ex) {
			if (lost) {
				this.answerLost = true;
			}
			throw ex;
		}
	}

	private int rescue() {
		int rescued = repeat(RESCUED_AT_ONCE,
				() -> this.leases.rescue(this.settings.lease(), this.settings.maxCrashes(), RESCUED_AT_ONCE));
		if (rescued > 0) {
			logger.warn("Rescued {} jobs of nodes that were silent for {} or have ended", rescued,
					this.settings.lease());
			this.onRescue.run();
		}
		return rescued;
	}

	/** More may grow old in a minute than one step may take. */
	private long pruneIfDue() {
		long now = this.node.nanoTime();
		if (now - this.pruneNanos < 0) {
			return Loop.FOREVER;
		}
		int pruned = repeat(PRUNED_AT_ONCE, () -> this.leases.prune(this.settings.retention(), PRUNED_AT_ONCE));
		logger.debug("Pruned {} jobs", pruned);
		long wait = (pruned < MOST_ROUNDS * PRUNED_AT_ONCE) ? jittered(PRUNE_EVERY_NANOS) : SOON_NANOS;
		this.pruneNanos = now + wait;
		return wait;
	}

	private static int repeat(int full, IntSupplier action) {
		int sum = 0;
		int last = full;
		for (int round = 0; round < MOST_ROUNDS && last >= full; round++) {
			last = action.getAsInt();
			sum += last;
		}
		return sum;
	}

	/** Up to a third less, so that nodes that started together drift apart. */
	private long jittered(long nanos) {
		return (long) (nanos * (1 - this.random.getAsDouble() / 3));
	}

}
