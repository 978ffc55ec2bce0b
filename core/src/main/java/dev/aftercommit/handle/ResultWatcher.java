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

package dev.aftercommit.handle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobState;
import dev.aftercommit.JobTimeoutException;
import dev.aftercommit.store.JobDirectory;
import dev.aftercommit.store.JobStatus;

/**
 * Looks for the results that somebody on this node waits for: all of them in one look-up,
 * on one daemon thread, at first 50 ms apart, then up to 1 s, sooner after a hint. Sleeps
 * while there are no futures, and hardly ever asks the store for those that nobody looks
 * at. As a {@link JobListener} it notices at once what ends on this node.
 */
public final class ResultWatcher implements JobListener, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ResultWatcher.class);

	private static final int MOST_IDS = 1000;

	private final Map<UUID, Queue<Watch>> watches = new ConcurrentHashMap<>();

	private final JobDirectory directory;

	private final LongSupplier nanos;

	private final Pace pace;

	private boolean outage;

	/**
	 * Create a watcher. Its thread starts with the first wait.
	 * @param directory where jobs are looked up
	 * @param nanos the JVM's monotonic time in nanoseconds
	 */
	public ResultWatcher(JobDirectory directory, LongSupplier nanos) {
		this.directory = directory;
		this.nanos = nanos;
		this.pace = new Pace(nanos, this::round);
	}

	/**
	 * Look soon: something has changed in the store. Returns at once, never throws.
	 */
	public void wakeUp() {
		if (!this.watches.isEmpty()) {
			this.pace.soon();
		}
	}

	@Override
	public void applied(Attempt attempt, AttemptOutcome outcome, @Nullable JobState state) {
		if (state != null && state.isEnded() && this.watches.containsKey(attempt.job().id())) {
			this.pace.now();
		}
	}

	/**
	 * Stop looking. Whoever still waits gets a {@link JobTimeoutException}: the jobs go
	 * on.
	 */
	@Override
	public void close() {
		this.pace.close();
		for (Watch watch : all()) {
			JobFuture<?> future = watch.look(this.nanos.getAsLong());
			if (future != null) {
				future.fail(new JobTimeoutException("This node is stopping, so nobody looks for the result of job "
						+ watch.id() + " here any more; the job goes on", null));
			}
		}
	}

	void watch(JobFuture<?> future) {
		add(new Watch(future, this.nanos.getAsLong()));
		this.pace.soon();
	}

	private void add(Watch watch) {
		this.watches.compute(watch.id(), (id, present) -> {
			Queue<Watch> queue = (present != null) ? present : new ConcurrentLinkedQueue<>();
			queue.add(watch);
			return queue;
		});
	}

	/**
	 * Look once.
	 * @return whether there is anybody to look again for
	 */
	private boolean round() {
		long now = this.nanos.getAsLong();
		Map<Watch, JobFuture<?>> wanted = new LinkedHashMap<>();
		for (Watch watch : all()) {
			JobFuture<?> future = watch.look(now);
			if (future == null) {
				forget(watch);
			}
			else if (!watch.id().equals(future.id())) {
				forget(watch);
				add(new Watch(future, now));
			}
			else if (watch.isDue(future, now)) {
				wanted.put(watch, future);
			}
		}
		try {
			ask(wanted, now);
			this.outage = false;
		}
		catch (RuntimeException ex) {
			// An outage of the store must not end the watch: the next round tries again.
			logOutage(wanted.size(), ex);
		}
		return !this.watches.isEmpty();
	}

	private void ask(Map<Watch, JobFuture<?>> wanted, long now) {
		List<UUID> ids = wanted.keySet().stream().map(Watch::id).distinct().toList();
		for (int from = 0; from < ids.size(); from += MOST_IDS) {
			Set<UUID> some = Set.copyOf(ids.subList(from, Math.min(ids.size(), from + MOST_IDS)));
			Map<UUID, JobStatus> found = this.directory.find(some);
			wanted.forEach((watch, future) -> {
				if (some.contains(watch.id())) {
					tell(watch, future, found.get(watch.id()), now);
				}
			});
		}
	}

	private void tell(Watch watch, JobFuture<?> future, @Nullable JobStatus status, long now) {
		if (status != null) {
			if (future.accept(status)) {
				forget(watch);
			}
		}
		else if (watch.id().equals(future.id()) && (!future.isDoubtful() || watch.isLate(now))) {
			future.failMissing();
			forget(watch);
		}
	}

	private List<Watch> all() {
		List<Watch> all = new ArrayList<>();
		this.watches.values().forEach(all::addAll);
		return all;
	}

	private void forget(Watch watch) {
		this.watches.computeIfPresent(watch.id(), (id, queue) -> {
			queue.remove(watch);
			return queue.isEmpty() ? null : queue;
		});
	}

	private void logOutage(int waiting, RuntimeException ex) {
		if (!this.outage) {
			logger.warn("Could not look for the results of {} job(s) that somebody waits for, trying again", waiting,
					ex);
		}
		this.outage = true;
	}

}
