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

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has statements end that take too long. What {@link Statement#setQueryTimeout} is for:
 * with it, PostgreSQL's driver wakes a thread for each statement, and H2 limits whatever
 * runs on that connection from then on, the application's statements included.
 * <p>
 * While there are any statements, somebody looks at them from time to time. No thread of
 * its own waits for that.
 */
final class TimeLimit {

	/** Nothing that the store does takes as long in a healthy database. */
	static final TimeLimit USUAL = new TimeLimit(Duration.ofSeconds(20));

	private static final Logger logger = LoggerFactory.getLogger(TimeLimit.class);

	private static final int LOOKS = 20;

	private final Duration limit;

	private final Executor later;

	/** When each began, by the JVM's monotonic clock. */
	private final Map<Statement, Long> statements = new ConcurrentHashMap<>();

	private final AtomicBoolean awaited = new AtomicBoolean();

	TimeLimit(Duration limit) {
		this.limit = limit;
		this.later = CompletableFuture.delayedExecutor(limit.toNanos() / LOOKS, TimeUnit.NANOSECONDS);
	}

	Duration duration() {
		return this.limit;
	}

	/**
	 * Limit what a statement takes from now on.
	 * @param statement to be closed, or to be handed to {@link #ended}
	 */
	void begins(Statement statement) {
		this.statements.put(statement, System.nanoTime());
		lookLater();
	}

	void ended(Statement statement) {
		this.statements.remove(statement);
	}

	/** How many are known, some of which may be closed. */
	int size() {
		return this.statements.size();
	}

	private void lookLater() {
		if (!this.awaited.get() && this.awaited.compareAndSet(false, true)) {
			this.later.execute(this::look);
		}
	}

	private void look() {
		this.statements.keySet().removeIf(TimeLimit::isClosed);
		List<Statement> late = late();
		if (late.isEmpty()) {
			goOn();
			return;
		}
		// The driver connects to the server for that, which is perhaps why they are late.
		Thread thread = new Thread(() -> {
			late.forEach(this::cancel);
			goOn();
		}, "aftercommit-time-limit");
		thread.setDaemon(true);
		thread.start();
	}

	private void goOn() {
		// In this order: a statement that begins now is seen here, or looked at by
		// itself.
		this.awaited.set(false);
		if (!this.statements.isEmpty()) {
			lookLater();
		}
	}

	private List<Statement> late() {
		long now = System.nanoTime();
		List<Statement> late = new ArrayList<>();
		this.statements.forEach((statement, began) -> {
			if (now - began >= this.limit.toNanos()) {
				late.add(statement);
			}
		});
		return late;
	}

	// One that does nothing at the moment goes on, and has been late then: what it does
	// next is ended by the next look.
	private void cancel(Statement statement) {
		try {
			if (this.statements.containsKey(statement)) {
				logger.debug("A statement has taken {}: cancelling it", this.limit);
				statement.cancel();
			}
		}
		catch (SQLException ex) {
			logger.debug("Could not cancel a statement", ex);
		}
	}

	private static boolean isClosed(Statement statement) {
		try {
			return statement.isClosed();
		}
		catch (SQLException ex) {
			logger.debug("A statement can't say whether it is closed", ex);
			return true;
		}
	}

}
