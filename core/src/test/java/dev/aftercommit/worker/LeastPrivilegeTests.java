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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

import dev.aftercommit.AuditEntry;
import dev.aftercommit.BackgroundJob;
import dev.aftercommit.JobFlow;
import dev.aftercommit.JobHandle;
import dev.aftercommit.JobState;
import dev.aftercommit.JobTime;
import dev.aftercommit.store.AuditNote;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Retention;
import dev.aftercommit.store.jdbc.JdbcJobStore;
import dev.aftercommit.store.jdbc.JdbcStoreSettings;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The roles of {@code docs/operations/postgresql-roles.sql}: the owner migrates, and all
 * that a job goes through works as the other one.
 */
class LeastPrivilegeTests {

	private static final String SCRIPT = "docs/operations/postgresql-roles.sql";

	// Roles are the server's, and other tests of this build may be on it.
	private final String suffix = "_" + Long.toHexString(System.nanoTime());

	@Test
	void aWholeJobRunsAsARoleThatCanCreateNothing() throws IOException {
		try (TestDatabase database = TestDatabases.postgres(); HikariDataSource superuser = database.pool(2)) {
			JdbcTemplate jdbc = new JdbcTemplate(superuser);
			jdbc.execute(script());
			try {
				jdbc.execute("ALTER ROLE " + role("owner") + " PASSWORD 'secret'");
				jdbc.execute("ALTER ROLE " + role("app") + " PASSWORD 'secret'");
				try (HikariDataSource owner = pool(database, "owner")) {
					new JdbcJobStore(owner, owner, settings(true));
				}
				assertThat(jdbc.queryForList(
						"SELECT DISTINCT privilege_type FROM information_schema.role_table_grants WHERE grantee = ?",
						String.class, role("app")))
					.containsExactlyInAnyOrder("SELECT", "INSERT", "UPDATE", "DELETE");
				try (HikariDataSource app = pool(database, "app")) {
					runJobs(app);
					refuseWhatIsNotNeeded(new JdbcTemplate(app));
				}
			}
			finally {
				jdbc.execute("DROP OWNED BY " + role("owner") + " CASCADE");
				jdbc.execute("DROP OWNED BY " + role("app"));
				jdbc.execute("DROP ROLE " + role("owner") + ", " + role("app"));
			}
		}
	}

	private void runJobs(HikariDataSource app) {
		try (WholeEngine engine = new WholeEngine(app, settings(false), PrivilegedJobs.class,
				(settings) -> settings.lease(Duration.ofSeconds(30), Duration.ofMillis(100)))) {
			PrivilegedJobs jobs = engine.bean(PrivilegedJobs.class);
			JobHandle<String> joined = engine.transaction.execute((status) -> jobs.hello("Ada"));
			assertThat(joined.join(WorkersHarness.PATIENCE)).isEqualTo("Hello Ada");
			assertThat(jobs.hello("Bob").join(WorkersHarness.PATIENCE)).isEqualTo("Hello Bob");
			jobs.failOnce();
			NewJob doomed = job("dead", null);
			NewJob later = job("hello", JobTime.in(Duration.ofHours(1)));
			engine.store.intake().enqueue(List.of(doomed, later));
			assertThat(engine.store.directory().cancel(later.id())).isTrue();
			await().atMost(WorkersHarness.PATIENCE).untilAsserted(() -> {
				assertThat(count(engine, JobState.SUCCEEDED)).isEqualTo(3);
				assertThat(count(engine, JobState.DEAD)).isEqualTo(1);
			});
			engine.store.wakeUps().send();
			engine.store.auditTrail()
				.append(new AuditNote("operator", "retry", AuditEntry.Kind.MANY, "all", "DONE", List.of(later.id())));
			assertThat(engine.store.auditTrail().about(AuditEntry.Kind.JOB, later.id().toString(), 1)).hasSize(1);
			assertThat(engine.store.directory().depths()).isEmpty();
			engine.store.flow().add(Map.of("default", new JobFlow.Counts(4, 3, 1, 1, 1)));
			engine.store.flow().add(Map.of("default", new JobFlow.Counts(1, 0, 0, 0, 0)));
			assertThat(engine.store.flow().read().recent().enqueued()).isEqualTo(5);
			engine.store.leases().rescue(Duration.ofMinutes(1), 3, 10);
			assertThat(engine.store.leases().prune(new Retention(Duration.ZERO, Duration.ZERO, Duration.ZERO), 100))
				.isEqualTo(5);
		}
	}

	private void refuseWhatIsNotNeeded(JdbcTemplate app) {
		String schema = "aftercommit" + this.suffix;
		for (String sql : List.of("CREATE TABLE " + schema + ".mine (id int)",
				"DROP TABLE " + schema + ".aftercommit_job", "TRUNCATE " + schema + ".aftercommit_job",
				"ALTER TABLE " + schema + ".aftercommit_job ADD COLUMN x int",
				"CREATE INDEX ON " + schema + ".aftercommit_job (name)", "CREATE SCHEMA mine",
				"CREATE TABLE public.mine (id int)")) {
			assertThatExceptionOfType(DataAccessException.class).as(sql)
				.isThrownBy(() -> app.execute(sql))
				.havingRootCause()
				.withMessageMatching("(?s).*(permission denied|must be owner).*");
		}
	}

	private static long count(WholeEngine engine, JobState state) {
		return engine.store.directory().count().get(state).value();
	}

	private static NewJob job(String name, JobTime time) {
		return new NewJob(UUID.randomUUID(), name, "default", 0, time, "[\"no number\"]", Map.of());
	}

	private JdbcStoreSettings settings(boolean initializeSchema) {
		return new JdbcStoreSettings("aftercommit_", "aftercommit" + this.suffix, initializeSchema, true);
	}

	private HikariDataSource pool(TestDatabase database, String role) {
		HikariConfig config = database.config(4);
		config.setUsername(role(role));
		config.setPassword("secret");
		return new HikariDataSource(config);
	}

	private String role(String name) {
		return "aftercommit_" + name + this.suffix;
	}

	private String script() throws IOException {
		Path root = Path.of("").toAbsolutePath();
		while (!Files.exists(root.resolve(SCRIPT))) {
			root = root.getParent();
		}
		return Files.readString(root.resolve(SCRIPT))
			.replace("aftercommit_owner", role("owner"))
			.replace("aftercommit_app", role("app"))
			.replaceAll("SCHEMA aftercommit\\b", "SCHEMA aftercommit" + this.suffix);
	}

	/**
	 * One job for each way that a job can go.
	 */
	static class PrivilegedJobs {

		private final AtomicInteger failures = new AtomicInteger();

		@BackgroundJob(name = "hello")
		public JobHandle<String> hello(String name) {
			return JobHandle.completed("Hello " + name);
		}

		@BackgroundJob(name = "failOnce")
		public void failOnce() {
			if (this.failures.getAndIncrement() == 0) {
				throw new IllegalStateException("planted");
			}
		}

		@BackgroundJob(name = "dead")
		public void dead(long number) {
			throw new IllegalStateException("never reached: " + number);
		}

	}

}
