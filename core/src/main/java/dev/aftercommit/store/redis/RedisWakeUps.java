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

package dev.aftercommit.store.redis;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import dev.aftercommit.store.WakeUps;

/**
 * Hints by {@code PUBLISH} and {@code SUBSCRIBE}, sent and listened to on threads of
 * their own.
 */
final class RedisWakeUps implements WakeUps, AutoCloseable {

	/** Milliseconds in which any number of calls become one hint. */
	private static final long REST = 10;

	private static final Logger logger = LoggerFactory.getLogger(RedisWakeUps.class);

	private final RedisConnectionFactory connections;

	private final Redis redis;

	private final String channel;

	private final ScheduledThreadPoolExecutor thread;

	private final Set<RedisEar> ears = ConcurrentHashMap.newKeySet();

	private final Object monitor = new Object();

	private boolean busy;

	private boolean askedAgain;

	private volatile boolean failing;

	RedisWakeUps(RedisConnectionFactory connections, Redis redis, String keyPrefix) {
		this.connections = connections;
		this.redis = redis;
		this.channel = "{" + keyPrefix + "}:wake-up";
		CustomizableThreadFactory threads = new CustomizableThreadFactory("aftercommit-hints-");
		threads.setDaemon(true);
		this.thread = new ScheduledThreadPoolExecutor(1, threads);
		this.thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
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
		later(this::sendAndRest, 0);
	}

	private void sendAndRest() {
		try {
			this.redis.call("tell other nodes that jobs wait",
					(connection) -> connection.publish(Redis.bytes(this.channel), new byte[0]));
			this.failing = false;
		}
		catch (RuntimeException ex) {
			// Once, not at each of many hints: other nodes find the jobs by polling.
			if (!this.failing) {
				logger.warn("Could not tell other nodes that jobs wait, they find out at their next poll", ex);
			}
			this.failing = true;
		}
		finally {
			later(this::rested, REST);
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

	/**
	 * Run a task on the thread of the hints.
	 * @param task what to run
	 * @param delay milliseconds from now
	 */
	void later(Runnable task, long delay) {
		try {
			ScheduledFuture<?> unused = this.thread.schedule(task, delay, TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The store is closed, nobody is told any more", ex);
		}
	}

	@Override
	public AutoCloseable listen(Runnable wakeUp) {
		RedisEar ear = new RedisEar(this.connections, this.channel, wakeUp, this);
		this.ears.add(ear);
		later(ear::open, 0);
		return () -> {
			this.ears.remove(ear);
			ear.close();
		};
	}

	@Override
	public void close() {
		this.thread.shutdownNow();
		this.ears.forEach(RedisEar::close);
	}

}
