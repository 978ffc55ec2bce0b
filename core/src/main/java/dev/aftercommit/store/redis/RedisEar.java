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

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Listens until it is closed. Opening is tried again until it works; from then on the
 * container looks after its connection.
 */
final class RedisEar implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RedisEar.class);

	private final RedisConnectionFactory connections;

	private final String channel;

	private final Runnable wakeUp;

	private final RedisWakeUps wakeUps;

	private final BackOffExecution pauses = backOff().start();

	private @Nullable RedisMessageListenerContainer container;

	private boolean closed;

	RedisEar(RedisConnectionFactory connections, String channel, Runnable wakeUp, RedisWakeUps wakeUps) {
		this.connections = connections;
		this.channel = channel;
		this.wakeUp = wakeUp;
		this.wakeUps = wakeUps;
	}

	synchronized void open() {
		if (this.closed) {
			return;
		}
		RedisMessageListenerContainer container = container();
		try {
			container.start();
			this.container = container;
		}
		catch (RuntimeException ex) {
			long pause = this.pauses.nextBackOff();
			logger.warn(
					"Can't hear other nodes' hints, trying again in {} ms; until then polling finds what they enqueue",
					pause, ex);
			dispose(container);
			this.wakeUps.later(this::open, pause);
		}
	}

	private RedisMessageListenerContainer container() {
		SimpleAsyncTaskExecutor subscriber = new SimpleAsyncTaskExecutor("aftercommit-listen-");
		subscriber.setDaemon(true);
		RedisMessageListenerContainer container = new RedisMessageListenerContainer();
		container.setConnectionFactory(this.connections);
		container.setSubscriptionExecutor(subscriber);
		container.setTaskExecutor(new SyncTaskExecutor());
		container.setRecoveryBackoff(backOff());
		container.setErrorHandler(
				(ex) -> logger.warn("A listener to wake-ups failed, the next poll finds what it missed", ex));
		container.addMessageListener((message, pattern) -> this.wakeUp.run(), new ChannelTopic(this.channel));
		container.afterPropertiesSet();
		return container;
	}

	private static ExponentialBackOff backOff() {
		ExponentialBackOff backOff = new ExponentialBackOff(500, 2);
		backOff.setMaxInterval(30_000);
		return backOff;
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		if (this.container != null) {
			dispose(this.container);
			this.container = null;
		}
	}

	private static void dispose(RedisMessageListenerContainer container) {
		try {
			container.destroy();
		}
		catch (Exception ex) {
			logger.debug("Could not close what listened to hints; its connection closes with Redis' or the pool", ex);
		}
	}

}
