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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.JobState;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.StagedJob;
import dev.aftercommit.store.jdbc.JdbcJobStore;
import dev.aftercommit.store.jdbc.JdbcStoreSettings;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Workers over rows that are committed together with their leases.
 */
class JdbcWorkersTests {

	private final TestDatabase database = TestDatabases.h2Memory();

	private final HikariDataSource pool = this.database.pool(2);

	private final WorkersHarness harness = new WorkersHarness(
			new JdbcJobStore(this.pool, this.pool, JdbcStoreSettings.DEFAULTS));

	private final TransactionTemplate transaction = new TransactionTemplate(
			new DataSourceTransactionManager(this.pool));

	private final AtomicInteger ran = new AtomicInteger();

	@AfterEach
	void stop() {
		this.harness.close();
		this.pool.close();
		this.database.close();
	}

	@Test
	void aJobThatWasStagedWithItsLeaseRunsWithoutAClaim() {
		Workers workers = start();
		NewJob job = job();
		Lease lease = stage(workers, job);
		workers.run(LocalCaller.claimed(job, lease));
		this.harness.awaitState(job.id(), JobState.SUCCEEDED);
		assertThat(this.ran).hasValue(1);
		assertThat(workers.status().stale()).isZero();
	}

	@Test
	void aReservationWhoseTransactionRollsBackLeavesNothing() {
		Workers workers = start();
		NewJob job = job();
		Lease lease = reserve(workers, job);
		this.transaction.executeWithoutResult((status) -> {
			this.harness.store.intake().stage(List.of(new StagedJob(job, lease)));
			status.setRollbackOnly();
		});
		workers.free(lease);
		assertThat(workers.status().inHand()).isZero();
		assertThat(this.harness.store.directory().find(List.of(job.id()))).isEmpty();
	}

	@Test
	void aJobWhoseCommitNobodyKnowsOfIsGivenBackAndRuns() {
		Workers workers = start((settings) -> settings.lease(Duration.ofSeconds(30), Duration.ofMillis(200)));
		NewJob job = job();
		Lease lease = stage(workers, job);
		workers.free(lease);
		assertThat(this.harness.awaitState(job.id(), JobState.SUCCEEDED).attempts()).isEqualTo(1);
		assertThat(this.ran).hasValue(1);
	}

	@Test
	void jobsSurviveAStopInTheMiddle() {
		Workers workers = start();
		List<UUID> ids = new ArrayList<>();
		for (int i = 0; i < 2000; i++) {
			ids.add(this.harness.enqueue(job()));
		}
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.ran.get() > 100);
		workers.stop();
		assertThat(this.harness.store.directory().count().get(JobState.RUNNING).value()).isZero();
		workers.start();
		await().atMost(WorkersHarness.PATIENCE).until(() -> this.ran.get() == ids.size());
		this.harness.close();
		assertThat(this.harness.store.directory().count().get(JobState.SUCCEEDED).value()).isEqualTo(2000);
	}

	private Workers start() {
		return start((settings) -> settings);
	}

	private Workers start(UnaryOperator<WorkersHarness.Settings> settings) {
		this.harness.handlers.add("ok", (argument, context) -> {
			this.ran.incrementAndGet();
			return null;
		});
		return this.harness.start(settings);
	}

	private Lease stage(Workers workers, NewJob job) {
		Lease lease = reserve(workers, job);
		this.transaction
			.executeWithoutResult((status) -> this.harness.store.intake().stage(List.of(new StagedJob(job, lease))));
		return lease;
	}

	private static NewJob job() {
		return WorkersHarness.job("default", "ok", "argument", null);
	}

	private static Lease reserve(Workers workers, NewJob job) {
		return await().atMost(WorkersHarness.PATIENCE)
			.until(() -> workers.reserve(job), Optional::isPresent)
			.orElseThrow();
	}

}
