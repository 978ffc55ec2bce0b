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
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.aftercommit.JobConfigurationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class DatabaseTests {

	@ParameterizedTest
	@CsvSource({ "MySQL, 8.4.0", "MariaDB, 11.4", "Oracle, Oracle Database 23ai", "PostgreSQL, 14.19",
			"PostgreSQL, 9.6", "PostgreSQL, 14beta3", "H2, 1.4.200 (2019-10-14)", "H2, 2.2.219", "H2, 2.1.300",
			"EnterpriseDB, 17.0", "PostgreSQL, unknown" })
	void whatDoesNotWorkIsRefusedAndWhatWorksIsNamed(String product, String version) throws SQLException {
		OwnTransactions transactions = new OwnTransactions(database(product, version));
		assertThatExceptionOfType(JobConfigurationException.class).isThrownBy(() -> Database.of(transactions))
			.withMessageContaining(product + " " + version)
			.withMessageContaining("PostgreSQL 15 or later")
			.withMessageContaining("H2 2.2.220 or later");
	}

	@ParameterizedTest
	@CsvSource({ "PostgreSQL, 15.0, PostgreSQL 15.0", "PostgreSQL, 17.11 (Debian 17.11-1.pgdg120+1), PostgreSQL 17.11",
			"PostgreSQL, 19beta1, PostgreSQL 19beta1", "H2, 2.2.220 (2023-07-04), H2 2.2.220",
			"H2, 2.4.240, H2 2.4.240", "H2, 3.0.0, H2 3.0.0" })
	void whatWorksIsFound(String product, String version, String description) throws SQLException {
		assertThat(Database.of(new OwnTransactions(database(product, version))).description()).isEqualTo(description);
	}

	private static DataSource database(String product, String version) throws SQLException {
		DatabaseMetaData metaData = mock();
		given(metaData.getDatabaseProductName()).willReturn(product);
		given(metaData.getDatabaseProductVersion()).willReturn(version);
		Connection connection = mock();
		given(connection.getMetaData()).willReturn(metaData);
		given(connection.getTransactionIsolation()).willReturn(Connection.TRANSACTION_READ_COMMITTED);
		DataSource dataSource = mock();
		given(dataSource.getConnection()).willReturn(connection);
		return dataSource;
	}

}
