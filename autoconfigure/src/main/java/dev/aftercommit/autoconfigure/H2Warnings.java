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

package dev.aftercommit.autoconfigure;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of what an H2 database on disk would do to jobs.
 */
final class H2Warnings {

	private static final Logger logger = LoggerFactory.getLogger(H2Warnings.class);

	private static final String PREFIX = "jdbc:h2:";

	private H2Warnings() {
	}

	/**
	 * Look at a database and warn if need be.
	 * @param dataSource leads to the database
	 */
	static void check(DataSource dataSource) {
		try (Connection connection = dataSource.getConnection()) {
			String url = connection.getMetaData().getURL();
			if (url != null && url.toLowerCase(Locale.ROOT).startsWith(PREFIX)) {
				check(connection, url.substring(PREFIX.length()));
			}
		}
		catch (SQLException ex) {
			logger.debug("Could not look at the settings of the database", ex);
		}
	}

	private static void check(Connection connection, String location) throws SQLException {
		String path = location.toLowerCase(Locale.ROOT);
		boolean remote = path.startsWith("tcp:") || path.startsWith("ssl:");
		if (path.startsWith("mem:") || (remote && path.matches("(tcp|ssl)://[^/]*/mem:.*"))) {
			return;
		}
		if (!remote && !path.startsWith("async:")) {
			logger.warn("The H2 database '{}' closes under all its connections when a thread that uses it is"
					+ " interrupted, as a job's timeout and a shutdown do: begin its URL with 'jdbc:h2:async:' instead",
					withoutSettings(location));
		}
		int delay = writeDelay(connection);
		if (delay > 0) {
			logger.warn("The H2 database '{}' keeps commits in memory for up to {} ms, so that a crash loses them and"
					+ " the jobs in them: add ';WRITE_DELAY=0' to its URL", withoutSettings(location), delay);
		}
	}

	private static String withoutSettings(String location) {
		int settings = location.indexOf(';');
		return (settings >= 0) ? location.substring(0, settings) : location;
	}

	private static int writeDelay(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(
				"SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'WRITE_DELAY'");
				ResultSet rows = statement.executeQuery()) {
			return rows.next() ? rows.getInt(1) : 0;
		}
	}

}
