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
import java.util.Optional;
import java.util.Set;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.ClassUtils;

import dev.aftercommit.JobConfigurationException;

/**
 * Sees to it that the store's tables are there. Where they are, it only reads one row, so
 * that running needs no right to create anything.
 */
final class JdbcSchema {

	/** The version of the tables that this software was written for. */
	static final int VERSION = 1;

	private static final int TRIES = 2;

	private static final String FLYWAY = "org.flywaydb.core.Flyway";

	private static final String FLYWAY_FOR_POSTGRESQL = "org.flywaydb.database.postgresql.PostgreSQLDatabaseType";

	// PostgreSQL: no such table. H2: no such table, in three variants, and no such
	// schema.
	private static final Set<String> MISSING = Set.of("42P01", "42S02", "42S03", "42S04", "90079");

	private static final Logger logger = LoggerFactory.getLogger(JdbcSchema.class);

	private final OwnTransactions transactions;

	private final Statements statements;

	private final Dialect dialect;

	private final Migration migration;

	JdbcSchema(OwnTransactions transactions, Statements statements, Dialect dialect, Migration migration) {
		this.transactions = transactions;
		this.statements = statements;
		this.dialect = dialect;
		this.migration = migration;
	}

	/**
	 * Create or migrate the tables if they are not up to date.
	 */
	void initialize() {
		for (int tried = 1; tried <= TRIES && !isUpToDate(); tried++) {
			try {
				logger.info("Creating the job store's tables by {}", this.migration);
				this.migration.run();
			}
			catch (RuntimeException ex) {
				// Another node that starts at the same moment may have been faster.
				if (tried == TRIES) {
					throw new JobConfigurationException(
							"The job store's tables could not be created by " + this.migration + ": " + ex.getMessage()
									+ ".",
							"Give the database user the right to, or run '" + this.migration.script()
									+ "' as another one, with its placeholders replaced.",
							ex);
				}
				logger.debug("Could not create the job store's tables, looking again", ex);
			}
		}
	}

	/**
	 * Check that the tables are there.
	 * @throws JobConfigurationException if they aren't, or are of a version that this
	 * software can't work with
	 */
	void require() {
		if (!isUpToDate()) {
			throw new JobConfigurationException(
					"The job store's tables ('" + this.dialect.sql("{job}")
							+ "' and others) are missing or of an older version.",
					"Run '" + this.migration.script()
							+ "' with its placeholders replaced, or set 'aftercommit.jdbc.initialize-schema' to true.",
					null);
		}
	}

	private boolean isUpToDate() {
		Optional<Found> found = this.transactions.run("read the version of its tables", this::find);
		found.ifPresent((tables) -> {
			if (tables.lowestCompatible() > VERSION) {
				throw new JobConfigurationException(
						"The job store's tables are of version " + tables.version() + ", which version "
								+ tables.lowestCompatible()
								+ " of the software or a later one can work with, but this is version " + VERSION + ".",
						"Use a later version of Aftercommit.", null);
			}
		});
		return found.filter((tables) -> tables.version() >= VERSION).isPresent();
	}

	private Optional<Found> find(Connection connection) throws SQLException {
		try {
			return this.statements
				.query(connection, this.dialect.sql("""
						SELECT version, lowest_compatible FROM {schema_version} ORDER BY version DESC LIMIT 1"""),
						(row) -> new Found(row.getInt(1), row.getInt(2)))
				.stream()
				.findFirst();
		}
		catch (SQLException ex) {
			if (MISSING.contains(ex.getSQLState())) {
				return Optional.empty();
			}
			throw ex;
		}
	}

	static Migration migration(DataSource dataSource, OwnTransactions transactions, Dialect dialect, Tables tables) {
		ScriptMigration script = new ScriptMigration(transactions, dialect, tables);
		return hasFlyway(dialect) ? new FlywayMigration(dataSource, dialect, tables, script) : script;
	}

	// Here, as nothing of FlywayMigration can be called where Flyway is not.
	static boolean hasFlyway(Dialect dialect) {
		ClassLoader classLoader = JdbcSchema.class.getClassLoader();
		return ClassUtils.isPresent(FLYWAY, classLoader) && (!dialect.scripts().equals("postgresql")
				|| ClassUtils.isPresent(FLYWAY_FOR_POSTGRESQL, classLoader));
	}

	/** What the tables say of themselves. */
	private record Found(int version, int lowestCompatible) {

	}

	/**
	 * A way of creating and migrating the tables. Running it again changes nothing.
	 */
	interface Migration {

		void run();

		/** Where the script is on the class path. */
		String script();

	}

}
