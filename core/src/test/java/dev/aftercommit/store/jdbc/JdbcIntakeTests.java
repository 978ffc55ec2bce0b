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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.JobState;
import dev.aftercommit.JobStoreException;
import dev.aftercommit.JobTime;
import dev.aftercommit.store.ClaimRequest;
import dev.aftercommit.store.ClaimedJob;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.JobIntake;
import dev.aftercommit.store.Lease;
import dev.aftercommit.store.NewJob;
import dev.aftercommit.store.Outcome;
import dev.aftercommit.store.StagedJob;
import dev.aftercommit.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class JdbcIntakeTests extends AbstractJdbcStoreTests {

	@OnEachDatabase
	void stagedJobsAppearWithTheCommitAndNotBefore(TestDatabase database) {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcJobStore store = store(pool);
			NewJob now = job();
			NewJob later = new NewJob(UUID.randomUUID(), "job", "default", 0, JobTime.in(Duration.ofHours(1)), "[]",
					Map.of());
			NewJob leased = job();
			Lease lease = new Lease(node(store), 1);
			inTransaction(pool, () -> {
				assertThat(store.intake().joinsTransaction()).isTrue();
				store.intake()
					.stage(List.of(new StagedJob(now, null), new StagedJob(later, null), new StagedJob(leased, lease)));
				assertThat(store.directory().find(List.of(now.id(), later.id(), leased.id()))).isEmpty();
				assertThat(claim(store, 10)).isEmpty();
			});
			assertThat(store.directory().find(List.of(now.id())).get(now.id()).state()).isEqualTo(JobState.ENQUEUED);
			assertThat(store.directory().find(List.of(later.id())).get(later.id()).state())
				.isEqualTo(JobState.SCHEDULED);
			assertThat(store.directory().find(List.of(leased.id())).get(leased.id()).state())
				.isEqualTo(JobState.RUNNING);
			assertThat(store.directory().find(List.of(leased.id())).get(leased.id()).attempts()).isEqualTo(1);
			assertThat(claimedIds(store, 10)).containsExactly(now.id());
			assertThat(store.leases()
				.apply(List.of(new Ending(
						new ClaimedJob(leased.id(), "job", "default", 0, 1, "[]", Map.of(), lease, Duration.ZERO, 0),
						new Outcome.Succeeded(null)))))
				.containsExactly(leased.id());
		}
	}

	/** However much of it is said once for all. */
	@OnEachDatabase
	void eachOfManyStagedJobsIsWhatItWasCalledAs(TestDatabase database) {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcJobStore store = store(pool);
			NewJob first = job("job", "default", 0, "[1]", Map.of("trace", "1"));
			for (List<NewJob> jobs : List.of(
					List.of(first, job("job", "default", 0, "[2]", Map.of()),
							job("job", "default", 0, "[3]", Map.of("trace", "3"))),
					List.of(first, job("other", "default", 0, "[1]", Map.of("trace", "1"))),
					List.of(first, job("job", "mail", 0, "[1]", Map.of("trace", "1"))),
					List.of(first, job("job", "default", 7, "[1]", Map.of("trace", "1"))))) {
				List<NewJob> staged = jobs.stream().map(JdbcIntakeTests::withNewId).toList();
				inTransaction(pool,
						() -> store.intake().stage(staged.stream().map((job) -> new StagedJob(job, null)).toList()));
				List<ClaimedJob> claimed = store.leases()
					.claim(new ClaimRequest(new Lease(node(store), 1), null, Map.of(), Set.of("job", "other"), 10))
					.jobs();
				assertThat(claimed)
					.extracting((job) -> new NewJob(job.id(), job.name(), job.queue(), job.priority(), null,
							job.arguments(), job.headers()))
					.containsExactlyInAnyOrderElementsOf(staged);
			}
		}
	}

	private static NewJob job(String name, String queue, int priority, String arguments, Map<String, String> headers) {
		return new NewJob(UUID.randomUUID(), name, queue, priority, null, arguments, headers);
	}

	private static NewJob withNewId(NewJob job) {
		return job(job.name(), job.queue(), job.priority(), job.arguments(), job.headers());
	}

	@OnEachDatabase
	void stagedJobsDisappearWithTheRollback(TestDatabase database) {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcJobStore store = store(pool);
			NewJob job = job();
			new TransactionTemplate(new DataSourceTransactionManager(pool)).executeWithoutResult((status) -> {
				store.intake().stage(List.of(new StagedJob(job, null), new StagedJob(job(), new Lease(1, 1))));
				status.setRollbackOnly();
			});
			assertThat(store.directory().find(List.of(job.id()))).isEmpty();
			assertThat(store.directory().count().get(JobState.RUNNING).value()).isZero();
		}
	}

	@OnEachDatabase
	void enqueueAndCancelDecideForThemselvesWhetherToJoin(TestDatabase database) {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcJobStore store = store(pool);
			NewJob waiting = job();
			store.intake().enqueue(List.of(waiting));
			NewJob immediate = job();
			new TransactionTemplate(new DataSourceTransactionManager(pool)).executeWithoutResult((status) -> {
				store.intake().enqueue(List.of(immediate));
				assertThat(store.directory().cancel(waiting.id())).isTrue();
				assertThat(store.directory().cancel(waiting.id())).isFalse();
				status.setRollbackOnly();
			});
			assertThat(claimedIds(store, 10)).containsExactly(waiting.id(), immediate.id());
		}
	}

	@OnEachDatabase
	void aJobThatCommitsLaterThanLaterOnesIsNotSkippedAndHoldsUpNobody(TestDatabase database) {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcJobStore store = store(pool);
			NewJob first = job();
			NewJob second = job();
			inTransaction(pool, () -> {
				store.intake().stage(List.of(new StagedJob(first, null)));
				store.intake().enqueue(List.of(second));
				assertThat(claimedIds(store, 10)).containsExactly(second.id());
			});
			assertThat(claimedIds(store, 10)).containsExactly(first.id());
		}
	}

	@OnEachDatabase
	void aJobThatATransactionHasCancelledHoldsUpNobody(TestDatabase database) {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcJobStore store = store(pool);
			NewJob cancelled = job();
			NewJob other = job();
			store.intake().enqueue(List.of(cancelled, other));
			inTransaction(pool, () -> {
				assertThat(store.directory().cancel(cancelled.id())).isTrue();
				assertThat(claimedIds(store, 10)).containsExactly(other.id());
			});
			assertThat(claimedIds(store, 10)).isEmpty();
		}
	}

	@OnEachDatabase
	void aReadOnlyTransactionAndNoneAndAnotherOneAreNotJoined(TestDatabase database) {
		try (HikariDataSource pool = database.pool(2); HikariDataSource other = database.pool(2)) {
			JobIntake intake = store(pool).intake();
			assertThat(intake.joinsTransaction()).isFalse();
			TransactionTemplate readOnly = new TransactionTemplate(new DataSourceTransactionManager(pool));
			readOnly.setReadOnly(true);
			readOnly.executeWithoutResult((status) -> {
				assertThat(intake.joinsTransaction()).isFalse();
				assertThat(intake.boundResource()).isPresent();
				assertThatIllegalStateException().isThrownBy(() -> intake.stage(List.of(new StagedJob(job(), null))));
			});
			TransactionTemplate supports = new TransactionTemplate(new DataSourceTransactionManager(pool));
			supports.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);
			supports.executeWithoutResult((status) -> assertThat(intake.joinsTransaction()).isFalse());
			inTransaction(other, () -> {
				assertThat(intake.joinsTransaction()).isFalse();
				assertThat(intake.boundResource()).isEmpty();
			});
		}
	}

	@OnEachDatabase
	void aConnectionThatAnotherTransactionManagersTransactionHasMerelyCachedIsNotJoined(TestDatabase database) {
		try (HikariDataSource pool = database.pool(2); HikariDataSource other = database.pool(2)) {
			JobIntake intake = store(pool).intake();
			inTransaction(other, () -> {
				Connection cached = DataSourceUtils.getConnection(pool);
				assertThat(TransactionSynchronizationManager.hasResource(pool)).isTrue();
				assertThat(intake.joinsTransaction()).isFalse();
				DataSourceUtils.releaseConnection(cached, pool);
			});
		}
	}

	@OnEachDatabase
	void aTransactionIsJoinedThroughSpringsProxiesAroundTheDataSource(TestDatabase database) {
		try (HikariDataSource pool = database.pool(3)) {
			store(pool);
			DataSource aware = new TransactionAwareDataSourceProxy(pool);
			DataSource lazy = new LazyConnectionDataSourceProxy(pool);
			assertStages(aware, aware);
			assertStages(aware, pool);
			assertStages(pool, aware);
			assertStages(lazy, lazy);
			assertStages(new TransactionAwareDataSourceProxy(lazy), lazy);
		}
	}

	private static void assertStages(DataSource storeDataSource, DataSource managed) {
		JdbcJobStore store = new JdbcJobStore(storeDataSource, storeDataSource, JdbcStoreSettings.DEFAULTS);
		NewJob staged = job();
		NewJob rolledBack = job();
		TransactionTemplate template = new TransactionTemplate(new DataSourceTransactionManager(managed));
		template.executeWithoutResult((status) -> store.intake().stage(List.of(new StagedJob(staged, null))));
		template.executeWithoutResult((status) -> {
			store.intake().stage(List.of(new StagedJob(rolledBack, null)));
			NewJob own = job();
			store.intake().enqueue(List.of(own));
			assertThat(store.directory().find(List.of(own.id()))).hasSize(1);
			status.setRollbackOnly();
		});
		assertThat(store.directory().find(List.of(staged.id(), rolledBack.id()))).containsOnlyKeys(staged.id());
	}

	@OnEachDatabase
	void aJpaTransactionIsJoined(TestDatabase database) {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcJobStore store = store(pool);
			LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
			factory.setDataSource(pool);
			factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
			factory.setPackagesToScan("dev.aftercommit.nothing");
			factory.afterPropertiesSet();
			JpaTransactionManager manager = new JpaTransactionManager(factory.getObject());
			NewJob job = job();
			NewJob rolledBack = job();
			new TransactionTemplate(manager).executeWithoutResult((status) -> {
				assertThat(store.intake().joinsTransaction()).isTrue();
				new JdbcTemplate(pool).queryForObject("SELECT 1", Integer.class);
				assertThat(store.intake().joinsTransaction()).isTrue();
				store.intake().stage(List.of(new StagedJob(job, null)));
			});
			new TransactionTemplate(manager).executeWithoutResult((status) -> {
				store.intake().stage(List.of(new StagedJob(rolledBack, null)));
				status.setRollbackOnly();
			});
			assertThat(store.directory().find(List.of(job.id(), rolledBack.id()))).containsOnlyKeys(job.id());
			factory.destroy();
		}
	}

	@OnEachDatabase
	void nothingIsJoinedOnceTheTransactionIsComplete(TestDatabase database) {
		try (HikariDataSource pool = database.pool(2)) {
			JobIntake intake = store(pool).intake();
			AtomicReference<Boolean> joins = new AtomicReference<>();
			inTransaction(pool,
					() -> TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

						@Override
						public void afterCompletion(int status) {
							joins.set(intake.joinsTransaction());
						}

					}));
			assertThat(joins).hasValue(false);
		}
	}

	@OnEachDatabase
	void theBoundResourceIsAnotherOneForEachTransaction(TestDatabase database) {
		try (HikariDataSource pool = database.pool(2)) {
			JobIntake intake = store(pool).intake();
			PlatformTransactionManager manager = new DataSourceTransactionManager(pool);
			TransactionTemplate inner = new TransactionTemplate(manager);
			inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
			new TransactionTemplate(manager).executeWithoutResult((status) -> {
				Object outer = intake.boundResource().orElseThrow();
				inner.executeWithoutResult(
						(nested) -> assertThat(intake.boundResource().orElseThrow()).isNotSameAs(outer));
				assertThat(intake.boundResource().orElseThrow()).isSameAs(outer);
			});
			assertThat(intake.boundResource()).isEmpty();
		}
	}

	@OnEachDatabase
	void aJobThatCantBeWrittenFailsTheCallerAndAllOfItsJobs(TestDatabase database) {
		try (HikariDataSource pool = database.pool(3)) {
			JdbcJobStore store = store(pool);
			NewJob good = job();
			NewJob twice = job();
			List<StagedJob> jobs = List.of(new StagedJob(good, null), new StagedJob(twice, null),
					new StagedJob(twice, null));
			assertThatExceptionOfType(JobStoreException.class)
				.isThrownBy(() -> inTransaction(pool, () -> store.intake().stage(jobs)))
				.withMessageContaining("must be rolled back");
			NewJob unreadable = new NewJob(UUID.randomUUID(), "job", "default", 0, null, "a\0b", Map.of());
			assertThatExceptionOfType(IllegalArgumentException.class)
				.isThrownBy(() -> store.intake().enqueue(List.of(good, unreadable)))
				.withMessageContaining("NUL");
			assertThat(store.directory().find(List.of(good.id(), twice.id()))).isEmpty();
		}
	}

	@OnEachDatabase
	void aTextThatTheDatabaseCannotKeepIsRefusedBeforeTheCallersTransactionIsLost(TestDatabase database) {
		try (HikariDataSource pool = database.pool(2)) {
			JdbcJobStore store = store(pool);
			NewJob good = job();
			NewJob odd = new NewJob(UUID.randomUUID(), "job", "default", 0, null, "[\"\0\"]", Map.of());
			inTransaction(pool, () -> {
				assertThatIllegalArgumentException()
					.isThrownBy(() -> store.intake().stage(List.of(new StagedJob(odd, null))))
					.withMessageContaining("NUL");
				store.intake().stage(List.of(new StagedJob(good, null)));
			});
			assertThat(store.directory().find(List.of(good.id(), odd.id()))).containsOnlyKeys(good.id());
		}
	}

	@Test
	void whatSomebodyElseWroteAtTheSameMomentIsLookedForAgain() {
		SQLException duplicate = new SQLException("duplicate key", "23505");
		assertThat(JdbcIntake.tryAgainIfDuplicate(duplicate).getSQLState()).startsWith("40");
		SQLException other = new SQLException("no space", "53100");
		assertThat((Object) JdbcIntake.tryAgainIfDuplicate(other)).isSameAs(other);
	}

	private static void inTransaction(DataSource dataSource, Runnable work) {
		new TransactionTemplate(new DataSourceTransactionManager(dataSource))
			.executeWithoutResult((status) -> work.run());
	}

}
