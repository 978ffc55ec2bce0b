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

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionTemplate;

import dev.aftercommit.JobHandle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A transaction that somebody else began, as with JTA: Spring's part of it ends, and
 * calls {@code afterCommit}, before it does.
 */
class ForeignTransactionTests {

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#jdbc")
	void nothingIsEnqueuedBeforeTheForeignTransactionHasCommitted(Scenario scenario) {
		ForeignTransactionManager foreign = new ForeignTransactionManager();
		JobHandle<String> handle = new TransactionTemplate(scenario.world.told(foreign))
			.execute((status) -> scenario.jobs.answer(scenario.unique("a")));
		assertThat(scenario.store.staged).isEmpty();
		assertThat(scenario.store.enqueued).isEmpty();
		assertThat(handle.state()).isEmpty();
		foreign.complete(TransactionSynchronization.STATUS_COMMITTED);
		scenario.assertRan("a", 1);
	}

	@ParameterizedTest
	@MethodSource("dev.aftercommit.enqueue.Scenario#jdbc")
	void nothingIsEnqueuedIfTheForeignTransactionRollsBack(Scenario scenario) {
		for (int outcome : new int[] { TransactionSynchronization.STATUS_ROLLED_BACK,
				TransactionSynchronization.STATUS_UNKNOWN }) {
			ForeignTransactionManager foreign = new ForeignTransactionManager();
			new TransactionTemplate(scenario.world.told(foreign))
				.executeWithoutResult((status) -> scenario.call("outcome " + outcome));
			foreign.complete(outcome);
		}
		scenario.assertRan("outcome " + TransactionSynchronization.STATUS_ROLLED_BACK, 0);
		scenario.assertRan("outcome " + TransactionSynchronization.STATUS_UNKNOWN, 0);
	}

	private static final class ForeignTransactionManager extends AbstractPlatformTransactionManager {

		private final List<TransactionSynchronization> synchronizations = new ArrayList<>();

		void complete(int outcome) {
			invokeAfterCompletion(this.synchronizations, outcome);
		}

		@Override
		protected Object doGetTransaction() {
			return this;
		}

		@Override
		protected boolean isExistingTransaction(Object transaction) {
			return true;
		}

		@Override
		protected void registerAfterCompletionWithExistingTransaction(Object transaction,
				List<TransactionSynchronization> synchronizations) {
			this.synchronizations.addAll(synchronizations);
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			throw new IllegalStateException("Begun by somebody else");
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			throw new IllegalStateException("Committed by somebody else");
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			throw new IllegalStateException("Rolled back by somebody else");
		}

	}

}
