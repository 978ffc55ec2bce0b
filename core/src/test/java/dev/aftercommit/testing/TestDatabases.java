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
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;

import org.h2.tools.Server;

import org.springframework.util.FileSystemUtils;

/**
 * Gives tests databases of their own, on any machine. PostgreSQL is, in this order, what
 * the system property {@value PostgresServer#URL} or the environment names, a container
 * if Docker answers, or an embedded binary; one server for the JVM.
 */
public final class TestDatabases {

	private TestDatabases() {
	}

	public static TestDatabase postgres() {
		return PostgresServer.instance().newDatabase();
	}

	public static TestDatabase h2Memory() {
		String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
		return new TestDatabase("H2 in memory", url, "sa", "", () -> shutDown(url));
	}

	public static TestDatabase h2File() {
		Path directory = newDirectory();
		String url = "jdbc:h2:async:" + directory.resolve("test") + ";WRITE_DELAY=0;DB_CLOSE_DELAY=-1";
		return new TestDatabase("H2 file", url, "sa", "", () -> {
			shutDown(url);
			delete(directory);
		});
	}

	public static TestDatabase h2Server() {
		Path directory = newDirectory();
		try {
			Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-baseDir", directory.toString())
				.start();
			String url = "jdbc:h2:tcp://localhost:" + server.getPort() + "/./test;DB_CLOSE_DELAY=-1";
			return new TestDatabase("H2 server", url, "sa", "", () -> {
				server.stop();
				delete(directory);
			});
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Could not start an H2 server", ex);
		}
	}

	private static Path newDirectory() {
		try {
			Path target = Path.of("target").toAbsolutePath();
			return Files.createTempDirectory(Files.createDirectories(target), "h2-");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void delete(Path directory) {
		try {
			FileSystemUtils.deleteRecursively(directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void shutDown(String url) {
		PostgresServer.execute(url, "sa", "", "SHUTDOWN");
	}

}
