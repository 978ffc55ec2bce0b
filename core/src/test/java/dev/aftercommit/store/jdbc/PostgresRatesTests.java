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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.store.Claim;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Rate;
import dev.aftercommit.store.RateLimit;
import dev.aftercommit.store.StagedJob;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What happens between the statement that asks rates and the one that claims.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PostgresRatesTests {

	private static final Duration HELD_UP = Duration.ofMillis(100);

	private static final RateLimit LIMIT = RateLimit.parse("10/1m");

	private final TestDatabase database = TestDatabases.postgres();

	private final HikariDataSource pool = this.database.pool(3);

	private final HikariDataSource others = this.database.pool(1);

	private final JdbcJobStore store = AbstractJdbcStoreTests.store(this.pool);

	private final AtomicLong tokens = new AtomicLong();

	@AfterEach
	void close() {
		this.others.close();
		this.pool.close();
		this.database.close();
	}

	@Test
	void aStartIsSpentFromWhenItsJobIsClaimedThoughItsRateWasAskedLongBefore() throws Exception {
		this.store.intake().enqueue(List.of(AbstractJdbcStoreTests.job()));
		assertThat(claimHeldUp(Rate.ofJob("job", Set.of("job"), LIMIT), List.of()).jobs()).hasSize(1);
		long interval = LIMIT.spend(0, 0, 1);
		assertThat(new JdbcTemplate(this.pool).queryForObject("""
				SELECT r.spent - CAST(extract(epoch FROM l.claimed_at) * 1000000 AS bigint)
				FROM aftercommit_rate r CROSS JOIN aftercommit_lease l""", Long.class)).isBetween(interval,
				interval + 10_000_000);
	}

	@Test
	void whatComesWhenItsRateWasNotAskedIsLeftToTheNextClaim() throws Exception {
		Rate ofName = Rate.ofJob("job", Set.of("job"), LIMIT);
		Rate ofQueue = Rate.ofQueue("default", LIMIT);
		for (Rate rate : List.of(ofName, ofQueue)) {
			NewJob job = AbstractJdbcStoreTests.job();
			Claim claim = claimHeldUp(rate, List.of(job));
			assertThat(claim.jobs()).as("%s", rate).isEmpty();
			assertThat(claim.nextStart()).as("%s", rate).isEmpty();
			assertThat(this.store.leases().claim(request(rate)).jobs()).as("%s", rate).hasSize(1);
		}
	}

	/** Jobs come between asking and claiming. */
	private Claim claimHeldUp(Rate rate, List<NewJob> meanwhile) throws Exception {
		ClaimRequest request = request(rate);
		CompletableFuture<Claim> claim = new TransactionTemplate(new JdbcTransactionManager(this.pool))
			.execute((status) -> {
				// The claim needs it, what is asked before does not.
				new JdbcTemplate(this.pool).execute("LOCK TABLE aftercommit_job IN ACCESS EXCLUSIVE MODE");
				CompletableFuture<Claim> heldUp = CompletableFuture
					.supplyAsync(() -> this.store.leases().claim(request));
				await().during(HELD_UP).until(this::anyWaits);
				if (!meanwhile.isEmpty()) {
					this.store.intake().stage(meanwhile.stream().map((job) -> new StagedJob(job, null)).toList());
				}
				return heldUp;
			});
		return claim.get(1, TimeUnit.MINUTES);
	}

	private boolean anyWaits() {
		return new JdbcTemplate(this.others).queryForObject("""
				SELECT count(*) FROM pg_stat_activity
				WHERE datname = current_database() AND wait_event_type = 'Lock'""", Integer.class) > 0;
	}

	private ClaimRequest request(Rate rate) {
		return new ClaimRequest(new Lease(AbstractJdbcStoreTests.node(this.store), this.tokens.incrementAndGet()), null,
				Map.of(), Set.of("job"), 1, Map.of(), List.of(rate), 1, Set.of());
	}

}
