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
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.KeptJob;
import dev.aftercommit.store.OneLine;
import dev.aftercommit.store.Outbox;
import dev.aftercommit.store.Outbox.Which;

/**
 * Pushes what is left in the outbox, by nodes that died and by this one while it was
 * behind, and empties it of what survives. Every node does so; there is no leader.
 */
final class Relay {

	private static final int BATCH = 500;

	/** Jobs that fail alone before it is an outage. */
	private static final int ENOUGH = 2;

	/** As often, a job that fails may be the target's fault. */
	private static final int SUSPICIOUS = 5;

	private static final Duration LONGEST_DELAY = Duration.ofMinutes(5);

	private static final Duration REST = Duration.ofSeconds(1);

	private static final Logger logger = LoggerFactory.getLogger(Relay.class);

	private final Outbox outbox;

	private final JobStore target;

	private final Push push;

	private final Pushed pushed;

	private final PushQueue queue;

	Relay(Outbox outbox, JobStore target, Push push, Pushed pushed, PushQueue queue) {
		this.outbox = outbox;
		this.target = target;
		this.push = push;
		this.pushed = pushed;
		this.queue = queue;
	}

	/**
	 * One step.
	 * @return how long until the next one
	 */
	Duration step() {
		boolean lost = this.pushed.settle();
		return (pushSome() || lost) ? Duration.ZERO : REST;
	}

	void pushAll() {
		while (pushSome()) {
			logger.debug("Pushed some, looking for more");
		}
	}

	private boolean pushSome() {
		long left = this.queue.left();
		List<KeptJob> jobs = this.outbox.take(this.queue.isBehind() ? Which.LEFT_OR_NEW : Which.LEFT, BATCH);
		if (!jobs.isEmpty()) {
			push(jobs);
		}
		if (jobs.size() < BATCH) {
			this.queue.caughtUp(left);
			return false;
		}
		return true;
	}

	private void push(List<KeptJob> jobs) {
		try {
			this.push.push(jobs.stream().map(KeptJob::job).toList());
		}
		catch (RuntimeException ex) {
			pushOneByOne(jobs, ex);
		}
	}

	/**
	 * One that can never be pushed must not stop the others; but if the target takes
	 * nothing, all keep their places.
	 */
	private void pushOneByOne(List<KeptJob> jobs, RuntimeException cause) {
		List<KeptJob> failed = new ArrayList<>();
		int tried = 0;
		while (tried < jobs.size() && !(failed.size() == ENOUGH && tried == ENOUGH)) {
			KeptJob job = jobs.get(tried++);
			try {
				this.push.push(List.of(job.job()));
			}
			catch (RuntimeException ex) {
				// What is wrong with all of them is in the cause, and logged by the loop.
				logger.debug("Could not push job {} ({})", job.job().id(), job.job().name(), ex);
				failed.add(job);
			}
		}
		boolean outage = failed.size() == tried;
		if (!outage || failed.stream().allMatch((job) -> job.taken() > SUSPICIOUS && answers())) {
			failed.forEach((job) -> delay(job, cause));
			failed.clear();
		}
		List<UUID> again = new ArrayList<>(failed.stream().map((job) -> job.job().id()).toList());
		jobs.subList(tried, jobs.size()).forEach((job) -> again.add(job.job().id()));
		if (!again.isEmpty()) {
			this.outbox.release(again);
		}
		if (!failed.isEmpty()) {
			throw cause;
		}
	}

	private boolean answers() {
		try {
			this.target.directory().find(List.of(new UUID(0, 0)));
			return true;
		}
		catch (RuntimeException ex) {
			logger.debug("The job store does not answer", ex);
			return false;
		}
	}

	private void delay(KeptJob job, RuntimeException cause) {
		Duration delay = Duration.ofSeconds(1L << Math.min(job.taken(), 10));
		Duration bounded = (delay.compareTo(LONGEST_DELAY) < 0) ? delay : LONGEST_DELAY;
		logger.error("Job {} ({}) is in the outbox and the job store does not take it; trying again in {}",
				job.job().id(), OneLine.of(job.job().name()), bounded, cause);
		this.outbox.delay(job.job().id(), bounded);
	}

}
