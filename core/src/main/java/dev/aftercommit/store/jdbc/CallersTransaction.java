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

package dev.aftercommit.store.jdbc;

import javax.sql.DataSource;

import dev.aftercommit.JobStoreException;

/**
 * Runs work in the caller's transaction if it is on the store's {@code DataSource}, else
 * in a short one of its own.
 */
final class CallersTransaction {

	private final BoundConnections bound;

	private final OwnTransactions transactions;

	CallersTransaction(BoundConnections bound, OwnTransactions transactions) {
		this.bound = bound;
		this.transactions = transactions;
	}

	/**
	 * Run work.
	 * @param what what the work does, to go on after "could not"
	 * @param work the work, in statements that tell the transaction nothing
	 * @return what the work returned
	 * @throws JobStoreException if the database can't answer; the caller's transaction
	 * must then roll back
	 */
	<T> T run(String what, OwnTransactions.Work<T> work) {
		DataSource dataSource = this.bound.joinable();
		if (dataSource == null) {
			return this.transactions.run(what, work);
		}
		return this.bound.run(dataSource, "The job store could not " + what, work);
	}

}
