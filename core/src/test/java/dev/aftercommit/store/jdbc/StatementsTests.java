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

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.UUID;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;

/**
 * That no statement may take for ever, and that none is left open.
 */
class StatementsTests {

	private final Connection connection = mock(Connection.class);

	private final PreparedStatement statement = mock(PreparedStatement.class);

	private final TimeLimit limit = mock(TimeLimit.class);

	private final Statements statements = new Statements(UnaryOperator.identity(), this.limit);

	@BeforeEach
	void prepare() throws SQLException {
		given(this.connection.prepareStatement(anyString())).willReturn(this.statement);
		given(this.connection.prepareStatement(anyString(), any(String[].class))).willReturn(this.statement);
		given(this.statement.getConnection()).willReturn(this.connection);
	}

	@Test
	void eachStatementHasATimeLimit() throws SQLException {
		assertThat(this.statements.prepare(this.connection, "SELECT 1")).isSameAs(this.statement);
		then(this.limit).should().begins(this.statement);
		then(this.limit).should(never()).ended(this.statement);
		then(this.statement).should(never()).close();
	}

	@Test
	void soHasOneThatReturnsAKey() throws SQLException {
		assertThat(this.statements.prepareForKey(this.connection, "INSERT", "id")).isSameAs(this.statement);
		then(this.connection).should().prepareStatement("INSERT", new String[] { "id" });
		then(this.limit).should().begins(this.statement);
	}

	@Test
	void aStatementThatCantBePreparedIsClosed() throws SQLException {
		willThrow(new SQLException("planted")).given(this.statement).setObject(anyInt(), any());
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.statements.prepare(this.connection, "SELECT ?", 1));
		then(this.statement).should().close();
	}

	@Test
	void anUpdateTellsHowManyRowsAndClosesItsStatement() throws SQLException {
		given(this.statement.executeUpdate()).willReturn(3);
		assertThat(this.statements.update(this.connection, "DELETE", 7L, null)).isEqualTo(3);
		then(this.statement).should().setObject(1, 7L);
		then(this.statement).should().setNull(2, Types.NULL);
		then(this.statement).should().close();
		then(this.limit).should().ended(this.statement);
	}

	@Test
	void whatAStatementReturnsIsReadWithinItsLimit() throws SQLException {
		ResultSet rows = mock(ResultSet.class);
		given(this.statement.getResultSet()).willReturn(rows);
		given(rows.next()).willReturn(true, false);
		assertThat(this.statements.query(this.connection, "SELECT 1", (row) -> {
			then(this.limit).should(never()).ended(this.statement);
			return "one";
		})).containsExactly("one");
		then(this.limit).should().ended(this.statement);
		then(this.statement).should().close();
	}

	@Test
	void arraysAreBoundByTheTypeOfTheirElements() throws SQLException {
		assertArray(new UUID[0], "uuid");
		assertArray(new Long[0], "bigint");
		assertArray(new Integer[0], "integer");
		assertArray(new String[0], "varchar");
	}

	private void assertArray(Object[] values, String type) throws SQLException {
		Array array = mock(Array.class);
		given(this.connection.createArrayOf(type, values)).willReturn(array);
		Statements.bind(this.statement, (Object) values);
		then(this.statement).should().setArray(1, array);
	}

}
