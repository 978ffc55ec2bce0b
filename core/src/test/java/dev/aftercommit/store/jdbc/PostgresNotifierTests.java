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

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;

/**
 * Which connection a hint is sent on, and what becomes of it.
 */
class PostgresNotifierTests {

	private final Connection connection = mock(Connection.class);

	private final PreparedStatement statement = mock(PreparedStatement.class);

	private final DataSource dataSource = mock(DataSource.class);

	private final PostgresNotifier notifier = new PostgresNotifier(this.dataSource, "channel");

	@BeforeEach
	void connect() throws SQLException {
		given(this.dataSource.getConnection()).willReturn(this.connection);
		given(this.connection.prepareStatement(anyString())).willReturn(this.statement);
		given(this.connection.getAutoCommit()).willReturn(true);
	}

	@Test
	void aConnectionOfItsOwnIsKeptUntilTheEnd() throws SQLException {
		this.notifier.send(false);
		this.notifier.send(false);
		then(this.dataSource).should(times(1)).getConnection();
		then(this.statement).should(times(2)).execute();
		then(this.statement).should(times(2)).close();
		then(this.connection).should(never()).close();
		then(this.connection).should(never()).commit();
		this.notifier.close();
		this.notifier.close();
		then(this.connection).should(times(1)).close();
	}

	@Test
	void aHintNamesItsChannelAndWaitsNotForEver() throws SQLException {
		this.notifier.send(false);
		InOrder order = inOrder(this.connection, this.statement);
		order.verify(this.connection).setNetworkTimeout(any(), eq(NetworkLimit.MILLIS));
		order.verify(this.connection).prepareStatement("SELECT pg_notify(?, '')");
		order.verify(this.statement).setString(1, "channel");
		order.verify(this.statement).execute();
		order.verify(this.connection).setNetworkTimeout(any(), eq(0));
	}

	@Test
	void aConnectionOfTheApplicationGoesBackEachTime() throws SQLException {
		this.notifier.send(true);
		this.notifier.send(true);
		then(this.dataSource).should(times(2)).getConnection();
		then(this.statement).should(times(2)).execute();
		then(this.connection).should(times(2)).close();
	}

	@Test
	void withoutAutoCommitItIsCommitted() throws SQLException {
		given(this.connection.getAutoCommit()).willReturn(false);
		this.notifier.send(true);
		InOrder order = inOrder(this.connection, this.statement);
		order.verify(this.statement).execute();
		order.verify(this.connection).commit();
		order.verify(this.connection).close();
	}

	@Test
	void aConnectionThatFailedIsNotUsedAgain() throws SQLException {
		given(this.statement.execute()).willThrow(new SQLException("planted")).willReturn(true);
		willThrow(new SQLException("planted")).given(this.connection).close();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.notifier.send(false));
		then(this.connection).should().close();
		this.notifier.send(false);
		then(this.dataSource).should(times(2)).getConnection();
	}

}
