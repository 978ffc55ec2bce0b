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
import java.sql.Statement;

import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.CommitCheck;

/**
 * Asks every database that takes part in the transaction of this thread by running
 * {@code SELECT 1}: PostgreSQL refuses it after a failed statement.
 */
public final class JdbcCommitCheck implements CommitCheck {

	@Override
	public void check() {
		for (Object resource : TransactionSynchronizationManager.getResourceMap().values()) {
			if (resource instanceof ConnectionHolder holder && BoundConnections.isTransactional(holder)) {
				check(holder);
			}
		}
	}

	private static void check(ConnectionHolder holder) {
		holder.requested();
		try {
			check(holder.getConnection());
		}
		finally {
			holder.released();
		}
	}

	private static void check(Connection connection) {
		try (Statement statement = connection.createStatement()) {
			TimeLimit.USUAL.begins(statement);
			statement.execute("SELECT 1");
			TimeLimit.USUAL.ended(statement);
		}
		catch (SQLException ex) {
			throw new JobStoreException(
					"The transaction can't commit any more, so what was enqueued in it can't become "
							+ "a job: let it roll back, for example by not catching the exception of the statement that failed",
					ex);
		}
	}

}
