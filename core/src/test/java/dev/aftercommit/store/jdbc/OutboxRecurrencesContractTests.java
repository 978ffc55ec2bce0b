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

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import dev.aftercommit.store.AbstractRecurrencesContractTests;
import dev.aftercommit.store.Durability;
import dev.aftercommit.store.StoreHarness;
import dev.aftercommit.store.memory.MemoryJobStore;
import dev.aftercommit.store.outbox.OutboxJobStore;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

/**
 * Recurring jobs whose schedules are in the outbox's database, and whose jobs are pushed
 * to another store.
 */
@TestInstance(Lifecycle.PER_CLASS)
class OutboxRecurrencesContractTests extends AbstractRecurrencesContractTests {

	private static final Duration GRACE = Duration.ofSeconds(10);

	private final TestDatabase database = TestDatabases.postgres();

	private final HikariDataSource pool = this.database.pool(8);

	@AfterAll
	void close() {
		this.pool.close();
		this.database.close();
	}

	@Override
	protected StoreHarness newHarness() throws SQLException {
		AtomicReference<Duration> clock = new AtomicReference<>(Duration.ZERO);
		JdbcOutbox outbox = new JdbcOutbox(this.pool, this.pool, JdbcStoreSettings.DEFAULTS, GRACE.plusSeconds(10),
				clock::get);
		try (Connection connection = this.pool.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute("DELETE FROM aftercommit_recurring");
			statement.execute("DELETE FROM aftercommit_outbox");
		}
		OutboxJobStore store = new OutboxJobStore(new MemoryJobStore(Clock.systemUTC()), outbox, new Silent(), GRACE,
				System::nanoTime);
		store.start();
		return new OutboxHarness(store, clock);
	}

	/** Says nothing of what survives. */
	private static final class Silent implements Durability {

		@Override
		public Optional<String> incarnation() {
			return Optional.empty();
		}

		@Override
		public boolean await(String incarnation, Duration atMost) {
			return false;
		}

	}

	private record OutboxHarness(OutboxJobStore store, AtomicReference<Duration> clock) implements StoreHarness {

		@Override
		public void advance(Duration duration) {
			this.clock.accumulateAndGet(duration, Duration::plus);
		}

		@Override
		public void close() {
			this.store.stop();
		}

	}

}
