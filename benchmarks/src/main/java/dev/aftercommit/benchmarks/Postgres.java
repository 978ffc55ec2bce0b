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

package dev.aftercommit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * A PostgreSQL of its own: data below the build directory, loopback, durable.
 */
final class Postgres implements AutoCloseable {

	private static final Map<String, String> SETTINGS = new LinkedHashMap<>();

	static {
		SETTINGS.put("fsync", "on");
		SETTINGS.put("synchronous_commit", "on");
		SETTINGS.put("full_page_writes", "on");
		SETTINGS.put("shared_buffers", "256MB");
		SETTINGS.put("max_connections", "300");
		// No checkpoint within a measurement; there is one before each.
		SETTINGS.put("max_wal_size", "8GB");
		SETTINGS.put("checkpoint_timeout", "1h");
		SETTINGS.put("min_wal_size", "2GB");
		SETTINGS.put("shared_preload_libraries", "pg_stat_statements");
	}

	private final EmbeddedPostgres server;

	private final SingleConnectionDataSource connection;

	private final JdbcTemplate admin;

	private final long pid;

	Postgres(Path directory) throws IOException {
		Path data = directory.resolve("data");
		Files.createDirectories(directory);
		EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
			.setDataDirectory(data)
			.setCleanDataDirectory(true)
			.setOverrideWorkingDirectory(directory.resolve("binaries").toFile())
			.setPGStartupWait(Duration.ofSeconds(60));
		SETTINGS.forEach(builder::setServerConfig);
		this.server = builder.start();
		this.connection = new SingleConnectionDataSource(url("postgres"), true);
		this.admin = new JdbcTemplate(this.connection);
		fillLog();
		this.pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0).trim());
	}

	/**
	 * Give the server as many files of its log as it keeps, as one has that has run for a
	 * while: it uses them again, instead of making new ones in the midst of a commit.
	 */
	private void fillLog() {
		this.admin.execute("SELECT pg_logical_emit_message(false, 'benchmark', ''), pg_switch_wal()"
				+ " FROM generate_series(1, pg_size_bytes(current_setting('min_wal_size'))"
				+ " / pg_size_bytes(current_setting('wal_segment_size')))");
		this.admin.execute("CHECKPOINT");
	}

	long pid() {
		return this.pid;
	}

	String url(String database) {
		return this.server.getJdbcUrl("postgres", database);
	}

	void createDatabase(String name) {
		this.admin.execute("CREATE DATABASE " + name);
		this.admin.execute("CHECKPOINT");
	}

	void dropDatabase(String name) {
		this.admin.execute("DROP DATABASE " + name + " WITH (FORCE)");
	}

	String version() {
		return String.valueOf(this.admin.queryForObject("SHOW server_version", String.class));
	}

	/**
	 * The settings as the server itself tells them.
	 */
	String settings() {
		return SETTINGS.keySet()
			.stream()
			.map((name) -> name + "=" + this.admin.queryForObject("SHOW " + name, String.class))
			.collect(Collectors.joining(", "));
	}

	@Override
	public void close() throws IOException {
		this.connection.destroy();
		this.server.close();
	}

}
