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

package dev.aftercommit.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The PostgreSQL of this JVM's tests.
 *
 * @param url JDBC URL of a database in which others can be created
 * @param username a user with the right to create databases and roles
 * @param password that user's password
 */
record PostgresServer(String url, String username, String password) {

	static final String URL = "aftercommit.test.postgres.url";

	private static final String USERNAME = "aftercommit.test.postgres.username";

	private static final String PASSWORD = "aftercommit.test.postgres.password";

	static PostgresServer instance() {
		return Holder.INSTANCE;
	}

	TestDatabase newDatabase() {
		String name = "test_" + UUID.randomUUID().toString().replace("-", "");
		execute(this.url, this.username, this.password, "CREATE DATABASE " + name);
		String newUrl = this.url.replaceFirst("(://[^/]+/)[^?]*", "$1" + name);
		return new TestDatabase("PostgreSQL", newUrl, this.username, this.password,
				() -> execute(this.url, this.username, this.password, "DROP DATABASE " + name + " WITH (FORCE)"));
	}

	static void execute(String url, String username, String password, String sql) {
		try (Connection connection = DriverManager.getConnection(url, username, password);
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Could not run '" + sql + "' in " + url, ex);
		}
	}

	private static PostgresServer start() {
		String url = setting(URL);
		if (url != null) {
			return new PostgresServer(url, given(setting(USERNAME), "postgres"), given(setting(PASSWORD), ""));
		}
		return Docker.AVAILABLE ? container() : embedded();
	}

	@SuppressWarnings("resource")
	private static PostgresServer container() {
		PostgreSQLContainer container = new PostgreSQLContainer("postgres:17").withCommand("postgres", "-c",
				"fsync=off", "-c", "max_connections=300");
		container.start();
		return new PostgresServer(container.getJdbcUrl(), container.getUsername(), container.getPassword());
	}

	@SuppressWarnings("resource")
	private static PostgresServer embedded() {
		try {
			EmbeddedPostgres postgres = EmbeddedPostgres.builder()
				.setPGStartupWait(Duration.ofSeconds(60))
				.setServerConfig("fsync", "off")
				.setServerConfig("full_page_writes", "off")
				.setServerConfig("max_connections", "300")
				.start();
			return new PostgresServer("jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres", "postgres",
					"");
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not start an embedded PostgreSQL: set '" + URL + "' to one that runs",
					ex);
		}
	}

	private static @Nullable String setting(String name) {
		String value = System.getProperty(name);
		return (value != null) ? value : System.getenv(name.toUpperCase(Locale.ROOT).replace('.', '_'));
	}

	private static String given(@Nullable String value, String otherwise) {
		return (value != null) ? value : otherwise;
	}

	/** Started when a test first asks for it; ends with the JVM. */
	private static final class Holder {

		private static final PostgresServer INSTANCE = start();

	}

}
