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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Listens on a connection and a thread of its own until it is closed. Names pgjdbc's
 * classes, so it is loaded only where they are.
 */
final class PostgresEar implements AutoCloseable {

	/**
	 * Milliseconds of silence after which the connection is asked whether it still works.
	 */
	private static final int SILENCE = 30_000;

	/** Seconds in which it must answer. */
	private static final int PATIENCE = 5;

	private static final Logger logger = LoggerFactory.getLogger(PostgresEar.class);

	private final DataSource dataSource;

	private final String channel;

	private final Runnable wakeUp;

	private final ExponentialBackOff backOff = new ExponentialBackOff(500, 2);

	private final CountDownLatch closed = new CountDownLatch(1);

	private volatile @Nullable Connection connection;

	private boolean deaf;

	PostgresEar(DataSource dataSource, String channel, Runnable wakeUp) {
		this.dataSource = dataSource;
		this.channel = channel;
		this.wakeUp = wakeUp;
		this.backOff.setMaxInterval(30_000);
	}

	void start() {
		Thread thread = new Thread(this::listen, "aftercommit-listen");
		thread.setDaemon(true);
		thread.start();
	}

	private void listen() {
		BackOffExecution pauses = this.backOff.start();
		while (isOpen()) {
			try (Connection connection = this.dataSource.getConnection()) {
				this.connection = connection;
				if (!connection.isWrapperFor(PGConnection.class)) {
					logger.info("Not listening for other nodes' hints, as the connections hide PostgreSQL's driver");
					return;
				}
				subscribe(connection);
				pauses = this.backOff.start();
				hear(connection);
			}
			catch (SQLException | RuntimeException ex) {
				pause(pauses.nextBackOff(), ex);
			}
		}
	}

	private void subscribe(Connection connection) throws SQLException {
		// In a transaction, nothing would be heard before its end.
		connection.setAutoCommit(true);
		try (NetworkLimit limit = NetworkLimit.on(connection); Statement statement = connection.createStatement()) {
			statement.execute("LISTEN " + this.channel);
		}
		if (this.deaf) {
			this.deaf = false;
			logger.info("Hearing other nodes' hints again");
		}
		// What was sent while nobody listened.
		wakeUp();
	}

	private void hear(Connection connection) throws SQLException {
		PGConnection driver = connection.unwrap(PGConnection.class);
		while (isOpen()) {
			PGNotification[] hints = driver.getNotifications(SILENCE);
			if (hints != null && hints.length > 0) {
				wakeUp();
			}
			else if (!connection.isValid(PATIENCE)) {
				throw new SQLException("The connection has gone silent");
			}
		}
	}

	private void wakeUp() {
		try {
			this.wakeUp.run();
		}
		catch (RuntimeException ex) {
			logger.warn("What was to be woken up by another node's hint has failed", ex);
		}
	}

	private void pause(long millis, Exception cause) {
		if (!isOpen()) {
			return;
		}
		// Once for an outage, however often it is tried to connect again.
		if (!this.deaf) {
			this.deaf = true;
			logger.warn("No connection to hear other nodes' hints; until there is one again, the jobs that they enqueue"
					+ " are found by polling", cause);
		}
		try {
			this.closed.await(millis, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			// Nobody but the end of the JVM interrupts this thread.
			this.closed.countDown();
		}
	}

	private boolean isOpen() {
		return this.closed.getCount() > 0;
	}

	@Override
	public void close() {
		this.closed.countDown();
		Connection connection = this.connection;
		if (connection != null) {
			try {
				// The thread waits for what the server sends: only the end of the
				// connection wakes it.
				connection.abort(Runnable::run);
			}
			catch (SQLException ex) {
				logger.debug("Could not end the connection that hears hints", ex);
			}
		}
	}

}
