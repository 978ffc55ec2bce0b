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
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has statements end that take too long. What {@link Statement#setQueryTimeout} is for:
 * with it, PostgreSQL's driver wakes a thread for each statement, and H2 limits whatever
 * runs on that connection from then on, the application's statements included.
 * <p>
 * While there are any statements, somebody looks at them from time to time, and counts
 * his looks instead of reading a clock. No thread of its own waits for the next one.
 */
final class TimeLimit {

	/** Nothing that the store does takes as long in a healthy database. */
	static final Duration DURATION = Duration.ofSeconds(20);

	static final TimeLimit USUAL = of(DURATION);

	static final int LOOKS = 20;

	private static final Logger logger = LoggerFactory.getLogger(TimeLimit.class);

	private final Executor later;

	/**
	 * Before which look each began. By identity: what pools wrap statements in may not
	 * even have a hash code any more when it is closed. Guarded by itself.
	 */
	private final IdentityHashMap<Statement, Integer> statements = new IdentityHashMap<>();

	private final AtomicBoolean awaited = new AtomicBoolean();

	private final AtomicInteger looks = new AtomicInteger();

	/**
	 * A time limit of so many looks.
	 * @param later runs a look after a twentieth of the limit
	 */
	TimeLimit(Executor later) {
		this.later = later;
	}

	/**
	 * A time limit.
	 * @param limit what a statement may take, and up to a twentieth more
	 */
	static TimeLimit of(Duration limit) {
		return new TimeLimit(CompletableFuture.delayedExecutor(limit.toNanos() / LOOKS, TimeUnit.NANOSECONDS));
	}

	/**
	 * Limit what a statement takes from now on.
	 * @param statement to be closed, or to be handed to {@link #ended}
	 */
	void begins(Statement statement) {
		synchronized (this.statements) {
			this.statements.put(statement, this.looks.get());
		}
		lookLater();
	}

	void ended(Statement statement) {
		synchronized (this.statements) {
			this.statements.remove(statement);
		}
	}

	/** How many are known, some of which may be closed. */
	int size() {
		synchronized (this.statements) {
			return this.statements.size();
		}
	}

	private void lookLater() {
		if (!this.awaited.get() && this.awaited.compareAndSet(false, true)) {
			this.later.execute(this::look);
		}
	}

	private void look() {
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
		boolean started = false;
		try {
			thread.start();
			started = true;
		}
		finally {
			if (!started) {
				goOn();
			}
		}
	}

	private void goOn() {
		// In this order: a statement that begins now is seen here, or looked at by
		// itself.
		this.awaited.set(false);
		if (size() > 0) {
			lookLater();
		}
	}

	private List<Statement> late() {
		int look = this.looks.incrementAndGet();
		IdentityHashMap<Statement, Integer> known;
		synchronized (this.statements) {
			known = new IdentityHashMap<>(this.statements);
		}
		List<Statement> late = new ArrayList<>();
		known.forEach((statement, before) -> {
			if (isClosed(statement)) {
				ended(statement);
			}
			else if (look - before > LOOKS) {
				late.add(statement);
			}
		});
		return late;
	}

	// One that does nothing at the moment goes on, and has been late then: what it does
	// next is ended by the next look.
	private void cancel(Statement statement) {
		try {
			if (isKnown(statement)) {
				logger.debug("A statement takes too long: cancelling it");
				statement.cancel();
			}
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("Could not cancel a statement", ex);
		}
	}

	private boolean isKnown(Statement statement) {
		synchronized (this.statements) {
			return this.statements.containsKey(statement);
		}
	}

	private static boolean isClosed(Statement statement) {
		try {
			return statement.isClosed();
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("A statement can't say whether it is closed", ex);
			return true;
		}
	}

}
