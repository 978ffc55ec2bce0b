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
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

import dev.aftercommit.JobConfigurationException;
import dev.aftercommit.store.WakeUps;

/**
 * A database that works.
 *
 * @param product which one it is
 * @param version its version, as it says it
 */
record Database(Product product, String version) {

	static Database of(OwnTransactions transactions) {
		return transactions.run("find out which database it is in", Database::of);
	}

	private static Database of(Connection connection) throws SQLException {
		DatabaseMetaData metaData = connection.getMetaData();
		String name = metaData.getDatabaseProductName();
		String version = metaData.getDatabaseProductVersion();
		return Arrays.stream(Product.values())
			.filter((product) -> product.title.equals(name) && product.works(version))
			.findFirst()
			.map((product) -> new Database(product, version))
			.orElseThrow(() -> new JobConfigurationException("The job store can't use " + name + " " + version + ".",
					"Use PostgreSQL 15 or later, or H2 2.2.220 or later; or set 'aftercommit.store' to another store.",
					null));
	}

	String description() {
		return this.product.title + " " + StringUtils.delimitedListToStringArray(this.version, " ")[0];
	}

	Dialect dialect(Statements statements, Tables tables) {
		return dialect(statements, tables, PostgresDialect.BUNDLE_FROM);
	}

	Dialect dialect(Statements statements, Tables tables, int bundleFrom) {
		return (this.product == Product.POSTGRESQL) ? new PostgresDialect(statements, tables, bundleFrom)
				: new H2Dialect(statements, tables);
	}

	Statements statements(@Nullable Supplier<Duration> clockOffset) {
		if (clockOffset == null) {
			return new Statements(UnaryOperator.identity());
		}
		return new Statements((sql) -> sql.replace(this.product.clock,
				this.product.movedClock.formatted(Micros.of(clockOffset.get()))));
	}

	WakeUps wakeUps(DataSource ownConnections, boolean shared, Tables tables) {
		boolean possible = this.product == Product.POSTGRESQL
				&& ClassUtils.isPresent("org.postgresql.PGConnection", Database.class.getClassLoader());
		return possible ? new PostgresWakeUps(ownConnections, shared, tables) : WakeUps.NONE;
	}

	/**
	 * Databases whose SQL the store speaks.
	 */
	enum Product {

		/** PostgreSQL. */
		POSTGRESQL("PostgreSQL", "clock_timestamp()", "(clock_timestamp() + %d * interval '1 microsecond')", 15, 0, 0),

		/** H2. */
		H2("H2", "CURRENT_TIMESTAMP(6)", "DATEADD(MICROSECOND, %d, CURRENT_TIMESTAMP(6))", 2, 2, 220);

		private static final Pattern NUMBER = Pattern.compile("[0-9]+");

		private final String title;

		private final String clock;

		private final String movedClock;

		private final int major;

		private final int minor;

		private final int patch;

		Product(String title, String clock, String movedClock, int major, int minor, int patch) {
			this.title = title;
			this.clock = clock;
			this.movedClock = movedClock;
			this.major = major;
			this.minor = minor;
			this.patch = patch;
		}

		// A version begins with its numbers: "17.11 (Debian 17.11-1)", "2.4.240
		// (2025-09-22)", "18beta1".
		private boolean works(String version) {
			Matcher number = NUMBER.matcher(version);
			for (int required : List.of(this.major, this.minor, this.patch)) {
				int found = number.find() ? Integer.parseInt(number.group()) : 0;
				if (found != required) {
					return found > required;
				}
			}
			return true;
		}

	}

}
