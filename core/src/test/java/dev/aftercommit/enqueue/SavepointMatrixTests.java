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

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How often a job ran that was called around a savepoint: on each database, with each
 * transaction manager that has them, in each mode.
 */
class SavepointMatrixTests {

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#withSavepoints")
	void aNestedTransactionThatRollsBackTakesItsCallsWithIt(Scenario scenario) {
		scenario.inTransaction(() -> {
			scenario.call("before");
			scenario.transaction(TransactionDefinition.PROPAGATION_NESTED).executeWithoutResult((status) -> {
				scenario.call("nested");
				status.setRollbackOnly();
			});
			scenario.call("after");
		});
		scenario.assertRan("before", 1);
		scenario.assertRan("nested", 0);
		scenario.assertRan("after", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#withSavepoints")
	void aNestedTransactionThatIsKeptCommitsWithTheOuterOne(Scenario scenario) {
		TransactionTemplate nested = scenario.transaction(TransactionDefinition.PROPAGATION_NESTED);
		scenario.inTransaction(() -> nested.executeWithoutResult((status) -> scenario.call("kept")));
		scenario.rolledBack(() -> nested.executeWithoutResult((status) -> scenario.call("lost")));
		scenario.assertRan("kept", 1);
		scenario.assertRan("lost", 0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#withSavepoints")
	void aNestedTransactionInsideANestedOneThatRollsBackIsGoneToo(Scenario scenario) {
		TransactionTemplate nested = scenario.transaction(TransactionDefinition.PROPAGATION_NESTED);
		scenario.inTransaction(() -> {
			nested.executeWithoutResult((outer) -> {
				scenario.call("1");
				nested.executeWithoutResult((inner) -> scenario.call("2"));
				outer.setRollbackOnly();
			});
			nested.executeWithoutResult((outer) -> scenario.call("3"));
		});
		scenario.assertRan("1", 0);
		scenario.assertRan("2", 0);
		scenario.assertRan("3", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#withSavepoints")
	void whatFollowsASavepointIsGoneWhenItIsRolledBack(Scenario scenario) {
		scenario.transaction().executeWithoutResult((status) -> {
			scenario.call("before");
			Object savepoint = status.createSavepoint();
			scenario.call("first try");
			status.rollbackToSavepoint(savepoint);
			scenario.call("second try");
			status.rollbackToSavepoint(savepoint);
			scenario.call("after");
		});
		scenario.assertRan("before", 1);
		scenario.assertRan("first try", 0);
		scenario.assertRan("second try", 0);
		scenario.assertRan("after", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#withSavepoints")
	void aReleasedSavepointChangesNothing(Scenario scenario) {
		scenario.transaction().executeWithoutResult((status) -> {
			Object savepoint = status.createSavepoint();
			scenario.call("a");
			status.releaseSavepoint(savepoint);
		});
		scenario.assertRan("a", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#withSavepoints")
	void aViolationInsideANestedTransactionLeavesTheOuterOneUsable(Scenario scenario) {
		scenario.inTransaction(() -> scenario.insert("taken"));
		scenario.inTransaction(() -> {
			scenario.call("outer");
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> scenario.transaction(TransactionDefinition.PROPAGATION_NESTED)
					.executeWithoutResult((status) -> {
						scenario.call("nested");
						scenario.insert("taken");
					}));
		});
		scenario.assertRan("outer", 1);
		scenario.assertRan("nested", 0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#withSavepoints")
	void aRolledBackSavepointThatIsOlderThanTheFirstCallTakesItWithIt(Scenario scenario) {
		scenario.transaction().executeWithoutResult((status) -> {
			Object savepoint = status.createSavepoint();
			scenario.call("a");
			status.rollbackToSavepoint(savepoint);
			scenario.call("b");
		});
		scenario.assertRan("a", 0);
		scenario.assertRan("b", 1);
	}

}
