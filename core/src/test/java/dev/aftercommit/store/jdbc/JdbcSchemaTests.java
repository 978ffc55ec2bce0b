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

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JdbcSchemaTests extends AbstractJdbcStoreTests {

	private static final JdbcStoreSettings NO_INITIALIZATION = new JdbcStoreSettings("aftercommit_", null, false,
			false);

	@OnEachDatabase
	void aSecondStoreFindsTheTablesAndChangesNothing(TestDatabase database) {
		try (HikariDataSource pool = database.pool(2)) {
			JdbcJobStore first = store(pool);
			first.intake().enqueue(List.of(job()));
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			int migrations = migrations(jdbc);
			assertThat(claim(store(pool), 10)).hasSize(1);
			assertThat(migrations(jdbc)).isEqualTo(migrations);
			assertThat(jdbc.queryForList("SELECT version FROM aftercommit_schema_version", Integer.class))
				.containsExactly(JdbcSchema.VERSION);
		}
	}

	@OnEachDatabase
	void theScriptAloneWorksAndCanBeRunAgain(TestDatabase database) {
		try (HikariDataSource pool = database.pool(1)) {
			byScript(pool, JdbcStoreSettings.DEFAULTS).run();
			byScript(pool, JdbcStoreSettings.DEFAULTS).run();
			JdbcJobStore store = new JdbcJobStore(pool, pool, NO_INITIALIZATION);
			store.intake().enqueue(List.of(job()));
			assertThat(claim(store, 10)).hasSize(1);
		}
	}

	@OnEachDatabase
	void flywayTakesOverWhatTheScriptHasCreated(TestDatabase database) {
		try (HikariDataSource pool = database.pool(2)) {
			byScript(pool, JdbcStoreSettings.DEFAULTS).run();
			store(pool).intake().enqueue(List.of(job()));
			byFlyway(pool, JdbcStoreSettings.DEFAULTS).run();
			byFlyway(pool, JdbcStoreSettings.DEFAULTS).run();
			assertThat(new JdbcTemplate(pool)
				.queryForList("SELECT * FROM \"aftercommit_schema_history\" WHERE \"installed_rank\" > 0")).hasSize(2);
			assertThat(claim(store(pool), 10)).hasSize(1);
		}
	}

	@OnEachDatabase
	void theApplicationsOwnTablesAndItsFlywayAreLeftAlone(TestDatabase database) {
		try (HikariDataSource pool = database.pool(2)) {
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			jdbc.execute("CREATE TABLE server (id bigint PRIMARY KEY)");
			Flyway.configure().dataSource(pool).baselineOnMigrate(true).load().migrate();
			store(pool);
			Flyway.configure().dataSource(pool).load().validate();
			Flyway.configure().dataSource(pool).load().migrate();
			assertThat(jdbc.queryForObject("SELECT count(*) FROM server", Integer.class)).isZero();
			assertThat(claim(store(pool), 10)).isEmpty();
		}
	}

	@OnEachDatabase
	void aSchemaAndAPrefixOfItsOwnAreCreatedByFlywayAndByScript(TestDatabase database) {
		try (HikariDataSource pool = database.pool(2)) {
			JdbcStoreSettings byFlyway = new JdbcStoreSettings("j_", "jobs", true, false);
			JdbcJobStore store = new JdbcJobStore(pool, pool, byFlyway);
			store.intake().enqueue(List.of(job()));
			assertThat(claim(store, 10)).hasSize(1);
			assertThat(new JdbcTemplate(pool).queryForObject("SELECT count(*) FROM jobs.j_lease", Integer.class))
				.isEqualTo(1);
			JdbcStoreSettings other = new JdbcStoreSettings("K", "Jobs_2", true, false);
			byScript(pool, other).run();
			JdbcJobStore second = new JdbcJobStore(pool, pool, other);
			second.intake().enqueue(List.of(job()));
			assertThat(claim(second, 10)).hasSize(1);
			new JdbcTemplate(pool).execute("DROP SCHEMA Jobs_2 CASCADE");
		}
	}

	@OnEachDatabase
	void nodesThatStartAtTheSameMomentAllFindTheTables(TestDatabase database) throws Exception {
		try (HikariDataSource pool = database.pool(10)) {
			List<Callable<Object>> starts = List.of(() -> store(pool), () -> store(pool), () -> startByScript(pool),
					() -> startByScript(pool));
			ExecutorService executor = Executors.newFixedThreadPool(starts.size());
			try {
				for (Future<Object> start : executor.invokeAll(starts, 120, TimeUnit.SECONDS)) {
					assertThat(start.get()).isNotNull();
				}
			}
			finally {
				executor.shutdownNow();
			}
			assertThat(new JdbcTemplate(pool).queryForList("SELECT version FROM aftercommit_schema_version",
					Integer.class))
				.containsOnly(JdbcSchema.VERSION);
		}
	}

	@OnEachDatabase
	void aPoolThatIsTooSmallForFlywayIsLargeEnoughForTheScript(TestDatabase database) {
		HikariConfig config = database.config(1);
		config.setConnectionTimeout(2_000);
		try (HikariDataSource pool = new HikariDataSource(config)) {
			byFlyway(pool, JdbcStoreSettings.DEFAULTS).run();
			assertThat(claim(new JdbcJobStore(pool, pool, NO_INITIALIZATION), 10)).isEmpty();
		}
	}

	@OnEachDatabase
	void missingTablesThatMayNotBeCreatedFailTheStart(TestDatabase database) {
		try (HikariDataSource pool = database.pool(1)) {
			assertThatExceptionOfType(JobConfigurationException.class)
				.isThrownBy(() -> new JdbcJobStore(pool, pool, NO_INITIALIZATION))
				.withMessageContaining("aftercommit_job")
				.withMessageContaining("V1__create_job_tables.sql")
				.withMessageContaining("initialize-schema");
		}
	}

	@OnEachDatabase
	void tablesOfALaterVersionAreUsedAsLongAsTheyAreCompatible(TestDatabase database) {
		try (HikariDataSource pool = database.pool(2)) {
			store(pool);
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			jdbc.update("INSERT INTO aftercommit_schema_version (version, lowest_compatible) VALUES (7, 1)");
			store(pool).intake().enqueue(List.of(job()));
			jdbc.update("UPDATE aftercommit_schema_version SET lowest_compatible = 5 WHERE version = 7");
			assertThatExceptionOfType(JobConfigurationException.class).isThrownBy(() -> store(pool))
				.withMessageContaining("version 7")
				.withMessageContaining("later version of Aftercommit");
		}
	}

	@Test
	void aRoleWithoutTheRightToCreateAnythingWorksOnceTheTablesAreThere() {
		TestDatabase database = databases().filter(TestDatabase::isPostgres).findFirst().orElseThrow();
		try (HikariDataSource owner = database.pool(2)) {
			store(owner);
			String role = "worker_" + Long.toHexString(System.nanoTime());
			JdbcTemplate jdbc = new JdbcTemplate(owner);
			jdbc.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
			jdbc.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'secret'");
			jdbc.execute("GRANT USAGE ON SCHEMA public TO " + role);
			jdbc.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO " + role);
			jdbc.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO " + role);
			HikariConfig config = database.config(2);
			config.setUsername(role);
			config.setPassword("secret");
			try (HikariDataSource pool = new HikariDataSource(config)) {
				JdbcJobStore store = store(pool);
				store.intake().enqueue(List.of(job()));
				assertThat(claim(store, 10)).hasSize(1);
				JdbcSchema.Migration others = byScript(pool, new JdbcStoreSettings("other_", null, true, false));
				assertThatThrownBy(others::run).hasRootCauseInstanceOf(SQLException.class)
					.hasStackTraceContaining("permission denied");
			}
			finally {
				jdbc.execute("DROP OWNED BY " + role);
				jdbc.execute("DROP ROLE " + role);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "1abc", "a-b", "a b", "a;DROP TABLE x", "a\"b", "ä", "a.b",
			"abcdefghijklmnopqrstuvwxyz123456" })
	void prefixesAndSchemasThatCouldEndAStatementAreRefused(String name) {
		assertThatExceptionOfType(JobConfigurationException.class).isThrownBy(() -> new Tables(null, name))
			.withMessageContaining("aftercommit.jdbc.table-prefix")
			.withMessageContaining("(" + name + ")");
		assertThatExceptionOfType(JobConfigurationException.class).isThrownBy(() -> new Tables(name, "aftercommit_"))
			.withMessageContaining("aftercommit.jdbc.schema");
	}

	@Test
	void theLongestPrefixAndSchemaWork() {
		String longest = "abcdefghijklmnopqrstuvwxyz12345";
		for (TestDatabase database : databases().toList()) {
			try (HikariDataSource pool = database.pool(2)) {
				JdbcStoreSettings settings = new JdbcStoreSettings(longest, longest, true, true);
				JdbcJobStore store = new JdbcJobStore(pool, pool, settings);
				store.intake().enqueue(List.of(job()));
				assertThat(claim(store, 10)).hasSize(1);
				store.wakeUps().send();
				new JdbcTemplate(pool).execute("DROP SCHEMA " + longest + " CASCADE");
			}
		}
	}

	private static Object startByScript(HikariDataSource pool) {
		byScript(pool, JdbcStoreSettings.DEFAULTS).run();
		return new JdbcJobStore(pool, pool, NO_INITIALIZATION);
	}

	private static JdbcSchema.Migration byScript(HikariDataSource pool, JdbcStoreSettings settings) {
		OwnTransactions transactions = new OwnTransactions(pool);
		Tables tables = new Tables(settings.schema(), settings.tablePrefix());
		return new ScriptMigration(transactions, dialect(transactions, tables), tables);
	}

	private static JdbcSchema.Migration byFlyway(HikariDataSource pool, JdbcStoreSettings settings) {
		OwnTransactions transactions = new OwnTransactions(pool);
		Tables tables = new Tables(settings.schema(), settings.tablePrefix());
		Dialect dialect = dialect(transactions, tables);
		assertThat(JdbcSchema.hasFlyway(dialect)).isTrue();
		return new FlywayMigration(pool, dialect, tables, new ScriptMigration(transactions, dialect, tables));
	}

	private static Dialect dialect(OwnTransactions transactions, Tables tables) {
		Database database = Database.of(transactions);
		return database.dialect(database.statements(null), tables);
	}

	private static int migrations(JdbcTemplate jdbc) {
		return jdbc.queryForObject("SELECT count(*) FROM \"aftercommit_schema_history\"", Integer.class);
	}

}
