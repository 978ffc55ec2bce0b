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
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Finds a way to the application's database that doesn't lead through its pool, so that
 * signs of life get through although the pool is exhausted.
 */
final class OwnConnections {

	private static final Logger logger = LoggerFactory.getLogger(OwnConnections.class);

	private static final boolean HIKARI = ClassUtils.isPresent("com.zaxxer.hikari.HikariDataSource",
			OwnConnections.class.getClassLoader());

	/** What SQL states of a refused user or password begin with. */
	private static final String NOT_LET_IN = "28";

	private static final Duration BUSY = Duration.ofSeconds(10);

	private OwnConnections() {
	}

	/**
	 * How long to wait for an answer: one heartbeat, so that one that gets no answer is
	 * not the last one before the lease is over; but not less than what a busy database
	 * may take.
	 * @param heartbeat time between two signs of life
	 * @return the longest time to wait
	 */
	static Duration patience(Duration heartbeat) {
		return (heartbeat.compareTo(BUSY) > 0) ? heartbeat : BUSY;
	}

	/**
	 * Derive a source of connections from a pool.
	 * @param pool the application's
	 * @param patience longest time to wait for an answer of the database, so that a
	 * network that swallows everything holds up no sign of life for ever
	 * @return one that opens a connection whenever it is asked, to the same database; or
	 * the pool itself where its connections can't be had otherwise
	 */
	static DataSource derivedFrom(DataSource pool, Duration patience) {
		try {
			SimpleDriverDataSource own = DataSourceBuilder.derivedFrom(pool).type(SimpleDriverDataSource.class).build();
			if (isPrivate(own.getUrl()) || (HIKARI && !Hikari.copy(pool, own))) {
				return pool;
			}
			limit(own, patience);
			try (Connection connection = own.getConnection()) {
				logger.debug("Signs of life have connections of their own to {}", connection.getMetaData().getURL());
			}
			return new OwnOrPooled(own, pool);
		}
		catch (RuntimeException | SQLException ex) {
			// Not every pool tells how it connects, and not every password can be used
			// twice: the pool itself is slower to answer, but right.
			logger.debug("Signs of life share the application's pool", ex);
			return pool;
		}
	}

	/**
	 * What the URL or the pool says of it comes first.
	 */
	static void limit(SimpleDriverDataSource own, Duration patience) {
		if (String.valueOf(own.getUrl()).startsWith("jdbc:postgresql:")) {
			Properties properties = new Properties();
			properties.setProperty("socketTimeout", Long.toString(Math.max(1, patience.toSeconds())));
			if (own.getConnectionProperties() != null) {
				properties.putAll(own.getConnectionProperties());
			}
			own.setConnectionProperties(properties);
		}
	}

	/**
	 * A nameless H2 database is its connection's own.
	 */
	private static boolean isPrivate(@Nullable String url) {
		return !StringUtils.hasText(url) || url.toLowerCase(Locale.ROOT).matches("jdbc:h2:mem:(;.*)?");
	}

	/**
	 * Passwords change while an application runs, and only its pool is told: whoever is
	 * not let in goes through the pool.
	 */
	private static final class OwnOrPooled extends DelegatingDataSource {

		private final DataSource pool;

		private OwnOrPooled(SimpleDriverDataSource own, DataSource pool) {
			super(own);
			this.pool = pool;
		}

		@Override
		public Connection getConnection() throws SQLException {
			try {
				return super.getConnection();
			}
			catch (SQLException ex) {
				if (ex.getSQLState() != null && ex.getSQLState().startsWith(NOT_LET_IN)) {
					return this.pool.getConnection();
				}
				throw ex;
			}
		}

	}

	/**
	 * Apart, so that it is loaded only where Hikari is.
	 */
	private static final class Hikari {

		private Hikari() {
		}

		/**
		 * Copy what the URL doesn't say.
		 */
		private static boolean copy(DataSource pool, SimpleDriverDataSource own) {
			HikariDataSource hikari = DataSourceUnwrapper.unwrap(pool, HikariDataSource.class);
			if (hikari == null) {
				return true;
			}
			own.setConnectionProperties(hikari.getDataSourceProperties());
			own.setSchema(hikari.getSchema());
			own.setCatalog(hikari.getCatalog());
			return hikari.getConnectionInitSql() == null && hikari.getDataSourceClassName() == null;
		}

	}

}
