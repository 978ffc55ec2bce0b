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
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

import dev.aftercommit.JobStoreException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;

/**
 * What a connection is asked, in which order, and how it is given back.
 */
class OwnTransactionsTests {

	private final Connection connection = mock(Connection.class);

	private final DataSource dataSource = mock(DataSource.class);

	private final OwnTransactions transactions = new OwnTransactions(this.dataSource);

	@BeforeEach
	void connect() throws SQLException {
		given(this.dataSource.getConnection()).willReturn(this.connection);
		given(this.connection.getAutoCommit()).willReturn(true);
		given(this.connection.getTransactionIsolation()).willReturn(Connection.TRANSACTION_READ_COMMITTED);
	}

	@Test
	void workIsCommittedAndTheConnectionGoesBackAsItCame() throws SQLException {
		assertThat(this.transactions.<String>run("work", (given) -> {
			assertThat(given).isSameAs(this.connection);
			then(this.connection).should().setAutoCommit(false);
			then(this.connection).should().setNetworkTimeout(any(), eq(NetworkLimit.MILLIS));
			then(this.connection).should(never()).commit();
			return "result";
		})).isEqualTo("result");
		InOrder order = inOrder(this.connection);
		order.verify(this.connection).commit();
		order.verify(this.connection).setAutoCommit(true);
		order.verify(this.connection).setNetworkTimeout(any(), eq(0));
		order.verify(this.connection).close();
		then(this.connection).should(never()).rollback();
		then(this.connection).should(never()).setTransactionIsolation(anyInt());
	}

	@Test
	void aConnectionWithoutAutoCommitStaysSo() throws SQLException {
		given(this.connection.getAutoCommit()).willReturn(false);
		this.transactions.run("work", (given) -> true);
		then(this.connection).should(never()).setAutoCommit(anyBoolean());
		InOrder order = inOrder(this.connection);
		// What asking for the isolation began.
		order.verify(this.connection).rollback();
		order.verify(this.connection).commit();
	}

	@Test
	void aStricterIsolationIsPutBack() throws SQLException {
		given(this.connection.getTransactionIsolation()).willReturn(Connection.TRANSACTION_SERIALIZABLE);
		this.transactions.run("work", (given) -> {
			then(this.connection).should().setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			return true;
		});
		then(this.connection).should().setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
	}

	@Test
	void theIsolationIsAskedForOnce() throws SQLException {
		for (int i = 0; i < 3; i++) {
			this.transactions.run("work", (given) -> true);
		}
		then(this.connection).should(times(1)).getTransactionIsolation();
	}

	@Test
	void whatTheWorkThrowsIsRolledBackAndComesOut() throws SQLException {
		assertThatIllegalStateException().isThrownBy(() -> this.transactions.run("work", (given) -> {
			throw new IllegalStateException("expected");
		})).withMessage("expected");
		then(this.connection).should(never()).commit();
		InOrder order = inOrder(this.connection);
		order.verify(this.connection).rollback();
		order.verify(this.connection).setAutoCommit(true);
		order.verify(this.connection).close();
	}

	@Test
	void aDatabaseThatAsksToTryAgainIsTriedThreeTimes() throws SQLException {
		AtomicInteger tries = new AtomicInteger();
		assertThat(this.transactions.<Integer>run("work", (given) -> {
			if (tries.incrementAndGet() < 3) {
				throw new SQLException("serialization", "40001");
			}
			return tries.get();
		})).isEqualTo(3);
		then(this.connection).should(times(2)).rollback();
		then(this.connection).should(times(1)).commit();
		tries.set(-10);
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> this.transactions.run("work", (given) -> {
			tries.incrementAndGet();
			throw new SQLException("deadlock", "40P01");
		})).withMessage("The job store could not work: deadlock");
		assertThat(tries).hasValue(-7);
	}

	@Test
	void anyOtherErrorIsReportedAtOnce() {
		for (String state : new String[] { "23505", null }) {
			AtomicInteger tries = new AtomicInteger();
			SQLException failure = new SQLException("expected", state);
			assertThatExceptionOfType(JobStoreException.class)
				.isThrownBy(() -> this.transactions.run("work", (given) -> {
					tries.incrementAndGet();
					throw failure;
				}))
				.withCause(failure);
			assertThat(tries).hasValue(1);
		}
	}

	@Test
	void aCommitThatFailsIsReported() throws SQLException {
		willThrow(new SQLException("expected", "08006")).given(this.connection).commit();
		assertThatExceptionOfType(JobStoreException.class)
			.isThrownBy(() -> this.transactions.run("work", (given) -> true));
		then(this.connection).should().rollback();
		then(this.connection).should().close();
	}

	@Test
	void aConnectionThatBreaksAfterwardsChangesNothing() throws SQLException {
		willThrow(new SQLException("broken", "08006")).given(this.connection).setAutoCommit(true);
		willThrow(new SQLException("broken", "08006")).given(this.connection).rollback();
		assertThat(this.transactions.<String>run("work", (given) -> "result")).isEqualTo("result");
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> this.transactions.run("work", (given) -> {
			throw new SQLException("expected", "08006");
		})).withMessageContaining("expected");
		then(this.connection).should(times(2)).close();
	}

	@Test
	void aStricterLimitOfTheNetworkStaysAsItIs() throws SQLException {
		given(this.connection.getNetworkTimeout()).willReturn(NetworkLimit.MILLIS);
		this.transactions.run("work", (given) -> true);
		then(this.connection).should(never()).setNetworkTimeout(any(), anyInt());
		given(this.connection.getNetworkTimeout()).willReturn(NetworkLimit.MILLIS + 1);
		this.transactions.run("work", (given) -> true);
		then(this.connection).should().setNetworkTimeout(any(), eq(NetworkLimit.MILLIS));
		then(this.connection).should().setNetworkTimeout(any(), eq(NetworkLimit.MILLIS + 1));
	}

	@Test
	void theLimitOfAClosedConnectionIsNobodysBusiness() throws SQLException {
		given(this.connection.isClosed()).willReturn(true);
		this.transactions.run("work", (given) -> true);
		then(this.connection).should(never()).setNetworkTimeout(any(), eq(0));
	}

}
