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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.EncodedResource;
import org.springframework.jdbc.datasource.init.ScriptUtils;

/**
 * Runs the script that Flyway would run. The script is idempotent, so Flyway can take
 * over later.
 */
final class ScriptMigration implements JdbcSchema.Migration {

	private static final String SCRIPT = "V1__create_job_tables.sql";

	private final OwnTransactions transactions;

	private final Dialect dialect;

	private final Tables tables;

	ScriptMigration(OwnTransactions transactions, Dialect dialect, Tables tables) {
		this.transactions = transactions;
		this.dialect = dialect;
		this.tables = tables;
	}

	static String folder(Dialect dialect) {
		return "dev/aftercommit/store/jdbc/" + dialect.scripts();
	}

	static String location(Dialect dialect) {
		return folder(dialect) + "/" + SCRIPT;
	}

	@Override
	public void run() {
		this.transactions.run("create its tables", (connection) -> {
			this.dialect.lockSchema(connection);
			createSchema(connection);
			ScriptUtils.executeSqlScript(connection, new EncodedResource(
					new ByteArrayResource(text().getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8));
			return true;
		});
	}

	// Not by IF NOT EXISTS alone: PostgreSQL would ask for the right to create one that
	// is there.
	private void createSchema(Connection connection) throws SQLException {
		String schema = this.tables.schema();
		if (schema == null) {
			return;
		}
		try (ResultSet schemas = connection.getMetaData().getSchemas()) {
			while (schemas.next()) {
				if (schemas.getString("TABLE_SCHEM").equalsIgnoreCase(schema)) {
					return;
				}
			}
		}
		try (Statement statement = connection.createStatement()) {
			statement.execute("CREATE SCHEMA IF NOT EXISTS " + schema);
		}
	}

	private String text() {
		try {
			return new ClassPathResource(script(), getClass().getClassLoader())
				.getContentAsString(StandardCharsets.UTF_8)
				.replace("${schema}", this.tables.qualifier())
				.replace("${prefix}", this.tables.prefix());
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Can't read '" + script() + "'", ex);
		}
	}

	@Override
	public String script() {
		return location(this.dialect);
	}

	@Override
	public String toString() {
		return "script";
	}

}
