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
import java.sql.PreparedStatement;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends hints on a connection that it keeps, if it may.
 */
final class PostgresNotifier implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(PostgresNotifier.class);

	private final DataSource dataSource;

	private final String channel;

	private @Nullable Connection kept;

	PostgresNotifier(DataSource dataSource, String channel) {
		this.dataSource = dataSource;
		this.channel = channel;
	}

	synchronized void send(boolean giveBack) throws SQLException {
		if (giveBack) {
			try (Connection connection = this.dataSource.getConnection()) {
				send(connection);
			}
			return;
		}
		boolean sent = false;
		try {
			send(connection());
			sent = true;
		}
		finally {
			if (!sent) {
				close();
			}
		}
	}

	private Connection connection() throws SQLException {
		Connection connection = this.kept;
		if (connection == null) {
			connection = this.dataSource.getConnection();
			this.kept = connection;
		}
		return connection;
	}

	private void send(Connection connection) throws SQLException {
		try (NetworkLimit limit = NetworkLimit.on(connection);
				PreparedStatement statement = connection.prepareStatement("SELECT pg_notify(?, '')")) {
			TimeLimit.USUAL.begins(statement);
			statement.setString(1, this.channel);
			statement.execute();
			TimeLimit.USUAL.ended(statement);
		}
		if (!connection.getAutoCommit()) {
			connection.commit();
		}
	}

	@Override
	public synchronized void close() {
		Connection connection = this.kept;
		this.kept = null;
		if (connection != null) {
			try {
				connection.close();
			}
			catch (SQLException ex) {
				logger.debug("Could not close a connection that is not used any more", ex);
			}
		}
	}

}
