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

import java.net.URI;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;

/**
 * A Redis for tests: in this order what the system property {@value #URL} or the
 * environment names, a container if Docker answers, or an embedded binary.
 *
 * @param host where it listens
 * @param port its port
 * @param password its password, {@code null} for none
 */
public record RedisServer(String host, int port, @Nullable String password) {

	static final String URL = "aftercommit.test.redis.url";

	private static final int PORT = 6379;

	/**
	 * The one of this JVM's tests, shared by all: each test class takes a key prefix of
	 * its own.
	 */
	public static RedisServer instance() {
		return Holder.INSTANCE;
	}

	private static RedisServer start() {
		String url = setting(URL);
		if (url != null) {
			return of(URI.create(url));
		}
		return Docker.AVAILABLE ? container() : embedded();
	}

	private static RedisServer of(URI url) {
		String user = url.getUserInfo();
		String password = (user != null) ? user.substring(user.indexOf(':') + 1) : null;
		return new RedisServer(url.getHost(), (url.getPort() > 0) ? url.getPort() : PORT, password);
	}

	@SuppressWarnings("resource")
	private static RedisServer container() {
		GenericContainer<?> container = new GenericContainer<>("redis:7").withExposedPorts(PORT)
			.withCommand("redis-server", "--appendonly", "yes", "--appendfsync", "everysec");
		container.start();
		return new RedisServer(container.getHost(), container.getMappedPort(PORT), null);
	}

	@SuppressWarnings("resource")
	private static RedisServer embedded() {
		RedisProcess process = RedisProcess.start("--appendonly", "yes", "--appendfsync", "everysec");
		return new RedisServer("127.0.0.1", process.port(), null);
	}

	private static @Nullable String setting(String name) {
		String value = System.getProperty(name);
		return (value != null) ? value : System.getenv(name.toUpperCase(Locale.ROOT).replace('.', '_'));
	}

	/** Started when a test first asks for it; ends with the JVM. */
	private static final class Holder {

		private static final RedisServer INSTANCE = start();

	}

}
