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
import java.util.Map;
import java.util.Properties;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.ProxyConnection;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.MapDataSourceLookup;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

import static org.assertj.core.api.Assertions.assertThat;

class OwnConnectionsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	@Test
	void aConnectionIsThereAlthoughThePoolIsExhausted() throws SQLException {
		try (HikariDataSource pool = pool("jdbc:h2:mem:exhausted")) {
			pool.setMaximumPoolSize(1);
			DataSource own = OwnConnections.derivedFrom(pool, PATIENCE);
			try (Connection taken = pool.getConnection(); Connection another = own.getConnection()) {
				taken.createStatement().execute("CREATE TABLE t (id INT)");
				assertThat(another.createStatement().executeQuery("SELECT COUNT(*) FROM t").next()).isTrue();
			}
		}
	}

	@Test
	void theSchemaOfThePoolIsKept() throws SQLException {
		try (HikariDataSource pool = pool("jdbc:h2:mem:schema;INIT=CREATE SCHEMA IF NOT EXISTS APP")) {
			pool.setSchema("APP");
			DataSource own = OwnConnections.derivedFrom(pool, PATIENCE);
			assertThat(own).isNotSameAs(pool);
			try (Connection connection = own.getConnection()) {
				assertThat(connection.getSchema()).isEqualTo("APP");
			}
		}
	}

	@Test
	void aWrappedPoolIsSeenThrough() throws SQLException {
		try (HikariDataSource pool = pool("jdbc:h2:mem:wrapped")) {
			pool.setMaximumPoolSize(1);
			DataSource own = OwnConnections.derivedFrom(new TransactionAwareDataSourceProxy(pool), PATIENCE);
			try (Connection taken = pool.getConnection(); Connection another = own.getConnection()) {
				assertThat(another).isNotSameAs(taken);
			}
		}
	}

	@Test
	void aDatabaseThatIsAConnectionsOwnIsReachedThroughThePoolOnly() {
		try (HikariDataSource pool = pool("jdbc:h2:mem:;DB_CLOSE_DELAY=-1")) {
			assertThat(OwnConnections.derivedFrom(pool, PATIENCE)).isSameAs(pool);
		}
	}

	@Test
	void aPoolWhoseConnectionsArePreparedByASqlStatementIsUsedItself() {
		try (HikariDataSource pool = pool("jdbc:h2:mem:prepared")) {
			pool.setConnectionInitSql("SET LOCK_TIMEOUT 100");
			assertThat(OwnConnections.derivedFrom(pool, PATIENCE)).isSameAs(pool);
		}
	}

	@Test
	void aPoolThatDoesNotTellHowItConnectsIsUsedItself() {
		JdbcConnectionPool silent = JdbcConnectionPool.create("jdbc:h2:mem:silent", "sa", "");
		try {
			assertThat(OwnConnections.derivedFrom(silent, PATIENCE)).isSameAs(silent);
			DataSource routing = new Routing(silent);
			assertThat(OwnConnections.derivedFrom(routing, PATIENCE)).isSameAs(routing);
		}
		finally {
			silent.dispose();
		}
	}

	@Test
	void aPasswordThatCannotBeUsedAgainLeavesThePool() {
		try (HikariDataSource pool = pool("jdbc:h2:mem:secret")) {
			DataSource wrapped = new DelegatingDataSource(pool);
			pool.setPassword("right");
			assertThat(wrapped).satisfies((source) -> source.getConnection().close());
			pool.getHikariConfigMXBean().setPassword("rotated");
			assertThat(OwnConnections.derivedFrom(wrapped, PATIENCE)).isSameAs(wrapped);
		}
	}

	@Test
	void aPasswordThatChangesLaterLeadsBackToThePool() throws SQLException {
		try (HikariDataSource pool = pool("jdbc:h2:mem:changing")) {
			DataSource own = OwnConnections.derivedFrom(pool, PATIENCE);
			try (Connection open = pool.getConnection()) {
				open.createStatement().execute("ALTER USER SA SET PASSWORD 'new'");
			}
			try (Connection pooled = own.getConnection()) {
				assertThat(pooled).isInstanceOf(ProxyConnection.class);
			}
		}
	}

	@Test
	void aConnectionToPostgresDoesNotWaitForAnAnswerForEver() {
		SimpleDriverDataSource own = new SimpleDriverDataSource();
		own.setUrl("jdbc:postgresql://localhost/app");
		OwnConnections.limit(own, PATIENCE);
		assertThat(own.getConnectionProperties()).containsEntry("socketTimeout", "10");
	}

	@Test
	void whatThePoolSaysOfWaitingIsKept() {
		SimpleDriverDataSource own = new SimpleDriverDataSource();
		own.setUrl("jdbc:postgresql://localhost/app");
		Properties properties = new Properties();
		properties.setProperty("socketTimeout", "3");
		own.setConnectionProperties(properties);
		OwnConnections.limit(own, PATIENCE);
		assertThat(own.getConnectionProperties()).containsEntry("socketTimeout", "3");
	}

	@Test
	void h2IsNotToldWhatItDoesNotKnow() {
		SimpleDriverDataSource own = new SimpleDriverDataSource();
		own.setUrl("jdbc:h2:mem:any");
		OwnConnections.limit(own, PATIENCE);
		assertThat(own.getConnectionProperties()).isNull();
	}

	private static HikariDataSource pool(String url) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(url);
		pool.setUsername("sa");
		pool.setPassword("");
		return pool;
	}

	private static final class Routing extends AbstractRoutingDataSource {

		private Routing(DataSource target) {
			setDataSourceLookup(new MapDataSourceLookup());
			setTargetDataSources(Map.of("only", target));
			setDefaultTargetDataSource(target);
			afterPropertiesSet();
		}

		@Override
		protected Object determineCurrentLookupKey() {
			return "only";
		}

	}

}
