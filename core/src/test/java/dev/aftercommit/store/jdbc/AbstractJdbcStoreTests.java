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

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

/**
 * For tests of what the JDBC store does beyond the contract, on all of its databases.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class AbstractJdbcStoreTests {

	private static final AtomicLong tokens = new AtomicLong();

	private final List<TestDatabase> databases = List.of(TestDatabases.postgres(), TestDatabases.h2Memory());

	Stream<TestDatabase> databases() {
		return this.databases.stream();
	}

	@AfterEach
	void dropTables() {
		for (TestDatabase database : this.databases) {
			try (HikariDataSource pool = database.pool(1)) {
				new JdbcTemplate(pool).execute(database.isPostgres()
						? "DROP SCHEMA IF EXISTS jobs CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public"
						: "DROP ALL OBJECTS");
			}
		}
	}

	@AfterAll
	void closeDatabases() {
		this.databases.forEach(TestDatabase::close);
	}

	static JdbcJobStore store(HikariDataSource pool) {
		return new JdbcJobStore(pool, pool, JdbcStoreSettings.DEFAULTS);
	}

	static NewJob job() {
		return new NewJob(UUID.randomUUID(), "job", "default", 0, null, "[]", Map.of());
	}

	static long node(JobStore store) {
		return store.nodes().register(new NodeInfo("node", "", Set.of("job")));
	}

	static List<ClaimedJob> claim(JobStore store, int limit) {
		return store.leases()
			.claim(new ClaimRequest(new Lease(node(store), tokens.incrementAndGet()), null, Map.of(), Set.of("job"),
					limit))
			.jobs();
	}

	static List<UUID> claimedIds(JobStore store, int limit) {
		return claim(store, limit).stream().map(ClaimedJob::id).toList();
	}

}
