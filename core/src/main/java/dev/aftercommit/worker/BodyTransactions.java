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

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.PlatformTransactionManager;

import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.handler.HandlerRegistry;
import dev.aftercommit.handler.JobHandler;
import dev.aftercommit.store.JobLeases;
import dev.aftercommit.store.JobStore;

/**
 * Makes the transactions in which the bodies of transactional handlers run.
 */
final class BodyTransactions {

	private final JobLeases leases;

	private final @Nullable PlatformTransactionManager transactionManager;

	/**
	 * Create them.
	 * @param store where the jobs are
	 * @param handlers the application's handlers
	 * @param transactionManager the one of the store's resource, if it is known
	 * @throws JobConfigurationException if a handler needs transactions and the store
	 * joins none, or it is not known whose they are
	 */
	BodyTransactions(JobStore store, HandlerRegistry handlers,
			@Nullable PlatformTransactionManager transactionManager) {
		this.leases = store.leases();
		this.transactionManager = transactionManager;
		if (transactionManager == null || !store.canJoinTransactions()) {
			handlers.handlers().stream().filter(JobHandler::transactional).findFirst().ifPresent((handler) -> {
				throw new JobConfigurationException(
						"'transactional' of " + handler + " can't hold: "
								+ (store.canJoinTransactions() ? "the workers have no transaction manager."
										: "jobs are kept in " + store.description() + ", which joins no transaction."),
						"Keep jobs in the database that the body writes to, and give the workers the transaction manager"
								+ " of its DataSource.",
						null);
			});
		}
	}

	/**
	 * A transaction for an attempt, not begun.
	 * @param attempt the attempt
	 * @param handler its handler
	 * @return the transaction; {@code null} if the handler is not transactional
	 */
	@Nullable BodyTransaction create(Attempt attempt, JobHandler handler) {
		return (handler.transactional() && this.transactionManager != null)
				? new BodyTransaction(this.transactionManager, this.leases, attempt) : null;
	}

}
