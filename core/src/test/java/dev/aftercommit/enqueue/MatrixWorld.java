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

package dev.aftercommit.enqueue;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import com.zaxxer.hikari.HikariDataSource;
import org.hibernate.SessionFactory;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.hibernate.HibernateTransactionManager;
import org.springframework.orm.jpa.hibernate.LocalSessionFactoryBean;
import org.springframework.orm.jpa.vendor.HibernateJpaDialect;
import org.springframework.transaction.event.TransactionalEventListenerFactory;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;

import dev.aftercommit.enqueue.MatrixSetup.Db;
import dev.aftercommit.enqueue.MatrixSetup.Kind;
import dev.aftercommit.handler.BackgroundJobProxying;
import dev.aftercommit.handler.BeanHandlerRegistry;
import dev.aftercommit.serialization.JacksonJobSerializer;
import dev.aftercommit.store.JobStore;
import dev.aftercommit.store.NodeInfo;
import dev.aftercommit.store.jdbc.JdbcJobStore;
import dev.aftercommit.store.jdbc.JdbcOutbox;
import dev.aftercommit.store.jdbc.JdbcStoreSettings;
import dev.aftercommit.store.outbox.OutboxJobStore;
import dev.aftercommit.store.redis.RedisJobStore;
import dev.aftercommit.store.redis.RedisStoreSettings;
import dev.aftercommit.testing.RedisServer;
import dev.aftercommit.testing.TestDatabase;
import dev.aftercommit.testing.TestDatabases;

/**
 * What is expensive and shared by all scenarios on one database: two databases, a store
 * in each, the session factory, the transaction managers, the beans.
 */
final class MatrixWorld {

	private static final Map<Db, MatrixWorld> WORLDS = new ConcurrentHashMap<>();

	final HikariDataSource dataSource;

	final HikariDataSource otherDataSource;

	/** Without a store. */
	final HikariDataSource thirdDataSource;

	final JobStore store;

	final JobStore otherStore;

	/** Its threads don't run: scenarios push when they look. */
	final OutboxJobStore outboxStore;

	final long node;

	final long otherNode;

	final long outboxNode;

	final SessionFactory sessions;

	final JacksonJobSerializer serializer = new JacksonJobSerializer(262_144, Set.of());

	final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	final TransactionListenerRegistrar registrar = new TransactionListenerRegistrar();

	private final Map<Kind, AbstractPlatformTransactionManager> managers = new EnumMap<>(Kind.class);

	/** Of the scenario that is running; tests of one world don't run at the same time. */
	volatile EnqueueInterceptor interceptor;

	private MatrixWorld(Db database) {
		this.dataSource = open(database).pool(8);
		this.otherDataSource = open(database).pool(8);
		this.thirdDataSource = open(database).pool(8);
		this.store = store(this.dataSource);
		this.otherStore = store(this.otherDataSource);
		this.outboxStore = outbox(this.dataSource);
		NodeInfo info = new NodeInfo("matrix", "1", Set.of("note"));
		this.node = this.store.nodes().register(info);
		this.otherNode = this.otherStore.nodes().register(info);
		this.outboxNode = this.outboxStore.nodes().register(info);
		new JdbcTemplate(this.dataSource).execute("CREATE TABLE note (text VARCHAR(100) PRIMARY KEY)");
		new JdbcTemplate(this.otherDataSource).execute("CREATE TABLE note (text VARCHAR(100) PRIMARY KEY)");
		this.sessions = sessions();
		addManagers();
		this.context.registerBean(BackgroundJobProxying.class,
				() -> new BackgroundJobProxying(() -> (invocation) -> this.interceptor.invoke(invocation)));
		this.context.registerBean(BeanHandlerRegistry.class,
				() -> new BeanHandlerRegistry(this.serializer::problemWith));
		this.context.registerBean(MatrixJobs.class);
		this.context.registerBean(MatrixListeners.class);
		this.context.registerBean(TransactionalEventListenerFactory.class);
		this.context.refresh();
	}

	static MatrixWorld of(Db database) {
		return WORLDS.computeIfAbsent(database, MatrixWorld::new);
	}

	static TestDatabase open(Db database) {
		return (database == Db.H2) ? TestDatabases.h2Memory() : TestDatabases.postgres();
	}

	static JobStore store(HikariDataSource dataSource) {
		return new JdbcJobStore(dataSource, dataSource, JdbcStoreSettings.DEFAULTS);
	}

	private static OutboxJobStore outbox(HikariDataSource dataSource) {
		RedisServer server = RedisServer.instance();
		RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration(server.host(), server.port());
		if (server.password() != null) {
			configuration.setPassword(server.password());
		}
		LettuceConnectionFactory connections = new LettuceConnectionFactory(configuration);
		connections.afterPropertiesSet();
		connections.start();
		RedisJobStore redis = new RedisJobStore(connections,
				new RedisStoreSettings("matrix-" + UUID.randomUUID(), RedisStoreSettings.DEFAULTS.historyLimit()));
		JdbcOutbox outbox = new JdbcOutbox(dataSource, dataSource, JdbcStoreSettings.DEFAULTS, Duration.ofMinutes(10));
		return new OutboxJobStore(redis, outbox, redis.durability(), Duration.ofMinutes(5), System::nanoTime);
	}

	AbstractPlatformTransactionManager manager(Kind kind) {
		return this.managers.get(kind);
	}

	<T extends AbstractPlatformTransactionManager> T told(T manager) {
		this.registrar.postProcessAfterInitialization(manager, "manager");
		manager.setNestedTransactionAllowed(true);
		return manager;
	}

	private void addManagers() {
		this.managers.put(Kind.DATA_SOURCE, told(new DataSourceTransactionManager(this.dataSource)));
		this.managers.put(Kind.JDBC, told(new JdbcTransactionManager(this.dataSource)));
		this.managers.put(Kind.NOT_A_BEAN, new JdbcTransactionManager(this.dataSource));
		JpaTransactionManager jpa = new JpaTransactionManager(this.sessions);
		jpa.setDataSource(this.dataSource);
		jpa.setJpaDialect(new HibernateJpaDialect());
		this.managers.put(Kind.JPA, told(jpa));
		HibernateTransactionManager hibernate = new HibernateTransactionManager(this.sessions);
		hibernate.setDataSource(this.dataSource);
		this.managers.put(Kind.HIBERNATE, told(hibernate));
	}

	private SessionFactory sessions() {
		try {
			Properties properties = new Properties();
			properties.setProperty("hibernate.hbm2ddl.auto", "update");
			LocalSessionFactoryBean factory = new LocalSessionFactoryBean();
			factory.setDataSource(this.dataSource);
			factory.setAnnotatedClasses(Note.class);
			factory.setHibernateProperties(properties);
			factory.afterPropertiesSet();
			return factory.getObject();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
