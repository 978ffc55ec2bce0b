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
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import jakarta.persistence.EntityManager;
import org.hibernate.SessionFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.orm.jpa.hibernate.LocalSessionFactoryBean;
import org.springframework.orm.jpa.vendor.HibernateJpaDialect;
import org.springframework.transaction.PlatformTransactionManager;

import dev.aftercommit.AttemptOutcome;
import dev.aftercommit.JobListener;
import dev.aftercommit.JobState;
import dev.aftercommit.enqueue.CallFactory;
import dev.aftercommit.enqueue.EnqueueInterceptor;
import dev.aftercommit.enqueue.EnqueuePath;
import dev.aftercommit.enqueue.TransactionListenerRegistrar;
import dev.aftercommit.handle.JobHandles;
import dev.aftercommit.handle.ResultWatcher;
import dev.aftercommit.handler.BackgroundJobProxying;
import dev.aftercommit.handler.BeanHandlerRegistry;
import dev.aftercommit.serialization.JacksonJobSerializer;
import dev.aftercommit.store.JobStatus;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.LocalWorkers;
import dev.aftercommit.store.jdbc.JdbcCommitCheck;
import dev.aftercommit.store.jdbc.JdbcJobStore;
import dev.aftercommit.store.jdbc.JdbcStoreSettings;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A database, a transaction manager, and everything of ours on them but Spring Boot.
 */
final class ExactlyOnceWorld {

	private static final List<String> TABLES = List.of("job", "ready", "scheduled", "lease", "node", "history", "dead",
			"attempt", "unique_key", "unsettled");

	private static final Map<String, ExactlyOnceWorld> WORLDS = new ConcurrentHashMap<>();

	final UnsureDataSource dataSource;

	final JdbcTemplate jdbc;

	final PlatformTransactionManager transactionManager;

	final JobStore store;

	final ExactlyOnceBodies bodies;

	final ExactlyOnceBodies.Script script = new ExactlyOnceBodies.Script();

	final List<String> applied = new CopyOnWriteArrayList<>();

	private final String name;

	private final JacksonJobSerializer serializer = new JacksonJobSerializer(262_144, Set.of());

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final @Nullable EntityManager entities;

	private final List<Workers> started = new ArrayList<>();

	private ExactlyOnceWorld(TestDatabase database, boolean jpa, int connections) {
		this.name = database + (jpa ? ", JPA" : ", JDBC") + ", " + connections + " connections";
		HikariDataSource pool = database.pool(connections);
		this.dataSource = new UnsureDataSource(pool);
		this.jdbc = new JdbcTemplate(this.dataSource);
		this.jdbc.execute("CREATE TABLE effect (id VARCHAR(40) PRIMARY KEY, job_id VARCHAR(40),"
				+ " unique_key VARCHAR(40) UNIQUE)");
		createTables(database);
		this.store = new JdbcJobStore(this.dataSource, this.dataSource,
				new JdbcStoreSettings(JdbcStoreSettings.DEFAULTS.tablePrefix(), null, false, true));
		SessionFactory sessions = jpa ? sessions() : null;
		this.transactionManager = (sessions != null) ? jpa(sessions) : new JdbcTransactionManager(this.dataSource);
		this.entities = (sessions != null) ? SharedEntityManagerCreator.createSharedEntityManager(sessions) : null;
		refresh();
		this.bodies = this.context.getBean(ExactlyOnceBodies.class);
	}

	/**
	 * Flyway takes two connections, and would wait for the second one of a pool of one.
	 */
	private static void createTables(TestDatabase database) {
		try (HikariDataSource pool = database.pool(2)) {
			new JdbcJobStore(pool, pool, JdbcStoreSettings.DEFAULTS);
		}
	}

	static Stream<ExactlyOnceWorld> all() {
		return Stream.of("H2 JDBC", "H2 JPA", "PostgreSQL JDBC", "PostgreSQL JPA")
			.map((name) -> WORLDS.computeIfAbsent(name, (key) -> create(key, 8)));
	}

	static Stream<ExactlyOnceWorld> withOneConnection() {
		return Stream.of("H2 JDBC", "PostgreSQL JPA")
			.map((name) -> WORLDS.computeIfAbsent(name + " alone", (key) -> create(key, 1)));
	}

