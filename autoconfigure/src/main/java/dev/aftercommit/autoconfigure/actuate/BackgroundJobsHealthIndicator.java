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

package dev.aftercommit.autoconfigure.actuate;

import java.time.Duration;
import java.util.function.LongSupplier;

import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.OutboxDepth;
import dev.aftercommit.worker.WorkerStatus;
import dev.aftercommit.worker.WorkerStatus.InterruptedBody;
import dev.aftercommit.worker.Workers;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Says whether this node can run jobs, and whether its jobs get into the store. Asks the
 * store nothing but for its outbox: it is down when no sign of life was accepted for a
 * lease.
 */
class BackgroundJobsHealthIndicator extends AbstractHealthIndicator {

	private final JobStore store;

	private final @Nullable Workers workers;

	private final Duration lease;

	private final Duration stuck;

	private final LongSupplier nanos;

	private final long since;

	private volatile @Nullable String description;

	/**
	 * Create an indicator.
	 * @param store where jobs are kept
	 * @param workers the workers of this node, {@code null} if it only enqueues
	 * @param lease time without an accepted sign of life after which the store counts as
	 * not reachable
	 * @param stuck age from which on a job in the outbox counts as stuck
	 * @param nanos monotonic time in nanoseconds
	 */
	BackgroundJobsHealthIndicator(JobStore store, @Nullable Workers workers, Duration lease, Duration stuck,
			LongSupplier nanos) {
		super("Could not find out how background jobs are");
		this.store = store;
		this.workers = workers;
		this.lease = lease;
		this.stuck = stuck;
		this.nanos = nanos;
		this.since = nanos.getAsLong();
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.withDetail("store", description());
		checkWorkers(builder);
		this.store.outbox().ifPresent((outbox) -> judge(builder, outbox));
	}

	/**
	 * What waits in an outbox for as long means that the store takes nothing, or not
	 * everything.
	 */
	private void judge(Health.Builder builder, OutboxDepth outbox) {
		builder.withDetail("outbox", (outbox.jobs().exact() ? "" : "more than ") + outbox.jobs().value() + " jobs")
			.withDetail("oldestInOutbox", outbox.oldest().toMillis() + " ms");
		if (outbox.oldest().compareTo(this.stuck) > 0 && outbox.jobs().value() > 0) {
			builder.down().withDetail("problem", "jobs wait in the outbox for the store to take them");
		}
	}

	/** Asked once: a server that is away is slow to say what it is. */
	private String description() {
		String known = this.description;
		if (known == null) {
			known = this.store.description();
			this.description = known;
		}
		return known;
	}

	private void checkWorkers(Health.Builder builder) {
		if (this.workers == null) {
			builder.up().withDetail("workers", "none on this node");
			return;
		}
		WorkerStatus status = this.workers.status();
		judge(builder, status);
		builder.withDetail("slots", status.slots())
			.withDetail("running", status.bodies())
			.withDetail("unstoredOutcomes", status.unstored())
			.withDetail("staleOutcomes", status.stale());
		if (status.heartbeatAge() != null) {
			builder.withDetail("lastHeartbeat", status.heartbeatAge().toMillis() + " ms ago");
		}
		if (!status.interrupted().isEmpty()) {
			builder.withDetail("ignoringInterruption",
					status.interrupted().stream().map(BackgroundJobsHealthIndicator::describe).toList());
		}
	}

	private void judge(Health.Builder builder, WorkerStatus status) {
		if (status.draining()) {
			builder.outOfService().withDetail("workers", "draining");
		}
		else if (!status.running()) {
			builder.outOfService().withDetail("workers", "not running");
		}
		else if (silence(status).compareTo(this.lease) > 0) {
			builder.down().withDetail("workers", "the store has accepted no heartbeat for a lease");
		}
		else {
			builder.up().withDetail("workers", status.quiet() ? "quiet" : "running");
		}
	}

	private Duration silence(WorkerStatus status) {
		Duration age = status.heartbeatAge();
		return (age != null) ? age : Duration.ofNanos(this.nanos.getAsLong() - this.since);
	}

	private static String describe(InterruptedBody body) {
		return body.name() + " " + body.jobId() + ", attempt " + body.attempt() + ", interrupted at " + body.since();
	}

}
