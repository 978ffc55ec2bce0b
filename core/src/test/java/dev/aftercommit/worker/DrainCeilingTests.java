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
import java.util.concurrent.CountDownLatch;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.jdbc.JdbcJobStore;
import dev.aftercommit.store.jdbc.JdbcStoreSettings;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the pipeline itself can do, with bodies that do nothing and a store that costs
 * next to nothing. Prints, and judges nothing: run it with the environment variable
 * {@code AFTERCOMMIT_CEILING=true}.
 */
@EnabledIfEnvironmentVariable(named = "AFTERCOMMIT_CEILING", matches = "true")
class DrainCeilingTests {

	@Test
	void drainMemory() {
		for (int round = 1; round <= 6; round++) {
			try (WorkersHarness harness = new WorkersHarness()) {
				drain(harness, round, 200_000);
			}
		}
	}

	@Test
	void drainPostgres() {
		drain(TestDatabases.postgres());
	}

	@Test
	void drainH2() {
		drain(TestDatabases.h2Memory());
	}

	private static void drain(TestDatabase database) {
		try (HikariDataSource pool = database.pool(8)) {
			JobStore store = new JdbcJobStore(pool, pool, JdbcStoreSettings.DEFAULTS);
			for (int round = 1; round <= 4; round++) {
				try (WorkersHarness harness = new WorkersHarness(store)) {
					drain(harness, round, 50_000);
				}
			}
		}
		database.close();
	}

	private static void drain(WorkersHarness harness, int round, int count) {
		CountDownLatch done = new CountDownLatch(count);
		harness.handlers.add("nothing", (argument, context) -> {
			done.countDown();
			return null;
		});
		List<NewJob> jobs = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			jobs.add(WorkersHarness.job("default", "nothing", "argument", null));
		}
		for (int i = 0; i < count; i += 1000) {
			harness.store.intake().enqueue(jobs.subList(i, i + 1000));
		}
		long began = System.nanoTime();
		Workers workers = harness.start((settings) -> settings.concurrency(32));
		WaitFor.latch(done);
		await().atMost(WorkersHarness.PATIENCE)
			.pollInterval(Duration.ofMillis(1))
			.until(() -> workers.status().unstored() == 0);
		double seconds = (System.nanoTime() - began) / 1e9;
		System.out.printf("Round %d: %,.0f jobs/s, %d claims (largest %d), %d applies%n", round, count / seconds,
				harness.store.claims.get(), harness.store.largestClaim, harness.store.applies.get());
		assertThat(workers.status().inHand()).isZero();
	}

}
