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

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is documented as not promised.
 */
class LimitsTests {

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#jdbc")
	void aSavepointOnTheRawConnectionIsNotSeen(Scenario scenario) {
		scenario.inTransaction(() -> scenario.jdbc.execute((ConnectionCallback<Void>) (connection) -> {
			rollBackToRawSavepoint(scenario, connection);
			return null;
		}));
		assertThat(scenario.rows("a")).isZero();
		scenario.assertRan("a", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#jdbc")
	void aManagerWithoutSynchronizationIsNotSeen(Scenario scenario) {
		JdbcTransactionManager blind = new JdbcTransactionManager(scenario.world.dataSource);
		blind.setTransactionSynchronization(JdbcTransactionManager.SYNCHRONIZATION_NEVER);
		new TransactionTemplate(blind).executeWithoutResult((status) -> {
			scenario.call("a");
			status.setRollbackOnly();
		});
		scenario.assertRan("a", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#jdbc")
	void anotherThreadIsNotInTheTransaction(Scenario scenario) {
		scenario.rolledBack(() -> {
			Thread other = new Thread(() -> scenario.call("a"));
			other.start();
			try {
				other.join();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
		scenario.assertRan("a", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#bestEffort")
	void aManagerThatIsNoBeanDoesNotTellThatItsTransactionIsOver(Scenario scenario) {
		scenario.inTransaction(() -> scenario.publish(TransactionPhase.AFTER_COMMIT,
				() -> scenario.inTransaction(() -> scenario.call("a"))));
		scenario.assertRan("a", scenario.setup().isTold() ? 1 : 0);
	}

	private static void rollBackToRawSavepoint(Scenario scenario, Connection connection) throws SQLException {
		Savepoint savepoint = connection.setSavepoint();
		scenario.insert("a");
		scenario.call("a");
		connection.rollback(savepoint);
	}

}
