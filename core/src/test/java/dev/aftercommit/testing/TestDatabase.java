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

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/**
 * A database for one test class, empty at first.
 */
public final class TestDatabase implements AutoCloseable {

	private final String name;

	private final String url;

	private final String username;

	private final String password;

	private final Runnable close;

	TestDatabase(String name, String url, String username, String password, Runnable close) {
		this.name = name;
		this.url = url;
		this.username = username;
		this.password = password;
		this.close = close;
	}

	public String url() {
		return this.url;
	}

	public String username() {
		return this.username;
	}

	public String password() {
		return this.password;
	}

	/**
	 * Whether it is PostgreSQL, and not H2.
	 */
	public boolean isPostgres() {
		return this.url.startsWith("jdbc:postgresql:");
	}

	/**
	 * A new pool of connections; whoever asks for it closes it.
	 * @param size the most connections
	 */
	public HikariDataSource pool(int size) {
		return new HikariDataSource(config(size));
	}

	/**
	 * Settings of a pool, to be changed.
	 * @param size the most connections
	 */
	public HikariConfig config(int size) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(this.url);
		config.setUsername(this.username);
		config.setPassword(this.password);
		config.setMaximumPoolSize(size);
		config.setMinimumIdle(0);
		config.setConnectionTimeout(30_000);
		return config;
	}

	@Override
	public void close() {
		this.close.run();
	}

	@Override
	public String toString() {
		return this.name;
	}

}