	private static ExactlyOnceWorld create(String name, int connections) {
		TestDatabase database = name.startsWith("H2") ? TestDatabases.h2Memory() : TestDatabases.postgres();
		return new ExactlyOnceWorld(database, name.contains("JPA"), connections);
	}

	private SessionFactory sessions() {
		LocalSessionFactoryBean factory = new LocalSessionFactoryBean();
		factory.setDataSource(this.dataSource);
		factory.setAnnotatedClasses(Effect.class);
		try {
			factory.afterPropertiesSet();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return factory.getObject();
	}

	private JpaTransactionManager jpa(SessionFactory sessions) {
		JpaTransactionManager manager = new JpaTransactionManager(sessions);
		manager.setDataSource(this.dataSource);
		manager.setJpaDialect(new HibernateJpaDialect());
		return manager;
	}

	private void refresh() {
		JobHandles handles = new JobHandles(this.store.directory(), this.serializer,
				new ResultWatcher(this.store.directory(), System::nanoTime));
		CallFactory calls = new CallFactory(this.serializer, handles, List.of(), Clock.systemUTC());
		this.context.registerBean(TransactionListenerRegistrar.class);
		this.context.registerBean("transactionManager", PlatformTransactionManager.class,
				() -> this.transactionManager);
		this.context.registerBean(EnqueuePath.class, () -> new EnqueuePath(this.store, LocalWorkers.NONE, List.of(),
				new JdbcCommitCheck(), System::nanoTime));
		this.context.registerBean(BeanHandlerRegistry.class,
				() -> new BeanHandlerRegistry(this.serializer::problemWith));
		this.context.registerBean(BackgroundJobProxying.class,
				() -> new BackgroundJobProxying(
						() -> new EnqueueInterceptor(() -> this.context.getBean(BeanHandlerRegistry.class), () -> calls,
								() -> this.context.getBean(EnqueuePath.class))));
		this.context.registerBean(ExactlyOnceBodies.class, () -> new ExactlyOnceBodies(this.script));
		this.context.refresh();
	}

	boolean isPostgres() {
		return this.name.startsWith("PostgreSQL");
	}

	Workers start(UnaryOperator<WorkersHarness.Settings> change) {
		JobListener listener = new JobListener() {

			@Override
			public void applied(Attempt attempt, AttemptOutcome outcome, @Nullable JobState state) {
				ExactlyOnceWorld.this.applied.add(attempt.number() + " " + outcome + " " + state);
			}

		};
		Workers workers = new Workers(this.store, this.context.getBean(BeanHandlerRegistry.class), this.serializer,
				change.apply(WorkersHarness.settings()).build(), List.of(listener), Clock.systemUTC(),
				System::nanoTime);
		workers.setTransactionManager(this.transactionManager);
		this.started.add(workers);
		workers.start();
		await().atMost(WorkersHarness.PATIENCE).until(() -> workers.status().node() != null);
		return workers;
	}

	Workers start() {
		return start(UnaryOperator.identity());
	}

	/** In the body's transaction, by what the transaction manager is made for. */
	void effect(UUID job) {
		effect(job, null);
	}

	void effect(UUID job, @Nullable String uniqueKey) {
		Effect effect = new Effect(job.toString(), uniqueKey);
		if (this.entities != null) {
			this.entities.persist(effect);
		}
		else {
			this.jdbc.update("INSERT INTO effect (id, job_id, unique_key) VALUES (?, ?, ?)", effect.id, effect.jobId,
					effect.uniqueKey);
		}
	}

	int effects(UUID job) {
		Integer count = this.jdbc.queryForObject("SELECT COUNT(*) FROM effect WHERE job_id = ?", Integer.class,
				job.toString());
		return (count != null) ? count : 0;
	}

	JobStatus awaitState(UUID job, JobState state) {
		await().atMost(WorkersHarness.PATIENCE).untilAsserted(() -> assertThat(status(job).state()).isEqualTo(state));
		return status(job);
	}

	JobStatus status(UUID job) {
		return this.store.directory().find(Set.of(job)).get(job);
	}

	void reset() {
		this.started.forEach(Workers::stop);
		this.started.clear();
		this.applied.clear();
		this.script.nextRuns.clear();
		TABLES.forEach((table) -> this.jdbc.update("DELETE FROM aftercommit_" + table));
		this.jdbc.update("DELETE FROM effect");
	}

	@Override
	public String toString() {
		return this.name;
	}

}
