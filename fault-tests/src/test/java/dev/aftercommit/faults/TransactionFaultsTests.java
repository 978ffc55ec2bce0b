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

package dev.aftercommit.faults;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.context.event.EventListener;
import org.springframework.core.PriorityOrdered;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.JobHandle;
import dev.aftercommit.faults.app.FaultEntity;
import dev.aftercommit.faults.harness.Client;
import dev.aftercommit.faults.harness.Figures;
import dev.aftercommit.faults.harness.Ledger;
import dev.aftercommit.faults.harness.Report;
import dev.aftercommit.faults.harness.Scene;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Transactions that end otherwise than their callers think, and calls from the strangest
 * moments of one. Everything is in this JVM.
 */
class TransactionFaultsTests {

	@ParameterizedTest
	@EnumSource
	void whatOthersThrowAfterTheCommitLosesNothing(Store store) throws Exception {
		try (Scene scene = store.scene("f13")) {
			Client client = scene.both(Listeners.class);
			AtomicInteger thrown = new AtomicInteger();
			int times = 20;
			for (int i = 0; i < times; i++) {
				for (boolean first : new boolean[] { true, false }) {
					String id = (first ? "first-" : "last-") + i;
					client.calls().call(id, () -> {
						TransactionSynchronizationManager
							.registerSynchronization(first ? new FirstAndThrowing(thrown) : new Throwing(thrown));
						return client.jobs().work(id, 0);
					});
				}
			}
			scene.drain();
			Figures figures = scene.figures();
			Report.add("13", "another library's `afterCommit` throws",
					thrown + " exceptions, before and after our own callback", scene, figures);
			assertClean(figures);
			assertThat(thrown).hasValue(2 * times);
			assertThat(figures.committed()).isEqualTo(2 * times);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aCallFromAnyPhaseOfATransactionBecomesOneJobOrALoudError(Store store) throws Exception {
		try (Scene scene = store.scene("f14")) {
			Client client = scene.both(Listeners.class);
			List<String> loud = new ArrayList<>();
			Map<String, Consumer<Moment>> moments = moments(client.context());
			for (boolean commit : new boolean[] { true, false }) {
				moments.forEach((name, moment) -> {
					String id = name + (commit ? "" : ", rolled back");
					AtomicReference<@Nullable JobHandle<?>> handle = new AtomicReference<>();
					AtomicReference<@Nullable Exception> error = new AtomicReference<>();
					run(client, commit, () -> moment.accept(new Moment(() -> {
						try {
							handle.set(enqueue(client, id));
						}
						catch (RuntimeException ex) {
							error.set(ex);
							throw ex;
						}
					})), error);
					boolean after = name.startsWith("after");
					if (error.get() != null) {
						loud.add(id);
					}
					else if (handle.get() != null && (commit || after)) {
						client.calls().note(id, handle.get());
					}
				});
			}
			scene.drain();
			Figures figures = scene.figures();
			Report.add("14", "a call from every callback and listener phase",
					moments.size() + " phases, of transactions that commit and that roll back: " + figures.committed()
							+ " jobs, " + loud.size() + " loud errors" + (loud.isEmpty() ? "" : " " + loud),
					scene, figures);
			assertClean(figures);
			// All that come after a commit, and those that come after a rollback, too.
			assertThat(figures.committed() + loud.size()).isEqualTo(moments.size() - 1 + 3);
			assertThat(figures.runs()).isEqualTo(figures.committed());
		}
	}

	private static Map<String, Consumer<Moment>> moments(ApplicationEventPublisher events) {
		Map<String, Consumer<Moment>> moments = new LinkedHashMap<>();
		moments.put("in the body", Moment::come);
		moments.put("in a listener", (moment) -> events.publishEvent(new Now(moment)));
		moments.put("beforeCommit", (moment) -> register(new Callbacks(moment, "beforeCommit")));
		moments.put("beforeCompletion", (moment) -> register(new Callbacks(moment, "beforeCompletion")));
		moments.put("afterCommit", (moment) -> register(new Callbacks(moment, "afterCommit")));
		moments.put("afterCompletion", (moment) -> register(new Callbacks(moment, "afterCompletion")));
		for (TransactionPhase phase : TransactionPhase.values()) {
			moments.put((phase == TransactionPhase.BEFORE_COMMIT ? "event " : "after, event ") + phase,
					(moment) -> events.publishEvent(new Phased(moment, phase)));
		}
		return moments;
	}

	private static void register(TransactionSynchronization synchronization) {
		TransactionSynchronizationManager.registerSynchronization(synchronization);
	}

	private static void run(Client client, boolean commit, Runnable body, AtomicReference<@Nullable Exception> error) {
		try {
			new TransactionTemplate(client.bean(PlatformTransactionManager.class)).executeWithoutResult((status) -> {
				body.run();
				if (!commit) {
					status.setRollbackOnly();
				}
			});
		}
		catch (RuntimeException ex) {
			error.compareAndSet(null, ex);
		}
	}

	@ParameterizedTest
	@EnumSource
	void savepointsAndInnerTransactionsTakeTheirOwnCallsWithThem(Store store) throws Exception {
		try (Scene scene = store.scene("f15")) {
			Client client = scene.both(Listeners.class);
			Matrix matrix = new Matrix(client);
			Set<String> expected = matrix.play();
			scene.drain();
			Set<String> ran = scene.runs()
				.stream()
				.map((run) -> run.call())
				.collect(Collectors.toCollection(TreeSet::new));
			Figures figures = scene.figures();
			Report.add("15", "NESTED, savepoints, REQUIRES_NEW both ways",
					matrix.cases() + " combinations of commits and rollbacks", scene, figures);
			assertClean(figures);
			assertThat(ran).isEqualTo(expected);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aCaughtErrorOfAStatementLeavesNoGhost(Store store) throws Exception {
		try (Scene scene = store.scene("f16")) {
			Client client = scene.both(Listeners.class);
			JdbcTemplate jdbc = client.bean(JdbcTemplate.class);
			scene.jdbc().execute("CREATE TABLE fault_key (id varchar(10) PRIMARY KEY)");
			scene.jdbc().execute("INSERT INTO fault_key VALUES ('taken')");
			AtomicInteger caught = new AtomicInteger();
			int loud = 0;
			int times = 20;
			for (int i = 0; i < times; i++) {
				String early = "early-" + i;
				String late = "late-" + i;
				AtomicReference<@Nullable JobHandle<?>> handle = new AtomicReference<>();
				try {
					new TransactionTemplate(client.bean(PlatformTransactionManager.class))
						.executeWithoutResult((status) -> {
							client.calls().within(early, () -> client.jobs().work(early, 0));
							insertTaken(jdbc, caught);
							handle.set(enqueue(client, late));
						});
				}
				catch (RuntimeException ex) {
					loud++;
				}
				if (scene.ledger().calls().containsKey(early)) {
					client.calls().note(late, handle.get());
				}
			}
			scene.drain();
			Figures figures = scene.figures();
			Report.add("16", "caught duplicate key, then commit", caught + " errors caught between two calls; " + loud
					+ " transactions could not commit, and their callers were told", scene, figures);
			assertClean(figures);
			assertThat(caught).hasValue(times);
			assertThat(loud).isEqualTo((store == Store.POSTGRES) ? times : 0);
			assertThat(figures.committed()).isEqualTo((store == Store.POSTGRES) ? 0 : 2 * times);
		}
	}

	private static void insertTaken(JdbcTemplate jdbc, AtomicInteger caught) {
		try {
			jdbc.update("INSERT INTO fault_key VALUES ('taken')");
		}
		catch (DuplicateKeyException ex) {
			caught.incrementAndGet();
		}
	}

	private static JobHandle<?> enqueue(Client client, String id) {
		try {
			return client.jobs().work(id, 0);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@ParameterizedTest
	@EnumSource
	@Tag("full")
	void readOnlySupportsTwoManagersAndAFailingFlushAreTheSameEverywhere(Store store) throws Exception {
		try (Scene scene = store.scene("f17")) {
			scene.jdbc().execute("CREATE TABLE fault_entity (id varchar(20) PRIMARY KEY)");
			scene.jdbc().execute("INSERT INTO fault_entity VALUES ('taken')");
			Client client = scene.both(Jpa.class, "spring.autoconfigure.exclude", "", "spring.jpa.hibernate.ddl-auto",
					"none");
			Managers managers = new Managers(client);
			Set<String> expected = managers.play();
			scene.drain();
			Set<String> ran = scene.runs()
				.stream()
				.map(Ledger.Run::call)
				.collect(Collectors.toCollection(TreeSet::new));
			Figures figures = scene.figures();
			Report.add("17", "read-only, SUPPORTS, two managers, a failing flush", managers.cases()
					+ " calls, of which " + expected.size() + " are to run; the same on PostgreSQL and H2", scene,
					figures);
			assertClean(figures);
			assertThat(ran).isEqualTo(expected);
			assertThat(managers.failedFlushes()).isPositive();
		}
	}

	@ParameterizedTest
	@EnumSource
	void aPoolOfOneOrTwoConnectionsIsEnough(Store store) throws Exception {
		for (int pool : new int[] { 1, 2 }) {
			try (Scene scene = store.scene("f18p" + pool)) {
				Client client = scene.both(Listeners.class, "spring.datasource.hikari.maximum-pool-size",
						Integer.toString(pool), "spring.datasource.hikari.connection-timeout", "20000",
						"aftercommit.worker.concurrency", "4");
				client.calls().call("root", () -> client.jobs().spreading("root", 3, 4));
				Scene.await("all have spread").until(() -> scene.runs((run) -> run.ended().equals("ok")).size() >= 85);
				scene.drain();
				Figures figures = scene.figures();
				Report.add("18", "pool of " + pool + ", jobs that need a connection and enqueue more",
						"85 jobs from one, 4 at the same time", scene, figures);
				assertClean(figures);
				assertThat(figures.committed()).isEqualTo(85);
			}
		}
	}

	private static void assertClean(Figures figures) {
		assertThat(figures.isClean()).as(figures.toString()).isTrue();
	}

	enum Store {

		POSTGRES, H2;

		Scene scene(String name) {
			return (this == POSTGRES) ? Scene.onPostgres(name) : Scene.onH2(name);
		}

	}

	/**
	 * A moment that comes once.
	 */
	record Moment(Runnable action) {

		void come() {
			this.action.run();
		}

	}

	record Now(Moment moment) {

	}

	record Phased(Moment moment, TransactionPhase phase) {

	}

	static class Listeners {

		@EventListener
		void now(Now event) {
			event.moment().come();
		}

		@TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT,
				condition = "#event.phase().name() == 'BEFORE_COMMIT'")
		void beforeCommit(Phased event) {
			event.moment().come();
		}

		@TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT,
				condition = "#event.phase().name() == 'AFTER_COMMIT'")
		void afterCommit(Phased event) {
			event.moment().come();
		}

		@TransactionalEventListener(phase = TransactionPhase.AFTER_COMPLETION,
				condition = "#event.phase().name() == 'AFTER_COMPLETION'")
		void afterCompletion(Phased event) {
			event.moment().come();
		}

		@TransactionalEventListener(phase = TransactionPhase.AFTER_ROLLBACK,
				condition = "#event.phase().name() == 'AFTER_ROLLBACK'")
		void afterRollback(Phased event) {
			event.moment().come();
		}

	}

	private record Callbacks(Moment moment, String when) implements TransactionSynchronization {

		@Override
		public void beforeCommit(boolean readOnly) {
			comeIf("beforeCommit");
		}

		@Override
		public void beforeCompletion() {
			comeIf("beforeCompletion");
		}

		@Override
		public void afterCommit() {
			comeIf("afterCommit");
		}

		@Override
		public void afterCompletion(int status) {
			comeIf("afterCompletion");
		}

		private void comeIf(String now) {
			if (this.when.equals(now)) {
				this.moment.come();
			}
		}

	}

	private static class Throwing implements TransactionSynchronization {

		private final AtomicInteger thrown;

		Throwing(AtomicInteger thrown) {
			this.thrown = thrown;
		}

		@Override
		public void afterCommit() {
			this.thrown.incrementAndGet();
			throw new IllegalStateException("Another library's callback fails");
		}

	}

	/** Before all that are merely ordered. */
	private static final class FirstAndThrowing extends Throwing implements PriorityOrdered {

		FirstAndThrowing(AtomicInteger thrown) {
			super(thrown);
		}

		@Override
		public int getOrder() {
			return HIGHEST_PRECEDENCE;
		}

	}

	/**
	 * Combinations of scopes; each call writes its business row in the scope in which it
	 * is made.
	 */
	private static final class Matrix {

		private final Client client;

		private final Set<String> expected = new TreeSet<>();

		private int cases;

		Matrix(Client client) {
			this.client = client;
		}

		int cases() {
			return this.cases;
		}

		Set<String> play() {
			for (int inner : new int[] { TransactionDefinition.PROPAGATION_NESTED,
					TransactionDefinition.PROPAGATION_REQUIRES_NEW, TransactionDefinition.PROPAGATION_NOT_SUPPORTED }) {
				for (boolean innerCommits : new boolean[] { true, false }) {
					for (boolean outerCommits : new boolean[] { true, false }) {
						for (boolean thrown : new boolean[] { true, false }) {
							twoScopes(inner, innerCommits, outerCommits, thrown);
						}
					}
				}
			}
			savepoint(true);
			savepoint(false);
			threeScopes();
			return this.expected;
		}

		private void twoScopes(int inner, boolean innerCommits, boolean outerCommits, boolean thrown) {
			String name = "case-" + (++this.cases);
			boolean untouched = inner == TransactionDefinition.PROPAGATION_NOT_SUPPORTED;
			boolean nested = inner == TransactionDefinition.PROPAGATION_NESTED;
			scope(TransactionDefinition.PROPAGATION_REQUIRED, outerCommits, false, () -> {
				call(name + "-before", outerCommits);
				scope(inner, innerCommits, thrown,
						() -> call(name + "-inner", untouched || (innerCommits && (outerCommits || !nested))));
				call(name + "-after", outerCommits);
			});
		}

		private void savepoint(boolean rolledBack) {
			String name = "case-" + (++this.cases);
			template(TransactionDefinition.PROPAGATION_REQUIRED).executeWithoutResult((status) -> {
				call(name + "-before", true);
				Object savepoint = status.createSavepoint();
				call(name + "-inner", !rolledBack);
				if (rolledBack) {
					status.rollbackToSavepoint(savepoint);
				}
				status.releaseSavepoint(savepoint);
				call(name + "-after", true);
			});
		}

		private void threeScopes() {
			String name = "case-" + (++this.cases);
			int nested = TransactionDefinition.PROPAGATION_NESTED;
			scope(TransactionDefinition.PROPAGATION_REQUIRED, true, false, () -> {
				scope(nested, true, false, () -> {
					call(name + "-1", true);
					scope(nested, false, false, () -> call(name + "-2", false));
					call(name + "-3", true);
				});
				scope(nested, false, true, () -> {
					call(name + "-4", false);
					scope(nested, true, false, () -> call(name + "-5", false));
					scope(TransactionDefinition.PROPAGATION_REQUIRES_NEW, true, false, () -> call(name + "-6", true));
				});
				call(name + "-7", true);
			});
		}

		private void call(String id, boolean runs) {
			if (runs) {
				this.expected.add(id);
			}
			this.client.calls().within(id, () -> this.client.jobs().work(id, 0));
		}

		private void scope(int propagation, boolean commit, boolean thrown, Runnable body) {
			try {
				template(propagation).executeWithoutResult((status) -> {
					body.run();
					end(status, commit, thrown);
				});
			}
			catch (LeftException ex) {
				// That is how this scope ends; the one around it goes on.
			}
		}

		private static void end(TransactionStatus status, boolean commit, boolean thrown) {
			if (!commit && thrown) {
				throw new LeftException();
			}
			if (!commit) {
				status.setRollbackOnly();
			}
		}

		private TransactionTemplate template(int propagation) {
			TransactionTemplate template = new TransactionTemplate(this.client.bean(PlatformTransactionManager.class));
			template.setPropagationBehavior(propagation);
			return template;
		}

		private static final class LeftException extends RuntimeException {

		}

	}

	@Configuration(proxyBeanMethods = false)
	@EntityScan(basePackageClasses = FaultEntity.class)
	static class Jpa {

		@Bean
		@Primary
		JpaTransactionManager transactionManager(EntityManagerFactory entityManagers) {
			return new JpaTransactionManager(entityManagers);
		}

		@Bean(defaultCandidate = false)
		JdbcTransactionManager otherTransactionManager() {
			return new JdbcTransactionManager(new DriverManagerDataSource("jdbc:h2:mem:other;DB_CLOSE_DELAY=-1"));
		}

	}

	/**
	 * Calls in the transactions of two managers, in transactions that can't write, and in
	 * those that fail when they are flushed.
	 */
	private static final class Managers {

		private final Client client;

		private final PlatformTransactionManager own;

		private final PlatformTransactionManager other;

		private final Set<String> expected = new TreeSet<>();

		private int cases;

		private int failedFlushes;

		private final Map<String, JobHandle<?>> handles = new LinkedHashMap<>();

		Managers(Client client) {
			this.client = client;
			this.own = client.bean(JpaTransactionManager.class);
			this.other = client.context().getBean("otherTransactionManager", PlatformTransactionManager.class);
		}

		int cases() {
			return this.cases;
		}

		int failedFlushes() {
			return this.failedFlushes;
		}

		Set<String> play() {
			for (boolean commit : new boolean[] { true, false }) {
				String end = commit ? " commits" : " rolls back";
				scope(template(this.own, true), commit, () -> call("read-only" + end, commit));
				scope(template(this.other, false), commit, () -> call("the other manager's" + end, commit));
				for (boolean outer : new boolean[] { true, false }) {
					String ends = end + ", the outer one" + (outer ? " commits" : " rolls back");
					scope(template(this.own, false), outer, () -> scope(template(this.other, false), commit,
							() -> call("the other's inside ours" + ends, commit)));
					scope(template(this.other, false), outer, () -> scope(template(this.own, false), commit,
							() -> call("ours inside the other's" + ends, commit)));
				}
			}
			TransactionTemplate supports = template(this.own, false);
			supports.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);
			scope(supports, true, () -> call("SUPPORTS without a transaction", true));
			scope(template(this.own, false), false,
					() -> scope(supports, true, () -> call("SUPPORTS within one", false)));
			flush();
			this.expected.forEach((id) -> this.client.calls().note(id, this.handles.get(id)));
			return this.expected;
		}

		private void flush() {
			EntityManager entities = SharedEntityManagerCreator
				.createSharedEntityManager(this.client.bean(EntityManagerFactory.class));
			try {
				template(this.own, false).executeWithoutResult((status) -> {
					call("before a failing flush", false);
					entities.persist(new FaultEntity("taken"));
					call("after what fails to be flushed", false);
				});
			}
			catch (RuntimeException ex) {
				this.failedFlushes++;
			}
			template(this.own, false).executeWithoutResult((status) -> {
				call("before a flush", true);
				entities.persist(new FaultEntity("free"));
			});
		}

		private void call(String id, boolean runs) {
			this.cases++;
			if (runs) {
				this.expected.add(id);
			}
			this.handles.put(id, enqueue(this.client, id));
		}

		private static void scope(TransactionTemplate template, boolean commit, Runnable body) {
			template.executeWithoutResult((status) -> {
				body.run();
				if (!commit) {
					status.setRollbackOnly();
				}
			});
		}

		private static TransactionTemplate template(PlatformTransactionManager manager, boolean readOnly) {
			TransactionTemplate template = new TransactionTemplate(manager);
			template.setReadOnly(readOnly);
			return template;
		}

	}

}
