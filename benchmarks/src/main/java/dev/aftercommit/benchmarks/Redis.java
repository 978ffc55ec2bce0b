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
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import redis.embedded.RedisExecProvider;
import redis.embedded.RedisServer;
import redis.embedded.util.OS;

import org.springframework.util.FileSystemUtils;

/**
 * A Redis server of its own, its data below {@code target}: loopback, {@code appendonly
 * yes}, {@code appendfsync everysec}, no rewrite of that file. The embedded binary is
 * built with libc's allocator; another one, such as a distribution's, which has jemalloc,
 * is named by the environment variable {@value #EXECUTABLE}.
 */
final class Redis implements AutoCloseable {

	private static final String EXECUTABLE = "AFTERCOMMIT_BENCHMARK_REDIS_SERVER";

	private final RedisServer server;

	private final Path directory;

	private final int port;

	Redis() {
		try (ServerSocket free = new ServerSocket(0)) {
			this.port = free.getLocalPort();
			this.directory = Files.createTempDirectory(Files.createDirectories(Path.of("target").toAbsolutePath()),
					"redis-");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server = RedisServer.builder()
			.redisExecProvider(executable(System.getenv(EXECUTABLE)))
			.port(this.port)
			.bind("127.0.0.1")
			.setting("dir " + this.directory)
			.setting("save \"\"")
			.setting("appendonly yes")
			.setting("appendfsync everysec")
			// As PostgreSQL makes no checkpoint while it is measured.
			.setting("auto-aof-rewrite-percentage 0")
			.build();
		this.server.start();
	}

	private static RedisExecProvider executable(@Nullable String path) {
		RedisExecProvider provider = RedisExecProvider.defaultProvider();
		return (path != null) ? provider.override(OS.UNIX, path) : provider;
	}

	int port() {
		return this.port;
	}

	@Override
	public void close() {
		try {
			this.server.stop();
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not stop Redis", ex);
		}
	}

}
