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
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.times;

/**
 * What the thread that hears hints does with its connection, with a driver that says what
 * a test decides.
 */
class PostgresEarTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	private static final PGNotification[] NONE = {};

	private final PGConnection driver = mock(PGConnection.class);

	private final Connection connection = mock(Connection.class);

	private final Statement statement = mock(Statement.class);

	private final DataSource dataSource = mock(DataSource.class);

	private final LinkedBlockingQueue<PGNotification[]> answers = new LinkedBlockingQueue<>();

	private final Semaphore heard = new Semaphore(0);

	private volatile boolean failing;

	private final PostgresEar ear = new PostgresEar(this.dataSource, "channel", () -> {
		this.heard.release();
		if (this.failing) {
			throw new IllegalStateException("planted");
		}
	});

	@BeforeEach
	void connect() throws SQLException {
		given(this.dataSource.getConnection()).willReturn(this.connection);
		given(this.connection.isWrapperFor(PGConnection.class)).willReturn(true);
		given(this.connection.unwrap(PGConnection.class)).willReturn(this.driver);
		given(this.connection.createStatement()).willReturn(this.statement);
		given(this.connection.isValid(anyInt())).willReturn(true);
		given(this.driver.getNotifications(anyInt())).willAnswer((call) -> this.answers.take());
		willAnswer((call) -> this.answers.add(NONE)).given(this.connection).abort(any());
	}

	@AfterEach
	void close() {
		this.ear.close();
		this.answers.add(NONE);
	}

	@Test
	void itSubscribesOutsideATransactionAndLooksForWhatItMissed() throws SQLException {
		this.ear.start();
		awaitHeard();
		InOrder order = inOrder(this.connection, this.statement);
		order.verify(this.connection).setAutoCommit(true);
		order.verify(this.connection).setNetworkTimeout(any(), eq(NetworkLimit.MILLIS));
		order.verify(this.statement).execute("LISTEN channel");
		order.verify(this.statement).close();
		order.verify(this.connection).setNetworkTimeout(any(), eq(0));
	}

	@Test
	void aHintWakesAndSilenceDoesNot() throws SQLException {
		this.ear.start();
		awaitHeard();
		this.answers.add(new PGNotification[] { mock(PGNotification.class) });
		awaitHeard();
		then(this.connection).should(never()).isValid(anyInt());
		this.answers.add(NONE);
		then(this.connection).should(timeout(LONG.toMillis())).isValid(5);
		then(this.driver).should(timeout(LONG.toMillis()).times(3)).getNotifications(30_000);
		assertThat(this.heard.availablePermits()).isZero();
		then(this.dataSource).should(times(1)).getConnection();
	}

	@Test
	void aConnectionThatDoesNotAnswerAnyMoreIsReplaced() throws SQLException {
		this.ear.start();
		awaitHeard();
		given(this.connection.isValid(anyInt())).willReturn(false, true);
		this.answers.add(NONE);
		// It looks for what was sent meanwhile.
		awaitHeard();
		then(this.dataSource).should(times(2)).getConnection();
		then(this.connection).should().close();
	}

	@Test
	void withoutADatabaseItTriesAgainUntilThereIsOne() throws SQLException {
		given(this.dataSource.getConnection()).willThrow(new SQLException("planted"))
			.willThrow(new IllegalStateException("planted"))
			.willReturn(this.connection);
		this.ear.start();
		awaitHeard();
		then(this.dataSource).should(times(3)).getConnection();
	}

	@Test
	void aSubscriptionThatFailsIsTriedAgain() throws SQLException {
		given(this.statement.execute(any())).willThrow(new SQLException("planted")).willReturn(false);
		this.ear.start();
		awaitHeard();
		then(this.connection).should().close();
		assertThat(this.heard.availablePermits()).isZero();
	}

	@Test
	void whateverFailsToWakeUpDoesNotEndIt() throws SQLException {
		this.failing = true;
		this.ear.start();
		awaitHeard();
		this.answers.add(new PGNotification[] { mock(PGNotification.class) });
		awaitHeard();
		then(this.dataSource).should(times(1)).getConnection();
	}

	@Test
	void aPoolThatHidesTheDriverIsGivenItsConnectionBack() throws SQLException {
		given(this.connection.isWrapperFor(PGConnection.class)).willReturn(false);
		this.ear.start();
		then(this.connection).should(timeout(LONG.toMillis())).close();
		assertThat(this.heard.availablePermits()).isZero();
		awaitEnd();
		then(this.dataSource).should(times(1)).getConnection();
	}

	@Test
	void closingEndsTheConnectionAndTheThread() throws SQLException {
		this.ear.start();
		awaitHeard();
		then(this.driver).should(timeout(LONG.toMillis())).getNotifications(anyInt());
		this.ear.close();
		then(this.connection).should(atLeastOnce()).abort(any());
		then(this.connection).should(timeout(LONG.toMillis())).close();
		awaitEnd();
		then(this.dataSource).should(times(1)).getConnection();
	}

	@Test
	void closingDuringAnOutageEndsTheThreadAtOnce() throws SQLException {
		AtomicInteger tries = new AtomicInteger();
		given(this.dataSource.getConnection()).willAnswer((call) -> {
			tries.incrementAndGet();
			throw new SQLException("planted");
		});
		this.ear.start();
		await().atMost(LONG).until(() -> tries.get() > 0);
		this.ear.close();
		awaitEnd();
	}

	@Test
	void closingWhatNeverHadAConnectionOrCannotEndItHarmsNobody() throws SQLException {
		this.ear.close();
		this.ear.start();
		awaitEnd();
		then(this.dataSource).shouldHaveNoInteractions();
		PostgresEar other = new PostgresEar(this.dataSource, "channel", this.heard::release);
		other.start();
		awaitHeard();
		willThrow(new SQLException("planted")).given(this.connection).abort(any());
		other.close();
		this.answers.add(NONE);
		awaitEnd();
	}

	private void awaitHeard() {
		await().atMost(LONG).until(this.heard::tryAcquire);
	}

	private static void awaitEnd() {
		await().atMost(LONG)
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.getName().equals("aftercommit-listen")));
	}

}
