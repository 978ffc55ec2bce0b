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

package dev.aftercommit.enqueue;

import java.util.function.Consumer;

import org.hibernate.Session;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.orm.jpa.EntityManagerFactoryUtils;
import org.springframework.transaction.NestedTransactionNotSupportedException;
import org.springframework.transaction.TransactionDefinition;

import dev.aftercommit.enqueue.MatrixSetup.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How often a job ran beside entities: Hibernate writes them while the transaction
 * commits, after everything else has had its say.
 */
class JpaMatrixTests {

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#jpa")
	void anEntityAndItsJobCommitTogether(Scenario scenario) {
		Note[] note = new Note[1];
		scenario.inTransaction(() -> {
			note[0] = persist(scenario, "a", (fresh) -> {
			});
			scenario.jobs.noteOf(scenario.unique("a"), note[0].id);
		});
		assertThat(note[0].id).isNotNull();
		scenario.assertRan("a", 1);
		assertThat(ids(scenario)).containsExactly("[\"" + scenario.unique("a") + "\"," + note[0].id + "]");
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#jpa")
	void aCallFromPostPersistDuringTheFlushAtCommitRunsOnce(Scenario scenario) {
		scenario.inTransaction(() -> persist(scenario, "a", (note) -> note.onPersist = () -> scenario.call("a")));
		scenario.inTransaction(() -> {
			scenario.call("first");
			persist(scenario, "b", (note) -> note.onPersist = () -> scenario.call("b"));
		});
		scenario.assertRan("a", 1);
		scenario.assertRan("first", 1);
		scenario.assertRan("b", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#jpa")
	void aCallFromPreUpdateDuringTheFlushAtCommitRunsOnce(Scenario scenario) {
		scenario.inTransaction(() -> update(scenario, "a", () -> scenario.call("a")));
		scenario.assertRan("a", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#jpa")
	void aFlushThatFailsAtCommitRunsNothing(Scenario scenario) {
		scenario.inTransaction(() -> persist(scenario, "taken", (note) -> {
		}));
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> scenario.inTransaction(() -> {
			scenario.call("before");
			persist(scenario, "taken", (note) -> {
			});
		}));
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> scenario.inTransaction(() -> {
			persist(scenario, "x", (note) -> note.onPersist = () -> scenario.call("flushed"));
			persist(scenario, "taken", (note) -> {
			});
		}));
		scenario.assertRan("before", 0);
		scenario.assertRan("flushed", 0);
		assertThat(scenario.workers.run).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#jpa")
	void aCallbackThatThrowsDuringTheFlushRunsNothing(Scenario scenario) {
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> scenario.inTransaction(() -> persist(scenario, "a", (note) -> note.onPersist = () -> {
				scenario.call("a");
				throw new IllegalStateException("expected");
			})));
		scenario.assertRan("a", 0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#jpa")
	void anExplicitFlushChangesNothing(Scenario scenario) {
		scenario.inTransaction(() -> {
			persist(scenario, "a", (note) -> note.onPersist = () -> scenario.call("a"));
			session(scenario).flush();
		});
		scenario.rolledBack(() -> {
			persist(scenario, "b", (note) -> note.onPersist = () -> scenario.call("b"));
			session(scenario).flush();
		});
		scenario.assertRan("a", 1);
		scenario.assertRan("b", 0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#jpa")
	void jpaWithHibernateRefusesNestedAndTheOuterTransactionGoesOn(Scenario scenario) {
		scenario.inTransaction(() -> {
			scenario.call("outer");
			if (scenario.setup().kind() == Kind.JPA) {
				assertThatExceptionOfType(NestedTransactionNotSupportedException.class)
					.isThrownBy(() -> scenario.transaction(TransactionDefinition.PROPAGATION_NESTED)
						.executeWithoutResult((status) -> scenario.call("nested")));
			}
		});
		scenario.assertRan("outer", 1);
		scenario.assertRan("nested", 0);
	}

	private static java.util.List<String> ids(Scenario scenario) {
		return (scenario.workers.run.isEmpty() ? scenario.claimAll() : scenario.workers.run).stream()
			.map(dev.aftercommit.store.ClaimedJob::arguments)
			.toList();
	}

	private static Session session(Scenario scenario) {
		if (scenario.setup().kind() == Kind.HIBERNATE) {
			return scenario.world.sessions.getCurrentSession();
		}
		return (Session) EntityManagerFactoryUtils.getTransactionalEntityManager(scenario.world.sessions);
	}

	private static Note persist(Scenario scenario, String text, Consumer<Note> with) {
		Note note = new Note(scenario.unique(text));
		with.accept(note);
		session(scenario).persist(note);
		return note;
	}

	private static void update(Scenario scenario, String text, Runnable onUpdate) {
		Note note = persist(scenario, text, (fresh) -> {
		});
		session(scenario).flush();
		note.onUpdate = onUpdate;
		note.version++;
	}

}
