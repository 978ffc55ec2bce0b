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

import org.springframework.core.Ordered;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How often a job ran that was called from a callback of a transaction, or beside
 * somebody's callback that throws.
 */
class CallbackMatrixTests {

	private static final List<Integer> ORDERS = List.of(Ordered.HIGHEST_PRECEDENCE, 0, Ordered.LOWEST_PRECEDENCE);

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void beforeCommitIsPartOfTheTransaction(Scenario outer) {
		eachPlace(outer, (scenario, name, firstCall, order) -> {
			scenario.inTransaction(() -> {
				callFirst(scenario, firstCall, name);
				scenario.register(new Callback(order) {

					@Override
					public void beforeCommit(boolean readOnly) {
						scenario.call(name);
					}

				});
			});
			return 1;
		});
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void beforeCommitOfATransactionThatThenFailsRunsNever(Scenario outer) {
		eachPlace(outer, (scenario, name, firstCall, order) -> {
			assertThatExceptionOfType(Expected.class).isThrownBy(() -> scenario.inTransaction(() -> {
				callFirst(scenario, firstCall, name);
				scenario.register(new Callback(order) {

					@Override
					public void beforeCommit(boolean readOnly) {
						scenario.call(name);
						throw new Expected();
					}

				});
			}));
			assertThat(scenario.ran("first " + name)).isZero();
			return 0;
		});
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void beforeCompletionOfACommitRunsItOnce(Scenario outer) {
		eachPlace(outer, (scenario, name, firstCall, order) -> {
			scenario.inTransaction(() -> {
				callFirst(scenario, firstCall, name);
				scenario.register(new Callback(order) {

					@Override
					public void beforeCompletion() {
						scenario.call(name);
					}

				});
			});
			return 1;
		});
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void beforeCompletionOfARollbackRunsItNever(Scenario outer) {
		eachPlace(outer, (scenario, name, firstCall, order) -> {
			scenario.rolledBack(() -> {
				callFirst(scenario, firstCall, name);
				scenario.register(new Callback(order) {

					@Override
					public void beforeCompletion() {
						scenario.call(name);
					}

				});
			});
			return 0;
		});
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void afterCommitRunsItOnce(Scenario outer) {
		eachPlace(outer, (scenario, name, firstCall, order) -> {
			scenario.inTransaction(() -> {
				callFirst(scenario, firstCall, name);
				scenario.register(new Callback(order) {

					@Override
					public void afterCommit() {
						scenario.call(name);
					}

				});
			});
			return 1;
		});
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void afterCompletionOfACommitRunsItOnce(Scenario outer) {
		eachPlace(outer, (scenario, name, firstCall, order) -> {
			scenario.inTransaction(() -> {
				callFirst(scenario, firstCall, name);
				scenario.register(new Callback(order) {

					@Override
					public void afterCompletion(int status) {
						scenario.call(name);
					}

				});
			});
			return 1;
		});
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void afterCompletionOfARollbackIsATransactionOfItsOwn(Scenario outer) {
		eachPlace(outer, (scenario, name, firstCall, order) -> {
			scenario.rolledBack(() -> {
				callFirst(scenario, firstCall, name);
				scenario.register(new Callback(order) {

					@Override
					public void afterCompletion(int status) {
						scenario.call(name);
					}

				});
			});
			assertThat(scenario.ran("first " + name)).isZero();
			return 1;
		});
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void immediateFromAfterCommitRunsItOnce(Scenario scenario) {
		scenario.inTransaction(() -> scenario.register(new Callback(0) {

			@Override
			public void afterCommit() {
				scenario.jobs.immediate(scenario.unique("a"));
			}

		}));
		scenario.assertRan("a", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void eachPhaseOfAListenerRunsItOnce(Scenario scenario) {
		scenario.inTransaction(() -> {
			for (TransactionPhase phase : List.of(TransactionPhase.BEFORE_COMMIT, TransactionPhase.AFTER_COMMIT,
					TransactionPhase.AFTER_COMPLETION)) {
				scenario.publish(phase, () -> scenario.call(phase.name()));
			}
		});
		scenario.rolledBack(() -> scenario.publish(TransactionPhase.AFTER_ROLLBACK,
				() -> scenario.call(TransactionPhase.AFTER_ROLLBACK.name())));
		for (TransactionPhase phase : TransactionPhase.values()) {
			scenario.assertRan(phase.name(), 1);
		}
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aListenerBeforeTheCommitOfATransactionThatFailsRunsNever(Scenario scenario) {
		assertThatExceptionOfType(Expected.class)
			.isThrownBy(() -> scenario.inTransaction(() -> scenario.publish(TransactionPhase.BEFORE_COMMIT, () -> {
				scenario.call("a");
				throw new Expected();
			})));
		scenario.assertRan("a", 0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void anotherOnesFailingAfterCommitSkipsNothing(Scenario outer) {
		eachPlace(outer, (scenario, name, firstCall, order) -> {
			assertThatExceptionOfType(Expected.class).isThrownBy(() -> scenario.inTransaction(() -> {
				callFirst(scenario, firstCall, "x" + name);
				scenario.register(new Callback(order) {

					@Override
					public void afterCommit() {
						throw new Expected();
					}

				});
				scenario.call(name);
			}));
			return 1;
		});
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void anotherOnesFailingAfterCompletionSkipsNothing(Scenario outer) {
		eachPlace(outer, (scenario, name, firstCall, order) -> {
			scenario.inTransaction(() -> {
				callFirst(scenario, firstCall, "x" + name);
				scenario.register(new Callback(order) {

					@Override
					public void afterCompletion(int status) {
						throw new Expected();
					}

				});
				scenario.call(name);
			});
			return 1;
		});
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aTransactionBegunInAfterCommitHoldsItsOwnCalls(Scenario scenario) {
		scenario.inTransaction(() -> scenario.register(new Callback(0) {

			@Override
			public void afterCommit() {
				scenario.transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW).executeWithoutResult((status) -> {
					scenario.call("rolled back");
					status.setRollbackOnly();
				});
				scenario.transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
					.executeWithoutResult((status) -> scenario.call("a"));
			}

		}));
		scenario.assertRan("a", 1);
		scenario.assertRan("rolled back", 0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aFailingAfterCommitThatComesBeforeOursSkipsNothing(Scenario scenario) {
		AbstractPlatformTransactionManager manager = new JdbcTransactionManager(scenario.world.dataSource);
		manager.addListener(new TransactionExecutionListener() {

			@Override
			public void afterBegin(TransactionExecution transaction, Throwable failure) {
				scenario.register(new Callback(Ordered.HIGHEST_PRECEDENCE) {

					@Override
					public void afterCommit() {
						throw new Expected();
					}

				});
			}

		});
		TransactionTemplate transaction = new TransactionTemplate(scenario.world.told(manager));
		assertThatExceptionOfType(Expected.class)
			.isThrownBy(() -> transaction.executeWithoutResult((status) -> scenario.call("a")));
		scenario.assertRan("a", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aParticipantOfAFinishedTransactionRunsItOnce(Scenario scenario) {
		scenario.inTransaction(() -> {
			scenario.call("outer");
			scenario.publish(TransactionPhase.AFTER_COMMIT,
					() -> scenario.inTransaction(() -> scenario.call("listener")));
		});
		scenario.inTransaction(() -> scenario.register(new Callback(0) {

			@Override
			public void afterCommit() {
				scenario.inTransaction(() -> scenario.call("callback"));
			}

		}));
		scenario.assertRan("listener", 1);
		scenario.assertRan("callback", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aParticipantOfAFinishedTransactionThatFailsRunsNothing(Scenario scenario) {
		scenario.inTransaction(() -> scenario.publish(TransactionPhase.AFTER_COMMIT,
				() -> scenario.rolledBack(() -> scenario.call("a"))));
		scenario.assertRan("a", 0);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aParticipantOfAFinishedTransactionMayBeginAnotherOne(Scenario scenario) {
		TransactionTemplate another = scenario.transaction(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		Runnable participant = () -> {
			scenario.call("before");
			another.executeWithoutResult((status) -> scenario.call("inner"));
			another.executeWithoutResult((status) -> {
				scenario.call("rolled back");
				status.setRollbackOnly();
			});
			scenario.call("after");
			scenario.jobs.immediate(scenario.unique("immediate"));
		};
		scenario.inTransaction(() -> {
			scenario.call("outer");
			scenario.publish(TransactionPhase.AFTER_COMMIT, () -> scenario.inTransaction(participant));
		});
		scenario.assertRan("before", 1);
		scenario.assertRan("inner", 1);
		scenario.assertRan("rolled back", 0);
		scenario.assertRan("after", 1);
		scenario.assertRan("immediate", 1);
		assertThat(scenario.store.staged).hasSizeLessThan(3);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#all")
	void aListenerAfterTheCompletionOfARollbackIsATransactionOfItsOwn(Scenario scenario) {
		scenario.rolledBack(() -> {
			scenario.call("rolled back");
			scenario.publish(TransactionPhase.AFTER_COMPLETION, () -> scenario.call("a"));
			scenario.publish(TransactionPhase.AFTER_COMMIT, () -> scenario.call("never told"));
		});
		scenario.assertRan("a", 1);
		scenario.assertRan("rolled back", 0);
		scenario.assertRan("never told", 0);
	}

	private void callFirst(Scenario scenario, boolean firstCall, String name) {
		if (firstCall) {
			scenario.call("first " + name);
		}
	}

	private void eachPlace(Scenario outer, Place place) {
		for (boolean firstCall : new boolean[] { true, false }) {
			for (int order : ORDERS) {
				try (Scenario own = new Scenario(outer.setup())) {
					String name = firstCall + " " + order;
					own.assertRan(name, place.run(own, name, firstCall, order));
				}
			}
		}
	}

	@FunctionalInterface
	private interface Place {

		int run(Scenario scenario, String name, boolean firstCall, int order);

	}

	private abstract static class Callback implements TransactionSynchronization {

		private final int order;

		Callback(int order) {
			this.order = order;
		}

		@Override
		public int getOrder() {
			return this.order;
		}

	}

	private static final class Expected extends RuntimeException {

	}

}
