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
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two transaction managers on two databases: a job belongs to the innermost transaction
 * that it was called in, whichever of them has the store.
 */
class TwoManagersTests {

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aCallInTheInnerTransactionFollowsTheInnerOne(Scenario scenario) {
		for (boolean told : new boolean[] { true, false }) {
			for (boolean outerCommits : new boolean[] { true, false }) {
				for (boolean innerCommits : new boolean[] { true, false }) {
					String name = told + " " + outerCommits + " " + innerCommits;
					AbstractPlatformTransactionManager other = other(scenario, told);
					in(scenario.manager, outerCommits, () -> {
						scenario.call("before " + name);
						in(other, innerCommits, () -> scenario.call("in storeless " + name));
						scenario.call("after " + name);
					});
					in(other, outerCommits, () -> {
						scenario.call("storeless before " + name);
						in(scenario.manager, innerCommits, () -> scenario.call("inner " + name));
						scenario.call("storeless after " + name);
					});
				}
			}
		}
		for (boolean told : new boolean[] { true, false }) {
			for (boolean outerCommits : new boolean[] { true, false }) {
				for (boolean innerCommits : new boolean[] { true, false }) {
					String name = told + " " + outerCommits + " " + innerCommits;
					scenario.assertRan("before " + name, outerCommits ? 1 : 0);
					scenario.assertRan("in storeless " + name, innerCommits ? 1 : 0);
					scenario.assertRan("after " + name, outerCommits ? 1 : 0);
					scenario.assertRan("storeless before " + name, outerCommits ? 1 : 0);
					scenario.assertRan("inner " + name, innerCommits ? 1 : 0);
					scenario.assertRan("storeless after " + name, outerCommits ? 1 : 0);
				}
			}
		}
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aDataSourceThatIsMerelyTouchedInsideAnothersTransactionIsNotJoined(Scenario scenario) {
		for (boolean told : new boolean[] { true, false }) {
			AbstractPlatformTransactionManager other = other(scenario, told);
			for (boolean commits : new boolean[] { true, false }) {
				in(other, commits, () -> {
					assertThat(new JdbcTemplate(scenario.world.dataSource).queryForObject("SELECT 1", Integer.class))
						.isEqualTo(1);
					scenario.call("touched " + told + " " + commits);
				});
			}
		}
		for (boolean told : new boolean[] { true, false }) {
			scenario.assertRan("touched " + told + " true", 1);
			scenario.assertRan("touched " + told + " false", 0);
		}
	}

	private static void in(AbstractPlatformTransactionManager manager, boolean commits, Runnable body) {
		new TransactionTemplate(manager).executeWithoutResult((status) -> {
			body.run();
			if (!commits) {
				status.setRollbackOnly();
			}
		});
	}

	/** A manager of a third database, on which no store is. */
	private static AbstractPlatformTransactionManager other(Scenario scenario, boolean told) {
		JdbcTransactionManager manager = new JdbcTransactionManager(scenario.world.thirdDataSource);
		return told ? scenario.world.told(manager) : manager;
	}

}
