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
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import dev.aftercommit.store.WakeUps;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class PostgresWakeUpsTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	private static final TestDatabase database = TestDatabases.postgres();

	private final HikariDataSource pool = database.pool(2);

	private final JdbcTemplate jdbc = new JdbcTemplate(this.pool);

	private final AtomicInteger heard = new AtomicInteger();

	private JdbcJobStore sender;

	private JdbcJobStore receiver;

	@BeforeEach
	void openStores() {
		this.sender = new JdbcJobStore(this.pool, own(), JdbcStoreSettings.DEFAULTS);
		this.receiver = new JdbcJobStore(this.pool, own(), JdbcStoreSettings.DEFAULTS);
	}

	@AfterEach
	void closeStores() throws Exception {
		this.sender.close();
		this.receiver.close();
		this.pool.close();
	}

	@AfterAll
	static void closeDatabase() {
		database.close();
	}

	@Test
	void aHintReachesOtherNodes() throws Exception {
		try (AutoCloseable ear = this.receiver.wakeUps().listen(this.heard::incrementAndGet)) {
			awaitMoreThan(0);
			int before = this.heard.get();
			this.sender.wakeUps().send();
			awaitMoreThan(before);
		}
	}

	@Test
	void manyCallsAreFewHintsOfWhichTheLastIsNotLost() throws Exception {
		try (AutoCloseable ear = this.receiver.wakeUps().listen(this.heard::incrementAndGet)) {
			awaitMoreThan(0);
			int before = this.heard.get();
			for (int i = 0; i < 10_000; i++) {
				this.sender.wakeUps().send();
			}
			awaitMoreThan(before);
			assertThat(this.heard.get() - before).isLessThan(5_000);
			// After the calls, and so, if they were to be lost, after the last one of
			// them.
			int sofar = this.heard.get();
			this.sender.wakeUps().send();
			awaitMoreThan(sofar);
		}
	}

	@Test
	void bothGoOnAfterTheirConnectionsWereCut() throws Exception {
		try (AutoCloseable ear = this.receiver.wakeUps().listen(this.heard::incrementAndGet)) {
			awaitMoreThan(0);
			this.sender.wakeUps().send();
			awaitMoreThan(1);
			int before = this.heard.get();
			this.jdbc.queryForList("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
					+ " WHERE pid <> pg_backend_pid() AND datname = current_database()");
			// It hears itself: what was sent meanwhile is unknown to it.
			awaitMoreThan(before);
			int connectedAgain = this.heard.get();
			// The first hint meets a dead connection and is lost.
			await().atMost(LONG).until(() -> {
				this.sender.wakeUps().send();
				return this.heard.get() > connectedAgain;
			});
		}
	}

	@Test
	void aClosedEarHearsNothingAndLeavesNoConnection() throws Exception {
		AutoCloseable ear = this.receiver.wakeUps().listen(this.heard::incrementAndGet);
		awaitMoreThan(0);
		assertThat(listeners()).isEqualTo(1);
		ear.close();
		await().atMost(LONG).until(() -> listeners() == 0);
		int before = this.heard.get();
		this.sender.wakeUps().send();
		await().atMost(LONG).until(() -> notifications() == 0);
		assertThat(this.heard).hasValue(before);
	}

	@Test
	void aSharedPoolIsNotListenedOnButHintsAreSent() throws Exception {
		JdbcJobStore shared = new JdbcJobStore(this.pool, this.pool, JdbcStoreSettings.DEFAULTS);
		try (AutoCloseable deaf = shared.wakeUps().listen(() -> {
		}); AutoCloseable ear = this.receiver.wakeUps().listen(this.heard::incrementAndGet)) {
			awaitMoreThan(0);
			int before = this.heard.get();
			shared.wakeUps().send();
			awaitMoreThan(before);
			assertThat(listeners()).isEqualTo(1);
		}
		shared.close();
	}

	@Test
	void neitherIsThereIfNotificationsAreOffOrTheDatabaseIsH2() throws Exception {
		JdbcStoreSettings off = new JdbcStoreSettings("aftercommit_", null, true, false);
		assertThat(new JdbcJobStore(this.pool, own(), off).wakeUps()).isSameAs(WakeUps.NONE);
		try (TestDatabase h2 = TestDatabases.h2Memory(); HikariDataSource dataSource = h2.pool(2)) {
			assertThat(new JdbcJobStore(dataSource, dataSource, JdbcStoreSettings.DEFAULTS).wakeUps())
				.isSameAs(WakeUps.NONE);
		}
	}

	private void awaitMoreThan(int count) {
		await().atMost(LONG).until(() -> this.heard.get() > count);
	}

	private int listeners() {
		return this.jdbc.queryForObject("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
				+ " AND datname = current_database()", Integer.class);
	}

	private int notifications() {
		return this.jdbc.queryForObject("SELECT CAST(pg_notification_queue_usage() * 1000000 AS integer)",
				Integer.class);
	}

	private static DataSource own() {
		return new DriverManagerDataSource(database.url(), database.username(), database.password());
	}

}
