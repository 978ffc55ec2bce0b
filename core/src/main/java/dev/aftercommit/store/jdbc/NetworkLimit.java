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

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits how long a connection waits for an answer, until it is closed. A statement's own
 * time limit is of no use where the network swallows everything: the driver asks the
 * server to end the statement, and goes on waiting.
 */
final class NetworkLimit implements AutoCloseable {

	/** Somewhat longer than a statement's, which is to end it first where it can. */
	static final int MILLIS = (int) TimeLimit.DURATION.plusSeconds(10).toMillis();

	private static final Logger logger = LoggerFactory.getLogger(NetworkLimit.class);

	private final Connection connection;

	private final int usual;

	private NetworkLimit(Connection connection, int usual) {
		this.connection = connection;
		this.usual = usual;
	}

	/**
	 * Limit a connection; one that waits for less already stays as it is.
	 * @param connection the connection
	 * @return to be closed before the connection is
	 */
	static NetworkLimit on(Connection connection) throws SQLException {
		int usual = connection.getNetworkTimeout();
		NetworkLimit limit = new NetworkLimit(connection, usual);
		if (limit.isStricter()) {
			connection.setNetworkTimeout(Runnable::run, MILLIS);
		}
		return limit;
	}

	private boolean isStricter() {
		return this.usual == 0 || this.usual > MILLIS;
	}

	@Override
	public void close() {
		try {
			if (isStricter() && !this.connection.isClosed()) {
				this.connection.setNetworkTimeout(Runnable::run, this.usual);
			}
		}
		catch (SQLException ex) {
			// What was done with it is done.
			logger.debug("Could not give the connection back as it came: it is broken", ex);
		}
	}

}
