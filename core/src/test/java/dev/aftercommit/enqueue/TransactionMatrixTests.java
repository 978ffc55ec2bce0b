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

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * How often a job ran, for every way in which a transaction can begin, nest and end: on
 * each database, with each transaction manager, in each mode.
 */
class TransactionMatrixTests {

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aCommitRunsItOnce(Scenario scenario) {
		scenario.inTransaction(() -> scenario.call("a"));
		scenario.assertRan("a", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void severalCallsRunOnceEach(Scenario scenario) {
		scenario.inTransaction(() -> List.of("a", "b", "c").forEach(scenario::call));
		for (String text : List.of("a", "b", "c")) {
			scenario.assertRan(text, 1);
		}
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void anExceptionRunsItNever(Scenario scenario) {
		assertThatIllegalStateException().isThrownBy(() -> scenario.inTransaction(() -> {
			scenario.call("a");
			throw new IllegalStateException("expected");
		}));
		scenario.assertRan("a", 0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void rollbackOnlyRunsItNever(Scenario scenario) {
		scenario.rolledBack(() -> scenario.call("a"));
		scenario.assertRan("a", 0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aCallAfterRollbackOnlyRunsNever(Scenario scenario) {
		scenario.transaction().executeWithoutResult((status) -> {
			status.setRollbackOnly();
			scenario.call("a");
		});
		scenario.assertRan("a", 0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void withoutATransactionItRunsAtOnce(Scenario scenario) {
		scenario.call("a");
		assertThat(scenario.store.enqueued).hasSize(1);
		scenario.assertRan("a", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void supportsWithoutATransactionRunsItAtOnce(Scenario scenario) {
		scenario.transaction(TransactionDefinition.PROPAGATION_SUPPORTS).executeWithoutResult((status) -> {
			scenario.call("a");
			assertThat(scenario.store.enqueued).hasSize(1);
		});
		scenario.assertRan("a", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void supportsInsideATransactionIsPartOfIt(Scenario scenario) {
		scenario.rolledBack(() -> scenario.transaction(TransactionDefinition.PROPAGATION_SUPPORTS)
			.executeWithoutResult((status) -> scenario.call("a")));
		scenario.inTransaction(() -> scenario.transaction(TransactionDefinition.PROPAGATION_SUPPORTS)
			.executeWithoutResult((status) -> scenario.call("b")));
		scenario.assertRan("a", 0);
		scenario.assertRan("b", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void notSupportedRunsItWhateverBecomesOfTheOuterTransaction(Scenario scenario) {
		scenario.rolledBack(() -> {
			scenario.call("outer");
			scenario.transaction(TransactionDefinition.PROPAGATION_NOT_SUPPORTED)
				.executeWithoutResult((status) -> scenario.call("inner"));
			scenario.call("outer again");
		});
		scenario.assertRan("outer", 0);
		scenario.assertRan("outer again", 0);
		scenario.assertRan("inner", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void requiresNewCommitsThoughTheOuterTransactionRollsBack(Scenario scenario) {
		scenario.rolledBack(() -> {
			scenario.call("before");
			inNew(scenario, () -> scenario.call("inner"));
			scenario.call("after");
		});
		scenario.assertRan("inner", 1);
		scenario.assertRan("before", 0);
		scenario.assertRan("after", 0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void requiresNewRollsBackThoughTheOuterTransactionCommits(Scenario scenario) {
		scenario.inTransaction(() -> {
			scenario.call("before");
			scenario.transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW).executeWithoutResult((status) -> {
				scenario.call("inner");
				status.setRollbackOnly();
			});
			scenario.call("after");
		});
		scenario.assertRan("inner", 0);
		scenario.assertRan("before", 1);
		scenario.assertRan("after", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void requiresNewThreeDeepKeepsThemApart(Scenario scenario) {
		scenario.inTransaction(() -> {
			scenario.call("1");
			scenario.transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW).executeWithoutResult((status) -> {
				scenario.call("2");
				inNew(scenario, () -> scenario.call("3"));
				status.setRollbackOnly();
			});
		});
		scenario.assertRan("1", 1);
		scenario.assertRan("2", 0);
		scenario.assertRan("3", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aFailedParticipantRollsAllBack(Scenario scenario) {
		assertThatExceptionOfType(UnexpectedRollbackException.class).isThrownBy(() -> scenario.inTransaction(() -> {
			scenario.call("outer");
			assertThatIllegalStateException().isThrownBy(() -> scenario.inTransaction(() -> {
				scenario.call("inner");
				throw new IllegalStateException("expected");
			}));
		}));
		scenario.assertRan("outer", 0);
		scenario.assertRan("inner", 0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aReadOnlyTransactionRunsItAfterItsCommit(Scenario scenario) {
		TransactionTemplate readOnly = scenario.transaction();
		readOnly.setReadOnly(true);
		readOnly.executeWithoutResult((status) -> {
			scenario.call("a");
			assertThat(scenario.store.enqueued).isEmpty();
		});
		readOnly.executeWithoutResult((status) -> {
			scenario.call("rolled back");
			status.setRollbackOnly();
		});
		assertThat(scenario.store.staged).isEmpty();
		scenario.assertRan("a", 1);
		scenario.assertRan("rolled back", 0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aReadOnlyParticipantOfAWritingTransactionIsPartOfIt(Scenario scenario) {
		TransactionTemplate readOnly = scenario.transaction();
		readOnly.setReadOnly(true);
		scenario.rolledBack(() -> readOnly.executeWithoutResult((status) -> scenario.call("rolled back")));
		scenario.inTransaction(() -> readOnly.executeWithoutResult((status) -> scenario.call("a")));
		scenario.assertRan("a", 1);
		scenario.assertRan("rolled back", 0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void repeatableReadAndSerializableCommitAndRollBackLikeAnyOther(Scenario scenario) {
		List<Integer> isolations = List.of(TransactionDefinition.ISOLATION_REPEATABLE_READ,
				TransactionDefinition.ISOLATION_SERIALIZABLE);
		for (int isolation : isolations) {
			TransactionTemplate transaction = scenario.transaction();
			transaction.setIsolationLevel(isolation);
			transaction.executeWithoutResult((status) -> {
				scenario.insert("committed " + isolation);
				scenario.call("committed " + isolation);
			});
			transaction.executeWithoutResult((status) -> {
				scenario.insert("rolled back " + isolation);
				scenario.call("rolled back " + isolation);
				status.setRollbackOnly();
			});
		}
		for (int isolation : isolations) {
			scenario.assertRan("committed " + isolation, 1);
			scenario.assertRan("rolled back " + isolation, 0);
		}
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aCaughtConstraintViolationNeverMakesAGhost(Scenario scenario) {
		scenario.inTransaction(() -> scenario.insert("taken"));
		boolean told = true;
		try {
			scenario.inTransaction(() -> {
				scenario.insert("row");
				assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> scenario.insert("taken"));
				scenario.call("row");
			});
			told = false;
		}
		catch (RuntimeException ex) {
			assertThat(ex).hasStackTraceContaining("transaction");
		}
		assertThat(told).as("the caller is told that nothing was committed").isEqualTo(scenario.setup().isPostgres());
		assertThat(scenario.rows("row")).isEqualTo(scenario.setup().isPostgres() ? 0 : 1);
		scenario.assertRan("row", scenario.rows("row"));
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aViolationAfterTheCallNeverMakesAGhost(Scenario scenario) {
		scenario.inTransaction(() -> scenario.insert("taken"));
		try {
			scenario.inTransaction(() -> {
				scenario.call("row");
				scenario.insert("row");
				assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> scenario.insert("taken"));
			});
		}
		catch (RuntimeException ex) {
			assertThat(ex).hasStackTraceContaining("transaction");
		}
		scenario.assertRan("row", scenario.rows("row"));
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void immediateRunsItThoughTheTransactionRollsBack(Scenario scenario) {
		scenario.rolledBack(() -> {
			scenario.jobs.immediate(scenario.unique("a"));
			assertThat(scenario.store.enqueued).hasSize(1);
		});
		scenario.assertRan("a", 1);
	}

	private void inNew(Scenario scenario, Runnable body) {
		scenario.transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
			.executeWithoutResult((status) -> body.run());
	}

}
