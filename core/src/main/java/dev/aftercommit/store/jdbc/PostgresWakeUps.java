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

package dev.aftercommit.store.jdbc;

import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import dev.aftercommit.store.WakeUps;

/**
 * Hints by {@code NOTIFY} and {@code LISTEN}. Sent on a thread of their own, never in the
 * caller's transaction: a commit that notifies takes a lock that all of the server share.
 */
final class PostgresWakeUps implements WakeUps, AutoCloseable {

	/** PostgreSQL's limit. */
	private static final int LONGEST_CHANNEL = 63;

	/** Milliseconds in which any number of calls become one hint. */
	private static final long REST = 10;

	private static final Logger logger = LoggerFactory.getLogger(PostgresWakeUps.class);

	private final DataSource ownConnections;

	private final boolean shared;

	private final String channel;

	private final PostgresNotifier notifier;

	private final ScheduledThreadPoolExecutor sender;

	private final Object monitor = new Object();

	private boolean busy;

	private boolean askedAgain;

	private volatile boolean failing;

	/**
	 * Create wake-ups.
	 * @param ownConnections where connections come from
	 * @param shared whether that is the application's pool, from which none may be kept
	 * @param tables whose jobs the hints are about
	 */
	PostgresWakeUps(DataSource ownConnections, boolean shared, Tables tables) {
		this.ownConnections = BoundConnections.unwrap(ownConnections);
		this.shared = shared;
		String name = tables.sql("{wake_up}").replace('.', '_').toLowerCase(Locale.ROOT);
		this.channel = name.substring(0, Math.min(name.length(), LONGEST_CHANNEL));
		this.notifier = new PostgresNotifier(this.ownConnections, this.channel);
		CustomizableThreadFactory threads = new CustomizableThreadFactory("aftercommit-notify-");
		threads.setDaemon(true);
		this.sender = new ScheduledThreadPoolExecutor(1, threads);
		this.sender.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
	}

	@Override
	public void send() {
		synchronized (this.monitor) {
			if (this.busy) {
				this.askedAgain = true;
				return;
			}
			this.busy = true;
		}
		submit(this::sendAndRest, 0);
	}

	private void sendAndRest() {
		try {
			this.notifier.send(this.shared);
			this.failing = false;
		}
		catch (SQLException | RuntimeException ex) {
			// Once, not at each of many hints: other nodes find the jobs by polling.
			if (!this.failing) {
				logger.warn("Could not tell other nodes that jobs wait, they find out at their next poll", ex);
			}
			this.failing = true;
		}
		finally {
			submit(this::rested, REST);
		}
	}

	private void rested() {
		synchronized (this.monitor) {
			this.busy = this.askedAgain;
			this.askedAgain = false;
			if (!this.busy) {
				return;
			}
		}
		sendAndRest();
	}

	private void submit(Runnable task, long delay) {
		try {
			ScheduledFuture<?> unused = this.sender.schedule(task, delay, TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The store is closed, nobody is told any more", ex);
		}
	}

	@Override
	public AutoCloseable listen(Runnable wakeUp) {
		if (this.shared) {
			logger.info("Not listening for other nodes' hints, which would keep a connection of the application's pool:"
					+ " jobs that other nodes enqueue are found by polling");
			return NONE.listen(wakeUp);
		}
		PostgresEar ear = new PostgresEar(this.ownConnections, this.channel, wakeUp);
		ear.start();
		return ear;
	}

	@Override
	public void close() {
		this.sender.shutdownNow();
		this.notifier.close();
	}

}
