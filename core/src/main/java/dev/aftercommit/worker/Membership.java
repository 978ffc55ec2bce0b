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

import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.NodeOrders;
import dev.aftercommit.store.Nodes;

/**
 * This node's signs of life, and what follows from them. {@link #beat()} is a step of a
 * thread of its own, which no body and no pool can delay.
 */
final class Membership {

	private static final Logger logger = LoggerFactory.getLogger(Membership.class);

	private final Nodes nodes;

	private final NodeInfo info;

	private final WorkerSettings settings;

	private final LongSupplier nanoTime;

	private final Outage outage;

	private volatile @Nullable NodeSession session;

	private volatile long rescueFromNanos;

	private volatile Runnable onChange = () -> {
	};

	private boolean missed;

	Membership(Nodes nodes, NodeInfo info, WorkerSettings settings, LongSupplier nanoTime, Outage outage) {
		this.nodes = nodes;
		this.info = info;
		this.settings = settings;
		this.nanoTime = nanoTime;
		this.outage = outage;
		this.rescueFromNanos = nanoTime.getAsLong();
	}

	/**
	 * Be told when the node was registered, lost or heard again.
	 * @param listener must return at once
	 */
	void onChange(Runnable listener) {
		this.onChange = listener;
	}

	/**
	 * Register, or say that this node is alive.
	 * @return nanoseconds until the next heartbeat
	 */
	long beat() {
		try {
			NodeSession present = this.session;
			if (present == null || !renew(present)) {
				register();
			}
		}
		catch (RuntimeException ex) {
			this.missed = true;
			throw ex;
		}
		this.outage.over();
		return this.settings.heartbeat().toNanos();
	}

	/**
	 * Learn what operators want of this node. On the heartbeat's thread, after the
	 * heartbeat.
	 * @return whether running jobs are to be cancelled
	 */
	boolean learnOrders() {
		NodeSession present = this.session;
		if (present == null) {
			return false;
		}
		try {
			NodeOrders orders = this.nodes.orders(present.number());
			present.cancelRequests(orders.cancellations());
			if (present.quiet(orders.quiet())) {
				logger.info("Node {} {}", present.number(),
						orders.quiet() ? "is quiet: it claims nothing until an operator resumes it" : "claims again");
				this.onChange.run();
			}
			return !orders.cancellations().isEmpty();
		}
		catch (RuntimeException ex) {
			// The heartbeat itself was accepted: the node is well, and asks again at the
			// next one.
			logger.warn("Could not ask what operators want of this node, asking again at the next heartbeat", ex);
			return false;
		}
	}

	private boolean renew(NodeSession present) {
		long sent = this.nanoTime.getAsLong();
		if (this.nodes.heartbeat(present.number())) {
			boolean wasFresh = present.isFresh(this.nanoTime.getAsLong());
			present.accepted(sent);
			connected(!wasFresh);
			return true;
		}
		logger.warn("Node {} was silent for its lease and was taken for dead: its jobs are given to others, their"
				+ " bodies are interrupted here, and it begins again under a new number", present.number());
		present.lose();
		this.session = null;
		this.missed = true;
		this.onChange.run();
		return false;
	}

	private void register() {
		long sent = this.nanoTime.getAsLong();
		long number = this.nodes.register(this.info);
		this.session = new NodeSession(number, sent, this.settings.fencedAfterNanos());
		logger.debug("Registered as node {} ({})", number, this.info.name());
		connected(true);
	}

	private void connected(boolean changed) {
		if (this.missed) {
			// Others were cut off as well, perhaps: the first one back must not take
			// their jobs before they had time to say that they are alive.
			this.rescueFromNanos = this.nanoTime.getAsLong() + this.settings.lease().toNanos();
			this.missed = false;
		}
		if (changed) {
			this.onChange.run();
		}
	}

	/** The present session, fresh or not. */
	@Nullable NodeSession session() {
		return this.session;
	}

	/** The session if its leases can be trusted now, else {@code null}. */
	@Nullable NodeSession freshSession() {
		NodeSession present = this.session;
		return (present != null && present.isFresh(this.nanoTime.getAsLong())) ? present : null;
	}

	/** The session under which this node may start jobs now, else {@code null}. */
	@Nullable NodeSession claimingSession() {
		NodeSession present = freshSession();
		return (present != null && !present.isQuiet()) ? present : null;
	}

	boolean mayRescue() {
		return freshSession() != null && this.nanoTime.getAsLong() - this.rescueFromNanos >= 0;
	}

	/** Leave: what this node still holds is for others at once. */
	void end() {
		NodeSession present = this.session;
		this.session = null;
		if (present != null) {
			this.nodes.end(present.number());
		}
	}

}
