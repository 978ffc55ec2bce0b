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
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.aftercommit.JobState;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.RateLimit;
import dev.aftercommit.store.jdbc.JdbcJobStore;
import dev.aftercommit.store.jdbc.JdbcStoreSettings;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three nodes on one database start jobs no faster than a rate allows.
 */
class RateLimitedWorkersTests {

	private static final RateLimit LIMIT = RateLimit.parse("100/3s");

	private static final int JOBS = 250;

	private final TestDatabase database = TestDatabases.postgres();

	private final HikariDataSource pool = this.database.pool(12);

	private final JdbcJobStore store = new JdbcJobStore(this.pool, this.pool, JdbcStoreSettings.DEFAULTS);

	private final List<WorkersHarness> nodes = Stream.generate(() -> new WorkersHarness(this.store)).limit(3).toList();

	private final Queue<Long> starts = new ConcurrentLinkedQueue<>();

	private final CountDownLatch ran = new CountDownLatch(JOBS);

	@AfterEach
	void stop() {
		this.nodes.forEach(WorkersHarness::close);
		this.pool.close();
		this.database.close();
	}

	@Test
	@Tag("full")
	void noWindowHasMoreStartsThanTheRateAndFivePercentAndQuickJobsDontKeepThemWaiting() throws Exception {
		CountDownLatch quick = new CountDownLatch(2000);
		for (WorkersHarness node : this.nodes) {
			node.handlers.add("rated", (argument, context) -> {
				this.starts.add(System.nanoTime());
				this.ran.countDown();
				return null;
			}).rateLimit(LIMIT);
			node.handlers.add("quick", (argument, context) -> {
				quick.countDown();
				return null;
			});
		}
		this.store.intake().enqueue(jobs("quick", 2000));
		this.store.intake().enqueue(jobs("rated", JOBS));
		this.nodes.forEach(WorkersHarness::start);
		WaitFor.latch(this.ran);
		WaitFor.latch(quick);
		assertWindows();
		assertThat(this.starts).hasSize(JOBS);
		assertThat(this.store.directory().count().get(JobState.DEAD).value()).isZero();
	}

	// Starts are counted at the claim; a body that starts much later than others, on a
	// machine that has other things to do, is why some more are let through here.
	private void assertWindows() {
		long[] sorted = this.starts.stream().mapToLong(Long::longValue).sorted().toArray();
		long period = LIMIT.period().toNanos();
		for (int i = 0; i < sorted.length; i++) {
			long from = sorted[i];
			long within = IntStream.range(i, sorted.length).filter((n) -> sorted[n] - from < period).count();
			assertThat(within).as("starts in %s from %s", LIMIT.period(), Duration.ofNanos(from - sorted[0]))
				.isLessThanOrEqualTo(110);
			if (sorted[sorted.length - 1] - from > period) {
				assertThat(within).isGreaterThanOrEqualTo(85);
			}
		}
	}

	private static List<NewJob> jobs(String name, int count) {
		return Stream.generate(() -> WorkersHarness.job("default", name, "argument", null)).limit(count).toList();
	}

}
