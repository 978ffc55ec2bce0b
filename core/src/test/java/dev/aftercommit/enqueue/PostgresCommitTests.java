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

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Commits that PostgreSQL refuses, or never answers.
 */
class PostgresCommitTests {

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#postgres")
	void aCommitThatADeferredConstraintRefusesRunsNothing(Scenario scenario) {
		scenario.jdbc
			.execute("CREATE TABLE IF NOT EXISTS deferred (text VARCHAR(100) UNIQUE DEFERRABLE INITIALLY DEFERRED)");
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> scenario.inTransaction(() -> {
			scenario.call("a");
			scenario.insert("a");
			for (int i = 0; i < 2; i++) {
				scenario.jdbc.update("INSERT INTO deferred (text) VALUES (?)", scenario.unique("a"));
			}
		}));
		assertThat(scenario.rows("a")).isZero();
		scenario.assertRan("a", 0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#postgres")
	void aBackendThatIsKilledBeforeTheCommitLeavesNeitherRowNorJob(Scenario scenario) {
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> scenario.inTransaction(() -> {
			scenario.call("a");
			scenario.insert("a");
			Integer backend = scenario.jdbc.queryForObject("SELECT pg_backend_pid()", Integer.class);
			scenario.register(new TransactionSynchronization() {

				@Override
				public void beforeCompletion() {
					new JdbcTemplate(scenario.world.thirdDataSource)
						.queryForList("SELECT pg_terminate_backend(?, 30000)", backend);
				}

			});
		}));
		assertThat(scenario.rows("a")).isZero();
		scenario.assertRan("a", 0);
		assertThat(scenario.workers.run).isEmpty();
	}

}
