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
import java.sql.SQLTransientConnectionException;
import java.util.Locale;
import java.util.Map;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.aftercommit.JobStoreException;

/**
 * Migrates by Flyway, with a history of its own beside the application's. Names Flyway's
 * classes, so it is loaded only where they are.
 */
final class FlywayMigration implements JdbcSchema.Migration {

	private static final Logger logger = LoggerFactory.getLogger(FlywayMigration.class);

	private final DataSource dataSource;

	private final Dialect dialect;

	private final Tables tables;

	private final ScriptMigration script;

	FlywayMigration(DataSource dataSource, Dialect dialect, Tables tables, ScriptMigration script) {
		this.dataSource = BoundConnections.unwrap(dataSource);
		this.dialect = dialect;
		this.tables = tables;
		this.script = script;
	}

	@Override
	public void run() {
		try {
			migrate();
		}
		catch (FlywayException ex) {
			if (!hasNoConnection(ex)) {
				throw ex;
			}
			// It needs two connections at a time, the script needs one.
			logger.info("The connection pool is too small for Flyway, creating the tables by script", ex);
			this.script.run();
		}
	}

	private void migrate() {
		FluentConfiguration flyway = Flyway.configure(getClass().getClassLoader())
			.dataSource(this.dataSource)
			.locations("classpath:" + ScriptMigration.folder(this.dialect))
			.placeholders(Map.of("schema", this.tables.qualifier(), "prefix", this.tables.prefix()))
			.table(this.tables.prefix() + "schema_history")
			// The schema is the application's, and not empty: its first version is before
			// ours.
			.baselineOnMigrate(true)
			.baselineVersion("0");
		if (this.tables.schema() != null) {
			flyway.defaultSchema(asStored(this.tables.schema())).createSchemas(true);
		}
		flyway.load().migrate();
	}

	// Flyway quotes the name, the script doesn't.
	private String asStored(String name) {
		try (Connection connection = this.dataSource.getConnection()) {
			return connection.getMetaData().storesUpperCaseIdentifiers() ? name.toUpperCase(Locale.ROOT)
					: name.toLowerCase(Locale.ROOT);
		}
		catch (SQLException ex) {
			throw new JobStoreException(
					"The job store could not find out how its database writes names: " + ex.getMessage(), ex);
		}
	}

	private static boolean hasNoConnection(Throwable ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLTransientConnectionException) {
				return true;
			}
		}
		return false;
	}

	@Override
	public String script() {
		return ScriptMigration.location(this.dialect);
	}

	@Override
	public String toString() {
		return "Flyway";
	}

}
