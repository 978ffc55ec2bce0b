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

package dev.aftercommit.observation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobListener.Attempt;
import dev.aftercommit.JobListener.Job;
import dev.aftercommit.JobState;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.Count;
import dev.aftercommit.store.QueueDepth;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class JobMetersTests {

	private static final Duration MAX_AGE = Duration.ofSeconds(5);

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final AtomicLong nanos = new AtomicLong();

	private final AtomicInteger questions = new AtomicInteger();

	/** Registries hold what they read weakly. */
	private final QueueMeters queues = new QueueMeters(this::ask, () -> List.of("mail"), this.nanos::get, MAX_AGE);

	private List<QueueDepth> depths = List.of();

	private boolean down;

	@Test
	void outcomesAreCountedByNameQueueAndOutcome() {
		OutcomeMeters meters = new OutcomeMeters(this.registry);
		Attempt attempt = new Attempt(new Job(UUID.randomUUID(), "mail.send", "mail"), 1, Duration.ZERO, Map.of());
		meters.applied(attempt, AttemptOutcome.FAILED, JobState.RETRYING);
		meters.applied(attempt, AttemptOutcome.SUCCEEDED, JobState.SUCCEEDED);
		meters.applied(attempt, AttemptOutcome.SUCCEEDED, JobState.SUCCEEDED);
		meters.applied(attempt, AttemptOutcome.SUCCEEDED, null);
		assertThat(outcomes("FAILED")).isEqualTo(1);
		assertThat(outcomes("SUCCEEDED")).isEqualTo(2);
		assertThat(outcomes("STALE")).isEqualTo(1);
	}

	@Test
	void jobsThatAreGivenUpAreCounted() {
		OutcomeMeters meters = new OutcomeMeters(this.registry);
		Attempt attempt = new Attempt(new Job(UUID.randomUUID(), "mail.send", "mail"), 1, Duration.ZERO, Map.of());
		meters.applied(attempt, AttemptOutcome.FAILED, JobState.RETRYING);
		assertThat(this.registry.find("aftercommit.jobs.dead").counter()).isNull();
		meters.applied(attempt, AttemptOutcome.FAILED, JobState.DEAD);
		assertThat(this.registry.get("aftercommit.jobs.dead").tag("name", "mail.send").counter().count()).isEqualTo(1);
	}

	@Test
	void theWaitBeforeAClaimIsMeasured() {
		WaitMeters meters = new WaitMeters(this.registry);
		meters
			.started(new Attempt(new Job(UUID.randomUUID(), "mail.send", "mail"), 1, Duration.ofSeconds(2), Map.of()));
		assertThat(this.registry.get("aftercommit.jobs.wait").tag("queue", "mail").timer().totalTime(TimeUnit.SECONDS))
			.isEqualTo(2);
	}

	@Test
	void aQueueInWhichNothingWaitsReadsZero() {
		bindQueues();
		assertThat(depth("mail")).isZero();
		assertThat(age("mail")).isZero();
	}

	@Test
	void depthAndAgeAreThoseOfTheStore() {
		bindQueues();
		this.depths = List.of(new QueueDepth("mail", new Count(7, true), Duration.ofMillis(2500)));
		assertThat(depth("mail")).isEqualTo(7);
		assertThat(age("mail")).isEqualTo(2.5);
	}

	@Test
	void manyReadingsAskTheStoreOnceInAWhile() {
		bindQueues();
		for (int i = 0; i < 100; i++) {
			depth("mail");
			age("mail");
		}
		assertThat(this.questions).hasValue(1);
		this.nanos.addAndGet(MAX_AGE.toNanos() + 1);
		depth("mail");
		assertThat(this.questions).hasValue(2);
	}

	@Test
	void aQueueThatNobodyExpectedIsShownFromTheNextReadingOn() {
		bindQueues();
		this.depths = List.of(new QueueDepth("late", new Count(1, true), Duration.ZERO));
		depth("mail");
		assertThat(depth("late")).isEqualTo(1);
	}

	@Test
	void anOutageReadsNaNAndPasses() {
		bindQueues();
		this.down = true;
		assertThat(depth("mail")).isNaN();
		this.down = false;
		assertThat(depth("mail")).isNaN();
		this.nanos.addAndGet(MAX_AGE.toNanos() + 1);
		assertThat(depth("mail")).isZero();
	}

	@Test
	void slotsAreShown() {
		AtomicInteger busy = new AtomicInteger(3);
		AtomicReference<Duration> heartbeat = new AtomicReference<>();
		new SlotMeters(() -> 10, busy::get, heartbeat::get).bindTo(this.registry);
		assertThat(this.registry.get("aftercommit.worker.heartbeat.age").timeGauge().value()).isNaN();
		heartbeat.set(Duration.ofMillis(1500));
		assertThat(this.registry.get("aftercommit.worker.heartbeat.age").timeGauge().value()).isEqualTo(1.5);
		assertThat(this.registry.get("aftercommit.worker.slots").gauge().value()).isEqualTo(10);
		assertThat(this.registry.get("aftercommit.worker.slots.busy").gauge().value()).isEqualTo(3);
	}

	private void bindQueues() {
		this.queues.bindTo(this.registry);
	}

	private List<QueueDepth> ask() {
		this.questions.incrementAndGet();
		if (this.down) {
			throw new JobStoreException("down", null);
		}
		return this.depths;
	}

	private double outcomes(String outcome) {
		return this.registry.get("aftercommit.jobs.outcomes")
			.tags("name", "mail.send", "queue", "mail", "outcome", outcome)
			.counter()
			.count();
	}

	private double depth(String queue) {
		return this.registry.get("aftercommit.queue.depth").tag("queue", queue).gauge().value();
	}

	private double age(String queue) {
		return this.registry.get("aftercommit.queue.oldest.age").tag("queue", queue).timeGauge().value();
	}

}
