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

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.DeadReason;
import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.JobState;
import dev.aftercommit.JobTime;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.Failure;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.Retention;
import dev.aftercommit.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A rolling deploy of the library itself: nodes of this version and of the next one work
 * in the same tables.
 */
class SchemaEvolutionTests extends AbstractJdbcStoreTests {

	private static final Failure FAILURE = new Failure(AttemptOutcome.FAILED, "java.lang.Exception", "planted");

	@OnEachDatabase
	void rowsOfThisVersionAreWorkedOffInTheNextOnesTablesByOldAndNewNodes(TestDatabase database) {
		try (HikariDataSource pool = database.pool(4)) {
			JdbcJobStore before = store(pool);
			NewJob waiting = job();
			NewJob running = job();
			NewJob retrying = job();
			NewJob dead = job();
			NewJob scheduled = new NewJob(UUID.randomUUID(), "job", "default", 0, JobTime.in(Duration.ofHours(1)), "[]",
					Map.of());
			before.intake().enqueue(List.of(running, retrying, dead));
			Map<UUID, ClaimedJob> claimed = byId(claim(before, 3));
			before.intake().enqueue(List.of(waiting, scheduled));
			apply(before, claimed.get(retrying.id()), new Outcome.Retry(Duration.ZERO, FAILURE));
			apply(before, claimed.get(dead.id()), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
			NextSchema.create(pool, JdbcSchema.VERSION);
			JdbcJobStore after = store(pool);
			assertThat(states(after, waiting, running, retrying, dead, scheduled)).containsExactly(JobState.ENQUEUED,
					JobState.RUNNING, JobState.RETRYING, JobState.DEAD, JobState.SCHEDULED);
			assertThat(apply(after, claimed.get(running.id()), new Outcome.Succeeded("1"))).isTrue();
			assertThat(before.leases().promote(10)).isEqualTo(1);
			List<ClaimedJob> rest = claim(after, 10);
			assertThat(rest).extracting(ClaimedJob::id).containsExactlyInAnyOrder(waiting.id(), retrying.id());
			rest.forEach((job) -> assertThat(apply(before, job, new Outcome.Succeeded(null))).isTrue());
			assertThat(after.directory().cancel(scheduled.id())).isTrue();
			assertThat(states(before, waiting, running, retrying, dead, scheduled)).containsExactly(JobState.SUCCEEDED,
					JobState.SUCCEEDED, JobState.SUCCEEDED, JobState.DEAD, JobState.CANCELLED);
		}
	}

	@OnEachDatabase
	void rowsOfTheNextVersionAreReadAsFarAsTheyAreKnown(TestDatabase database) {
		try (HikariDataSource pool = database.pool(2)) {
			JdbcJobStore store = store(pool);
			NextSchema.create(pool, JdbcSchema.VERSION);
			List<NewJob> jobs = List.of(job(), job(), job(), job());
			store.intake().enqueue(jobs);
			Map<UUID, ClaimedJob> claimed = byId(claim(store, 3));
			NewJob ended = jobs.get(0);
			NewJob dead = jobs.get(1);
			NewJob tried = jobs.get(2);
			apply(store, claimed.get(ended.id()), new Outcome.Succeeded("1"));
			apply(store, claimed.get(dead.id()), new Outcome.Dead(DeadReason.DISCARDED, FAILURE));
			apply(store, claimed.get(tried.id()), new Outcome.Retry(Duration.ZERO, FAILURE));
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			jdbc.update("UPDATE aftercommit_history SET state = 'SUPERSEDED'");
			jdbc.update("UPDATE aftercommit_dead SET reason = 'BATCH_FAILED'");
			jdbc.update("UPDATE aftercommit_attempt SET outcome = 'PAUSED' WHERE job_id = ?", tried.id());
			Map<UUID, JobStatus> found = store.directory().find(jobs.stream().map(NewJob::id).toList());
			assertThat(found).hasSize(4);
			assertThat(found.get(ended.id())).satisfies((status) -> {
				assertThat(status.state()).isEqualTo(JobState.CANCELLED);
				assertThat(status.endedAt()).isNotNull();
			});
			assertThat(found.get(dead.id())).satisfies((status) -> {
				assertThat(status.state()).isEqualTo(JobState.DEAD);
				assertThat(status.reason()).isNull();
				assertThat(status.failure()).isEqualTo(FAILURE);
			});
			assertThat(found.get(tried.id())).satisfies((status) -> {
				assertThat(status.state()).isEqualTo(JobState.RETRYING);
				assertThat(status.failure()).isNull();
			});
			assertThat(store.directory().count().get(JobState.DEAD).value()).isEqualTo(1);
			// What this version doesn't know is left to those who do.
			store.leases().promote(10);
			assertThat(claimedIds(store, 10)).containsExactlyInAnyOrder(tried.id(), jobs.get(3).id());
			store.leases().prune(new Retention(Duration.ZERO, Duration.ZERO, Duration.ZERO), 10);
			assertThat(store.directory().find(List.of(ended.id()))).hasSize(1);
		}
	}

	@OnEachDatabase
	void aJobThatWaitsWhereOnlyTheNextVersionLooksIsLeftThere(TestDatabase database) {
		try (HikariDataSource pool = database.pool(2)) {
			JdbcJobStore store = store(pool);
			NextSchema.create(pool, JdbcSchema.VERSION);
			NewJob blocked = job();
			store.intake().enqueue(List.of(blocked, job()));
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			jdbc.update("DELETE FROM aftercommit_ready WHERE id = ?", blocked.id());
			jdbc.update("INSERT INTO aftercommit_parked (id, reason) VALUES (?, 'KEY')", blocked.id());
			assertThat(claim(store, 10)).hasSize(1);
			assertThat(store.directory().cancel(blocked.id())).isFalse();
			store.intake().enqueue(List.of(blocked));
			assertThat(claim(store, 10)).isEmpty();
			assertThat(store.directory().find(List.of(blocked.id()))).hasSize(1);
		}
	}

	@OnEachDatabase
	void tablesThatThisVersionCanNoLongerWorkWithAreRefusedAtTheStart(TestDatabase database) {
		try (HikariDataSource pool = database.pool(2)) {
			store(pool);
			NextSchema.create(pool, NextSchema.VERSION);
			for (boolean initialize : new boolean[] { true, false }) {
				JdbcStoreSettings settings = new JdbcStoreSettings("aftercommit_", null, initialize, true);
				assertThatExceptionOfType(JobConfigurationException.class)
					.isThrownBy(() -> new JdbcJobStore(pool, pool, settings))
					.withMessageContaining("version " + NextSchema.VERSION)
					.withMessageContaining("this is version " + JdbcSchema.VERSION)
					.withMessageContaining("Use a later version of Aftercommit");
			}
		}
	}

	@OnEachDatabase
	void tablesOfAnEarlierVersionThatTheMigrationDoesNotRaiseAreRefusedAtTheStart(TestDatabase database) {
		try (HikariDataSource pool = database.pool(2)) {
			store(pool);
			new JdbcTemplate(pool).update("UPDATE aftercommit_schema_version SET version = ?", JdbcSchema.VERSION - 1);
			assertThatExceptionOfType(JobConfigurationException.class).isThrownBy(() -> store(pool))
				.withMessageContaining("older version")
				.withMessageContaining("V1__create_job_tables.sql");
		}
	}

	private static boolean apply(JdbcJobStore store, ClaimedJob job, Outcome outcome) {
		return store.leases().apply(List.of(new Ending(job, outcome))).equals(Set.of(job.id()));
	}

	private static Map<UUID, ClaimedJob> byId(List<ClaimedJob> claimed) {
		Map<UUID, ClaimedJob> byId = new HashMap<>();
		claimed.forEach((job) -> byId.put(job.id(), job));
		return byId;
	}

	private static List<JobState> states(JdbcJobStore store, NewJob... jobs) {
		List<UUID> ids = List.of(jobs).stream().map(NewJob::id).toList();
		Map<UUID, JobStatus> found = store.directory().find(ids);
		return ids.stream().map((id) -> found.get(id).state()).toList();
	}

}
