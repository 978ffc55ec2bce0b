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

package dev.aftercommit.operations;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import dev.aftercommit.JobOperations;
import dev.aftercommit.JobState;
import dev.aftercommit.OnDuplicate;
import dev.aftercommit.ScheduleRun;
import dev.aftercommit.ScheduleSnapshot;
import dev.aftercommit.UniqueUntil;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.FireRequest;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.JobTerms;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Recurrence;
import dev.aftercommit.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What operators see of schedules and order about them.
 */
class ScheduleOrdersTests {

	private static final String DEFINITION = "report cron 0 0 3 * * * UTC";

	private static final Instant TONIGHT = Instant.parse("2999-01-01T03:00:00Z");

	private final JobStore store = new MemoryJobStore(Clock.systemUTC());

	private JobTerms terms = JobTerms.NONE;

	private int wakeUps;

	private final JobOperations operations = new StoredJobOperations(this.store, new Waking(), Duration.ofSeconds(30),
			(name, definition, after) -> TONIGHT, ArgumentMask.NONE, this::job);

	@Test
	void aScheduleSaysWhatItFiredLastAndWhatBecameOfIt() {
		Recurrence row = agree("nightly");
		assertThat(schedule().last()).isNull();
		Instant at = row.last().minusSeconds(1);
		NewJob job = job("nightly", DEFINITION, at).orElseThrow();
		this.store.recurrences().fire(new FireRequest("nightly", DEFINITION, row.last(), row.last(), List.of(job)));
		assertThat(schedule().last()).isEqualTo(new ScheduleSnapshot.LastRun(job.id(), row.last(), JobState.ENQUEUED));
		this.operations.cancel(job.id());
		assertThat(schedule().last()).extracting(ScheduleSnapshot.LastRun::state).isEqualTo(JobState.CANCELLED);
		this.operations.delete(job.id());
		assertThat(schedule().last()).isEqualTo(new ScheduleSnapshot.LastRun(job.id(), row.last(), null));
	}

	@Test
	void aPausedScheduleIsFiredAtNoTime() {
		agree("nightly");
		assertThat(schedule().nextAt()).isEqualTo(TONIGHT);
		assertThat(this.operations.pauseSchedule("nightly")).isTrue();
		assertThat(this.operations.pauseSchedule("nightly")).isFalse();
		assertThat(schedule().paused()).isTrue();
		assertThat(schedule().nextAt()).isNull();
		assertThat(this.operations.resumeSchedule("nightly")).isTrue();
		assertThat(this.operations.resumeSchedule("nightly")).isFalse();
		assertThat(schedule().paused()).isFalse();
		assertThat(schedule().nextAt()).isEqualTo(TONIGHT);
		assertThat(this.operations.pauseSchedule("none")).isFalse();
	}

	@Test
	void oneJobIsEnqueuedAtOnceAndTheFireTimesStayAsTheyAre() {
		agree("nightly");
		this.operations.pauseSchedule("nightly");
		ScheduleSnapshot before = schedule();
		ScheduleRun first = this.operations.runScheduleNow("nightly");
		ScheduleRun second = this.operations.runScheduleNow("nightly");
		assertThat(first.isDone()).isTrue();
		assertThat(first.job()).isNotNull().isNotEqualTo(second.job());
		assertThat(this.operations.find(first.job())).hasValueSatisfying((job) -> {
			assertThat(job.state()).isEqualTo(JobState.ENQUEUED);
			assertThat(job.name()).isEqualTo("report");
			assertThat(job.queue()).isEqualTo("reports");
		});
		assertThat(schedule()).isEqualTo(before);
		assertThat(this.wakeUps).isEqualTo(2);
	}

	@Test
	void whatCantBeRunNowIsRefusedWithASentence() {
		assertThat(this.operations.runScheduleNow("nightly").refusal()).isEqualTo("There is no schedule 'nightly'.");
		this.store.recurrences().agree(Map.of("nightly", "report every PT1M"), Duration.ZERO);
		ScheduleRun run = this.operations.runScheduleNow("nightly");
		assertThat(run.isDone()).isFalse();
		assertThat(run.job()).isNull();
		assertThat(run.refusal()).contains("This node does not know schedule 'nightly'", "report every PT1M");
		assertThat(this.wakeUps).isZero();
	}

	@Test
	void aJobWhoseUniqueKeyIsHeldIsRefusedAndTheHolderNamed() {
		agree("nightly");
		this.terms = new JobTerms(null, 1, "report", UniqueUntil.FINISHED, OnDuplicate.KEEP, List.of());
		UUID holder = this.operations.runScheduleNow("nightly").job();
		ScheduleRun second = this.operations.runScheduleNow("nightly");
		assertThat(second.isDone()).isFalse();
		assertThat(second.job()).isEqualTo(holder);
		assertThat(second.refusal()).contains("Job " + holder + " has its unique key");
	}

	private Recurrence agree(String name) {
		return this.store.recurrences().agree(Map.of(name, DEFINITION), Duration.ZERO).get(name);
	}

	private ScheduleSnapshot schedule() {
		return this.operations.schedules().get(0);
	}

	private Optional<NewJob> job(String name, String definition, Instant now) {
		return definition.equals(DEFINITION)
				? Optional.of(new NewJob(UUID.randomUUID(), "report", "reports", 0, null, "[]", this.terms.toHeaders()))
				: Optional.empty();
	}

	private final class Waking implements LocalWorkers {

		@Override
		public Optional<Lease> reserve(NewJob job) {
			return Optional.empty();
		}

		@Override
		public void run(ClaimedJob job) {
		}

		@Override
		public void free(Lease lease) {
		}

		@Override
		public void wakeUp() {
			ScheduleOrdersTests.this.wakeUps++;
		}

	}

}
