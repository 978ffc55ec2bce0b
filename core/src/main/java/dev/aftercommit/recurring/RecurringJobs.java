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

package dev.aftercommit.recurring;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

import dev.aftercommit.JobListener;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.worker.Loop;
import dev.aftercommit.worker.Outage;

/**
 * Fires recurring jobs on this node, as every node does: the store sees to it that one of
 * them is accepted. Starts and stops with the workers. Without schedules it does nothing,
 * and costs nothing.
 */
public final class RecurringJobs implements SmartLifecycle {

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	/** For a step that is on its way. */
	private static final Duration STEP_GRACE = Duration.ofSeconds(2);

	private static final Logger logger = LoggerFactory.getLogger(RecurringJobs.class);

	private final JobStore store;

	private final LocalWorkers workers;

	private final Schedules schedules;

	private final List<JobListener> listeners;

	private final Duration patience;

	private final LongSupplier nanoTime;

	private @Nullable Loop loop;

	/**
	 * Create recurring jobs that are not started.
	 * @param store where the schedules and the jobs are
	 * @param workers are told of new jobs
	 * @param schedules what to fire, asked at the start
	 * @param listeners are told of each enqueued job, in this order
	 * @param patience how late a fire time may be and is not missed: a lease
	 * @param nanoTime monotonic time in nanoseconds
	 */
	public RecurringJobs(JobStore store, LocalWorkers workers, Schedules schedules, List<JobListener> listeners,
			Duration patience, LongSupplier nanoTime) {
		this.store = store;
		this.workers = workers;
		this.schedules = schedules;
		this.listeners = List.copyOf(listeners);
		this.patience = patience;
		this.nanoTime = nanoTime;
	}

	/** Returns at once, although the store may be down. */
	@Override
	public synchronized void start() {
		if (this.loop != null || this.schedules.all().isEmpty()) {
			return;
		}
		Outage outage = new Outage("fire recurring jobs", LONGEST_PAUSE);
		Firer firer = new Firer(this.store.recurrences(), this.schedules.all(), this.patience, this::fired,
				this.nanoTime, outage);
		Loop started = new Loop("aftercommit-recurring", outage, firer::step);
		started.start();
		this.loop = started;
	}

	private void fired(List<NewJob> jobs) {
		this.workers.wakeUp();
		this.store.wakeUps().send();
		for (NewJob job : written(jobs)) {
			this.listeners.forEach((listener) -> announce(listener, job));
		}
	}

	/** Without those instead of which another one was kept that has their unique key. */
	private List<NewJob> written(List<NewJob> jobs) {
		List<UUID> unsure = jobs.stream().filter((job) -> job.terms().uniqueKey() != null).map(NewJob::id).toList();
		if (unsure.isEmpty() || this.listeners.isEmpty()) {
			return jobs;
		}
		try {
			Set<UUID> found = this.store.directory().find(unsure).keySet();
			return jobs.stream().filter((job) -> !unsure.contains(job.id()) || found.contains(job.id())).toList();
		}
		catch (JobStoreException ex) {
			logger.warn("Could not look which jobs were enqueued, so that none of {} is announced", unsure, ex);
			return jobs.stream().filter((job) -> !unsure.contains(job.id())).toList();
		}
	}

	private static void announce(JobListener listener, NewJob job) {
		try {
			listener.enqueued(new JobListener.Job(job.id(), job.name(), job.queue()));
		}
		catch (RuntimeException | Error ex) {
			// The job is in the store; what a listener does must not undo that.
			logger.warn("Could not announce job {} ({}), which is enqueued all the same", job.id(), job.name(), ex);
		}
	}

	/** Fire nothing more, and wait for what is being fired. */
	@Override
	public void stop() {
		Loop stopping = forget();
		if (stopping != null) {
			awaitEnd(stopping);
		}
	}

	@Override
	public void stop(Runnable callback) {
		Loop stopping = forget();
		if (stopping == null) {
			callback.run();
			return;
		}
		// A thread of its own: other beans stop meanwhile.
		new Thread(() -> {
			awaitEnd(stopping);
			callback.run();
		}, "aftercommit-recurring-stop").start();
	}

	private synchronized @Nullable Loop forget() {
		Loop stopping = this.loop;
		this.loop = null;
		if (stopping != null) {
			stopping.close();
		}
		return stopping;
	}

	private static void awaitEnd(Loop stopping) {
		if (!stopping.awaitEnd(STEP_GRACE)) {
			logger.debug("A schedule was being fired while this node stopped: it is fired, or another node fires it");
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.loop != null;
	}

	@Override
	public int getPhase() {
		return DEFAULT_PHASE - 1024;
	}

}
