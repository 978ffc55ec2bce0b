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

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.aftercommit.JobStoreException;

/**
 * Runs work in short transactions on connections of its own: never on one that is bound
 * to the thread. Gives connections back as they came.
 */
final class OwnTransactions {

	private static final int TRIES = 3;

	private static final Logger logger = LoggerFactory.getLogger(OwnTransactions.class);

	private final DataSource dataSource;

	private volatile @Nullable Integer usualIsolation;

	OwnTransactions(DataSource dataSource) {
		this.dataSource = BoundConnections.unwrap(dataSource);
	}

	/**
	 * Run work in a transaction; again, if the database asks to try again.
	 * @param what what the work does, to go on after "could not"
	 * @param work the work
	 * @return what the work returned, once it is committed
	 * @throws JobStoreException if the database can't answer
	 */
	<T> T run(String what, Work<T> work) {
		for (int left = TRIES - 1;; left--) {
			try {
				return runOnce(work);
			}
			catch (SQLException ex) {
				if (left == 0 || !asksToTryAgain(ex)) {
					throw new JobStoreException("The job store could not " + what + ": " + ex.getMessage(), ex);
				}
				logger.debug("Trying again to {}", what, ex);
			}
		}
	}

	private <T> T runOnce(Work<T> work) throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				NetworkLimit limit = NetworkLimit.on(connection)) {
			int isolation = usualIsolation(connection);
			if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
				connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			}
			boolean autoCommit = connection.getAutoCommit();
			if (autoCommit) {
				connection.setAutoCommit(false);
			}
			try {
				return commit(connection, work);
			}
			finally {
				restore(connection, autoCommit, isolation);
			}
		}
	}

	private static <T> T commit(Connection connection, Work<T> work) throws SQLException {
		boolean committed = false;
		try {
			T result = work.in(connection);
			connection.commit();
			committed = true;
			return result;
		}
		finally {
			if (!committed) {
				rollback(connection);
			}
		}
	}

	// What made the work fail is more telling than that the rollback failed, too.
	private static void rollback(Connection connection) {
		try {
			connection.rollback();
		}
		catch (SQLException ex) {
			logger.debug("Could not roll back; closing the connection does", ex);
		}
	}

	// The outcome of the transaction is decided: a connection that broke after it must
	// not change it.
	private static void restore(Connection connection, boolean autoCommit, int isolation) {
		try {
			if (autoCommit) {
				connection.setAutoCommit(true);
			}
			if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
				connection.setTransactionIsolation(isolation);
			}
		}
		catch (SQLException ex) {
			logger.debug("Could not give the connection back as it came: it is broken", ex);
		}
	}

	// Asking PostgreSQL is a round trip, and all connections of one pool answer the same.
	private int usualIsolation(Connection connection) throws SQLException {
		Integer isolation = this.usualIsolation;
		if (isolation == null) {
			isolation = connection.getTransactionIsolation();
			if (!connection.getAutoCommit()) {
				connection.rollback();
			}
			this.usualIsolation = isolation;
		}
		return isolation;
	}

	private static boolean asksToTryAgain(SQLException ex) {
		return ex.getSQLState() != null && ex.getSQLState().startsWith("40");
	}

	/**
	 * Something to do in a transaction, which may be done again after a rollback.
	 *
	 * @param <T> type of its result
	 */
	@FunctionalInterface
	interface Work<T> {

		T in(Connection connection) throws SQLException;

	}

}
