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
import java.util.Optional;
import java.util.function.LongSupplier;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.AuditTrail;
import dev.aftercommit.store.Durability;
import dev.aftercommit.store.Flow;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.JobOrders;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Nodes;
import dev.aftercommit.store.Outbox;
import dev.aftercommit.store.OutboxDepth;
import dev.aftercommit.store.Overview;
import dev.aftercommit.store.Recurrences;
import dev.aftercommit.store.WakeUps;

/**
 * Lets a store that joins no transaction have jobs of committed ones, all of them, and
 * only them. Whoever enqueues never waits for that store.
 */
public final class OutboxJobStore implements JobStore, AutoCloseable {

	private static final Duration CLOSING = Duration.ofSeconds(5);

	private final JobStore target;

	private final Outbox outbox;

	private final PushQueue queue = new PushQueue();

	private final Relay relay;

	private final OutboxThread pusherThread;

	private final OutboxThread relayThread;

	private final OutboxIntake intake;

	private final OutboxDirectory directory;

	private final Overview overview;

	private final Recurrences recurrences;

	private final OutboxOrders orders;

	private final OutboxWakeUps wakeUps;

	/**
	 * Create a store. Its threads wait for {@link #start()}.
	 * @param target where jobs run from
	 * @param outbox where they are until then
	 * @param durability whether what the target has taken survives
	 * @param grace how long a pushed job is kept where the target can't tell that it
	 * survives: longer than what the target can lose, shorter than
	 * {@link Outbox#takeOver()}
	 * @param nanos the JVM's monotonic time in nanoseconds
	 */
	public OutboxJobStore(JobStore target, Outbox outbox, Durability durability, Duration grace, LongSupplier nanos) {
		this.target = target;
		this.outbox = outbox;
		this.wakeUps = new OutboxWakeUps(target.wakeUps());
		Pushed pushed = new Pushed(outbox, target.intake(), durability, grace, nanos);
		Push push = new Push(outbox, target.intake(), this.wakeUps, pushed);
		this.relay = new Relay(outbox, target, push, pushed, this.queue);
		this.relayThread = new OutboxThread("aftercommit-outbox-relay", this.relay::step);
		this.pusherThread = new OutboxThread("aftercommit-outbox-push",
				new Pusher(this.queue, push, this.relayThread::wakeUp)::step);
		this.queue.onOffer(this.pusherThread::wakeUp, this.relayThread::wakeUp);
		this.intake = new OutboxIntake(outbox, this.queue, push);
		this.directory = new OutboxDirectory(target, outbox, push);
		this.overview = new OutboxOverview(target, outbox);
		this.recurrences = new OutboxRecurrences(outbox.recurrences(), this.queue);
		this.orders = new OutboxOrders(target, outbox, this.directory, push);
	}

	/**
	 * Begin to push: first what is there from before. Also after a {@link #stop()}.
	 */
	public void start() {
		this.queue.open();
		this.relayThread.start();
		this.pusherThread.start();
	}

	/**
	 * Push what waits for it, for at most ten seconds, and no more until the next start.
	 * What is left then, and what comes, is in the outbox, for other nodes or the next
	 * start.
	 */
	public void stop() {
		this.queue.close();
		this.pusherThread.close(CLOSING);
		this.relayThread.close(CLOSING);
	}

	/**
	 * Push, on this thread, what waits to be pushed now, this node's and what others have
	 * left.
	 * @throws JobStoreException if the target or the outbox can't answer
	 */
	public void pushAll() {
		this.queue.fallBehind();
		this.relay.pushAll();
	}

	@Override
	public String description() {
		return this.target.description() + ", outbox in " + this.outbox.description();
	}

	@Override
	public boolean canJoinTransactions() {
		return false;
	}

	@Override
	public Mode mode() {
		return Mode.OUTBOX;
	}

	@Override
	public Optional<OutboxDepth> outbox() {
		return Optional.of(this.outbox.depth());
	}

	@Override
	public JobIntake intake() {
		return this.intake;
	}

	@Override
	public JobLeases leases() {
		return this.target.leases();
	}

	@Override
	public Nodes nodes() {
		return this.target.nodes();
	}

	@Override
	public JobDirectory directory() {
		return this.directory;
	}

	@Override
	public Overview overview() {
		return this.overview;
	}

	@Override
	public Flow flow() {
		return this.target.flow();
	}

	@Override
	public Recurrences recurrences() {
		return this.recurrences;
	}

	@Override
	public JobOrders orders() {
		return this.orders;
	}

	@Override
	public AuditTrail auditTrail() {
		return this.target.auditTrail();
	}

	@Override
	public WakeUps wakeUps() {
		return this.wakeUps;
	}

	/**
	 * Stop, and close the target, if it can be closed.
	 */
	@Override
	public void close() throws Exception {
		stop();
		if (this.target instanceof AutoCloseable closeable) {
			closeable.close();
		}
	}

}
