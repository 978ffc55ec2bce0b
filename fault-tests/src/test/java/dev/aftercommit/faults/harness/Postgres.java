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

package dev.aftercommit.faults.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.FileSystemUtils;

/**
 * A real PostgreSQL of its own: data below the build directory, loopback, everything
 * synced to the disk as in production.
 */
public final class Postgres {

	private static final Path DIRECTORY = Path.of(System.getProperty("faults.directory", "target/faults"))
		.toAbsolutePath();

	private static @Nullable Postgres shared;

	private final EmbeddedPostgres server;

	private final Path data;

	private final Path control;

	private Postgres(Path directory) throws IOException {
		Files.createDirectories(directory);
		this.data = directory.resolve("data");
		// Of a JVM that was killed before it could remove it.
		FileSystemUtils.deleteRecursively(this.data);
		Path binaries = directory.resolve("binaries");
		this.server = EmbeddedPostgres.builder()
			.setDataDirectory(this.data)
			.setCleanDataDirectory(true)
			.setOverrideWorkingDirectory(binaries.toFile())
			.setPGStartupWait(Duration.ofSeconds(120))
			.setServerConfig("fsync", "on")
			.setServerConfig("synchronous_commit", "on")
			.setServerConfig("full_page_writes", "on")
			.setServerConfig("max_connections", "200")
			.start();
		try (Stream<Path> files = Files.walk(binaries)) {
			this.control = files.filter((file) -> file.endsWith("bin/pg_ctl")).findFirst().orElseThrow();
		}
		String fsync = jdbc("postgres").queryForObject("SHOW fsync", String.class);
		if (!"on".equals(fsync)) {
			throw new IllegalStateException("'fsync' (" + fsync + ") must be on, else a crash proves nothing");
		}
	}

	/**
	 * The server of this JVM, started when it is first asked for and stopped at the end.
	 * @return the server
	 */
	public static synchronized Postgres shared() {
		try {
			if (shared == null) {
				shared = new Postgres(DIRECTORY.resolve("postgres"));
			}
			return shared;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public int port() {
		return this.server.getPort();
	}

	public static String url(int port, String database) {
		// The proxy reads along, so nothing may be encrypted.
		return "jdbc:postgresql://127.0.0.1:" + port + "/" + database
				+ "?user=postgres&sslmode=disable&gssEncMode=disable";
	}

	public String version() {
		return "PostgreSQL " + jdbc("postgres").queryForObject("SHOW server_version", String.class);
	}

	public void createDatabase(String name) {
		jdbc("postgres").execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
		jdbc("postgres").execute("CREATE DATABASE " + name);
	}

	/**
	 * Query without a proxy between, on a connection for each statement.
	 * @param database the database
	 * @return runs statements
	 */
	public JdbcTemplate jdbc(String database) {
		return new JdbcTemplate(new DriverManagerDataSource(url(port(), database)));
	}

	/** Crash the server and start it again. */
	public void restartImmediately() {
		List<String> command = new ArrayList<>();
		if (LinuxUtils.isUnshareAvailable()) {
			command.addAll(List.of("unshare", "-U"));
		}
		command.addAll(List.of(this.control.toString(), "restart", "-m", "immediate", "-w", "-t", "120", "-D",
				this.data.toString(), "-l", this.data.resolveSibling("server.log").toString()));
		Commands.run(Duration.ofMinutes(3), command);
	}

	/**
	 * Terminate one of a database's backends, chosen at random.
	 * @param database the database
	 * @return whether there was one
	 */
	public boolean terminateOne(String database) {
		return !jdbc(database).queryForList("""
				SELECT pg_terminate_backend(pid) FROM pg_stat_activity
				WHERE datname = ? AND pid <> pg_backend_pid() AND backend_type = 'client backend'
				ORDER BY random() LIMIT 1""", database).isEmpty();
	}

}
