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

import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.util.Assert;

import dev.aftercommit.JobStoreException;
import dev.aftercommit.store.Ending;
import dev.aftercommit.store.LeaseLostException;

/**
 * Completes jobs on the connection of the transaction that did their work.
 */
final class JoinedCompletion {

	private final BoundConnections bound;

	private final Dialect dialect;

	JoinedCompletion(BoundConnections bound, Dialect dialect) {
		this.bound = bound;
		this.dialect = dialect;
	}

	void complete(Ending ending) {
		DataSource dataSource = this.bound.joinable();
		Assert.state(dataSource != null, () -> "The job store can't complete job " + ending.job().id()
				+ ": this thread has no read-write transaction on its 'DataSource'");
		if (!completed(dataSource, ending)) {
			throw new LeaseLostException(ending.job());
		}
	}

	private boolean completed(DataSource dataSource, Ending ending) {
		try {
			Connection connection = DataSourceUtils.getConnection(dataSource);
			try {
				return this.dialect.succeedAmongOthers(connection, ending);
			}
			finally {
				DataSourceUtils.releaseConnection(connection, dataSource);
			}
		}
		catch (SQLException | CannotGetJdbcConnectionException ex) {
			throw new JobStoreException("The job store could not complete job " + ending.job().id()
					+ " in the caller's transaction, which must be rolled back: " + ex.getMessage(), ex);
		}
	}

}
