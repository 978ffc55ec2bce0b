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

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationEventPublisherAware;
import org.springframework.context.SmartLifecycle;
import org.springframework.transaction.PlatformTransactionManager;

import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.JobInterceptor;
import dev.aftercommit.JobListener;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.serialization.JobSerializer;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Rate;

/**
 * The workers of this node. Start and stop with the application, in the web server's
 * graceful phase, so that requests and jobs drain at the same time; can be started again.
 * <p>
 * A start returns at once, although the store may be down: the workers begin when it
 * answers. A stop takes no more than {@link WorkerSettings#shutdownTimeout()} and some
 * seconds; no attempt is spent by it.
 */
public final class Workers implements SmartLifecycle, LocalWorkers, ApplicationEventPublisherAware {

	private static final Logger logger = LoggerFactory.getLogger(Workers.class);

	private final JobStore store;

	private final HandlerRegistry handlers;

	private final JobSerializer serializer;

	private final WorkerSettings settings;

	private final Listeners listeners;

	private final Clock clock;

	private final LongSupplier nanoTime;

	private @Nullable PlatformTransactionManager transactionManager;

	private Interceptors interceptors = Interceptors.NONE;

	private @Nullable ApplicationEventPublisher events;

	private volatile @Nullable Engine engine;

	/**
	 * Create workers that are not started.
	 * @param store where the jobs are
	 * @param handlers the application's handlers, asked at the start
	 * @param serializer reads arguments and writes results
	 * @param settings how to work
	 * @param listeners who is told, in this order
	 * @param clock this node's clock, for {@link #status()} only
	 * @param nanoTime monotonic time in nanoseconds, for all waiting
	 */
	public Workers(JobStore store, HandlerRegistry handlers, JobSerializer serializer, WorkerSettings settings,
			List<JobListener> listeners, Clock clock, LongSupplier nanoTime) {
		this.store = store;
		this.handlers = handlers;
		this.serializer = serializer;
		this.settings = settings;
		this.listeners = new Listeners(listeners);
		this.clock = clock;
		this.nanoTime = nanoTime;
	}

	/**
	 * Say in whose transactions the bodies of {@code transactional} handlers run. Without
	 * it, workers that have such a handler don't start.
	 * @param transactionManager begins transactions that the store joins
	 */
	public synchronized void setTransactionManager(PlatformTransactionManager transactionManager) {
		this.transactionManager = transactionManager;
	}

	/**
	 * Say who acts around bodies, from the next start on.
	 * @param interceptors the interceptors, the first one outermost
	 */
	public synchronized void setInterceptors(List<JobInterceptor> interceptors) {
		this.interceptors = new Interceptors(interceptors);
	}

	/**
	 * Say who publishes when the workers have become idle, from the next start on.
	 */
	@Override
	public synchronized void setApplicationEventPublisher(ApplicationEventPublisher events) {
		this.events = events;
	}

	/**
	 * {@inheritDoc}
	 * @throws JobConfigurationException if a handler is {@code transactional} and can't
	 * be
	 */
	@Override
	public synchronized void start() {
		if (this.engine != null) {
			return;
		}
		Engine started = new Engine(this.store, this.settings, new Jobs(this.handlers, this.serializer, this.listeners,
				this.interceptors, this.events, this.transactionManager), new NodeState(this.nanoTime));
		started.start();
		this.engine = started;
	}

	/** Stop and wait until it is done. */
	@Override
	public void stop() {
		CountDownLatch done = new CountDownLatch(1);
		stop(done::countDown);
		try {
			done.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void stop(Runnable callback) {
		Engine stopping = this.engine;
		if (stopping == null) {
			callback.run();
			return;
		}
		// A thread of its own: nobody interrupts it, and other beans stop meanwhile.
		new Thread(() -> {
			try {
				new Drain(stopping).run();
			}
			catch (RuntimeException ex) {
				logger.error("The workers could not be drained: what they hold is given to others after the lease", ex);
			}
			finally {
				forget(stopping);
				callback.run();
			}
		}, "aftercommit-drain").start();
	}

	private synchronized void forget(Engine stopped) {
		if (this.engine == stopped) {
			this.engine = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.engine != null;
	}

	@Override
	public int getPhase() {
		return DEFAULT_PHASE - 1024;
	}

	/**
	 * What the workers are doing now.
	 * @return their status
	 */
	public WorkerStatus status() {
		Engine present = this.engine;
		return (present != null) ? present.status(this.clock) : new WorkerStatus(false, false, null, null, false, false,
				this.settings.concurrency(), 0, 0, 0, 0, List.of());
	}

	@Override
	public Optional<Lease> reserve(NewJob job) {
		Engine present = this.engine;
		return (present != null) ? present.localDispatch.reserve(job) : Optional.empty();
	}

	@Override
	public void run(ClaimedJob job) {
		Engine present = this.engine;
		if (present != null) {
			present.localDispatch.run(job);
		}
	}

	@Override
	public void free(Lease lease) {
		Engine present = this.engine;
		if (present != null) {
			present.localDispatch.free(lease);
		}
	}

	@Override
	public void ordersGiven() {
		Engine present = this.engine;
		if (present != null) {
			present.heartbeat.wakeUp();
		}
	}

	@Override
	public List<Rate> rates() {
		Engine present = this.engine;
		return (present != null) ? present.rules.rates() : List.of();
	}

	@Override
	public void wakeUp() {
		Engine present = this.engine;
		if (present != null) {
			present.wakeUp();
		}
	}

}
